"""Canvases on display, and their pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Volume
from medprune_gui.ui.viewer.image_canvas import ImageCanvas


def shown(qtbot: QtBot, volume: Volume | None, width: int = 512, height: int = 512) -> ImageCanvas:
    canvas = ImageCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(width, height)
    canvas.show()
    canvas.show_volume(volume)
    return canvas


def pixels(canvas: ImageCanvas) -> NDArray[np.uint8]:
    """(row, column, 3) as painted."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def plain(array: NDArray[np.generic], spacing: tuple[float, float, float] = (1, 1, 1), **fields: object) -> Volume:
    """A volume of slices that lie along z."""
    affine = np.zeros((4, 4))
    affine[2, 0], affine[1, 1], affine[0, 2], affine[3, 3] = *spacing, 1
    return replace(Volume(array, affine), **fields)  # type: ignore[arg-type]
