"""Drawing a measurement, seeing it, catching hold of it again, and the list of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from medprune_gui.engine.imaging import Volume
from medprune_gui.engine.imaging.measuring import Findings, Measurement, measure
from medprune_gui.ui.viewer.measuring.draft import Draft
from medprune_gui.ui.viewer.measuring.listing import MeasurementList
from medprune_gui.ui.viewer.measuring.painting import Drawn, grabbed, paint_measurements
from medprune_gui.ui.viewer.measuring.words import findings_lines

A, B, C = (0.0, 1.0, 1.0), (0.0, 5.0, 1.0), (0.0, 5.0, 9.0)


def test_a_length_is_dragged_or_clicked():
    dragged = Draft("length")
    assert dragged.press(A) is None
    dragged.move(B)
    assert dragged.points == (A, B)
    assert dragged.release(B, moved=True) == Measurement("length", (A, B))
    clicked = Draft("length")
    clicked.press(A)
    assert clicked.release(A, moved=False) is None
    clicked.move(C)
    assert clicked.points == (A, C)
    assert clicked.press(C) == Measurement("length", (A, C))
    assert not clicked.started


def test_an_angle_is_three_clicks_or_a_drag_and_a_click():
    clicked = Draft("angle")
    for point in (A, B):
        assert clicked.press(point) is None
        assert clicked.release(point, moved=False) is None
    assert clicked.press(C) == Measurement("angle", (A, B, C))
    dragged = Draft("angle")
    dragged.press(A)
    assert dragged.release(B, moved=True) is None
    dragged.move(C)
    assert dragged.points == (A, B, C)
    assert dragged.press(C) == Measurement("angle", (A, B, C))


def test_a_probe_is_one_click_and_its_release_is_nothing():
    draft = Draft("probe")
    assert draft.press(A) == Measurement("probe", (A,))
    assert draft.release(B, moved=True) is None


def test_a_figure_without_extent_is_none():
    draft = Draft("length")
    draft.press(A)
    draft.release(A, moved=False)
    assert draft.press(A) is None
    assert not draft.started


@pytest.mark.parametrize(
    ("findings", "lines"),
    [
        (Findings(length=12.34), ("12.3 mm",)),
        (Findings(length=5.0, length_unit="px"), ("5.0 px",)),
        (Findings(angle_degrees=45.04), ("45.0°",)),
        (Findings(mean=41.0, minimum=41.0, maximum=41.0, pixels=1, value_unit="HU"), ("41 HU",)),
        (
            Findings(area=123.4, mean=40.25, sd=3.25, minimum=-3.0, maximum=90.0, pixels=50, value_unit="HU"),
            ("123 mm²", "Mean 40.2  SD 3.25 HU", "Min -3  Max 90"),
        ),
        (Findings(area=7.25, length_unit="px"), ("7.2 px²",)),
    ],
)
def test_findings_are_said_in_units(findings, lines):
    assert findings_lines(findings) == lines


LENGTH = Drawn("length", (QPointF(20, 20), QPointF(80, 20)), ("60.0 mm",))
BOX = Drawn("rectangle", (QPointF(20, 40), QPointF(80, 90)))
ROUND = Drawn("ellipse", (QPointF(100, 40), QPointF(180, 80)))


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ((21, 22), (0, 0)),  # an end of the length
        ((79, 18), (0, 1)),
        ((50, 22), (0, None)),  # the line between
        ((50, 27), None),
        ((50, 41), (1, None)),  # an edge of the box, not what lies within
        ((50, 65), None),
        ((140, 42), (2, None)),  # the top of the ellipse
        ((140, 60), None),
        ((105, 45), (2, 0)),  # the corner of its box, where its handle is
    ],
)
def test_figures_are_caught_by_points_and_lines(at, found):
    assert grabbed((LENGTH, BOX, ROUND), QPointF(*at)) == found


def test_of_two_figures_the_later_one_is_caught():
    later = Drawn("length", LENGTH.points)
    assert grabbed((LENGTH, later), QPointF(20, 20)) == (1, 0)
    assert grabbed((LENGTH, later), QPointF(50, 20)) == (1, None)


def _painted(qapp, drawn: list[Drawn], shade: int) -> np.ndarray:
    image = QImage(240, 120, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black if shade == 0 else Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_measurements(painter, QRectF(0, 0, 240, 120), drawn)
    painter.end()
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(120, 240, 4)[..., :3].astype(int)


@pytest.mark.parametrize("shade", [0, 255])
@pytest.mark.parametrize("selected", [False, True])
def test_figures_are_seen_on_black_and_on_white(qapp, shade, selected):
    line = Drawn("length", LENGTH.points, selected=selected)
    difference = np.abs(_painted(qapp, [line], shade) - shade).max(axis=2)
    assert (difference[17:23, 30:70].max(axis=0) > 80).all()
    assert difference[60:].max() == 0


def test_words_stay_within_the_widget(qapp):
    at_the_edge = Drawn("length", (QPointF(200, 5), QPointF(238, 5)), ("123.4 mm", "a line"))
    with_words = _painted(qapp, [at_the_edge], 0)
    without = _painted(qapp, [Drawn("length", at_the_edge.points)], 0)
    rows, columns = np.nonzero((with_words != without).any(axis=2))
    assert len(rows) > 100
    # Left of the line, as there is no room at its right, and no letter cut by an edge.
    assert columns.max() < 200
    assert rows.min() >= 0
    assert rows.max() < 60


@pytest.fixture
def listed(qtbot):
    volume = Volume(np.arange(200, dtype=np.int16).reshape(2, 10, 10), np.diag([5.0, 0.5, 0.5, 1.0]), unit="HU")
    measurements = (Measurement("length", ((1, 0, 0), (1, 6, 8))), Measurement("probe", ((0, 2, 3),)))
    view = MeasurementList()
    qtbot.addWidget(view)
    view.show()
    view.show_measurements(volume, measurements)
    return view, volume, measurements


def _cells(view: MeasurementList) -> list[list[str]]:
    model = view.table.model()
    return [[model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())]


def test_the_list_says_what_where_and_how_much(listed):
    view, volume, measurements = listed
    assert measure(volume, measurements[0]).length == pytest.approx(5.0)
    assert _cells(view) == [["Length", "2", "5.0 mm"], ["Probe", "1", "23 HU"]]


def test_choosing_and_removing_by_keyboard(qtbot, listed):
    view, volume, measurements = listed
    with qtbot.waitSignal(view.selected) as chosen:
        view.table.setFocus()
        view.table.selectRow(1)
    assert chosen.args == [1]
    with qtbot.waitSignal(view.remove_requested) as removed:
        qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    assert removed.args == [1]
    with qtbot.assertNotEmitted(view.selected):
        view.show_measurements(volume, measurements[:1])
        view.choose(0)
        view.choose(-1)


def test_an_empty_list_says_how_to_begin_and_saves_nothing(qtbot, listed):
    view, _, _ = listed
    view.show_measurements(None, ())
    assert not view.table.isVisible()
    assert [button.isEnabled() for button in (view._remove, view._save)] == [False, False]
    with qtbot.assertNotEmitted(view.remove_requested):
        qtbot.keyClick(view, Qt.Key.Key_Delete)
