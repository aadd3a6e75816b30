"""Views of the same pixels share what was made of them, and nothing of it outlives them or is mistaken."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from canvas_pictures import pixels, plain, shown
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Volume, Window, read_series, scan
from medprune_gui.engine.imaging.slabs import Slab
from medprune_gui.ui.viewer.frame import FrameRenderer
from medprune_gui.ui.viewer.kept_slices import KEPT, KeptSlices
from medprune_gui.ui.viewer.looking_ahead import AHEAD, BEHIND, LookAhead, looking_ahead
from medprune_gui.ui.viewer.view import View

WINDOW = Window(40.0, 400.0)


pytestmark = pytest.mark.usefixtures("themed")


@pytest.fixture(scope="module")
def ct(data_root: Path) -> Volume:
    return read_series(scan(data_root / "dicom_ct_head_phantom")[0].series[0])


def noise(slices: int = 3, side: int = 256) -> NDArray[np.int16]:
    return np.random.default_rng(3).integers(-1000, 3000, (slices, side, side)).astype(np.int16)


def values(image: QImage) -> NDArray[np.uint32]:
    lines = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return lines[:, : image.width()].copy()


def test_two_views_of_the_same_memory_share_halved_slices_and_pictures() -> None:
    array, kept = noise(), KeptSlices()
    first = FrameRenderer(plain(array), kept=kept)
    second = FrameRenderer(plain(array[:]), kept=kept)  # another array object, the same memory
    one = first.image(1, WINDOW, False, 1)
    assert kept.nbytes == array[0].nbytes / 4
    assert second.ready(1, 1)
    assert not second.ready(2, 1)
    assert second.image(1, WINDOW, False, 1).cacheKey() == one.cacheKey()
    assert kept.nbytes == array[0].nbytes / 4
    wider = second.image(1, Window(40.0, 800.0), False, 1)
    assert not np.array_equal(values(wider), values(first.image(1, WINDOW, False, 1)))


@pytest.mark.parametrize(
    "other",
    [
        lambda volume: replace(volume, slope=2.0),
        lambda volume: replace(volume, inverted=True),
        lambda volume: replace(volume, padding=(-1000.0, 0.0)),
        lambda volume: replace(volume, array=volume.array[:, ::-1]),
        lambda volume: replace(volume, array=volume.array.transpose(0, 2, 1)),
        lambda volume: replace(volume, array=volume.array[1:]),
        lambda volume: replace(volume, array=volume.array.view(np.uint16)),
    ],
    ids=["rescale", "inverted", "padding", "flipped", "turned", "from another slice", "unsigned"],
)
def test_what_means_something_else_is_not_shared(other: object) -> None:
    volume, kept = plain(noise()), KeptSlices()
    changed = other(volume)  # type: ignore[operator]
    for level in (0, 1, 2):
        FrameRenderer(volume, kept=kept).image(0, WINDOW, False, level)
        found = FrameRenderer(changed, kept=kept).image(0, WINDOW, False, level)
        alone = FrameRenderer(changed, kept=KeptSlices()).image(0, WINDOW, False, level)
        assert np.array_equal(values(found), values(alone))


def test_slabs_are_kept_apart_from_slices_and_from_each_other(ct: Volume) -> None:
    kept = KeptSlices()
    slabs = [None, Slab("MIP", 20.0), Slab("MIP", 40.0), Slab("Mean", 20.0)]
    pictures = []
    for slab in slabs * 2:
        frame = None if slab is None else lambda index, slab=slab: slab.frame(ct, index)
        pictures.append(values(FrameRenderer(ct, frame, slab, kept).image(14, WINDOW, False, 0)))
    assert len({picture.tobytes() for picture in pictures}) == 4
    assert all(np.array_equal(*pair) for pair in zip(pictures[:4], pictures[4:], strict=True))


def test_nothing_is_kept_of_memory_that_is_gone() -> None:
    kept = KeptSlices()
    array = noise()
    renderer = FrameRenderer(plain(array[:, ::-1]), kept=kept)
    renderer.image(0, WINDOW, False, 1)
    assert kept.nbytes > 0
    del renderer
    gc.collect()
    assert kept.nbytes > 0  # the pixels are still there, and may be shown again
    del array
    gc.collect()
    assert kept.nbytes == 0
    assert not kept.pictures


def test_the_longest_unused_slice_goes_first_when_there_is_no_room() -> None:
    array = noise(4)
    size = array[0].nbytes // 4
    kept = KeptSlices(limit=2 * size)
    renderer = FrameRenderer(plain(array), kept=kept)
    for index in (0, 1, 0, 2):
        renderer.image(index, WINDOW, False, 1)
        assert kept.nbytes <= 2 * size
    assert [renderer.ready(index, 1) for index in range(4)] == [True, False, True, False]


def test_only_what_is_seen_of_a_large_slice_is_looked_up_and_looks_the_same(qtbot: QtBot) -> None:
    array = noise(1, 2048)
    whole = values(FrameRenderer(plain(array), kept=KeptSlices()).image(0, WINDOW, False, 0))
    renderer = FrameRenderer(plain(array), kept=KeptSlices())
    for seen in (
        QRect(0, 0, 300, 200),
        QRect(900, 1000, 500, 500),
        QRect(1000, 1100, 500, 500),
        QRect(1900, 0, 148, 9),
    ):
        image, part = renderer.part(0, WINDOW, False, 0, seen)
        assert part.contains(seen)
        assert part.width() * part.height() < 0.2 * whole.size
        assert np.array_equal(values(image), whole[part.top() : part.bottom() + 1, part.left() : part.right() + 1])
    # On the screen: every corner at one pixel to one, and dragged across by steps.
    canvas = shown(qtbot, plain(array), 512, 512)
    canvas.apply_window(WINDOW)
    for column, row in ((256, 256), (1792, 256), (1792, 1792), (1000, 1000), (1060, 1040), (1120, 1080), (1400, 1080)):
        canvas.set_view(View(1.0, column, row))
        seen_now = pixels(canvas)[100:400, 100:400, 0]
        assert np.array_equal(seen_now, whole[row - 156 : row + 144, column - 156 : column + 144] & 0xFF)
    # Moved out of sight there is nothing but black.
    canvas.set_view(View(1.0, 5000.0, 1000.0))
    assert not pixels(canvas)[100:400, 100:400].any()


def test_neighbours_are_made_while_nothing_happens(qtbot: QtBot) -> None:
    ahead = looking_ahead()
    array = noise(40, 512)
    canvas = shown(qtbot, plain(array), 300, 300)
    made = KEPT.source(plain(array))

    def kept_at(level: int) -> set[int]:
        return {index for index in range(40) if (*made, None, index, level) in KEPT}

    canvas.grab()
    assert canvas.slice == 20
    assert kept_at(0) == set()
    assert kept_at(1) == set()  # 300 screen pixels need the slice as it is
    canvas.resize(200, 200)
    canvas.set_slice(19)
    canvas.grab()
    assert kept_at(1) >= {19}
    qtbot.waitUntil(lambda: not ahead.busy)
    assert kept_at(1) >= set(range(19 - AHEAD, 19 + BEHIND + 1))  # downwards, as the last step went
    before = kept_at(1)
    canvas.apply_window(Window(0.0, 100.0))
    canvas.grab()
    assert not ahead.busy
    canvas.set_slice(2)
    canvas.grab()
    qtbot.waitUntil(lambda: not ahead.busy)
    assert kept_at(1) == before | set(range(5))


def test_a_view_that_is_gone_has_nothing_made(qtbot: QtBot) -> None:
    ahead = looking_ahead()
    array = noise(40, 512)
    canvas = shown(qtbot, plain(array), 200, 200)
    canvas.grab()
    assert ahead.busy
    canvas.show_volume(None)
    gc.collect()
    qtbot.waitUntil(lambda: not ahead.busy)
    source = KEPT.source(plain(array))
    assert [index for index in range(40) if (*source, None, index, 1) in KEPT] == [20]


def test_slices_that_take_long_are_not_made_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    array = noise(9)
    renderer = FrameRenderer(plain(array), kept=KeptSlices())
    ahead = LookAhead()
    renderer.image(4, WINDOW, False, 1)
    monkeypatch.setattr(renderer, "build_ms", 1000.0)
    ahead.follow(renderer, 4, 1)
    assert not ahead.busy
    monkeypatch.setattr(renderer, "build_ms", 0.5)
    ahead.follow(renderer, 5, 1)
    assert ahead.busy
