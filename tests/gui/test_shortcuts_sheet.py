"""The sheet of keyboard shortcuts fits a small screen, its button included."""

from __future__ import annotations

from html import escape

import pytest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QScrollArea, QWidget

from medprune_gui.app import Workbench
from medprune_gui.app_actions import shortcuts_sheet
from medprune_gui.qt_application import application
from medprune_gui.ui.about import shortcuts_dialog
from medprune_gui.ui.viewer.gestures import FIGURES, MOUSE


def test_every_shortcut_is_on_the_sheet_which_fits_a_small_screen(qtbot, tmp_path):
    application()
    bench = Workbench(settings_file=tmp_path / "settings.json")
    bench.window.show()
    table = bench.window.action_table
    dialog = shortcuts_sheet(bench.window)
    dialog.open()
    QApplication.processEvents()
    assert dialog.height() <= 680
    assert dialog.width() <= 1000
    buttons = dialog.findChild(QDialogButtonBox)
    assert dialog.rect().contains(buttons.geometry())
    labels = dialog.findChildren(QLabel)
    assert len(labels) in (2, 3)
    text = "".join(label.text() for label in labels)
    assert all(keys in text for _, _, keys in table.shortcuts())
    assert all(escape(words) in text for row in (*MOUSE, *FIGURES) for words in row)
    assert dialog.findChild(QScrollArea).verticalScrollBar().maximum() == 0
    for label in labels:  # No line breaks.
        assert label.width() >= label.sizeHint().width()
    dialog.reject()
    bench.close_workers()
    bench.window.deleteLater()
    QApplication.processEvents()


@pytest.mark.parametrize("menus", [1, 2, 10])
def test_long_lists_scroll_and_short_ones_are_as_low_as_they_can_be(qtbot, menus):
    parent = QWidget()
    qtbot.addWidget(parent)
    shortcuts = [(f"Menu {menu}", f"Action {n}", f"F{n}") for menu in range(menus) for n in range(10)]
    dialog = shortcuts_dialog(parent, shortcuts)
    dialog.show()
    QApplication.processEvents()
    area = dialog.findChild(QScrollArea)
    assert dialog.height() <= 680
    assert (area.verticalScrollBar().maximum() > 0) == (menus == 10)
    assert area.horizontalScrollBar().maximum() == 0
