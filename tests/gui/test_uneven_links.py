"""Unevenly spaced slices beside others: linked scrolling, crosshair and lines go by where the files say they lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Series, Volume, read_series, scan
from medprune_gui.engine.imaging.reorienting import plane_view
from medprune_gui.engine.imaging.reslicing import resampling, stack_positions
from medprune_gui.session.session import Session
from medprune_gui.ui.viewer.corner_texts import slice_lines, slice_place
from medprune_gui.ui.viewer.first_choice import place_on_show
from medprune_gui.ui.viewer.guides import cut, slice_corners
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.viewer import Viewer


@pytest.fixture(scope="module")
def series(data_root: Path) -> Series:
    return scan(data_root / "dicom_ct_head_ge_tilt")[0].series[0]


@pytest.fixture(scope="module")
def head(series: Series) -> Volume:
    return read_series(series)


@pytest.fixture(scope="module")
def straight(series: Series, head: Volume) -> Volume:
    steps = resampling(head, stack_positions(series, head))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


@pytest.fixture
def pair(qtbot: QtBot, series: Series) -> tuple[Viewer, ImageCanvas, ImageCanvas]:
    """The head, and beside it each third of its slices, which goes by other numbers."""
    session = Session()
    viewer = Viewer(session)
    qtbot.addWidget(viewer)
    viewer.resize(900, 500)
    viewer.load_requested.connect(lambda one: viewer.show_loaded(one, read_series(one)))
    viewer.show()
    session.series = series
    first = viewer.canvas
    viewer.set_layout("1x2")
    viewer.activate_number(2)
    thirds = series.instances[::3]
    session.series = replace(series, uid="thirds", instances=thirds, frames=len(thirds))
    return viewer, first, viewer.canvas


def positions(series: Series) -> NDArray[np.float64]:
    return np.array([one.position_mm for one in series.instances])


def test_the_corner_says_where_the_file_says_it_lies(head: Volume, series: Series) -> None:
    z = positions(series)[:, 2]
    assert [slice_place(head, index) for index in (0, 13, 27)] == [f"H {z[index]:.1f} mm" for index in (0, 13, 27)]
    assert slice_place(head, 27) == "H 157.8 mm"
    place = place_on_show(head, 27)
    assert place == pytest.approx(tuple(positions(series)[27]))


def test_a_place_that_no_file_says_is_not_said(head: Volume) -> None:
    from medprune_gui.engine.imaging import Window

    guessed = replace(head, positions_lps=None, step_source="nothing")
    for volume, lines in ((head, 3), (guessed, 2)):
        assert len(slice_lines(volume, 27, Window(40, 80), False, None)) == lines
    assert place_on_show(guessed, 27) is None


def test_linked_slices_are_the_same_place(pair: tuple[Viewer, ImageCanvas, ImageCanvas], series: Series) -> None:
    viewer, first, second = pair
    viewer.links.set_linked("scroll", True)
    for index in range(10):
        second.set_slice(index)
        assert first.slice == 3 * index
    for index in range(28):
        first.set_slice(index)
        heights = positions(series)[:, 2]
        apart = np.abs(heights[::3] - heights[index])
        assert apart[second.slice] == pytest.approx(apart.min(), abs=0.02)


def test_the_crosshair_is_on_the_same_voxel(pair: tuple[Viewer, ImageCanvas, ImageCanvas], series: Series) -> None:
    _viewer, first, second = pair
    second.set_slice(8)
    at = second.projection().transform().map(QPointF(300.5, 200.5))
    place = second.place_at(at)
    assert place is not None
    step = np.array([0.0, first.volume.spacing_mm[1], first.volume.spacing_mm[2]])  # type: ignore[union-attr]
    down = first.volume.affine_lps[:3, 1] / step[1]  # type: ignore[union-attr]
    expected = positions(series)[24] + 200 * step[1] * down + [300 * step[2], 0, 0]
    np.testing.assert_allclose(place, expected, atol=0.01)
    second.pointed.emit(place)
    assert first.slice == 24
    mark = first.guides.place
    assert mark is not None
    assert (mark.x(), mark.y()) == pytest.approx((300.5, 200.5), abs=0.01)


@pytest.mark.parametrize("index", [3, 13, 20, 27])
def test_lines_are_where_the_slices_cut(head: Volume, straight: Volume, series: Series, index: int) -> None:
    sagittal = plane_view(straight.affine_lps, "sagittal").apply(straight)
    line = cut(sagittal, 200, slice_corners(head, index))
    assert line is not None
    normal = np.cross(head.affine_lps[:3, 2], head.affine_lps[:3, 1])
    normal /= np.linalg.norm(normal)
    for end in (line.p1(), line.p2()):
        place = sagittal.places_of((200, end.y() - 0.5, end.x() - 0.5))
        assert place @ normal == pytest.approx(positions(series)[index] @ normal, abs=0.01)
    # And the other way round: the sagittal plane is a line on the slice at the plane's own place.
    across = cut(head, index, slice_corners(sagittal, 200))
    assert across is not None
    for end in (across.p1(), across.p2()):
        place = head.frame(index).places_of((0, end.y() - 0.5, end.x() - 0.5))
        assert place[0] == pytest.approx(sagittal.places_of((200, 0, 0))[0], abs=0.01)
