"""The pixels on the screen are those of the image: windows, pyramids, proportions, overlays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from canvas_pictures import pixels, plain, shown
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Volume, Window, read_series, scan
from medprune_gui.engine.imaging.voi import PRESETS, apply_window, automatic_window, modality_values
from medprune_gui.ui.theme import DIFFERENCE, LABEL_COLOURS
from medprune_gui.ui.viewer.frame import FrameRenderer
from medprune_gui.ui.viewer.kept_slices import KeptSlices
from medprune_gui.ui.viewer.pyramid import halved
from medprune_gui.ui.viewer.view import View

INSIDE = np.s_[90:400, 60:450]  # of a 512 x 512 widget: no words there


pytestmark = pytest.mark.usefixtures("themed")


@pytest.fixture(scope="module")
def ct(data_root: Path) -> Volume:
    return read_series(scan(data_root / "dicom_ct_head_phantom")[0].series[0])


def expected(volume: Volume, index: int, window: Window) -> NDArray[np.float64]:
    return np.rint(255 * apply_window(modality_values(volume.array[index], volume.slope, volume.intercept), window))


def test_pixels_are_what_the_window_says_before_and_after_a_drag(qtbot: QtBot, ct: Volume) -> None:
    canvas = shown(qtbot, ct)
    assert canvas.view == View(1.0, 256.0, 256.0, fitted=True)
    assert canvas.window == ct.windows[0]
    assert np.array_equal(pixels(canvas)[INSIDE][..., 0], expected(ct, canvas.slice, canvas.window)[INSIDE])

    with qtbot.waitSignal(canvas.window_changed):
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
        qtbot.mouseMove(canvas, QPoint(350, 110))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(350, 110))
    first = ct.windows[0]
    assert canvas.window.width == pytest.approx(first.width * 1.5)
    assert canvas.window.centre == pytest.approx(first.centre - 0.3 * first.width)
    assert canvas.window.function == first.function
    changed = pixels(canvas)[INSIDE][..., 0]
    assert np.array_equal(changed, expected(ct, canvas.slice, canvas.window)[INSIDE])

    canvas.set_inverted(True)
    assert np.array_equal(pixels(canvas)[INSIDE][..., 0], 255 - changed)
    canvas.preset(4)
    assert canvas.window == PRESETS[4]
    canvas.auto_window()
    assert canvas.window == automatic_window(ct, canvas.slice)
    canvas.reset()
    assert canvas.window == first
    assert not canvas.inverted


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float32])
def test_every_stored_type_shows_its_values(qtbot: QtBot, dtype: type[np.generic]) -> None:
    ramp = np.linspace(0, 250, 512 * 512).reshape(1, 512, 512).astype(dtype)
    scale = 1000 if dtype in (np.int32, np.float32) else 1
    volume = plain(ramp * dtype(scale), slope=2.0, intercept=-100.0, inverted=True)  # type: ignore[arg-type]
    canvas = shown(qtbot, volume)
    canvas.set_window(100.0 * scale, 300.0 * scale)
    found = pixels(canvas)[INSIDE][..., 0].astype(int)
    assert np.abs(found - (255 - expected(volume, 0, canvas.window)[INSIDE])).max() <= (1 if scale > 1 else 0)


def test_colour_is_shown_as_it_is(qtbot: QtBot) -> None:
    array = np.random.default_rng(0).integers(0, 256, (1, 512, 512, 3), dtype=np.uint8)
    canvas = shown(qtbot, plain(array, oriented=False, calibrated=False))
    assert np.array_equal(pixels(canvas)[INSIDE], array[0][INSIDE])
    assert not canvas.presets()


@pytest.mark.parametrize("shape", [(8, 8), (7, 5), (1, 9), (513, 300), (600, 512), (6, 5, 3)])
@pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.uint8])
@pytest.mark.parametrize("share", [1, 4], ids=["all values", "values whose sums are small"])
def test_a_pyramid_holds_rounded_means_of_stored_values(
    shape: tuple[int, ...], dtype: type[np.integer], share: int
) -> None:
    ends = np.iinfo(dtype)
    low, high = int(ends.min) // share, (int(ends.max) - 2) // share
    array = np.random.default_rng(1).integers(low, high, shape, dtype, endpoint=True)
    array[:2, :2], array[-2:, -2:] = low, high
    padding = [(0, shape[0] % 2), (0, shape[1] % 2)] + [(0, 0)] * (len(shape) - 2)
    even = np.pad(array, padding, mode="edge").astype(int)
    total = even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]
    assert np.array_equal(halved(array), (total + 2) // 4)


def test_a_large_frame_is_halved_until_it_fits_the_screen(qtbot: QtBot) -> None:
    rows, columns = np.mgrid[0:1500, 0:2048]
    volume = plain((rows + columns)[np.newaxis].astype(np.int16))
    renderer = FrameRenderer(volume)
    assert [renderer.level_for(scale) for scale in (2.0, 1.0, 0.51, 0.5, 0.24, 1e-9)] == [0, 0, 0, 1, 2, 10]
    canvas = shown(qtbot, volume, 512, 375)
    canvas.set_window(1773.0, 3546.0)
    found = pixels(canvas)[90:280, 60:450, 0].astype(int)
    # A quarter-size picture: the mean over 4 x 4 pixels of a ramp is its value in their middle.
    smooth = expected(volume, 0, canvas.window)[2::4, 2::4][90:280, 60:450]
    assert np.abs(found - smooth).max() <= 1


def test_pixels_keep_their_true_proportions(qtbot: QtBot) -> None:
    array = np.zeros((1, 100, 100), dtype=np.uint8)
    array[0, 40:60, 40:60] = 255
    canvas = shown(qtbot, plain(array, spacing=(1.0, 2.0, 1.0), oriented=False), 400, 800)
    canvas.set_window(127, 2)
    rows, columns = np.nonzero(pixels(canvas)[150:650, 60:340, 0] > 127)
    assert np.ptp(rows) + 1 == pytest.approx(160, abs=2)
    assert np.ptp(columns) + 1 == pytest.approx(80, abs=2)


def test_labels_are_tinted_and_outlined_and_differences_lie_on_top(qtbot: QtBot) -> None:
    volume = plain(np.zeros((2, 64, 64), dtype=np.uint8), oriented=False)
    canvas = shown(qtbot, volume)
    canvas.set_slice(0)
    canvas.set_window(128, 256)
    labels = np.zeros((2, 64, 64), dtype=np.uint8)
    labels[0, 20:40, 20:40] = 2
    canvas.set_overlays(labels)
    canvas.set_opacity(0.5)
    orange, yellow = (
        np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) for colour in (LABEL_COLOURS[1], DIFFERENCE)
    )
    painted = pixels(canvas).astype(int)
    assert np.abs(painted[240, 240] - orange / 2).max() <= 1
    assert np.array_equal(painted[160, 240], orange)  # the first screen row of label row 20, at zoom 8
    assert not painted[159, 240].any()
    difference = np.zeros((2, 64, 64), dtype=bool)
    difference[0, 28:32, 28:32] = True
    canvas.set_overlays(labels, difference)
    painted = pixels(canvas).astype(int)
    assert np.array_equal(painted[224, 240], yellow)  # outlined, so that the labels below stay to be seen
    assert np.abs(painted[240, 240] - orange / 2).max() <= 1
    canvas.set_overlays(None, difference)
    assert np.abs(pixels(canvas)[240, 240].astype(int) - yellow / 2).max() <= 1
    canvas.set_overlays(labels)
    canvas.labels_visible = False
    assert not pixels(canvas)[100:400, 100:400].any()
    canvas.labels_visible = True
    canvas.set_slice(1)
    assert not pixels(canvas)[100:400, 100:400].any()
    with pytest.raises(ValueError, match="shape"):
        canvas.set_overlays(labels[:, :10])
    canvas.show_volume(volume, keep_view=True)
    assert not canvas.has_labels


def test_halved_slices_that_are_kept_are_the_right_ones(qtbot: QtBot) -> None:
    """To and fro over slices of different rescale and size of values; then another zoom."""
    rng = np.random.default_rng(2)
    volume = plain(rng.uniform(-500, 500, (5, 64, 64)).astype(np.float32))
    window = Window(0.0, 1000.0)
    renderer = FrameRenderer(volume)
    fresh = [FrameRenderer(volume, kept=KeptSlices()) for _ in range(5)]

    def picture(drawer: FrameRenderer, index: int, level: int) -> NDArray[np.uint8]:
        image = drawer.image(index, window, False, level)
        return np.frombuffer(image.constBits(), np.uint8).copy()

    for index, level in ((0, 1), (1, 1), (0, 1), (0, 0), (2, 2), (1, 1), (1, 0), (2, 2), (0, 2), (0, 1)):
        assert np.array_equal(picture(renderer, index, level), picture(fresh[index], index, level))
