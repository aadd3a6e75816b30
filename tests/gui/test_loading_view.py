"""One slice at once, the rest behind it: what the viewer shows while a series is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from canvas_pictures import pixels
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Series, Volume, read_frame, read_series, scan
from medprune_gui.session.session import Session
from medprune_gui.ui.viewer.first_choice import first_choice, place_on_show
from medprune_gui.ui.viewer.viewer import Viewer


@pytest.fixture
def viewer(qtbot: QtBot, session: Session) -> Viewer:
    viewer = Viewer(session)
    qtbot.addWidget(viewer)
    viewer.resize(700, 700)
    viewer.show()
    return viewer


@pytest.fixture(scope="module")
def ct(data_root: Path) -> Series:
    return scan(data_root / "dicom_ct_head_phantom")[0].series[0]


@pytest.fixture(scope="module")
def whole(ct: Series) -> Volume:
    return read_series(ct)


def words(viewer: Viewer) -> tuple[object, ...]:
    scene = viewer.canvas._scene
    assert scene is not None
    shown = scene._words(scene.projection(viewer.canvas._size()), "")
    return (shown.top_left, shown.top_right, shown.bottom_left, shown.letters, shown.pixels_per_cm)


def test_the_whole_series_takes_the_first_slices_place_without_a_change(
    viewer: Viewer, session: Session, ct: Series, whole: Volume
) -> None:
    wanted = []
    viewer.slice_wanted.connect(lambda series, index: wanted.append(index))
    session.series = ct
    assert wanted == [14]
    assert viewer._slices.isVisible()
    assert (viewer._slices.index, viewer._slices.count) == (14, 28)
    viewer.show_first_slice(ct, 14, read_frame(ct, 14))
    bar = viewer.display._loading
    assert bar.isVisible()
    assert bar.geometry().bottom() == viewer.canvas.rect().bottom()
    bar.hide()  # it lies over the image
    before, said = pixels(viewer.canvas), words(viewer)
    viewer.show_progress(9, 28)
    assert (bar.value(), bar.maximum()) == (9, 28)
    viewer.show_loaded(ct, whole)
    assert not bar.isVisible()
    assert words(viewer) == said
    assert np.array_equal(pixels(viewer.canvas), before)
    assert viewer.canvas.slice == viewer._slices.index == 14


def test_window_and_zoom_that_were_set_meanwhile_stay(
    viewer: Viewer, session: Session, ct: Series, whole: Volume
) -> None:
    session.series = ct
    # Without windows of the file, each slice alone would have another automatic one.
    viewer.show_first_slice(ct, 14, replace(read_frame(ct, 14), windows=()))
    automatic = viewer.canvas.window
    viewer.canvas.zoom_by(2.5)
    viewer.invert()
    view = viewer.canvas.view
    viewer.show_loaded(ct, replace(whole, windows=()))
    assert viewer.canvas.window == automatic
    assert viewer.canvas.view == view
    assert viewer.canvas.inverted


def test_slices_that_are_stepped_to_are_wanted_next(
    qtbot: QtBot, viewer: Viewer, session: Session, ct: Series, whole: Volume
) -> None:
    wanted = []
    viewer.slice_wanted.connect(lambda series, index: wanted.append((series, index)))
    session.series = ct
    viewer._slices._slider.setValue(20)  # nothing has come yet
    viewer.show_first_slice(ct, 20, read_frame(ct, 20))
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Down)
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Down)
    assert wanted == [(ct, 14), (ct, 20), (ct, 21), (ct, 22)]
    viewer.show_first_slice(ct, 21, read_frame(ct, 21))
    assert words(viewer)[2][-1] == "Slice 22 / 28"  # type: ignore[index]  # what is seen is what is said
    assert viewer._slices.index == 22
    viewer.last_slice()
    viewer.show_loaded(ct, whole)
    assert viewer.canvas.slice == viewer._slices.index == 27
    viewer.show_first_slice(ct, 3, read_frame(ct, 3))  # too late
    assert viewer.canvas.volume is whole
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Up)
    assert viewer.canvas.slice == 26
    assert len(wanted) == 5


def test_slices_of_another_series_do_not_arrive(viewer: Viewer, session: Session, ct: Series, data_root: Path) -> None:
    session.series = ct
    session.series = scan(data_root / "dicom_ct_head_ge_tilt")[0].series[0]
    viewer.show_first_slice(ct, 14, read_frame(ct, 14))
    assert viewer.canvas.volume is None
    assert not viewer.display._loading.isVisible()


def test_a_series_that_has_grown_stays_on_show_until_all_of_it_is_there(
    viewer: Viewer, session: Session, ct: Series, whole: Volume
) -> None:
    part = replace(ct, instances=ct.instances[10:20], frames=10)
    session.series = part
    viewer.show_loaded(part, read_series(part))
    viewer.canvas.set_slice(2)
    viewer.canvas.zoom_by(2)
    before, view = pixels(viewer.canvas)[100:500, 100:500], viewer.canvas.view
    session.series = ct
    assert viewer.canvas.volume is not None
    viewer.canvas.set_slice(3)
    viewer.canvas.set_slice(2)
    viewer.show_loaded(ct, whole)
    assert viewer.canvas.slice == viewer._slices.index == 12
    assert viewer.canvas.view == view
    assert np.array_equal(pixels(viewer.canvas)[100:500, 100:500], before)


def test_the_next_series_of_a_study_begins_at_the_same_place(viewer: Viewer, session: Session, data_root: Path) -> None:
    session.studies = tuple(scan(data_root / "dicom_mr_braintumor"))
    t1, _, flair = session.studies[0].series
    session.series = t1
    viewer.show_loaded(t1, read_series(t1))
    viewer.canvas.set_slice(20)
    wanted = []
    viewer.slice_wanted.connect(lambda series, index: wanted.append(index))
    session.series = flair
    (index,) = wanted
    t1_at, flair_at = t1.instances[20].position_mm, flair.instances[index].position_mm
    assert t1_at is not None
    assert flair_at is not None
    assert flair.spacing_mm is not None
    assert abs(t1_at[2] - flair_at[2]) <= flair.spacing_mm[0] / 2
    viewer.show_loaded(flair, read_series(flair))  # all of it before its first slice
    assert viewer.canvas.slice == viewer._slices.index == index
    session.series = session.studies[1].series[0]  # another study: its patient may lie elsewhere
    assert wanted[-1] == len(session.series.instances) // 2


def test_the_first_choice_is_the_nearest_slice_or_the_middle_one(ct: Series, whole: Volume) -> None:
    for index in range(28):
        assert first_choice(ct, place_on_show(whole, index)) == index
    assert first_choice(ct) == 14
    x, y, z = ct.instances[-1].position_mm or (0, 0, 0)
    assert first_choice(ct, (x, y, z + 400)) == 14  # far outside
    nowhere = tuple(replace(one, position_mm=None) for one in ct.instances)
    assert first_choice(replace(ct, instances=nowhere), (x, y, z)) == 14


def test_phases_keep_slice_window_and_zoom(viewer: Viewer, session: Session, ct: Series) -> None:
    session.series = series = replace(ct, phases=2, phase_axis="echo", phase_values=(4.6, 90.0), phase_unit="ms")
    first, second = series.phase(0), series.phase(1)
    assert viewer.has_phases
    assert viewer._phases.isVisible()
    assert viewer._phases._label.text() == "Echo 1 / 2  4.6 ms"
    viewer.show_loaded(first, read_series(first))
    viewer.canvas.set_slice(4)
    viewer.canvas.zoom_by(2)
    viewer.canvas.set_window(50, 77)
    view = viewer.canvas.view
    wanted = []
    viewer.slice_wanted.connect(lambda series, index: wanted.append((series, index)))
    viewer.previous_phase()  # there is none before
    viewer.next_phase()
    assert wanted == [(second, 4)]
    viewer.show_first_slice(second, 4, read_frame(second, 4))

    def kept() -> bool:
        window = viewer.canvas.window
        return viewer.canvas.view == view and (window.centre, window.width, viewer._slices.index) == (50, 77, 4)

    assert viewer._phases._label.text() == "Echo 2 / 2  90 ms"
    assert kept()
    viewer.show_loaded(second, read_series(second))
    assert kept()
    assert viewer.canvas.slice == 4
    session.series = ct
    assert not viewer._phases.isVisible()


def test_an_empty_slice_does_not_glare_nor_keep_its_window_for_the_others(
    viewer: Viewer, session: Session, data_root: Path
) -> None:
    session.studies = tuple(scan(data_root / "dicom_mr_braintumor"))
    mask = next(series for series in session.studies[-1].series if "Mask" in series.description)
    session.series = mask
    whole = read_series(mask)
    empty = next(index for index in range(len(whole.array)) if not whole.array[index].any())
    viewer.show_first_slice(mask, empty, read_frame(mask, empty))
    assert not pixels(viewer.canvas)[100:400, 150:350].any()
    viewer.show_loaded(mask, whole)
    marked = int(np.argmax(whole.array.reshape(len(whole.array), -1).any(axis=1)))
    viewer.canvas.set_slice(marked)
    painted = pixels(viewer.canvas)[100:400, 100:400]
    assert painted.max() > 200
    assert np.median(painted) == 0
