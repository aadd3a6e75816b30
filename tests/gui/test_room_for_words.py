"""The window's words are whole at the sizes of common screens."""

from __future__ import annotations

import pytest
from label_room import cut_off
from PySide6.QtWidgets import QApplication

from medprune_gui.app import application
from medprune_gui.ui.main_window import MainWindow

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
