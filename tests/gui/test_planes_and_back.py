"""Into the planes of an image and back again: the place, the grey levels and the zoom that one had are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Series, read_series, scan
from medprune_gui.engine.imaging.reorienting import TURN_RIGHT
from medprune_gui.session.session import Session
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.viewer import Viewer

read = lru_cache(maxsize=4)(read_series)


class Room:
    """A viewer of a CT, a leaning CT and two series of one MR study, whose series are read at once."""

    def __init__(self, qtbot: QtBot, data_root: Path) -> None:
        self.qtbot = qtbot
        names = ("dicom_ct_head_phantom", "dicom_ct_head_ge_tilt", "dicom_mr_braintumor")
        found = {name: tuple(scan(data_root / name)) for name in names}
        self.ct, self.tilt = (found[name][0].series[0] for name in names[:2])
        self.t1, self.flair = found[names[2]][0].series[0], found[names[2]][0].series[2]
        self.session = Session()
        self.session.studies = tuple(study for studies in found.values() for study in studies)
        self.viewer = Viewer(self.session)
        self.viewer.resize(900, 700)
        qtbot.addWidget(self.viewer)
        self.viewer.show()
        self.viewer.load_requested.connect(lambda series: self.viewer.show_loaded(series, read(series)))

    def choose(self, series: Series) -> ImageCanvas:
        self.session.series = series
        return self.viewer.canvas

    def lay_out(self, name: str) -> list[ImageCanvas]:
        self.viewer.set_layout(name)  # type: ignore[arg-type]
        self.qtbot.waitUntil(lambda: not self.viewer.planes.busy)
        return [viewport.canvas for viewport in self.viewer.grid.viewports]


@pytest.fixture
def room(qtbot: QtBot, data_root: Path) -> Iterator[Room]:
    room = Room(qtbot, data_root)
    yield room
    room.viewer.cine.stop()


def look(canvas: ImageCanvas) -> tuple[object, ...]:
    view = None if canvas.view.fitted else canvas.view  # what is fitted follows the widget's size
    return canvas.volume, canvas.slice, canvas.window, canvas.inverted, view, canvas.orientation


def test_planes_stand_where_the_image_stood_in_its_window(room: Room) -> None:
    canvas = room.choose(room.ct)
    canvas.preset(4)
    canvas.set_inverted(True)
    canvas.set_slice(18)
    canvas.zoom_by(3.0)
    canvas.pan_by(QPointF(120, -60))
    window = canvas.window
    place = canvas.place_at(QPointF(canvas.width() / 2, canvas.height() / 2))
    assert place is not None
    planes = room.lay_out("mpr")
    for plane in planes:
        assert plane.window == window
        assert plane.inverted
        assert plane.slice == round(float(plane.index_of(place)[0]))
    assert planes[0].slice == 18


def test_an_image_comes_back_from_its_planes_as_it_was(room: Room) -> None:
    canvas = room.choose(room.ct)
    canvas.turn(TURN_RIGHT)
    canvas.preset(4)
    canvas.set_inverted(True)
    canvas.set_slice(18)
    canvas.zoom_by(2.48)
    canvas.pan_by(QPointF(40, 25))
    before = look(canvas)
    room.lay_out("mpr")
    (back,) = room.lay_out("1x1")
    assert look(back) == before


def test_an_image_comes_back_at_the_slice_that_its_planes_met_on(room: Room) -> None:
    canvas = room.choose(room.ct)
    canvas.set_slice(18)
    canvas.zoom_by(2.0)
    _, *rest = look(canvas)
    axial, coronal, _ = room.lay_out("mpr")
    axial.set_slice(5)
    coronal.set_slice(100)
    at = np.array(axial.shown_volume.places_of((5, 100, 0)))  # type: ignore[union-attr]
    (back,) = room.lay_out("1x1")
    assert back.slice == round(float(back.index_of(at)[0]))
    assert look(back)[2:] == tuple(rest[1:])


def test_linked_images_come_back_beside_each_other(room: Room) -> None:
    room.viewer.set_layout("1x2")
    room.choose(room.t1)
    room.viewer.activate_number(2)
    room.choose(room.flair)
    for kind in ("scroll", "zoom", "pan"):
        room.viewer.links.set_linked(kind, True)  # type: ignore[arg-type]
    first, second = room.lay_out("1x2")
    second.set_slice(18)
    second.zoom_by(2.48)
    first.set_window(900, 700)
    second.set_window(400, 300)
    before = [look(first), look(second)]
    room.lay_out("mpr")
    after = room.lay_out("1x2")
    assert [look(canvas) for canvas in after] == before
    # The planes were those of the second image, which is the active one again.
    assert room.viewer.canvas is second
    assert room.session.series == room.flair


def test_a_layout_without_the_place_of_the_planes_shows_their_image_first(room: Room) -> None:
    room.viewer.set_layout("1x2")
    room.choose(room.t1)
    room.viewer.activate_number(2)
    room.choose(room.flair).set_slice(7)
    room.lay_out("mpr")
    (only,) = room.lay_out("1x1")
    assert only.volume is read(room.flair)
    assert only.slice == 7


def test_a_straightened_head_is_left_and_entered_at_the_same_place(room: Room) -> None:
    canvas = room.choose(room.tilt)
    count = len(read(room.tilt).array)
    canvas.set_slice(count // 4)
    canvas.set_window(60, 120)
    before = look(canvas)
    place = canvas.place_at(QPointF(canvas.width() / 2, canvas.height() / 2))
    assert place is not None
    room.viewer.set_layout("mpr")
    assert room.viewer.planes.busy
    # While slices are straightened, they stay on show as they were.
    assert look(room.viewer.grid.viewports[0].canvas)[:4] == before[:4]
    planes = room.lay_out("mpr")
    for plane in planes:
        assert plane.volume is not read(room.tilt)
        assert plane.slice == round(float(plane.index_of(place)[0]))
        assert (plane.window.centre, plane.window.width) == (60, 120)
    (back,) = room.lay_out("1x1")
    assert look(back) == before


def test_slices_that_have_no_planes_stay_on_show(room: Room) -> None:
    flat = replace(read(room.ct), calibrated=False)
    canvas = room.choose(room.ct)
    canvas.show_volume(flat)
    canvas.set_slice(9)
    canvas.preset(4)
    before = look(canvas)
    first, *_ = room.lay_out("mpr")
    assert "not calibrated" in room.viewer.grid.viewports[1].message.words
    assert look(first)[:4] == before[:4]
    (back,) = room.lay_out("1x1")
    assert look(back) == before
