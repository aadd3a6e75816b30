import json
import math
import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medprune_gui.engine.config import ExperimentConfig, load_experiment
from medprune_gui.engine.errors import ConfigError, InputError, OutputError
from medprune_gui.engine.evaluation.latency_summary import latency_ratio
from medprune_gui.engine.experiments import run_folder, run_lock
from medprune_gui.engine.experiments.comparison_files import cases_csv, cases_from_csv
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.records import (
    CaseRecord,
    Comparison,
    Estimate,
    JobEvent,
    LatencySamples,
    LatencySummary,
    LayerRecord,
    NetworkSummary,
    VerdictRecord,
)

NAN = math.nan


def config(**changes) -> ExperimentConfig:
    values = {"name": "Run", "data": {"kind": "folders", "path": "/data/x-rays"}, **changes}
    return ExperimentConfig.model_validate(values)


def comparison(task: str = "classification") -> Comparison:
    segmented = task == "segmentation"
    scores = ((0.91, NAN), (0.875, NAN)) if segmented else ((0.1, 0.2, 0.7), (1 / 3, 1 / 3, 1 / 3))
    case = CaseRecord(
        case='a "quoted", name',
        file="/data/M\xfcller\udcff.dcm",
        patient="p\n1",
        slice=17 if segmented else None,
        truth="" if segmented else "c",
        original="" if segmented else "c",
        pruned="" if segmented else "a",
        original_scores=scores[0],
        pruned_scores=scores[1],
        arrays="cases/1.npz" if segmented else None,
    )
    network = NetworkSummary(
        parameters=1000,
        nonzero_parameters=900,
        macs=5000,
        size_bytes=4000,
        metrics={"auc": Estimate(0.9123456789012345, 0.8, 0.95), "sensitivity": Estimate(0.5, NAN, NAN)},
        latency_ms=LatencySummary(10.0, 11.0, 12.5, "PyTorch eager", 2, 1),
    )
    return Comparison(
        name="Vergleich \N{MULTIPLICATION SIGN}",
        task=task,
        classes=("a", "b", "c"),
        primary_metric="auc",
        original=network,
        pruned=replace(
            network, parameters=250, macs=0, size_bytes=1000, latency_ms=replace(network.latency_ms, p50=4.0)
        ),
        verdict=VerdictRecord("auc", 0.02, -0.001, -0.01, 0.003, "non-inferior", notes=("Few patients.",)),
        layers=(LayerRecord("conv", "Conv2d", 32, 8, 320, 80, 0, 1000, 250),),
        latency=LatencySamples((10.0, 12.0), (4.0, 4.8), "PyTorch eager", 2, 1, 3, "cpu"),
        cases=(case, replace(case, case="second", slice=0 if segmented else None)),
        provenance={"torch": "2.13.0", "seed": "0", "duration_s": "12.5"},
        notes=("A note.",),
    )


@pytest.mark.parametrize("task", ["classification", "segmentation"])
def test_a_comparison_comes_back_as_it_was_written(tmp_path, task):
    with RunFolder(tmp_path / "run").create(config()) as run:
        run.write_comparison(comparison(task))
    # repr: NaN equals no NaN.
    assert repr(RunFolder(tmp_path / "run").read_comparison()) == repr(comparison(task))
    assert not list(run.path.glob(".*")), "nothing is left beside the files"


def test_the_summary_holds_finite_numbers_and_says_how_many_times_smaller(tmp_path):
    def forbidden(constant):
        raise AssertionError(f"{constant} is no JSON")

    with RunFolder(tmp_path).create(config()) as run:
        run.write_comparison(comparison())
    summary = json.loads(run.summary_file.read_text(encoding="utf-8"), parse_constant=forbidden)
    assert summary["ratios"] == {
        "parameters": 4.0,
        "macs": None,
        "size": 4.0,
        "latency": latency_ratio(comparison().latency),
    }
    assert summary["original"]["metrics"]["sensitivity"] == {"value": 0.5, "ci_low": None, "ci_high": None}
    assert summary["original"]["latency_ms"] == {
        "p50": 10.0, "p90": 11.0, "p99": 12.5, "runtime": "PyTorch eager", "threads": 2, "batch": 1
    }  # fmt: skip
    assert summary["provenance"] == {"torch": "2.13.0", "seed": "0", "duration_s": 12.5}
    assert {"metric", "margin", "difference", "ci_low", "ci_high", "decision"} <= set(summary["verdict"])


text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(text, text, text, st.none() | st.integers(0, 500)), max_size=4),
    st.lists(st.floats(), min_size=2, max_size=2),
)
def test_any_names_and_scores_survive_the_table_of_cases(names, scores):
    template = comparison("segmentation")
    cases = tuple(
        replace(template.cases[0], case=a, file=b, patient=c, slice=number, original_scores=tuple(scores))
        for a, b, c, number in names
    )
    written = cases_csv(replace(template, cases=cases))
    assert repr(cases_from_csv(written, "segmentation")) == repr(cases)


@pytest.mark.parametrize("name", ["summary.json", "layers.json", "latency.json", "predictions.csv"])
@pytest.mark.parametrize("damage", [None, b"", b"{]", b'{"task": "classification"}', b"\xff\xfe"])
def test_a_missing_or_damaged_file_is_named(tmp_path, name, damage):
    with RunFolder(tmp_path).create(config()) as run:
        run.write_comparison(comparison())
    if damage is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(damage)
    with pytest.raises(InputError) as caught:
        run.read_comparison()
    assert caught.value.where == str(tmp_path / name)
    assert caught.value.remedy


def test_states_of_a_run_and_what_a_second_run_may_do_with_them(tmp_path):
    run = RunFolder(tmp_path / "new" / "run")
    assert run.state() == "empty"
    with run.create(config()):
        assert run.state() == "running"
    assert run.state() == "interrupted"
    with pytest.raises(OutputError, match="broken off"):
        run.create(config())
    with pytest.raises(ConfigError, match=r"fine_tuning\.epochs"):
        run.create(config(fine_tuning={"epochs": 99}), resume=True)
    assert run.state() == "interrupted", "a refused run keeps no lock"
    with run.create(config(), resume=True):
        run.write_comparison(comparison())
    assert run.state() == "finished"
    before = {file.name: file.read_bytes() for file in run.path.iterdir()}
    with pytest.raises(OutputError, match="finished run"):
        RunFolder(run.path).create(config())
    assert {file.name: file.read_bytes() for file in run.path.iterdir()} == before
    assert load_experiment(run.experiment_file) == config() == run.experiment()


def test_a_folder_with_other_files_takes_a_run_unless_they_would_be_replaced(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    RunFolder(tmp_path).create(config()).release()
    other = tmp_path / "other"
    other.mkdir()
    (other / "predictions.csv").write_text("mine")
    for resume in (False, True):
        with pytest.raises(OutputError, match=r"predictions\.csv"):
            RunFolder(other).create(config(), resume)
    assert [file.name for file in other.iterdir()] == ["predictions.csv"]


def test_another_living_process_keeps_its_folder_and_a_dead_one_does_not(tmp_path):
    code = (
        "import sys; from medprune_gui.engine.experiments.run_lock import take; from pathlib import Path;"
        "take(Path(sys.argv[1])); print('taken', flush=True); sys.stdin.read()"
    )
    lock = tmp_path / "run.lock"
    child = subprocess.Popen(
        [sys.executable, "-c", code, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout.readline() == "taken\n"
        run = RunFolder(tmp_path)
        assert run.state() == "running"
        with pytest.raises(OutputError, match=f"process {child.pid}"):
            run.create(config())
        run.release()
        assert lock.exists(), "only its holder removes a lock"
    finally:
        child.kill()
        child.communicate()
    assert lock.exists()
    assert run.state() == "empty"
    with run.create(config()):
        assert json.loads(lock.read_text())["pid"] == os.getpid()
    assert not lock.exists()


def test_only_the_object_that_took_the_lock_lets_go_of_it(tmp_path):
    with RunFolder(tmp_path).create(config()) as run:
        RunFolder(tmp_path).release()
        assert run.state() == "running"
        with pytest.raises(OutputError, match=f"process {os.getpid()}"):
            RunFolder(tmp_path).create(config(), resume=True)
        assert run.state() == "running"
    assert run.state() == "interrupted"


def test_a_disk_that_is_full_leaves_no_empty_lock(tmp_path):
    resource = pytest.importorskip("resource", reason="limits of files exist on Unix only")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(OutputError, match="full"):
            run_lock.take(tmp_path / "run.lock")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_cleared_and_nothing_else(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from medprune_gui.engine import files\n"
        "os.fsync = lambda number: os.kill(os.getpid(), 9)\n"
        "files.write_whole(Path(sys.argv[1]), b'half')"
    )
    run = RunFolder(tmp_path)
    run.create(config()).release()
    folders = [run.path, run.original, run.resumable, run.resumable / "step-1", run.path / "cases"]
    for folder in folders:
        subprocess.run([sys.executable, "-c", code, folder / "file.bin"], check=False)
        assert len(list(folder.glob(".file.bin.*.part"))) == 1
    others = [run.path / ".notes.part", run.path / "mine" / ".file.bin.12345678.part"]
    for file in others:
        file.parent.mkdir(exist_ok=True)
        file.write_text("mine")
    run.create(config(), resume=True).release()
    assert sorted(run.path.rglob("*.part")) == sorted(others)


@pytest.mark.parametrize(
    ("change", "held"),
    [
        ({}, True),
        ({"started": 1000.0}, False),  # the number of a process that ended was given to another
        ({"host": "elsewhere", "pid": 1}, True),  # cannot be known from here
    ],
)
def test_a_lock_is_judged_by_process_start_and_computer(tmp_path, change, held):
    import socket

    mine = {"pid": os.getpid(), "host": socket.gethostname(), "started": psutil.Process().create_time()}
    (tmp_path / "run.lock").write_text(json.dumps({**mine, **change}))
    if held:
        with pytest.raises(OutputError, match=change.get("host", f"process {os.getpid()}")):
            RunFolder(tmp_path).create(config())
    else:
        RunFolder(tmp_path).create(config()).release()


def test_a_lock_that_lost_its_content_long_ago_is_nobodys(tmp_path):
    lock = tmp_path / "run.lock"
    lock.touch()
    with pytest.raises(OutputError):
        RunFolder(tmp_path).create(config())
    os.utime(lock, (0, 0))
    RunFolder(tmp_path).create(config()).release()


def test_a_place_that_takes_no_files_is_refused_before_anything_starts(tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("mine")
    for path in (file, file / "below"):
        with pytest.raises(OutputError) as caught:
            RunFolder(path).create(config())
        assert caught.value.remedy
    monkeypatch.setattr(run_folder, "MINIMUM_FREE_BYTES", 2**80)
    with pytest.raises(OutputError, match="free"):
        RunFolder(tmp_path / "full").create(config())
    assert not (tmp_path / "full" / "experiment.toml").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")  # noqa: PTH110
def test_a_full_disk_is_said_in_words(tmp_path):
    run = RunFolder(tmp_path).create(config())
    run.events_file.symlink_to("/dev/full")
    with pytest.raises(OutputError, match="full"):
        run.append_event(JobEvent("train"))
    run.release()


def test_events_come_back_even_after_a_line_was_cut_short(tmp_path):
    first = JobEvent("train", 1, 6, "Epoch 1", {"val_auc": 0.9, "train_loss": 0.5}, ("a.png",), 0.25, "warning")
    with RunFolder(tmp_path).create(config()) as run:
        run.append_event(first)
    with run.events_file.open("ab") as file:
        file.write(b'{"stage": "tra')
    with run.create(config(), resume=True):
        run.append_event(JobEvent("train", metrics={"train_loss": NAN}))
    events = list(run.events())
    assert events[0] == first
    assert len(events) == 2
    assert math.isnan(events[1].metrics["train_loss"])
    for line in run.events_file.read_text().splitlines():
        assert "NaN" not in line


def test_time_is_counted_through_all_sessions_but_not_between_them(tmp_path):
    run = RunFolder(tmp_path)
    assert run.elapsed_s == 0.0
    with run.create(config()):
        time.sleep(0.05)
        run.append_event(JobEvent("train"))
    first = json.loads(run.events_file.read_text())["elapsed_s"]
    assert first >= 0.05
    with RunFolder(tmp_path).create(config(), resume=True) as again:
        assert first <= again.elapsed_s < first + 1.0
        again.append_event(JobEvent("train"))
    assert [event.stage for event in again.events()] == ["train", "train"]


def test_case_arrays_come_back_exactly_and_stay_in_the_folder(tmp_path):
    random = np.random.default_rng(0)
    arrays = {
        "image": random.integers(-1000, 3000, (7, 5), dtype=np.int16),
        "truth": random.integers(0, 3, (7, 5), dtype=np.uint8),
    }
    run = RunFolder(tmp_path / "run").create(config())
    template = comparison("segmentation").cases[0]
    names = [run.write_case_arrays(name, arrays) for name in ("scan/1", "scan_1", "../../escape")]
    assert len(set(names)) == 3
    for name in names:
        read = run.case_arrays(replace(template, arrays=name))
        assert read.keys() == arrays.keys()
        for key in arrays:
            np.testing.assert_array_equal(read[key], arrays[key], strict=True)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]

    np.savez(tmp_path / "outside.npz", **arrays)
    np.savez(run.path / "objects.npz", image=np.array([{}], dtype=object))
    (run.path / "cases" / "cut.npz").write_bytes((run.path / names[0]).read_bytes()[:200])
    for name in ("../outside.npz", "objects.npz", "cases/cut.npz", "cases/missing.npz", None):
        with pytest.raises(InputError):
            run.case_arrays(replace(template, arrays=name))
    run.release()


def test_the_window_can_import_it_without_torch_pandas_or_qt():
    code = (
        "import sys, medprune_gui.engine.experiments.run_folder\n"
        "print([name for name in ('torch', 'pandas', 'PySide6', 'matplotlib') if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert output.stdout.strip() == "[]"
