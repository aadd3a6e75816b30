"""The ``medprune`` command: one short function per subcommand."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from medprune_gui import __version__
from medprune_gui.bench_commands import bench_app
from medprune_gui.engine.errors import InputError, MedPruneError

# Typer may carry its own click, so that click's name for wrong usage is found through a class that typer exports.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]

# Heavy libraries are imported inside the functions: the window must be up before torch could be.

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Prune diagnostic networks and see whether the smaller one is as good. Research use only.",
)

app.add_typer(bench_app, name="bench")

RunDirectory = Annotated[Path, typer.Argument(metavar="DIR", help="A finished run folder.")]


@app.command()
def gui(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH", help="Images, folders, runs.")] = None,
) -> None:
    """Open the window (the default command)."""
    from medprune_gui.app import run_window
    from medprune_gui.qt_application import headless_note

    if note := headless_note():
        typer.echo(note, err=True)
    raise typer.Exit(run_window(_existing(paths or [])))


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="A new folder for the run, the pictures and the report.")],
    quick: Annotated[bool, typer.Option("--quick", help="Under a minute, with poorer networks.")] = False,
) -> None:
    """Show the whole program on a real MRI: segment, prune to half the MACs, fine-tune, compare."""
    from medprune_gui.tour import run_demo

    run_demo(out, quick=quick)


@app.command()
def run(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The experiment.")],
    out: Annotated[Path, typer.Option(help="The run folder.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in that folder.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Carry out an experiment: train, prune, fine-tune, compare, report."""
    from medprune_gui.console import print_comparison, show_progress
    from medprune_gui.engine.config import load_experiment

    config = load_experiment(file)
    from medprune_gui.engine.experiments import pipeline  # After the file is read: torch takes seconds.

    show_progress(pipeline.run(config, out, resume=resume, device=device))
    print_comparison(out)


@app.command()
def search(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The experiment.")],
    out: Annotated[Path, typer.Option(help="The search's folder.")],
    trials: Annotated[
        int, typer.Option(min=1, metavar="N", help="Trials in all; with --resume also more than before.")
    ] = 40,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the search in that folder.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Try many ways to share amounts out over the layers; keep the best network of each size."""
    from medprune_gui.console import print_front, show_progress
    from medprune_gui.engine.config import load_experiment

    config = load_experiment(file)
    from medprune_gui.engine.experiments.search.searching import search as carry_out

    print_front(show_progress(carry_out(config, out, trials=trials, resume=resume, device=device)))


@app.command()
def trust(
    file: Annotated[Path, typer.Argument(metavar="FILE.py", help="A Python file that builds a network.")],
) -> None:
    """Confirm that a Python file of yours may run: as it is now, until it changes."""
    from medprune_gui.engine.models.foreign_networks import functions_in, source_of
    from medprune_gui.engine.models.trust import trust as confirm

    code = source_of(f"{file}:") or ""
    names = functions_in(code, file)
    if not names:
        raise InputError(
            "it has no function or class that builds a network",
            where=file,
            remedy="See resources/examples/own_network.py",
        )
    sha256 = confirm(code, str(file.resolve()))
    typer.echo(f"{file} may run from now on, until it changes (SHA-256 {sha256}).")
    typer.echo("Its networks: " + ", ".join(f"{file}:{name}" for name in names))


@app.command()
def weights(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The experiment.")],
    path: Annotated[Path, typer.Argument(metavar="WEIGHTS", help="A model folder, .safetensors or state_dict file.")],
) -> None:
    """Show which weights of a file belong to which of an experiment's network; exit status 2 where they do not fit."""
    from medprune_gui.console import print_weights_fit
    from medprune_gui.engine.config import load_experiment
    from medprune_gui.engine.experiments.model_folders import experiment_weights_fit

    fit = experiment_weights_fit(load_experiment(file), path)
    print_weights_fit(fit)
    if not fit.fits:
        raise typer.Exit(2)


@app.command()
def inspect(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file or a folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List studies and series with their geometry and warnings."""
    from medprune_gui.engine.imaging import scan
    from medprune_gui.engine.imaging.description import describe, describe_text
    from medprune_gui.engine.imaging.study import LeftOut

    told: list[LeftOut] = []
    studies = scan(_existing([path])[0], left_out=told.append)
    left_out = told[0] if told else None
    if as_json:
        typer.echo(json.dumps(describe(studies, left_out), indent=2, ensure_ascii=False))
    else:
        typer.echo(describe_text(studies, left_out))


@app.command()
def predict(
    model: Annotated[Path, typer.Argument(metavar="MODEL_DIR", help="original/ or pruned/ of a run folder.")],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="An image, or a folder of images.")],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Predict images with one network and write a table."""
    from medprune_gui.console import show_progress
    from medprune_gui.engine.experiments.predicting import predict_files

    count = show_progress(predict_files(model, _existing([path])[0], out, device=device))
    typer.echo(f"{count} predictions: {out}")


@app.command()
def sensitivity(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The experiment.")],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    run: Annotated[Path | None, typer.Option(metavar="DIR", help="Take the original of this run.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Measure on the validation cases what zeroing a share of each channel group costs a trained network."""
    from medprune_gui.console import show_progress
    from medprune_gui.engine.config import load_experiment
    from medprune_gui.engine.export.sensitivity_table import sensitivity_csv
    from medprune_gui.engine.files import check_writable, write_whole

    config = load_experiment(file)
    check_writable(out)
    from medprune_gui.engine.experiments.sensitivity_measuring import measure_sensitivity

    original = None if run is None else _existing([run / "original"])[0]
    curves = show_progress(measure_sensitivity(config, original, device=device))
    write_whole(out, sensitivity_csv(curves))
    typer.echo(f"{len(curves.scores)} channel groups, {curves.metric} {curves.baseline:.3f} with all of them: {out}")


@app.command()
def compare(directory: RunDirectory) -> None:
    """Print original and pruned network side by side."""
    from medprune_gui.console import print_comparison

    print_comparison(directory)


@app.command()
def report(directory: RunDirectory) -> None:
    """Write report.html and the figures of a finished run anew."""
    from medprune_gui.engine.experiments.run_folder import RunFolder
    from medprune_gui.engine.export.report import write_report

    folder = RunFolder(directory)
    typer.echo(str(write_report(folder, folder.read_comparison())))


@app.command()
def export(
    directory: RunDirectory,
    format_: Annotated[str, typer.Option("--format", help="onnx")] = "onnx",
    network: Annotated[str, typer.Option(help="pruned or original.")] = "pruned",
    out: Annotated[Path | None, typer.Option(help="File; default: DIR/NETWORK.onnx.")] = None,
) -> None:
    """Write a network of a run in another program's format."""
    from medprune_gui.engine.experiments.exporting import export_network

    typer.echo(str(export_network(directory, network, format_, out)))


@app.command()
def quantise(
    directory: RunDirectory,
    onnx: Annotated[bool, typer.Option("--onnx", help="Write ONNX files and run them in ONNX Runtime, too.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Quantise both networks of a run to int8 and hold that against the pruning."""
    from medprune_gui.console import print_bench, show_progress
    from medprune_gui.engine.experiments.int8_baseline import quantise_run
    from medprune_gui.engine.experiments.int8_table import int8_table

    print_bench(int8_table(directory.name, show_progress(quantise_run(directory, onnx=onnx, device=device))))


@app.command()
def study(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The experiment.")],
    out: Annotated[Path, typer.Option(help="The study's folder; each way has a run folder in it.")],
    allocation: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Only this one of global, uniform, sensitivity, greedy; repeatable. Default: all."
        ),
    ] = None,
    removed: Annotated[
        list[float] | None,
        typer.Option(metavar="SHARE", help="Share to remove; repeatable. Default: 0.5, 0.75, 0.9."),
    ] = None,
    onnx: Annotated[bool, typer.Option("--onnx", help="Run all networks in ONNX Runtime, too.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the study in that folder.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Prune one network in several ways at the same budgets and compare them with each other and with int8."""
    from medprune_gui.console import print_bench, show_progress
    from medprune_gui.engine.config import load_experiment

    config = load_experiment(file)
    from medprune_gui.engine.experiments.study import run_study
    from medprune_gui.engine.experiments.study_ways import ALLOCATIONS, REMOVED

    steps = run_study(
        config,
        out,
        allocations=allocation or ALLOCATIONS,
        removed=removed or REMOVED,
        onnx=onnx,
        resume=resume,
        device=device,
    )
    print_bench(show_progress(steps))


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


class _PlainHelp(TyperCommand):
    """Help without the braces and Python types that typer writes around the names of arguments."""

    def get_help(self, ctx: Any) -> str:
        text = re.sub(r"\{([\w.]+)\}", r"\1", super().get_help(ctx))
        return re.sub(r" <list\[\w+\]>", "", text)


for _command in (*app.registered_commands, *bench_app.registered_commands):
    _command.cls = _PlainHelp


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done; 2 wrong usage or bad input; 1 failed; 130 cancelled."""
    sys.exit(run_command(sys.argv[1:] if arguments is None else arguments))


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit status; errors become one line on stderr."""
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    words = list(arguments)
    if not words or (not words[0].startswith("-") and words[0] not in command.commands):
        if words and words[0].isalpha() and not Path(words[0]).exists():
            names = ", ".join(sorted(command.commands))
            return _fail(
                f"there is no command and no file called {words[0]}. Commands: {names} (see medprune --help)", 2
            )
        words.insert(0, "gui")
    try:
        status = command.main(words, prog_name="medprune", standalone_mode=False)
    except _UsageError as error:
        context = getattr(error, "ctx", None)
        text = getattr(error, "format_message", error.__str__)()
        return _fail(f"{text.rstrip('.')} (see {context.command_path if context else 'medprune'} --help)", 2)
    except (KeyboardInterrupt, typer.Abort):
        return _fail("cancelled", 130)
    except MedPruneError as error:
        return _fail(str(error), error.exit_status)
    except MemoryError:
        return _fail("there is not enough memory. Take smaller images, a smaller batch or fewer cases", 1)
    except Exception as error:  # The process border: what nobody foresaw becomes one line; the log keeps the rest.
        logging.getLogger(__name__).debug("unforeseen", exc_info=True)
        return _fail(f"stopped by something unforeseen: {type(error).__name__}: {error}", 1)
    if status == 130:  # What typer makes of an interruption.
        return _fail("cancelled", 130)
    return status if isinstance(status, int) else 0


def _fail(text: str, status: int) -> int:
    sys.stderr.write(f"medprune: {' '.join(text.split())}\n")
    return status


def _existing(paths: Sequence[Path]) -> list[Path]:
    for path in paths:
        try:
            exists = path.exists()
        except OSError as error:  # a folder that may not be entered, or too long a name
            raise InputError(
                f"it cannot be opened ({error.strerror})", where=path, remedy="Check the permissions of its folder"
            ) from error
        if not exists:
            raise InputError("there is no such file or folder", where=path, remedy="Check the spelling")
    return list(paths)


if __name__ == "__main__":
    main()
