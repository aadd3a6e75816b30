"""Sensitivity through the real window, its real worker and real X-rays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from test_main_job import bench, experiment, start, take  # noqa: F401

from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.experiments.sensitivity_file import read_curves
from medprune_gui.ui.pruning.sensitivity_dialog import SensitivityDialog


def finish(qtbot, workbench):
    qtbot.waitUntil(lambda: not workbench.session.measuring.active, timeout=120_000)
    return workbench.session.measuring


def test_a_run_lends_its_original_and_the_plan_follows_what_was_measured(qtbot, bench, experiment, tmp_path):  # noqa: F811
    take(bench, qtbot, experiment, tmp_path)
    window, session = bench.window, bench.session
    qtbot.keyClick(window, Qt.Key.Key_F6)
    (dialog,) = window.findChildren(SensitivityDialog)
    qtbot.mouseClick(dialog.measure_button, Qt.MouseButton.LeftButton)
    assert finish(qtbot, bench).status == "failed"
    assert "no trained weights" in dialog.state.text()

    start(bench, qtbot)
    qtbot.waitUntil(lambda: session.comparison is not None, timeout=120_000)
    qtbot.mouseClick(dialog.measure_button, Qt.MouseButton.LeftButton)
    assert dialog.cancel_button.isVisible()
    assert finish(qtbot, bench).status == "finished"
    curves = session.sensitivity
    assert set(curves.scores) == {group.name for group in session.certificate.groups if group.prunable}
    assert dialog.view.proxy.rowCount() == len(curves.scores)

    qtbot.waitUntil(lambda: session.estimate is not None, timeout=60_000)
    even = session.estimate
    qtbot.mouseClick(dialog.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.estimate is not None, timeout=60_000)
    assert session.pruning.allocation == "sensitivity"
    assert session.estimate.layers != even.layers
    assert session.estimate.macs_after <= 0.5 * session.estimate.macs_before
    assert not session.estimate.notes

    # A run of that plan measures for itself, keeps the curves, and they are shown.
    start(bench, qtbot)
    qtbot.waitUntil(lambda: not session.job.active, timeout=120_000)
    assert session.job.status == "finished"
    kept = read_curves(RunFolder(session.run_folder).sensitivity_file)
    assert kept == session.sensitivity
    assert kept.baseline == pytest.approx(curves.baseline)
    dialog.close()


def test_measuring_is_cancelled_and_gives_way_to_a_run(qtbot, bench, experiment, tmp_path):  # noqa: F811
    take(bench, qtbot, experiment, tmp_path)
    session, estimate = bench.session, bench.window.pruning.estimate
    start(bench, qtbot)
    qtbot.waitUntil(lambda: session.comparison is not None, timeout=120_000)
    estimate.show_sensitivity()
    (dialog,) = estimate.findChildren(SensitivityDialog)

    def measuring():
        dialog.measure_button.click()
        qtbot.waitUntil(lambda: session.measuring.status == "running", timeout=60_000)

    measuring()
    qtbot.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    assert finish(qtbot, bench).status == "cancelled"
    assert session.sensitivity is None
    measuring()
    start(bench, qtbot)
    assert finish(qtbot, bench).status == "cancelled"
    bench.runs.cancel()
    qtbot.waitUntil(lambda: not session.job.active, timeout=60_000)
    dialog.close()
