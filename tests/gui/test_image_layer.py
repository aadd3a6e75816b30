"""An image that is kept at the size of the screen looks as if it were drawn anew, and is kept only where that pays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from medprune_gui.engine.imaging import Volume, Window, read_series, scan
from medprune_gui.ui.viewer.frame import FrameRenderer
from medprune_gui.ui.viewer.image_layer import ImageLayer
from medprune_gui.ui.viewer.view import Projection, View

SIZE = QSizeF(300, 260)
WINDOW = Window(40.0, 400.0)
# Qt weighs neighbours in sixteenths of a pixel; which sixteenth it takes may depend on where a drawing begins.
TOLERANCE = 255 / 16 + 1


@pytest.fixture(scope="module")
def ct(data_root: Path) -> Volume:
    return read_series(scan(data_root / "dicom_ct_head_phantom")[0].series[0])


def layer_of(volume: Volume) -> ImageLayer:
    return ImageLayer(FrameRenderer(volume))


def painted(
    layer: ImageLayer,
    volume: Volume,
    view: View | None,
    *,
    index: int = 14,
    window: Window = WINDOW,
    ratio: float = 1.0,
    whole: bool = True,
) -> NDArray[np.uint8]:
    """Return the grey levels (row, column) of a screen that was green before."""
    image = QImage((SIZE * ratio).toSize(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.green)
    projection = Projection.of(volume.array.shape[1:3], volume.spacing_mm[1:], SIZE, view)
    painter = QPainter(image)
    layer.paint(painter, projection, ratio, (index, window, False), whole=whole)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    assert np.array_equal(pixels[..., 0], pixels[..., 1]), "all of the screen was painted"
    return pixels[..., 0].copy()


def assert_alike(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> None:
    difference = np.abs(first.astype(int) - second)
    assert difference.max() <= TOLERANCE
    assert difference.mean() < 0.05


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    "view",
    [None, View(0.45, 250.0, 260.0), View(1.0, 200.25, 300.5), View(3.7, 100.3, 420.8), View(2.0, 5.0, 500.0)],
    ids=["fitted", "smaller", "its own size", "larger", "a corner"],
)
def test_a_kept_image_looks_as_one_drawn_anew(qapp: QApplication, ct: Volume, view: View | None, ratio: float) -> None:
    layer = layer_of(ct)
    first = painted(layer, ct, view, ratio=ratio)
    assert not layer.keeps, "an image that may be another one the next time is not worth it"
    second = painted(layer, ct, view, ratio=ratio)
    assert layer.keeps
    third = painted(layer, ct, view, ratio=ratio)
    assert_alike(second, first)
    assert np.array_equal(third, second)
    assert first.std() > 10


@pytest.mark.parametrize("zoom", [0.5, 1.9531, 5.0])
def test_a_moved_image_looks_as_one_drawn_anew(qapp: QApplication, ct: Volume, zoom: float) -> None:
    layer, view = layer_of(ct), View(zoom, 256.0, 256.0)
    painted(layer, ct, view)
    for step in range(60):
        delta = QPointF(-7.0, 5.0) if step < 30 else QPointF(11.0, -3.0)
        view = Projection.of(ct.array.shape[1:3], ct.spacing_mm[1:], SIZE, view).moved(delta)
        moved = painted(layer, ct, view)
        assert_alike(moved, painted(layer_of(ct), ct, view))
        far = not (0 < view.column < 512 and 0 < view.row < 512)
        assert layer.keeps or far, "moved by whole pixels it is the same image"


def test_another_image_is_drawn_anew(qapp: QApplication, ct: Volume) -> None:
    layer = layer_of(ct)
    for _ in range(2):
        painted(layer, ct, None)
    changes = (
        {"index": 15},
        {"window": Window(40.0, 401.0)},
        {"view": View(1.0, 256.0, 256.5)},
        {"view": View(1.0, 256.0, 256.25)},  # half a pixel is no whole one
        {"ratio": 2.0},
    )
    for change in changes:
        given = {"view": None, **change}
        found = painted(layer, ct, **given)
        assert not layer.keeps
        assert np.array_equal(found, painted(layer_of(ct), ct, **given))


def test_an_image_that_changes_with_every_repaint_is_not_kept(qapp: QApplication, ct: Volume) -> None:
    layer = layer_of(ct)
    for step in range(5):
        painted(layer, ct, None, window=Window(40.0 + step, 400.0))
        painted(layer, ct, None, index=10 + step)
        assert not layer.keeps


def test_parts_of_the_screen_do_not_make_an_image_kept(qapp: QApplication, ct: Volume) -> None:
    layer = layer_of(ct)
    painted(layer, ct, None)
    for _ in range(3):
        painted(layer, ct, None, whole=False)
    assert not layer.keeps
    kept = [painted(layer, ct, None) for _ in range(2)][1]
    assert np.array_equal(painted(layer, ct, None, whole=False), kept), "what is kept serves them"
    # A picture of another slice for someone else does not cost the screen what it keeps.
    painted(layer, ct, None, index=3, whole=False)
    assert layer.keeps
