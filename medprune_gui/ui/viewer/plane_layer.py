"""Overlay planes of a file as a thin light layer over its image."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage

from medprune_gui.engine.imaging.reorienting import Reorientation
from medprune_gui.engine.imaging.volume import Volume
from medprune_gui.ui.theme import TEXT

_RIM = np.uint32(0xA0000000)


def planes_image(stored: Volume, index: int, orientation: Reorientation) -> QImage | None:
    """Return the planes of a stored slice, turned as the slice is shown; None where it has none.

    Drawings are light with a darker rim beside them, so that they are seen over bright tissue too.
    """
    planes = stored.overlays[index]
    if not planes:
        return None
    rows, columns = stored.array.shape[1:3]
    covered = np.logical_or.reduce([plane.mask(rows, columns) for plane in planes])
    # A slice alone has nothing to be mirrored in along its first axis.
    drawn = np.ascontiguousarray(orientation.view(covered[np.newaxis])[0])
    rim = np.zeros_like(drawn)
    rim[1:, 1:] = drawn[:-1, :-1]
    pixels = np.where(rim, _RIM, np.uint32(0))
    pixels[drawn] = np.uint32(QColor(TEXT).rgba())
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()  # the copy owns its memory
