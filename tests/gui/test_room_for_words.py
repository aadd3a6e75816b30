"""The window's words are whole at the sizes of common screens."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from example_runs import certificate, estimate
from label_room import cut_off
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from medprune_gui.engine.config import DataConfig
from medprune_gui.engine.records import JobEvent
from medprune_gui.qt_application import application
from medprune_gui.session.job_state import JobState
from medprune_gui.ui.main_window import MainWindow
from medprune_gui.ui.pruning.estimate_row import EstimateRow

SCREENS = ((1280, 800), (1600, 1000), (1920, 1080))


@pytest.fixture(params=SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def window(qtbot, session, request) -> MainWindow:
    application()
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(*request.param)
    window.show()
    QApplication.processEvents()
    assert (window.width(), window.height()) == request.param
    return window


def test_the_empty_job_panel_shows_its_words_whole_and_takes_no_more_room(window):
    assert window.job.empty.isVisible()
    assert cut_off(window.job) == []
    assert window.job.height() <= 90


def test_the_words_of_the_empty_job_panel_stay_whole_in_a_narrow_dock(qtbot, window):
    dock = window.docks[2]
    dock.setFloating(True)
    dock.resize(300, 60)
    qtbot.waitUntil(lambda: window.job.width() < 310, timeout=2_000)
    QApplication.processEvents()
    assert cut_off(window.job) == []


@pytest.mark.parametrize("width", [280, 300, 320, 500])
def test_no_row_of_the_estimate_breaks_between_a_number_and_its_unit(qtbot, panel, session, width):
    application()
    session.data = DataConfig(kind="folders", path=Path("/images"))
    session.certificate = certificate()
    session.estimate = replace(
        estimate(), parameters_before=1_630_000, parameters_after=804_000, macs_before=19_200_000,
        macs_after=10_400_000, milliseconds_before=112.0, milliseconds_after=16.4, timed_in="PyTorch",
    )  # fmt: skip
    panel.resize(width, 900)
    QApplication.processEvents()
    assert panel.width() == width
    section = panel.estimate
    assert cut_off(section) == []
    assert not any("\n" in row.figures.text() or row.figures.wordWrap() for row in section.findChildren(EstimateRow))
    assert section.width() <= panel.scroll_area.viewport().width()
    # Beside its name where there is room, below it where there is none.
    beside = section.macs_row.figures.y() == section.macs_row.title.y()
    assert beside if width >= 500 else not beside


def test_the_pruning_panel_opens_with_the_width_it_was_laid_out_for(window):
    assert window.pruning.width() == pytest.approx(min(350, window.width() // 4), abs=2)


def trained(n: int) -> JobState:
    job = JobState(1, "Chest X-rays of children", Path("/runs/1"))
    for step in range(1, n + 1):
        values = {"epoch": float(step), "train_loss": 0.7 / step, "val_loss": 0.8 / step}
        values |= {"val_auc": 1 - 0.6 / step, "val_accuracy": 1 - 0.8 / step}
        job = job.after(JobEvent("train", step, 20, f"Epoch {step} of 20", values, fraction=step / 40), step)
    return job


def overlapping(axis) -> bool:
    """Whether words of a vertical axis touch."""
    image = QImage(axis.boundingRect().size().toSize(), QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    specs = axis.generateDrawSpecs(painter)
    painter.end()
    places = sorted((rect for rect, *_ in specs[2]), key=lambda rect: rect.top())
    return any(one.bottom() > other.top() + 2 for one, other in pairwise(places))


def test_the_curves_of_a_running_job_can_be_read(qtbot, window):
    window.session.job = trained(6)
    QApplication.processEvents()
    qtbot.wait(50)
    panel, curves = window.job, window.job.curves
    assert curves.isVisible()
    assert cut_off(panel) == []
    for plot in curves._plots.values():
        item = plot.getPlotItem()
        assert item.getViewBox().height() >= 90
        assert not overlapping(item.getAxis("left"))
        # Epochs are counted below the plot alone.
        assert item.getAxis("top")._tickLevels == [[]]
    assert panel.log.viewport().height() >= 8 * panel.log.fontMetrics().height()


def test_a_low_window_gives_the_room_back_to_the_results_when_the_job_is_done(qtbot, window):
    window.session.job = trained(6)
    QApplication.processEvents()
    going_on = window.job.height()
    window.session.job = window.session.job.ended("finished")
    QApplication.processEvents()
    assert cut_off(window.job) == []
    if window.height() > 900:
        assert window.job.height() == going_on
        assert window.job.curves.isVisible()
        return
    assert window.job.height() < 140
    assert not window.job.splitter.isVisible()
    # The curves come back with the room, and with the next job.
    window.resizeDocks([window.docks[2]], [320], Qt.Orientation.Vertical)
    QApplication.processEvents()
    assert window.job.curves.isVisible()
    window.session.job = replace(trained(2), job=2)
    QApplication.processEvents()
    assert window.job.height() >= 250


def test_the_progress_of_a_scan_does_not_widen_the_studies(window):
    width = window.studies.width()
    window.studies.show_scan_progress(4176, 4176)
    QApplication.processEvents()
    assert window.studies.width() == width
    assert cut_off(window.studies) == []
