"""Milliseconds a frame while a window is dragged and slices are scrolled: the canvas beside pyqtgraph.

Run with ``python -m pytest tests/benchmarks -k viewer -s``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pyqtgraph
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Volume
from medprune_gui.ui.theme import apply_theme
from medprune_gui.ui.viewer.image_canvas import ImageCanvas

FRAMES = 30
VIEWPORT = 1000


def milliseconds(widget: QWidget, change: Callable[[int], None]) -> float:
    """Median time from a change until it is on the widget's surface."""
    widget.repaint()  # everything is built once before the clock runs
    times = []
    for frame in range(FRAMES):
        start = time.perf_counter()
        change(frame)
        widget.repaint()
        times.append(1e3 * (time.perf_counter() - start))
    return median(times)


@pytest.mark.parametrize("size", [512, 2048])
def test_a_frame_is_drawn_within_a_screen_refresh(
    qtbot: QtBot, qapp: QApplication, capsys: pytest.CaptureFixture[str], size: int
) -> None:
    apply_theme(qapp)
    array = np.random.default_rng(0).integers(-1000, 3000, (4, size, size)).astype(np.int16)
    canvas = ImageCanvas()
    qtbot.addWidget(canvas)
    canvas.show_volume(Volume(array, np.eye(4), unit="HU"))
    views = [canvas]
    items = []
    for smooth in (True, False):
        plot = pyqtgraph.GraphicsLayoutWidget()
        qtbot.addWidget(plot)
        plot.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        item = pyqtgraph.ImageItem(array[0], axisOrder="row-major", levels=(-160, 240))
        plot.addViewBox(lockAspect=True, invertY=True).addItem(item)
        views.append(plot)
        items.append((plot.viewport(), item))
    for view in views:
        view.resize(VIEWPORT, VIEWPORT)
        with qtbot.waitExposed(view):
            view.show()

    rows = [
        (
            "canvas (smooth, with words)",
            milliseconds(canvas, lambda frame: canvas.set_window(40 + frame, 400 + frame)),
            milliseconds(canvas, lambda frame: canvas.set_slice(frame % 4)),
        )
    ]
    for name, (viewport, item) in zip(("pyqtgraph, smooth", "pyqtgraph, as it comes"), items, strict=True):
        rows.append((name, *against(viewport, item, array)))
    still = milliseconds(canvas, lambda _: canvas.update())
    with capsys.disabled():
        print(f"\n{size} x {size} at {VIEWPORT} x {VIEWPORT}, ms a frame: window, slices")
        for name, window, slices in (*rows, ("canvas, only repainted", still, still)):
            print(f"  {name:28} {window:6.1f} {slices:6.1f}")
    assert max(rows[0][1:]) < 16.7
    if size > VIEWPORT:
        assert rows[0][1] < rows[1][1]


def against(viewport: QWidget, item: pyqtgraph.ImageItem, array: NDArray[np.int16]) -> tuple[float, float]:
    return (
        milliseconds(viewport, lambda frame: item.setLevels((-160 + frame, 240 + frame))),
        milliseconds(viewport, lambda frame: item.setImage(array[frame % 4], autoLevels=False)),
    )
