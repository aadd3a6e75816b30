"""Milliseconds and peak memory as targets: what is offered, shown and written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from example_runs import certificate, estimate
from label_room import cut_off
from PySide6.QtWidgets import QApplication

from medprune_gui.engine.config import Budget, DataConfig, PruningConfig
from medprune_gui.engine.settings import runtimes
from medprune_gui.qt_application import application
from medprune_gui.ui.compare.quantities import plain
from medprune_gui.ui.pruning.runtime_row import RuntimeRow


@pytest.fixture(autouse=True)
def _dressed(qtbot) -> None:
    application()


def choose(combo, value):
    combo.setCurrentIndex(combo.findData(value))


def enabled(combo, value):
    return combo.model().item(combo.findData(value)).isEnabled()


def test_milliseconds_bring_a_runtime_and_a_batch(panel, session):
    row = panel.pruning.runtime
    assert not row.runtime_combo.isVisible()
    choose(panel.target_combo, "latency")
    assert session.pruning.budget == Budget(quantity="latency", share=0.5)
    assert row.runtime_combo.isVisible()
    assert row.batch_spin.isVisible()
    row.batch_spin.setValue(4)
    choose(row.runtime_combo, "onnxruntime")
    assert session.pruning.budget == Budget(quantity="latency", share=0.5, batch=4, runtime="onnxruntime")
    choose(panel.target_combo, "memory")
    assert session.pruning.budget == Budget(quantity="memory", share=0.5)
    assert not row.runtime_combo.isVisible()
    choose(panel.target_combo, "macs")
    assert not row.batch_spin.isVisible()


def test_outright_milliseconds_start_from_the_measured_time(panel, session):
    choose(panel.target_combo, "latency")
    session.certificate = certificate()
    session.estimate = replace(estimate(), milliseconds_before=9.87, milliseconds_after=5.0, timed_in="PyTorch")
    choose(panel.pruning.target.basis_combo, "most")
    assert session.pruning.budget == Budget(quantity="latency", most=4.93)
    assert panel.pruning.target.most_spin.text().endswith(" ms")


def test_what_does_not_go_with_milliseconds_cannot_be_chosen(panel, session):
    choose(panel.target_combo, "latency")
    assert not enabled(panel.schedule_combo, "growing")
    choose(panel.granularity_combo, "layer")
    assert session.pruning.budget.quantity == "parameters"
    assert not enabled(panel.target_combo, "latency")
    session.pruning = PruningConfig(budget=Budget(), schedule="soft")
    assert not enabled(panel.target_combo, "memory")
    session.pruning = PruningConfig(budget=Budget(), allocation="greedy")
    assert not enabled(panel.target_combo, "memory")
    assert enabled(panel.target_combo, "latency")
    session.pruning = PruningConfig(budget=Budget(quantity="memory"))
    assert not enabled(panel.pruning.choices.allocation_combo, "greedy")


def test_a_runtime_that_is_missing_is_greyed_out_and_says_how_to_get_it(session, qtbot, monkeypatch):
    monkeypatch.setitem(runtimes.RUNTIME_PACKAGES, "openvino", (("no_such_package",), "openvino"))
    row = RuntimeRow(session, lambda **_: None)
    assert not enabled(row.runtime_combo, "openvino")
    assert enabled(row.runtime_combo, "eager")
    index = row.runtime_combo.findData("openvino")
    assert ".[openvino]" in row.runtime_combo.itemData(index, 3)


def test_the_estimate_shows_milliseconds_where_they_are_known(panel, session):
    session.certificate = certificate()
    session.estimate = estimate()
    assert not panel.estimate.time_row.isVisible()
    session.estimate = replace(estimate(), milliseconds_before=9.87, milliseconds_after=4.9, timed_in="PyTorch 2 eager")
    assert panel.estimate.time_row.text == "Time 9.87 ms \N{RIGHTWARDS ARROW} about 4.90 ms"
    assert panel.estimate.time_row.times.text().endswith("faster")
    assert "PyTorch 2 eager" in panel.estimate.time_row.toolTip()


def test_the_estimate_shows_peak_memory_in_a_row_as_the_others(panel, session):
    session.data = DataConfig(kind="folders", path=Path("/images"))
    session.certificate = certificate()
    session.estimate = estimate()
    row = panel.estimate.peak_row
    assert not row.isVisible()
    session.estimate = replace(estimate(), peak_bytes_before=6801928, peak_bytes_after=3398772)
    assert row.isVisible()
    assert row.bar.isVisible()
    assert row.text == "Peak memory 6.80 MB \N{RIGHTWARDS ARROW} 3.40 MB"
    assert plain(row.times.text()) == "2.0x less"
    QApplication.processEvents()
    assert cut_off(panel.estimate) == []
