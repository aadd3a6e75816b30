"""The row above the images shows the table's own actions, and has room for them on small screens in every language."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from head_window import window_with_head
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QSlider, QSpinBox, QToolButton, QWidget

from medprune_gui.app import Workbench
from medprune_gui.qt_application import application
from medprune_gui.ui.viewer.grid_links import LINK_KINDS
from medprune_gui.ui.viewer.measuring.words import MEASURING_KEYS
from medprune_gui.ui.viewer.tool_row import ToolRow

MENUS = 6  # window, zoom, measure, layout, warnings, slab


@pytest.fixture(params=["en"])
def bench(qtbot, tmp_path, data_root, monkeypatch, request) -> Iterator[Workbench]:
    """The head in the window, in a language."""
    monkeypatch.setenv("MEDPRUNE_LANGUAGE", request.param)
    with window_with_head(qtbot, tmp_path, data_root) as bench:
        yield bench
    monkeypatch.setenv("MEDPRUNE_LANGUAGE", "en")
    application()


every_language = pytest.mark.parametrize("bench", ["en", "de", "zh_CN"], indirect=True)


def row_of(bench: Workbench) -> ToolRow:
    return bench.window.viewer.findChild(ToolRow)


def button(bench: Workbench, action_id: str) -> QToolButton:
    """The button of the row that shows an action of the table."""
    action = bench.window.action_table[action_id]
    return next(b for b in row_of(bench).findChildren(QToolButton) if b.defaultAction() is action)


def arrow(bench: Workbench) -> QToolButton:
    return row_of(bench).findChild(QToolButton, "qt_toolbar_ext_button")


def test_menus_of_the_row_hold_the_very_actions_of_the_table(bench):
    table = bench.window.action_table
    held = {action for menu in row_of(bench).findChildren(QMenu) for action in menu.actions()}
    shared = [f"measure_{kind}" for kind in (*MEASURING_KEYS, "nothing")]
    shared += [f"link_{kind}" for kind in LINK_KINDS]
    shared += [f"layout_{name}" for name in ("1x1", "1x2", "2x2", "mpr")]
    shared += [f"slab_{kind}" for kind in ("none", "MIP", "MinIP", "Mean")]
    shared += ["whole", "measurements", "remove_measurements", "range_mask", "fit", "true_size", "reset", "turn_left"]
    assert [name for name in shared if table[name] not in held] == []
    texts = {action.text() for action in held if action not in table._qt.values()}
    assert texts.isdisjoint(table[name].text() for name in shared)


def test_marks_follow_what_is_on_however_it_was_done(bench):
    viewer, table = bench.window.viewer, bench.window.action_table
    for key, name in ((Qt.Key.Key_I, "invert"), (Qt.Key.Key_D, "measure_length"), (Qt.Key.Key_C, "cine")):
        assert not table[name].isChecked()
        QTest.keyClick(viewer.canvas, key)
        assert table[name].isChecked(), name
    assert button(bench, "invert").isChecked()
    assert viewer.cine.running
    QTest.mouseClick(button(bench, "cine"), Qt.MouseButton.LeftButton)
    assert not viewer.cine.running
    assert not table["cine"].isChecked()
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert table["measure_nothing"].isChecked()
    assert not table["measure_length"].isChecked()
    viewer.reset()
    assert not button(bench, "invert").isChecked()
    bench.session.personal = False
    assert not button(bench, "personal").isChecked()
    table["layout_1x1"].trigger()  # which it is already: the mark stays
    assert table["layout_1x1"].isChecked()
    table["layout_2x2"].trigger()
    table["link_zoom"].trigger()
    assert [name for name in ("1x1", "1x2", "2x2", "mpr") if table[f"layout_{name}"].isChecked()] == ["2x2"]
    assert viewer.links.linked("zoom")
    assert table["link_zoom"].isChecked()


def test_marks_are_those_of_the_active_image(bench):
    viewer, table = bench.window.viewer, bench.window.action_table
    viewer.set_layout("1x2")
    viewer.activate_number(2)
    bench.session.series = bench.session.studies[0].series[0]
    viewer.invert()
    assert table["invert"].isChecked()
    viewer.activate_number(1)
    assert not table["invert"].isChecked()


def test_tips_tell_the_keys(bench):
    assert button(bench, "invert").toolTip().endswith("(I)")
    assert button(bench, "personal").toolTip() == "Show names, dates and identifiers (Shift+N)"
    assert button(bench, "cine").toolTip() == "Run through the slices (C)"


@every_language
@pytest.mark.parametrize("width", [1024, 1280, 1920])
def test_nothing_of_the_row_hides_on_small_screens(bench, width):
    """With all that can be there: planes, warnings, an overlay."""
    window, viewer, row = bench.window, bench.window.viewer, row_of(bench)
    window.resize(width, 800)
    viewer.set_layout("mpr")
    row.show_warnings([f"fault {number}" for number in range(12)])
    viewer.canvas.set_overlays(np.ones(viewer.canvas.volume.array.shape, np.uint8))
    QApplication.processEvents()
    assert window.width() == width
    assert not arrow(bench).isVisible()
    for name in ("cine", "personal", "toggle_labels"):
        assert button(bench, name).isVisible()
    widgets = [row.widgetForAction(action) for action in row.actions() if action.isVisible()]
    assert len(widgets) >= MENUS + 3  # film, names, overlay
    assert all(row.rect().contains(widget.geometry()) for widget in widgets)
    assert all(widget.width() >= widget.sizeHint().width() for widget in widgets)
    words = row.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextOnly
    assert words or width == 1024


def test_a_wide_row_offers_quick_buttons_in_their_order(bench):
    row = row_of(bench)
    shown = []
    for width in (1920, 1280, 1024):
        bench.window.resize(width, 800)
        QApplication.processEvents()
        quick = ("auto_window", "invert", "fit", "reset")
        shown.append([name for name in quick if button(bench, name).isVisible()])
    assert shown[0] == list(quick)
    assert set(shown[2]) <= set(shown[1]) <= set(shown[0])
    places = [button(bench, name).x() for name in shown[0]]
    assert row.isVisible()
    assert places == sorted(places)


def test_where_even_icons_have_no_room_the_arrow_has_the_rest(bench):
    viewer, row = bench.window.viewer, row_of(bench)
    viewer.canvas.set_overlays(np.ones(viewer.canvas.volume.array.shape, np.uint8))
    row.setFixedWidth(150)
    QApplication.processEvents()
    assert arrow(bench).isVisible()
    entries = {action.iconText(): action for action in arrow(bench).menu().actions()}
    assert {"Names", "Film", "Overlay"} <= entries.keys()
    assert all(entries[name].menu() is not None for name in ("Film", "Overlay"))
    entries["Names"].trigger()
    assert not bench.session.personal


def test_overlay_film_and_slab_have_their_controls_beside_them(bench):
    viewer, table = bench.window.viewer, bench.window.action_table
    volume = viewer.canvas.volume
    viewer.canvas.set_overlays(np.ones(volume.array.shape, np.uint8))
    menu = button(bench, "toggle_labels").menu()
    menu.popup(viewer.mapToGlobal(viewer.rect().center()))
    (opacity,) = menu.findChildren(QSlider)
    assert opacity.value() == round(100 * viewer.canvas.opacity)
    opacity.setValue(70)
    assert viewer.canvas.opacity == pytest.approx(0.7)
    menu.close()
    QTest.mouseClick(button(bench, "toggle_labels"), Qt.MouseButton.LeftButton)
    assert not viewer.canvas.labels_visible
    (speed,) = button(bench, "cine").menu().findChildren(QSpinBox)
    speed.setValue(24)
    assert viewer.cine.speed == 24
    viewer.set_layout("mpr")
    viewer.slab.set_thickness_mm(24)
    table["slab_MIP"].trigger()
    assert viewer.canvas.slab is not None or viewer.planes.busy
    assert (viewer.slab.kind, viewer.slab.thickness_mm) == ("MIP", 24)
    assert table["slab_MIP"].isChecked()
    assert not table["slab_none"].isChecked()
    viewer.set_layout("1x1")
    assert not table["slab_MIP"].isEnabled()


def test_the_keyboard_reaches_the_row(bench):
    """As its menus are no entries of the bar in this form."""
    row = row_of(bench)
    buttons = [row.widgetForAction(action) for action in row.actions()]
    assert all(isinstance(each, QWidget) for each in buttons)
    assert all(each.focusPolicy() & Qt.FocusPolicy.TabFocus for each in buttons)
