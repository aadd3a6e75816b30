"""The int8 baseline of a finished run: its numbers, its files, its refusal of other data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from picture_runs import carry_out, experiment, mirror, read_table, sha256, write_pictures

from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import ConfigError, InputError
from medprune_gui.engine.experiments.int8_baseline import quantise_run
from medprune_gui.engine.experiments.int8_figures import Int8Figures
from medprune_gui.engine.experiments.int8_table import int8_table
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.models.int8 import quantise_int8, stored_bytes
from medprune_gui.engine.pruning.stored import load_network


def quantised(folder: Path, **options) -> Int8Figures:
    steps = quantise_run(folder, device="cpu", **options)
    fractions = []
    while True:
        try:
            fractions.append(next(steps).fraction)
        except StopIteration as stop:
            assert fractions == sorted(fractions)
            assert fractions[-1] == 1.0
            return stop.value


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    root = tmp_path_factory.mktemp("int8")
    config = experiment(write_pictures(root / "pictures"), training={"epochs": 6, "batch_size": 8})
    carry_out(config, root / "run")
    return root


@pytest.fixture
def run(finished, tmp_path):
    return shutil.copytree(finished / "run", tmp_path / "run")


def test_both_networks_are_measured_in_both_kinds_of_numbers(run):
    kept = {path: sha256(path) for path in [*run.glob("original/*"), *run.glob("pruned/*"), run / "summary.json"]}
    figures = quantised(run)
    folder = RunFolder(run)
    assert Int8Figures.read(folder.int8) == figures
    comparison = folder.read_comparison()
    assert [(one.network, one.int8) for one in figures.networks] == [
        ("original", False), ("original", True), ("pruned", False), ("pruned", True)
    ]  # fmt: skip
    original, original_int8, pruned, pruned_int8 = figures.networks
    # In float32 they are the run's own numbers.
    assert original.test == comparison.original.metrics
    assert pruned.test == comparison.pruned.metrics
    assert pruned.verdict is not None
    assert (pruned.verdict.difference, pruned.verdict.decision) == (
        comparison.verdict.difference, comparison.verdict.decision
    )  # fmt: skip
    assert original.size_bytes == 4 * comparison.original.parameters
    assert original.size_bytes > 2 * original_int8.size_bytes > 2 * pruned_int8.size_bytes
    assert original_int8.int8_layers
    assert not original_int8.float_layers
    assert original.verdict is None
    assert abs(original_int8.test["auc"].value - original.test["auc"].value) <= 0.1
    assert 0 < original_int8.difference < 0.05
    assert all(one.runtime is None for one in figures.networks)
    assert {path: sha256(path) for path in kept} == kept
    for name in ("tradeoff.svg", "tradeoff.png"):
        assert (folder.figures / name).stat().st_size > 0
    assert "Beside int8" in folder.report_file.read_text(encoding="utf-8")
    table = int8_table("run", figures)
    assert len(table.rows) == 4
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_ranges_are_found_on_training_cases_alone(finished, run, monkeypatch):
    seen = []

    def watched(network, batches):
        seen.append(sum(len(batch) for batch in batches))
        return quantise_int8(network, batches)

    monkeypatch.setattr("medprune_gui.engine.experiments.int8_baseline.quantise_int8", watched)
    monkeypatch.setattr("medprune_gui.engine.experiments.int8_baseline.CALIBRATION_CASES", 10)
    figures = quantised(run)
    config = RunFolder(run).experiment()
    training = read_cases(config.data, config.seed).of("train")
    assert len(training) > 10
    assert seen == [10, 10]
    assert figures.calibration_cases == 10


def test_what_is_left_in_float_is_said_and_kept(run, monkeypatch):
    def hooked(network, batches):
        network.classifier[-1].register_forward_hook(lambda *_: None)
        return quantise_int8(network, batches)

    monkeypatch.setattr("medprune_gui.engine.experiments.int8_baseline.quantise_int8", hooked)
    warnings = [event.message for event in quantise_run(run, device="cpu") if event.level == "warning"]
    figures = Int8Figures.read(run / "int8")
    assert len(warnings) == 2
    for one in figures.networks:
        assert len(one.notes) == one.int8
        for note in one.notes:
            assert "hooks" in note
            assert any(note in warning for warning in warnings)
            assert any(note in line for line in int8_table("run", figures).notes)


def test_quantising_twice_gives_the_same_numbers(run):
    first = quantised(run)
    report = (run / "report.html").read_bytes()
    assert quantised(run) == first
    assert (run / "report.html").read_bytes() == report


@pytest.mark.filterwarnings("ignore")
def test_onnx_runtime_runs_and_times_all_four(run):
    for package in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package, reason="the extra onnx is not installed")
    figures = quantised(run, onnx=True)
    assert Int8Figures.read(run / "int8") == figures
    for one in figures.networks:
        name = f"{one.network}-int8" if one.int8 else one.network
        assert (run / "int8" / f"{name}.onnx").stat().st_size > one.size_bytes
        assert one.runtime.latency_ms.runtime.startswith("ONNX Runtime ")
        assert one.runtime.latency_ms.p50 > 0
        assert one.runtime.time_share > 0
        if one.int8:
            assert 1 <= one.runtime.integer_operators <= len(one.int8_layers)
            assert one.runtime.difference < one.difference
        else:
            assert one.runtime.integer_operators == 0
            assert one.runtime.difference < 1e-5
    assert figures.networks[0].runtime.time_share == 1.0
    assert "integer operators" in int8_table("run", figures).columns


def test_a_network_is_stored_in_a_quarter_and_little_more(finished):
    network, description = load_network(finished / "run" / "original")
    config = RunFolder(finished / "run").experiment()
    assert description.task == "classification"
    import torch

    size = stored_bytes(quantise_int8(network, [torch.rand(4, 1, *config.data.size)]))
    parameters = sum(parameter.numel() for parameter in network.parameters())
    assert parameters < size < 2 * parameters


def test_other_data_than_the_runs_are_refused(tmp_path):
    table = write_pictures(tmp_path / "pictures")
    carry_out(experiment(table), tmp_path / "run")
    test_case = next(row for row in read_table(table) if row[3] == "test")
    mirror(table.parent / test_case[0], table.parent / test_case[0])
    with pytest.raises(ConfigError, match="data have changed"):
        quantised(tmp_path / "run")
    assert not (tmp_path / "run" / "int8").exists()


def test_a_run_that_is_not_finished_is_refused(run):
    (run / "summary.json").unlink()
    with pytest.raises(InputError, match="is not finished"):
        quantised(run)


def test_a_damaged_summary_is_named(run):
    quantised(run)
    file = run / "int8" / "summary.json"
    values = json.loads(file.read_text())
    del values["networks"][1]["test"]
    file.write_text(json.dumps(values))
    with pytest.raises(InputError, match=r"summary\.json.*damaged.*test"):
        Int8Figures.read(run / "int8")
