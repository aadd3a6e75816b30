"""The command line as a user meets it: real commands, their output, their exit status."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import typer
from PIL import Image

from medprune_gui import __version__
from medprune_gui.cli import app, run_command
from medprune_gui.engine.records import percent_down
from medprune_gui.engine.settings.allocations import Allocation

SIZES = {"train": 12, "val": 6, "test": 8}


def medprune(*words, timeout=120):
    command = [sys.executable, "-m", "medprune_gui.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout)


@pytest.fixture
def refused(capfd):
    """Run a command that must be refused, in this process, and return its one line."""

    def run(*words):
        assert run_command([str(word) for word in words]) == 2
        text = capfd.readouterr().err
        lines = [line for line in text.splitlines() if line.startswith("medprune: ")]
        assert len(lines) == 1, text
        assert "Traceback" not in text
        return lines[0]

    return run


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Bright and dark pictures in a folder per split and class."""
    root = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    for split, count in SIZES.items():
        for label, level in (("dark", 60), ("bright", 180)):
            folder = root / split / label
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = random.normal(level, 25, (40, 40)).clip(0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(folder / f"{split}-{label}-{number}.png")
    return root


def experiment(folder: Path, data: Path, **changes) -> Path:
    """Write a small experiment; ``changes`` replace whole lines by their key."""
    lines = {
        "name": '"Bright or dark"',
        "data.kind": '"folders"',
        "data.path": json.dumps(str(data)),
        "data.size": "[32, 32]",
        "model.architecture": '"article"',
        "model.parameters": "{ filters = [8, 8, 16, 16, 16], dense = 16 }",
        "training.epochs": "3",
        "training.batch_size": "8",
        "pruning.budget": '{ quantity = "macs", share = 0.5 }',
        "pruning.steps": "2",
        "fine_tuning.epochs": "2",
        "fine_tuning.batch_size": "8",
        "evaluation.latency_repeats": "5",
    }
    lines.update({key.replace("__", "."): value for key, value in changes.items()})
    file = folder / "experiment.toml"
    file.write_text("".join(f"{key} = {value}\n" for key, value in lines.items() if value is not None))
    return file


@pytest.fixture(scope="module")
def finished(pictures, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    result = medprune("run", experiment(folder, pictures), "--out", folder / "run")
    assert result.returncode == 0, result.stderr
    assert "Parameters" in result.stdout
    return folder / "run"


def test_version_and_help():
    assert medprune("--version").stdout.strip() == __version__
    assert "prune" in medprune("--help").stdout.lower()


def test_help_speaks_no_python(capfd):
    command = typer.main.get_command(app)
    names = [[name] for name in command.commands if name != "bench"]
    names += [["bench", name] for name in command.commands["bench"].commands]
    for words in names:
        assert run_command([*words, "--help"]) == 0
        text = capfd.readouterr().out
        assert text.startswith(f"Usage: medprune {' '.join(words)} [OPTIONS]")
        assert not re.search(r"[{}]|list\[|\[\[|range>", text), text
    assert run_command(["study", "--help"]) == 0
    text = capfd.readouterr().out
    assert all(name in text for name in get_args(Allocation))


def test_a_run_leaves_the_whole_folder(finished):
    summary = json.loads((finished / "summary.json").read_text())
    for network in ("original", "pruned"):
        assert {"parameters", "nonzero_parameters", "macs", "size_bytes", "metrics", "latency_ms"} <= set(
            summary[network]
        )
        assert {"p50", "p90", "p99", "runtime", "threads", "batch"} == set(summary[network]["latency_ms"])
        assert {"value", "ci_low", "ci_high"} == set(summary[network]["metrics"]["auc"])
        assert (finished / network / "model.safetensors").stat().st_size == summary[network]["size_bytes"]
        assert json.loads((finished / network / "model.json").read_text())["architecture"] == "article"
    assert set(summary["ratios"]) == {"parameters", "macs", "size", "latency"}
    assert summary["ratios"]["macs"] == summary["original"]["macs"] / summary["pruned"]["macs"] >= 2.0
    assert summary["verdict"]["decision"] in ("non-inferior", "inferior", "inconclusive")
    assert {"device", "seed", "data_sha256", "pruned_sha256", "duration_s"} <= set(summary["provenance"])
    for name in ("experiment.toml", "events.jsonl", "predictions.csv", "report.html"):
        assert (finished / name).stat().st_size > 0
    assert list((finished / "figures").iterdir())
    assert not (finished / "state").exists()
    assert not (finished / "run.lock").exists()


def test_the_log_never_says_that_all_can_go(finished):
    (line,) = [one for one in (finished / "events.jsonl").read_text().splitlines() if "can go" in one]
    parameters, macs = map(
        float, re.search(r"Up to ([\d.]+) % of the parameters and ([\d.]+) % of the MACs", line).groups()
    )
    assert 90.0 < parameters < 100.0
    assert 90.0 < macs < 100.0
    assert percent_down(0.99996) == "99.9"
    assert percent_down(1.0) == "100"


def test_predictions_of_a_stored_network_equal_those_of_the_run(finished, pictures, tmp_path):
    out = tmp_path / "predictions.csv"
    result = medprune("predict", finished / "pruned", pictures / "test", "--out", out)
    assert result.returncode == 0, result.stderr
    with out.open(newline="") as file:
        predicted = {row["file"]: row for row in csv.DictReader(file)}
    with (finished / "predictions.csv").open(newline="") as file:
        cases = list(csv.DictReader(file))
    assert list(next(iter(predicted.values()))) == ["file", "prediction", "p_bright", "p_dark"]
    assert len(predicted) == len(cases) == 2 * SIZES["test"]
    for case in cases:
        row = predicted[case["file"]]
        assert row["prediction"] == case["pruned"]
        assert float(row["p_dark"]) == pytest.approx(float(case["p_pruned_dark"]), abs=1e-5)


def test_compare_and_report_read_a_finished_run(finished):
    before = (finished / "report.html").read_bytes()
    assert "Parameters" in medprune("compare", finished).stdout
    assert medprune("report", finished).returncode == 0
    assert (finished / "report.html").read_bytes() == before


@pytest.mark.parametrize("command", ["compare", "report", "quantise", "export"])
def test_a_folder_without_a_finished_run_is_said_to_be_that(refused, finished, tmp_path, command):
    line = refused(command, tmp_path / "nowhere")
    assert "nowhere: there is no such folder" in line
    assert "there is no run in this folder" in refused(command, tmp_path)
    if command != "export":
        shutil.copy(finished / "experiment.toml", tmp_path)
        assert "not finished" in refused(command, tmp_path)
    assert not (tmp_path / "nowhere").exists()


def test_quantise_prints_both_networks_in_both_kinds_of_numbers(finished, tmp_path, refused):
    run = shutil.copytree(finished, tmp_path / "run")
    result = medprune("quantise", run)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("float32") >= 2
    assert result.stdout.count("int8") >= 2
    assert len(json.loads((run / "int8" / "summary.json").read_text())["networks"]) == 4
    assert "there is no run in this folder" in refused("quantise", tmp_path)


def test_a_study_compares_ways_at_the_same_budget(pictures, tmp_path, refused):
    file, out = experiment(tmp_path, pictures, pruning__steps="1", fine_tuning__epochs="1"), tmp_path / "study"
    chosen = ("--allocation", "global", "--removed", "0.5")
    result = medprune("study", file, "--out", out, *chosen)
    assert result.returncode == 0, result.stderr
    assert "global-50" in result.stdout
    assert {"study.csv", "study.md", "tradeoff.svg", "tradeoff.png", "global-50"} <= {one.name for one in out.iterdir()}
    assert "--resume" in refused("study", file, "--out", out, *chosen)
    assert "globl" in refused("study", file, "--out", tmp_path / "new", "--allocation", "globl")


def test_resuming_a_finished_run_changes_nothing(finished, pictures):
    before = (finished / "summary.json").read_bytes()
    result = medprune("run", finished / "experiment.toml", "--out", finished, "--resume")
    assert result.returncode == 0, result.stderr
    assert (finished / "summary.json").read_bytes() == before


@pytest.mark.parametrize("command", ["run", "search", "study"])
def test_where_nothing_was_begun_there_is_nothing_to_resume(refused, pictures, tmp_path, command):
    if command == "search":
        pytest.importorskip("optuna")
    (tmp_path / "empty").mkdir()
    for name in ("nothing", "empty"):
        line = refused(command, experiment(tmp_path, pictures), "--out", tmp_path / name, "--resume")
        assert f"there is no {command} to resume" in line
        assert name in line
    assert not (tmp_path / "nothing").exists()
    assert not list((tmp_path / "empty").iterdir())


def test_a_run_that_was_killed_twice_goes_on_to_the_same_weights(refused, finished, pictures, tmp_path):
    file, run = experiment(tmp_path, pictures), tmp_path / "run"
    # While the first step is fine-tuned, and once it is stored.
    for reached, more in (("step-1*", []), ("step-1/model.json", ["--resume"])):
        command = [sys.executable, "-m", "medprune_gui.cli", "run", str(file), "--out", str(run), *more]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 60
            while not list((run / "state").glob(reached)):
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.02)
            process.kill()
        assert not (run / "summary.json").exists()
    assert "--resume" in refused("run", file, "--out", run)
    result = medprune("run", file, "--out", run, "--resume")
    assert result.returncode == 0, result.stderr
    for network in ("original", "pruned"):
        weights = [(folder / network / "model.safetensors").read_bytes() for folder in (finished, run)]
        assert weights[0] == weights[1]


def test_an_interrupted_run_exits_with_130(pictures, tmp_path):
    file = experiment(tmp_path, pictures, training__epochs="5000")
    command = [sys.executable, "-m", "medprune_gui.cli", "run", str(file), "--out", str(tmp_path / "run")]
    # Whoever runs the tests in the background of a script has them ignore what Ctrl+C sends.
    heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=heeding
    ) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "run" / "state" / "original.state").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, text = process.communicate(timeout=30)
    assert process.returncode == 130
    assert text.splitlines()[-1] == "medprune: cancelled"
    assert not (tmp_path / "run" / "run.lock").exists()


def test_a_search_prints_its_front_and_goes_on_with_more_trials(pictures, tmp_path):
    pytest.importorskip("optuna")
    file, out = experiment(tmp_path, pictures, fine_tuning__epochs="1"), tmp_path / "search"
    first = medprune("search", file, "--out", out, "--trials", "2")
    assert first.returncode == 0, first.stderr
    assert "Traceback" not in first.stderr
    table = (out / "front.csv").read_text().splitlines()
    assert "2 trials: " in first.stdout
    for row in table[1:]:
        name = f"trial-{int(row.split(',')[0]):04d}"
        assert f"front/{name}" in first.stdout
        assert (out / "front" / name / "model.safetensors").is_file()
    assert (out / "front.png").is_file()
    again = medprune("search", file, "--out", out, "--trials", "3", "--resume")
    assert "3 trials: " in again.stdout
    assert len((out / "trials.csv").read_text().splitlines()) == 4
    predicted = medprune("predict", out / "front" / name, pictures / "test" / "dark", "--out", tmp_path / "p.csv")
    assert predicted.returncode == 0, predicted.stderr


def test_what_is_wrong_with_a_search_is_named(refused, pictures, tmp_path, monkeypatch):
    file = experiment(tmp_path, pictures, pruning__budget="{ share = 0.5 }", pruning__granularity='"layer"')
    assert "pruning.granularity" in refused("search", file, "--out", tmp_path / "search")
    assert "--trials" in refused("search", file, "--out", tmp_path / "search", "--trials", "0")
    monkeypatch.setitem(sys.modules, "optuna", None)
    line = refused("search", experiment(tmp_path, pictures), "--out", tmp_path / "search")
    assert "python -m pip install '.[search]' in the folder" in line
    assert not (tmp_path / "search").exists()


def test_weights_of_a_file_are_set_beside_those_of_the_network(finished, pictures, tmp_path, capfd):
    file, stored = experiment(tmp_path, pictures), finished / "original"
    assert run_command(["weights", str(file), str(stored)]) == 0
    assert "All weights fit." in capfd.readouterr().out
    narrower = experiment(tmp_path, pictures, model__parameters="{ filters = [8, 8, 16, 16], dense = 16 }")
    assert run_command(["weights", str(narrower), str(stored)]) == 2
    said = " ".join(capfd.readouterr().out.split())
    assert "2 unexpected: features.conv5.bias, features.conv5.weight" in said
    assert "other shape" in said
    assert not (tmp_path / "run").exists()


def test_inspect_prints_text_and_json(pictures):
    text = medprune("inspect", pictures / "test" / "dark")
    assert text.returncode == 0
    assert "dark" in text.stdout
    described = json.loads(medprune("inspect", pictures / "test" / "dark", "--json").stdout)
    assert "series" in json.dumps(described)


def test_wrong_usage_is_one_line(refused):
    assert "FILE.toml" in refused("run")
    assert "--nonsense" in refused("run", "--nonsense")
    assert "nowhere" in refused("inspect", "nowhere")


def test_an_unknown_command_is_not_taken_for_an_image(refused):
    line = refused("prune", "experiment.toml")
    assert "there is no command and no file called prune" in line
    assert all(name in line for name in ("run", "compare", "sensitivity", "medprune --help"))
    assert "nowhere.dcm: there is no such file" in refused("nowhere.dcm")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model__architecture": '"artcle"'}, ["artcle", "article"]),
        ({"model__parameters": "{ filers = [8] }"}, ["filers", "filters"]),
        ({"data__path": '"nowhere"'}, ["nowhere", "MEDPRUNE_DATA"]),
        ({"model__architecture": '"UNet"', "model__parameters": "{}"}, ["UNet", "classification"]),
        ({"data__size": "[4, 4]"}, ["data.size"]),
        ({"data__colour": "true"}, ["data.colour"]),
        ({"pruning__budget": '{ quantity = "macs", share = 0.0001 }'}, ["budget"]),
        ({"evaluation__metric": '"dice"'}, ["dice"]),
        ({"model__weights": '"nowhere.pt"'}, ["nowhere.pt"]),
    ],
)
def test_what_is_wrong_in_an_experiment_is_named(refused, pictures, tmp_path, changes, words):
    line = refused("run", experiment(tmp_path, pictures, **changes), "--out", tmp_path / "run")
    assert all(word in line for word in words), line
    assert not (tmp_path / "run" / "experiment.toml").exists()  # The mended file can use the same folder.


def table(folder: Path, pictures: Path, rows, header=("file", "label", "patient", "split")) -> Path:
    file = folder / "cases.csv"
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows([header, *rows])
    return file


def case_rows(pictures: Path) -> list[list[str]]:
    return [
        [str(path), path.parent.name, path.stem, path.parent.parent.name] for path in sorted(pictures.rglob("*.png"))
    ]


@pytest.mark.parametrize("fault", ["column", "file", "one class", "shared patient", "unreadable", "split name"])
def test_what_is_wrong_in_a_table_is_named(refused, pictures, tmp_path, fault):
    rows, header = case_rows(pictures), ["file", "label", "patient", "split"]
    if fault == "column":
        header[1], words = "class", ["label", "class"]
    elif fault == "file":
        rows[3][0], words = str(tmp_path / "gone.png"), ["gone.png"]
    elif fault == "one class":
        rows, words = [row for row in rows if row[1] == "dark"], ["dark"]
    elif fault == "shared patient":
        train = next(row for row in rows if row[3] == "train")
        next(row for row in rows if row[3] == "test")[2] = train[2]
        words = [train[2]]
    elif fault == "unreadable":
        broken = tmp_path / "broken.png"
        broken.write_bytes(Path(rows[0][0]).read_bytes()[:60])
        rows[0][0], words = str(broken), ["broken.png"]
    else:
        rows[0][3], words = "trial", ["trial"]
    file = experiment(tmp_path, table(tmp_path, pictures, rows, header), data__kind='"table"')
    line = refused("run", file, "--out", tmp_path / "run")
    assert all(word in line for word in words), line


def test_a_folder_without_images_is_named(refused, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "empty" in refused("inspect", tmp_path / "empty")
    assert "empty" in refused("run", experiment(tmp_path, tmp_path / "empty"), "--out", tmp_path / "run")


def test_a_checkpoint_that_does_not_fit_is_named(refused, pictures, finished, tmp_path):
    weights = json.dumps(str(finished / "original" / "model.safetensors"))
    file = experiment(tmp_path, pictures, model__weights=weights, model__parameters="{ filters = [4, 4, 4, 4, 4] }")
    line = refused("run", file, "--out", tmp_path / "run")
    assert "model.safetensors" in line
    assert "features.conv1" in line


def test_an_output_folder_that_cannot_be_written_to_is_named(refused, pictures, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    assert "file" in refused("run", experiment(tmp_path, pictures), "--out", tmp_path / "file")
    assert "sys" in refused("run", experiment(tmp_path, pictures), "--out", "/sys/medprune")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_named_and_nothing_is_lost(refused, pictures, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        line = refused("run", experiment(tmp_path, pictures), "--out", disk / "run")
        assert "free" in line or "full" in line
    finally:
        subprocess.run(["umount", disk], check=True)


def test_sensitivity_is_measured_on_the_original_of_a_run(finished, tmp_path, capfd, refused):
    file, out = finished / "experiment.toml", tmp_path / "curves.csv"
    assert "no trained weights" in refused("sensitivity", file, "--out", out)
    assert not out.exists()
    assert run_command(["sensitivity", str(file), "--out", str(out), "--run", str(finished)]) == 0
    assert str(out) in capfd.readouterr().out.replace("\n", "")
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == 10 * len({row["group"] for row in rows}) == 60
    assert all(0 <= float(row["auc"]) <= 1 for row in rows)


def test_a_run_prints_what_is_taken_back_and_by_how_much_the_target_was_missed(tmp_path, pictures):
    # Nothing is left of 99 % of the weights, and hardly anything mends it: whatever the original knew is lost.
    file = experiment(
        tmp_path,
        pictures,
        training__epochs="8",
        training__learning_rate="3e-3",
        pruning__budget=None,
        pruning__amount="0.99",
        pruning__granularity='"weight"',
        pruning__schedule='"one-shot"',
        pruning__steps="1",
        pruning__floor='{ metric = "auc", drop = 0.0, tries = 1 }',
        fine_tuning__learning_rate="1e-6",
        fine_tuning__epochs="1",
    )
    done = medprune("run", file, "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    log = " ".join(done.stderr.split())
    assert "warning: Step 1 is taken back: validation AUC fell by" in log
    assert "Note: The floor was in the way: 99 % of the weights asked for," in " ".join(done.stdout.split())
