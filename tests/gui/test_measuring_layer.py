"""Measuring with the mouse on a real image: what is drawn is what lies under the pointer, however it is shown."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from medprune_gui.engine.imaging import read_series, scan
from medprune_gui.engine.imaging.measuring import Measurement, measure
from medprune_gui.engine.imaging.reorienting import FLIP_HORIZONTALLY, TURN_RIGHT, plane_view
from medprune_gui.session.measurements import Measurements
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.measuring.layer import MeasuringLayer


@pytest.fixture(scope="module")
def head(data_root):
    (study,) = scan(data_root / "dicom_ct_head_phantom")
    return read_series(study.series[0])


@pytest.fixture
def measurements() -> Measurements:
    return Measurements()


@pytest.fixture
def canvas(qtbot, head) -> ImageCanvas:
    canvas = ImageCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(512, 512)
    canvas.show()
    canvas.show_volume(head)
    return canvas


@pytest.fixture
def layer(canvas, measurements) -> MeasuringLayer:
    layer = MeasuringLayer(canvas, measurements)
    layer.set_series("head")
    return layer


def _drag(canvas: ImageCanvas, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas, (start + end) / 2)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def _stored(canvas: ImageCanvas, at: QPoint) -> np.ndarray:
    """Where a screen point lies in the patient, by the canvas's own crosshair."""
    place = canvas.place_at(QPointF(at))
    assert place is not None
    return place


def test_a_length_is_the_distance_in_the_patient(canvas, layer, measurements, head):
    layer.set_tool("length")
    _drag(canvas, QPoint(150, 200), QPoint(350, 260))
    (length,) = measurements.of("head")
    expected = np.linalg.norm(_stored(canvas, QPoint(350, 260)) - _stored(canvas, QPoint(150, 200)))
    assert measure(head, length).length == pytest.approx(expected)
    assert expected == pytest.approx(math.hypot(200, 60) / canvas.view.zoom * min(head.spacing_mm[1:]))
    assert {point[0] for point in length.points} == {canvas.slice}


@pytest.mark.parametrize("way", [FLIP_HORIZONTALLY, TURN_RIGHT])
def test_a_figure_stays_on_its_tissue_when_the_image_is_turned(canvas, layer, measurements, head, way):
    layer.set_tool("ellipse")
    _drag(canvas, QPoint(200, 150), QPoint(300, 220))
    (before,) = measurements.of("head")
    found = measure(head, before)
    canvas.turn(way)
    ((_, drawn),) = layer._shown()
    corners = [_stored(canvas, point.toPoint()) for point in drawn.points]
    for corner, point in zip(corners, before.points, strict=True):
        np.testing.assert_allclose(corner, (head.affine_lps @ (*point, 1.0))[:3], atol=0.6)
    assert measure(head, measurements.of("head")[0]) == found


def test_in_a_plane_across_the_slices_lengths_are_in_millimetres(canvas, layer, measurements, head):
    canvas.set_orientation(plane_view(head.affine_lps, "coronal"))
    layer.set_tool("length")
    _drag(canvas, QPoint(256, 200), QPoint(256, 300))
    (length,) = measurements.of("head")
    slices = abs(length.points[0][0] - length.points[1][0])
    assert measure(head, length).length == pytest.approx(slices * head.spacing_mm[0])
    assert slices > 3


def test_an_angle_is_clicked(canvas, layer, measurements, head):
    layer.set_tool("angle")
    for at in (QPoint(300, 200), QPoint(200, 200), QPoint(200, 300)):
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseMove(canvas, at + QPoint(5, 5))
    (angle,) = measurements.of("head")
    assert measure(head, angle).angle_degrees == pytest.approx(90.0)


def test_two_quick_clicks_are_two_points(canvas, layer, measurements):
    layer.set_tool("length")
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(204, 200))
    assert len(measurements.of("head")) == 1
    assert canvas.view.fitted


def test_a_figure_shows_on_its_slice_only(canvas, layer, measurements):
    layer.set_tool("rectangle")
    _drag(canvas, QPoint(200, 150), QPoint(300, 220))
    assert len(layer._shown()) == 1
    before = canvas.grab().toImage()
    canvas.set_slice(canvas.slice + 1)
    assert layer._shown() == []
    layer.go_to(0)
    assert len(layer._shown()) == 1
    assert canvas.grab().toImage() == before


def test_an_end_is_dragged(canvas, layer, measurements, head):
    layer.set_tool("length")
    _drag(canvas, QPoint(150, 200), QPoint(350, 200))
    (before,) = measurements.of("head")
    layer.set_tool(None)
    window = canvas.window
    _drag(canvas, QPoint(350, 200), QPoint(350, 300))
    (after,) = measurements.of("head")
    assert after.points[0] == before.points[0]
    assert after.points[1][1] > before.points[1][1]
    assert canvas.window == window


def test_a_whole_figure_is_moved_by_its_line(canvas, layer, measurements, head):
    layer.set_tool("length")
    _drag(canvas, QPoint(150, 200), QPoint(350, 200))
    (before,) = measurements.of("head")
    layer.set_tool(None)
    _drag(canvas, QPoint(250, 200), QPoint(250, 240))
    (after,) = measurements.of("head")
    assert measure(head, after).length == pytest.approx(measure(head, before).length)
    down = 40 / canvas.projection().scale_y
    np.testing.assert_allclose(np.subtract(after.points, before.points), [[0, down, 0]] * 2, atol=1e-9)


def test_away_from_figures_the_left_button_is_for_the_window(canvas, layer, measurements):
    layer.set_tool("length")
    _drag(canvas, QPoint(150, 200), QPoint(350, 200))
    layer.set_tool(None)
    window = canvas.window
    _drag(canvas, QPoint(250, 350), QPoint(300, 350))
    assert canvas.window.width > window.width
    assert layer.selected == -1


def test_while_a_tool_is_chosen_the_other_buttons_still_zoom(canvas, layer, measurements):
    layer.set_tool("length")
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=QPoint(256, 256))
    QTest.mouseMove(canvas, QPoint(256, 200))
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=QPoint(256, 200))
    assert measurements.of("head") == ()


def test_escape_gives_up_the_figure_and_then_the_tool(qtbot, canvas, layer, measurements):
    layer.set_tool("angle")
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert layer.tool == "angle"
    with qtbot.waitSignal(layer.tool_changed) as changed:
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert changed.args == [None]
    assert measurements.of("head") == ()


def test_delete_removes_what_is_chosen(canvas, layer, measurements):
    layer.set_tool("probe")
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert layer.selected == 1
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(measurements.of("head")) == 1
    assert layer.selected == -1
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(measurements.of("head")) == 1


def test_beside_the_image_the_edge_is_meant(canvas, layer, measurements, head):
    canvas.zoom_by(0.5)
    layer.set_tool("length")
    _drag(canvas, QPoint(256, 256), QPoint(256, 511))
    (length,) = measurements.of("head")
    assert length.points[1][1] == head.array.shape[1] - 0.5


def test_other_series_have_other_figures(canvas, layer, measurements):
    measurements.add("other", Measurement("probe", ((float(canvas.slice), 5.0, 5.0),)))
    assert layer._shown() == []
    layer.set_series("other")
    assert len(layer._shown()) == 1
    layer.set_series("")
    layer.set_tool("probe")
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert set(measurements.drawn) == {"other"}


HELD = {
    "length": ((150, 200), (350, 200), (350, 200)),
    "rectangle": ((200, 150), (300, 220), (300, 220)),
    "whole": ((150, 200), (350, 200), (250, 200)),
}


@pytest.fixture(params=HELD)
def held(request, canvas, layer, measurements):
    """A figure that the left button holds by an end, by a corner or as a whole; its points on the screen."""
    start, end, catch = (QPoint(*at) for at in HELD[request.param])
    layer.set_tool("rectangle" if request.param == "rectangle" else "length")
    _drag(canvas, start, end)
    layer.set_tool(None)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=catch)
    QTest.mouseMove(canvas, catch + QPoint(10, 5))
    return catch


def test_a_held_figure_stays_on_its_slice_when_the_wheel_turns(canvas, layer, measurements, held):
    (before,) = measurements.of("head")
    window = canvas.window
    canvas.step(1)
    QTest.mouseMove(canvas, held + QPoint(30, 30))
    canvas.step(-1)
    QTest.mouseMove(canvas, held + QPoint(40, 40))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=held + QPoint(40, 40))
    assert measurements.of("head") == (before,)
    assert canvas.window == window
    (drawn,) = layer._shown()
    _drag(canvas, drawn[1].points[1].toPoint(), QPoint(320, 280))  # and it can be caught again
    assert measurements.of("head") != (before,)


def test_a_figure_that_is_taken_back_is_held_no_more(canvas, layer, measurements, held):
    others = {"head": (Measurement("probe", ((float(canvas.slice), 5.0, 5.0),)),)}
    for drawn in ({}, others):
        measurements.restore(drawn)
        QTest.mouseMove(canvas, held + QPoint(30, 30))
        assert measurements.drawn == drawn
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=held)
    assert measurements.drawn == others


def test_a_figure_of_another_image_is_not_moved_by_the_hand_that_held_this_ones(canvas, layer, measurements, held):
    other = Measurement("probe", ((float(canvas.slice), 5.0, 5.0),))
    measurements.add("other", other)
    layer.set_series("other")
    QTest.mouseMove(canvas, held + QPoint(30, 30))
    assert measurements.of("other") == (other,)


def test_delete_removes_the_figure_that_was_clicked_while_a_tool_draws(canvas, layer, measurements):
    layer.set_tool("length")
    _drag(canvas, QPoint(100, 100), QPoint(200, 100))
    _drag(canvas, QPoint(200, 100), QPoint(200, 300))  # from the first one's end
    first, second = measurements.of("head")
    assert layer.selected == 1
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(130, 100))
    assert layer.selected == 0
    assert measurements.of("head") == (first, second), "a click draws nothing"
    QTest.mouseMove(canvas, QPoint(300, 300))
    assert layer._draft is not None
    assert not layer._draft.started
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert measurements.of("head") == (second,)
    assert layer.tool == "length"


def test_a_figure_is_clicked_to_its_end_over_others(canvas, layer, measurements):
    """A figure under way goes on where another one lies, and a drag that begins on one draws."""
    layer.set_tool("length")
    _drag(canvas, QPoint(100, 100), QPoint(200, 100))
    for place in (QPoint(150, 250), QPoint(150, 100)):  # the second click is on the first line
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    assert len(measurements.of("head")) == 2
    layer.set_tool("probe")
    _drag(canvas, QPoint(120, 100), QPoint(120, 140))
    assert [one.kind for one in measurements.of("head")] == ["length", "length", "probe"]


def test_a_press_on_a_figure_that_is_taken_back_meanwhile_chooses_nothing(canvas, layer, measurements):
    layer.set_tool("length")
    _drag(canvas, QPoint(100, 100), QPoint(200, 100))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(130, 100))
    measurements.restore({})
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(130, 100))
    assert layer.selected == -1
    assert measurements.of("head") == ()
