"""One experiment pruned in several ways at the same budgets, beside int8: a run folder each, a table, one picture."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.errors import BudgetError, InputError, OutputError
from medprune_gui.engine.experiments import pipeline
from medprune_gui.engine.experiments.benches.tables import BenchTable
from medprune_gui.engine.experiments.int8_baseline import draw_tradeoff, points_of, quantise_run
from medprune_gui.engine.experiments.int8_figures import FILE, Int8Figures
from medprune_gui.engine.experiments.rewinding import check_rewinding
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.experiments.study_table import WayFigures, study_csv, study_table
from medprune_gui.engine.experiments.study_ways import ALLOCATIONS, REMOVED, Way, ways_of
from medprune_gui.engine.export.onnx_runtime import require_onnx_runtime
from medprune_gui.engine.files import output_error, write_whole
from medprune_gui.engine.models.checkpoints import DESCRIPTION_FILE
from medprune_gui.engine.records import JobEvent

T = TypeVar("T")

# Of a way's time; the rest is its int8 baseline.
_RUN_SHARE = 0.85


def run_study(
    config: ExperimentConfig,
    out_dir: Path,
    *,
    allocations: Sequence[str] = ALLOCATIONS,
    removed: Sequence[float] = REMOVED,
    onnx: bool = False,
    resume: bool = False,
    device: str = "auto",
) -> Generator[JobEvent, None, BenchTable]:
    """Prune one original with each allocation at each budget, fine-tune, and hold all of them and int8 side by side.

    Each way is a run with its own folder, named like ``global-75``. The first trains the original, the others start
    from it. ``study.csv``, ``study.md``, ``tradeoff.svg`` and ``tradeoff.png`` are written after each way anew, so that
    a study that was broken off shows what it has. Choose by the validation metric; the test metric is for the one
    that was chosen.

    Parameters
    ----------
    config
        The experiment; its allocation, and its amount or the share of its budget, are replaced.
    out_dir
        The study's folder; new or empty unless ``resume``.
    allocations, removed
        As of `ways_of`.
    onnx
        As of `quantise_run`.
    resume
        Go on with the study in ``out_dir``; finished ways stay, and ways that were not asked for before are added.
    device
        Where to compute.

    Returns
    -------
    BenchTable
        What ``study.md`` now holds. A budget that a way cannot meet is said in its notes.

    Raises
    ------
    ConfigError
        None of the ways fits the experiment, or they cannot share one original.
    MedPruneError
        A run failed; what was reached is kept.
    """
    ways, notes = ways_of(config, allocations, removed)
    if onnx:
        require_onnx_runtime()
    if len(ways) > 1:
        check_rewinding(ways[0].experiment(config, out_dir))
    _check_folder(out_dir, resume)
    study = _Study(config.evaluation.margin, out_dir, list(notes))
    for note in notes:
        yield JobEvent("data", message=note, level="warning")
    for number, way in enumerate(ways):
        folder = RunFolder(out_dir / way.name)
        first = f"{way.name} ({number + 1} of {len(ways)})"
        try:
            experiment = way.experiment(config, config.model.weights or _shared_original(folder, ways))
            begun = resume and folder.state() != "empty"
            run = pipeline.run(experiment, folder.path, resume=begun, device=device)
            yield from _within(run, number, len(ways), 0.0, _RUN_SHARE, first)
        except BudgetError as error:
            study.notes.append(f"{way.name}: {error}")
            yield JobEvent("prune", message=f"{way.name}: {error}", fraction=(number + 1) / len(ways), level="warning")
            continue
        figures = _measured(folder, onnx)
        if figures is None:
            quantise = quantise_run(folder.path, onnx=onnx, device=device)
            figures = yield from _within(quantise, number, len(ways), _RUN_SHARE, 1.0, "")
        study.add(way, folder, figures)
        study.write()
        done = (number + 1) / len(ways)
        yield JobEvent("report", number + 1, len(ways), artefacts=(str(out_dir / "study.csv"),), fraction=done)
    if not study.entries:
        raise BudgetError("no way meets its budget", where=out_dir, remedy=study.notes[-1])
    return study.write()


@dataclass(slots=True)
class _Study:
    margin: float
    out_dir: Path
    notes: list[str]
    entries: list[WayFigures] = field(default_factory=list)

    def add(self, way: Way, folder: RunFolder, figures: Int8Figures) -> None:
        self.entries.append(WayFigures(way, folder.read_comparison(), figures))

    def write(self) -> BenchTable:
        """Write tables and picture of the ways that are finished."""
        metric = self.entries[0].figures.metric
        table = study_table(self.out_dir.name, self.entries, self.notes)
        # The original is the same in all; its times are those of the first way.
        points = points_of(self.entries[0].figures, {"pruned": self.entries[0].way.allocation})
        for entry in self.entries[1:]:
            own = points_of(entry.figures, {"pruned": entry.way.allocation})
            points += [point for point in own if point.way != "original"]
        write_whole(self.out_dir / "study.csv", study_csv(self.entries))
        write_whole(self.out_dir / "study.md", table.markdown().encode())
        draw_tradeoff(self.out_dir / "tradeoff.svg", points, metric, self.margin)
        return table


def _shared_original(folder: RunFolder, ways: Sequence[Way]) -> Path | None:
    """Return where a way's original comes from; None: it is trained in the way itself.

    A way that has begun stays with what it began with.
    """
    if folder.experiment_file.exists():
        return folder.experiment().model.weights
    for way in ways:
        other = RunFolder(folder.path.with_name(way.name))
        if (other.original / DESCRIPTION_FILE).is_file() and other.experiment().model.weights is None:
            return other.original.absolute()
    return None


def _measured(folder: RunFolder, onnx: bool) -> Int8Figures | None:
    """Return what an earlier session measured; None where it did not, or without the times that are asked for."""
    if not (folder.int8 / FILE).exists():
        return None
    figures = Int8Figures.read(folder.int8)
    return None if onnx and any(one.runtime is None for one in figures.networks) else figures


def _within(
    events: Generator[JobEvent, None, T], number: int, ways: int, begin: float, end: float, prefix: str
) -> Generator[JobEvent, None, T]:
    """Pass a job's events on as those of way ``number`` of the study, from ``begin`` to ``end`` of its time."""
    try:
        while True:
            event = next(events)
            message = f"{prefix}: {event.message}" if prefix and event.message else event.message
            fraction = (number + begin + (end - begin) * event.fraction) / ways
            yield replace(event, message=message, fraction=fraction)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        events.close()


def _check_folder(folder: Path, resume: bool) -> None:
    try:
        held = next(folder.iterdir(), None) if folder.exists() else None
        if held is None and resume:
            raise InputError(
                "there is no study to resume", where=folder, remedy="Check the spelling, or begin one without --resume"
            )
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(error, folder) from error
    if held is not None and not resume:
        raise OutputError(
            f"this folder is not empty: it holds {held.name}",
            where=folder,
            remedy="Choose another folder, or go on with the study in it (--resume)",
        )
