"""The window's words are whole at the sizes of common screens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from example_runs import certificate, estimate
from label_room import cut_off
from PySide6.QtWidgets import QApplication

from medprune_gui.app import application
from medprune_gui.engine.config import DataConfig
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
