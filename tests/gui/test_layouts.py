"""Layouts, planes and links on real series: the same place everywhere, the right series in the right viewport."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Series, Volume, read_series, scan
from medprune_gui.engine.imaging.reorienting import FLIP_HORIZONTALLY, FLIP_VERTICALLY, TURN_RIGHT, plane_view
from medprune_gui.engine.imaging.slabs import Slab
from medprune_gui.session.session import Session
from medprune_gui.ui.actions import ActionTable
from medprune_gui.ui.study.series_drag import series_mime
from medprune_gui.ui.theme import PLANE_COLOURS
from medprune_gui.ui.viewer.cine import Cine
from medprune_gui.ui.viewer.display_actions import display_actions
from medprune_gui.ui.viewer.grid_links import shares_space
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.viewer import Viewer

read = lru_cache(maxsize=8)(read_series)


@lru_cache(maxsize=8)
def studies(folder: Path) -> tuple:
    return tuple(scan(folder))


class Room:
    """A viewer whose series are read at once, or when it is said."""

    def __init__(self, qtbot: QtBot, data_root: Path) -> None:
        self.qtbot = qtbot
        names = ("dicom_mr_braintumor", "dicom_ct_head_phantom", "dicom_ct_head_ge_tilt")
        found = [study for name in names for study in studies(data_root / name)]
        self.series = {name: study.series for name, study in zip(("a", "b", "c", "ct", "tilt"), found, strict=True)}
        self.session = Session()
        self.session.studies = tuple(found)
        self.viewer = Viewer(self.session)
        self.viewer.resize(900, 700)
        qtbot.addWidget(self.viewer)
        self.viewer.show()
        self.asked: list[Series] = []
        self.at_once = True
        self.viewer.load_requested.connect(self.load)

    def load(self, series: Series) -> None:
        self.asked.append(series)
        if self.at_once:
            self.viewer.show_loaded(series, read(series))

    def choose(self, series: Series) -> ImageCanvas:
        self.session.series = series
        return self.viewer.canvas

    def canvases(self) -> list[ImageCanvas]:
        return [viewport.canvas for viewport in self.viewer.grid.viewports]


@pytest.fixture
def room(qtbot: QtBot, data_root: Path) -> Iterator[Room]:
    room = Room(qtbot, data_root)
    yield room
    room.viewer.cine.stop()


def place_of(canvas: ImageCanvas) -> NDArray[np.float64]:
    """The crosshair's place in LPS millimetres."""
    volume, at = canvas.shown_volume, canvas.guides.place
    assert volume is not None
    assert at is not None
    return (volume.affine_lps @ (canvas.slice, at.y() - 0.5, at.x() - 0.5, 1))[:3]


def test_a_marked_voxel_lies_under_the_crosshair_in_all_three_planes(room: Room) -> None:
    series = room.series["ct"][0]
    original = read(series)
    array = np.array(original.array)
    marker = (9, 130, 380)
    array[marker] = 30000
    volume = replace(original, array=array)
    room.at_once = False
    room.choose(series)
    room.viewer.show_loaded(series, volume)
    room.viewer.set_layout("mpr")
    world = (volume.affine_lps @ (*marker, 1))[:3]
    axial, coronal, sagittal = room.canvases()
    assert [canvas.shown_volume.array.shape for canvas in room.canvases()] == [  # type: ignore[union-attr]
        (28, 512, 512),
        (512, 28, 512),
        (512, 28, 512),
    ]
    axial.set_slice(round(float(axial.index_of(world)[0])))
    axial.pointed.emit(world)
    for canvas in (axial, coronal, sagittal):
        shown = canvas.shown_volume
        assert shown is not None
        at, row, column = canvas.index_of(world)
        assert canvas.slice == round(at)
        assert shown.array[canvas.slice, round(row), round(column)] == 30000
        assert np.allclose(place_of(canvas), world, atol=1e-6)
        reading = canvas._scene.read(QPointF(column + 0.5, row + 0.5))  # type: ignore[union-attr]
        assert reading is not None
        assert (reading.slice, reading.row, reading.column) == marker
        assert np.array_equal(canvas.volume.array[marker], 30000)  # type: ignore[union-attr]
    # Each plane shows the two others in their colours.
    assert {guide.colour for guide in coronal.guides.lines} == {PLANE_COLOURS["axial"], PLANE_COLOURS["sagittal"]}
    assert coronal.guides.mark == PLANE_COLOURS["coronal"]


def test_shift_and_the_mouse_move_the_other_planes(room: Room) -> None:
    room.choose(room.series["ct"][0])
    room.viewer.set_layout("mpr")
    axial, coronal, sagittal = room.canvases()
    point = QPoint(axial.width() // 3, axial.height() // 3)
    event_place = axial.place_at(QPointF(point))
    assert event_place is not None
    none, shift = Qt.MouseButton.NoButton, Qt.KeyboardModifier.ShiftModifier
    move = QMouseEvent(QEvent.Type.MouseMove, QPointF(point), axial.mapToGlobal(QPointF(point)), none, none, shift)
    QApplication.sendEvent(axial, move)
    for canvas in (coronal, sagittal):
        assert canvas.slice == round(float(canvas.index_of(event_place)[0]))
    # Within half a voxel of where the pointer is.
    assert np.abs(place_of(axial) - event_place).max() <= 0.5 * 0.4512 + 1e-6


def test_lengths_on_the_screen_are_in_true_proportion(room: Room) -> None:
    volume = read(room.series["ct"][0])
    room.choose(room.series["ct"][0])
    room.viewer.set_layout("mpr")
    for canvas in room.canvases():
        shown = canvas.shown_volume
        assert shown is not None
        transform = canvas._scene.projection(canvas._size()).transform()  # type: ignore[union-attr]
        finest = min(shown.spacing_mm[1:])
        # 40 mm down and 40 mm to the right have the same number of screen pixels.
        down, right = 40 / shown.spacing_mm[1] * transform.m22(), 40 / shown.spacing_mm[2] * transform.m11()
        assert down == pytest.approx(right)
        assert down == pytest.approx(40 / finest * canvas.view.zoom)
    assert volume.spacing_mm[0] == pytest.approx(5.0)


def test_a_tilted_head_is_straightened_and_says_so(room: Room) -> None:
    room.choose(room.series["tilt"][0])
    stored = room.viewer.canvas.volume
    room.viewer.set_layout("mpr")
    room.qtbot.waitUntil(lambda: not room.viewer.planes.busy)
    axial, coronal, _ = room.canvases()
    assert axial.volume is not stored
    assert coronal._scene.note == "Resampled"  # type: ignore[union-attr]
    room.viewer.set_layout("1x1")
    assert room.viewer.canvas.volume is stored
    assert room.viewer.canvas.caption == ""
    assert not room.viewer.canvas.guides.lines


def test_planes_that_cannot_be_are_refused_in_words(room: Room) -> None:
    series = room.series["ct"][0]
    room.at_once = False
    room.choose(series)
    room.viewer.show_loaded(series, replace(read(series), calibrated=False))
    room.viewer.set_layout("mpr")
    first, second, _ = room.viewer.grid.viewports
    assert first.pages.currentWidget() is first.canvas
    assert "not calibrated" in second.message.words
    assert second.message.isVisible()


def test_slabs_reach_as_far_as_they_say_in_every_plane(room: Room) -> None:
    room.choose(room.series["ct"][0])
    room.viewer.set_layout("mpr")
    room.viewer.planes.set_slab(Slab("MIP", 20.0))
    for canvas in room.canvases():
        shown, frame = canvas.shown_volume, canvas._scene.frame()  # type: ignore[union-attr]
        assert shown is not None
        thick = round(20 / shown.spacing_mm[0])
        first = canvas.slice - (thick - 1) // 2
        assert np.array_equal(frame.array[0], shown.array[first : first + thick].max(axis=0))


def test_series_of_one_patient_scroll_by_place_and_zoom_in_millimetres(room: Room) -> None:
    t1, flair = room.series["a"][0], room.series["a"][2]
    first = room.choose(t1)
    room.viewer.set_layout("1x2")
    room.viewer.activate_number(2)
    # Every other slice only: places tell, numbers do not.
    some = replace(flair, instances=flair.instances[::2], frames=len(flair.instances[::2]))
    second = room.choose(some)
    assert first.volume.frame_of_reference == second.volume.frame_of_reference != ""  # type: ignore[union-attr]
    room.viewer.links.set_linked("scroll", True)
    second.set_slice(4)
    assert first.slice == 8
    first.set_slice(20)
    assert second.slice == 10
    room.viewer.links.set_linked("zoom", True)
    room.viewer.links.set_linked("pan", True)
    second.zoom_by(2.0)
    second.pan_by(QPointF(30, -20))
    middle = [(c.shown_volume.affine_lps @ (c.slice, c.view.row, c.view.column, 1))[:3] for c in (first, second)]  # type: ignore[union-attr]
    assert np.abs((middle[0] - middle[1])[:2]).max() < 1.0
    assert first.view.zoom == pytest.approx(second.view.zoom, rel=1e-3)
    width = first.window.width
    second.set_window(100, 50)
    assert first.window.width == width
    room.viewer.links.set_linked("window", True)
    assert first.window.width == 50
    room.viewer.links.set_linked("scroll", False)
    second.set_slice(0)
    assert first.slice == 20


def test_series_of_different_patients_scroll_by_number(room: Room) -> None:
    first = room.choose(room.series["a"][0])
    room.viewer.set_layout("1x2")
    room.viewer.activate_number(2)
    second = room.choose(room.series["ct"][0])
    room.viewer.links.set_linked("scroll", True)
    second.set_slice(7)
    assert first.slice == 7
    assert not first.guides.lines


def test_an_active_plane_is_a_line_on_series_that_it_cuts(room: Room) -> None:
    series = room.series["ct"][0]
    first = room.choose(series)
    room.viewer.set_layout("1x2")
    room.viewer.activate_number(2)
    second = room.choose(replace(series, uid="again"))
    second.set_orientation(plane_view(second.volume.affine_lps, "sagittal"))  # type: ignore[union-attr]
    (guide,) = first.guides.lines
    # A sagittal plane is an upright line on an axial slice, at its own column.
    assert guide.line.x1() == pytest.approx(guide.line.x2())
    assert guide.line.x1() == pytest.approx(second.slice + 0.5)
    second.set_slice(40)
    assert first.guides.lines[0].line.x1() == pytest.approx(40.5)
    second.set_orientation(plane_view(second.volume.affine_lps, "axial"))  # type: ignore[union-attr]
    assert not first.guides.lines


def test_a_chosen_series_goes_to_the_active_viewport_and_others_stay(room: Room) -> None:
    t1, _, flair = room.series["a"]
    first = room.choose(t1)
    room.viewer.set_layout("2x2")
    assert "drag one here" in room.viewer.grid.viewports[1].message.words
    room.viewer.activate_number(3)
    assert room.session.series is None
    third = room.choose(flair)
    assert first.volume is read(t1)
    assert third.volume is read(flair)
    asked = len(room.asked)
    room.qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert room.viewer.canvas is first
    assert room.session.series == t1
    assert len(room.asked) == asked  # nothing is read again
    room.qtbot.mouseDClick(first, Qt.MouseButton.LeftButton)
    assert first.isVisible()
    assert not third.isVisible()
    room.viewer.grid.toggle_whole()
    assert third.isVisible()
    room.viewer.canvas.turn(FLIP_HORIZONTALLY)
    assert first.orientation == FLIP_HORIZONTALLY
    assert third.orientation != FLIP_HORIZONTALLY
    room.viewer.set_layout("1x1")
    room.viewer.set_layout("2x2")
    assert third.volume is read(flair)


def test_a_series_dropped_onto_a_viewport_is_shown_there_even_if_another_is_chosen_meanwhile(room: Room) -> None:
    t1, _, flair = room.series["a"]
    room.choose(t1)
    room.viewer.set_layout("1x2")
    room.at_once = False
    second = room.viewer.grid.viewports[1]
    drop(room.viewer, second.mapTo(room.viewer, QPoint(50, 50)), series_mime(flair.uid))
    assert room.viewer.grid.active is second
    assert room.asked[-1] == flair
    room.viewer.activate_number(1)
    room.choose(room.series["ct"][0])
    room.viewer.show_loaded(room.asked[-1], read(room.asked[-1]))
    assert room.viewer.canvas.volume is read(room.series["ct"][0])
    assert room.asked[-1] == flair  # asked for again, since the newest wish came first
    room.viewer.show_loaded(flair, read(flair))
    assert second.canvas.volume is read(flair)
    assert room.viewer.canvas.volume is read(room.series["ct"][0])


def test_turns_keep_what_is_in_the_middle(room: Room) -> None:
    canvas = room.choose(room.series["ct"][0])
    canvas.zoom_by(3.0)
    canvas.pan_by(QPointF(120, -60))
    before = canvas.place_at(QPointF(canvas.width() / 2, canvas.height() / 2))
    canvas.turn(TURN_RIGHT)
    after = canvas.place_at(QPointF(canvas.width() / 2, canvas.height() / 2))
    assert before is not None
    assert after is not None
    assert np.allclose(before, after)
    canvas.reset()
    assert canvas.orientation.axes == (0, 1, 2)


def test_true_size_and_pixel_size(room: Room) -> None:
    canvas = room.choose(room.series["ct"][0])
    canvas.pixel_size()
    assert canvas.view.zoom == 1.0 / canvas.devicePixelRatioF()
    assert canvas.true_size()
    dots_per_mm = canvas.screen().physicalDotsPerInch() / 25.4
    assert canvas.view.zoom / 0.451171875 == pytest.approx(dots_per_mm)


def test_a_film_keeps_its_speed_and_stops_when_someone_scrolls(qtbot: QtBot, room: Room) -> None:
    canvas = room.choose(room.series["ct"][0])
    now = [0]
    film = Cine(clock_ms=lambda: now[0])
    states: list[bool] = []
    film.running_changed.connect(states.append)
    canvas.set_slice(0)
    film.set_speed(10)
    film.toggle(canvas)
    seen = []
    for now[0] in (0, 100, 250, 900, 2750, 2800, 5600):  # drawing was late: slices are left out, none is late
        film.tick()
        seen.append(canvas.slice)
    assert seen == [0, 1, 2, 9, 27, 0, 0]
    film.set_swing(True)
    start = now[0]
    for now[0], expected in ((start + 2700, 27), (start + 2800, 26), (start + 5400, 0), (start + 5500, 1)):
        film.tick()
        assert canvas.slice == expected
    canvas.step(1)
    assert not film.running
    assert states == [True, False]


def drop(viewer: Viewer, place: QPoint, data: QMimeData) -> None:
    event = QDropEvent(
        QPointF(place), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    viewer.dropEvent(event)


def test_volumes_without_a_frame_of_reference_share_no_space(room: Room) -> None:
    series = room.series["ct"][0]
    volume: Volume = replace(read(series), frame_of_reference="")
    room.at_once = False
    room.choose(series)
    room.viewer.show_loaded(series, volume)
    room.viewer.set_layout("1x2")
    room.viewer.activate_number(2)
    other = replace(series, uid="other")
    room.choose(other)
    room.viewer.show_loaded(other, replace(volume))
    first, second = room.canvases()
    assert not shares_space(first, second)
    second.show_volume(volume)
    assert shares_space(first, second)


def test_another_series_chosen_among_planes_is_shown_in_all_of_them(room: Room) -> None:
    t1, _, flair = room.series["a"]
    head = room.series["ct"][0]
    room.choose(t1)
    room.viewer.set_layout("1x2")
    room.viewer.activate_number(2)
    room.choose(flair).turn(TURN_RIGHT)
    room.viewer.canvas.set_slice(17)
    room.viewer.set_layout("mpr")
    assert room.session.series == flair
    assert all(canvas.volume is read(flair) for canvas in room.canvases())
    room.at_once = False
    room.choose(head)
    asked = len(room.asked)
    room.viewer.show_loaded(head, read(head))
    assert all(canvas.volume is read(head) for canvas in room.canvases())
    assert len(room.asked) == asked
    room.viewer.activate_number(3)
    assert room.session.series == head
    assert room.viewer._slices.count == 512
    assert all(canvas.volume is read(head) for canvas in room.canvases())
    # Back again: the first shows what was looked at, the second what it had before.
    room.viewer.set_layout("1x2")
    first, second = room.canvases()
    assert first.volume is read(head)
    assert second.volume is read(flair)
    assert (second.orientation, second.slice) == (TURN_RIGHT, 17)
    assert room.session.series == head


def test_an_empty_viewport_shows_the_planes_of_another(room: Room) -> None:
    room.choose(room.series["ct"][0])
    room.viewer.set_layout("2x2")
    room.viewer.activate_number(4)
    room.viewer.set_layout("mpr")
    assert all(canvas.volume is read(room.series["ct"][0]) for canvas in room.canvases())
    assert room.session.series == room.series["ct"][0]


def test_keys_do_what_the_table_says(room: Room) -> None:
    table = ActionTable(display_actions(room.viewer, "Image", lambda: True), room.viewer)
    canvas = room.choose(room.series["ct"][0])
    table.refresh()
    canvas.setFocus()
    key, keys = room.qtbot.keyClick, Qt.Key
    shift = Qt.KeyboardModifier.ShiftModifier
    for name, way in ((keys.Key_H, FLIP_HORIZONTALLY), (keys.Key_V, FLIP_VERTICALLY), (keys.Key_R, TURN_RIGHT)):
        before = canvas.orientation
        key(canvas, name)
        assert canvas.orientation == before.then(way)
    key(canvas, keys.Key_L)
    assert canvas.orientation == FLIP_HORIZONTALLY.then(FLIP_VERTICALLY)
    key(canvas, keys.Key_P, shift)
    assert canvas.view.zoom == 1.0
    key(canvas, keys.Key_C)
    assert room.viewer.cine.running
    key(canvas, keys.Key_C)
    assert not room.viewer.cine.running
    key(canvas, keys.Key_3, shift)
    assert room.viewer.grid.name == "2x2"
    table.refresh()
    key(canvas, keys.Key_2, Qt.KeyboardModifier.AltModifier)
    assert room.viewer.canvas is room.canvases()[1]
    key(canvas, keys.Key_S, shift)
    assert room.viewer.links.linked("scroll")
    key(canvas, keys.Key_4, shift)
    assert room.viewer.grid.name == "mpr"
    key(room.viewer.canvas, keys.Key_Return, shift)
    assert [c.isVisible() for c in room.canvases()] == [True, False, False]
    keys_used = [keys for action in table.actions for keys in action.shortcuts]
    assert len(keys_used) == len(set(keys_used))


def test_linked_images_come_back_from_planes_on_their_own_slices(room: Room) -> None:
    t1, other = room.series["a"][0], room.series["ct"][0]
    room.viewer.set_layout("1x2")
    room.choose(t1).set_slice(5)
    room.viewer.activate_number(2)
    room.choose(other).set_slice(20)
    room.viewer.links.set_linked("scroll", True)
    slices = [canvas.slice for canvas in room.canvases()]
    room.viewer.activate_number(1)
    room.viewer.set_layout("mpr")
    room.viewer.set_layout("1x2")
    first, second = room.canvases()
    assert [first.slice, second.slice] == slices
