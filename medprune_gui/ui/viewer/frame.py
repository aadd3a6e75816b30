"""From stored values to a picture: one look-up table, and fewer pixels where the screen has fewer.

The pyramid averages *stored* values, not displayed ones. It is then built once per slice and stays while the window
is dragged, which costs one table look-up of a screenful; and a smaller picture shows the mean density under a
screen pixel, as the window would show it, instead of a mean of clipped greys.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from medprune_gui.engine.imaging.storage import as_16_bit
from medprune_gui.engine.imaging.voi import display_table
from medprune_gui.engine.imaging.volume import Volume, Window
from medprune_gui.ui.viewer.pyramid import halved

_KEPT_BYTES = 32 << 20  # of halved slices, for each view
_CHUNK_PIXELS = 64 * 1024  # indices of one chunk stay in the cache of a core


class FrameRenderer:
    """Pictures of a volume's slices; what the last one needed is kept, and halved slices for a while.

    Parameters
    ----------
    volume
        What to show.
    frame
        Makes slice ``index`` as a volume of one slice; default: the volume's own.
    """

    def __init__(self, volume: Volume, frame: Callable[[int], Volume] | None = None) -> None:
        self._volume = volume
        self._frame = frame or volume.frame
        self._index = -1
        self._levels: list[NDArray[Any]] = []
        self._slice = self._full = volume
        self._kept: OrderedDict[tuple[int, int], Volume] = OrderedDict()
        self._table_key: tuple[object, ...] = ()
        self._table: NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)
        self._image_key: tuple[object, ...] = ()
        self._image = QImage()
        self._pixels: NDArray[np.uint32] = np.zeros((0, 0), dtype=np.uint32)

    def level_for(self, scale: float) -> int:
        """Return how often a slice can be halved and still has at least ``scale`` times its pixels."""
        smallest = min(self._volume.array.shape[1:3])
        return max(0, min(math.floor(-math.log2(scale)), int(math.log2(smallest)))) if scale < 1.0 else 0

    def image(self, index: int, window: Window, inverted: bool, level: int = 0) -> QImage:
        """Return slice ``index`` as a 32-bit picture, each side halved ``level`` times (rounded up).

        Colour is shown as it is; a window does not change it. The picture is valid until the next call: copy it to
        keep it.
        """
        key = (index, window, inverted, level)
        if key != self._image_key:
            self._image = self._render(self._level(index, level), window, inverted)
            self._image_key = key
        return self._image

    def _level(self, index: int, level: int) -> NDArray[Any]:
        if (kept := self._kept.get((index, level))) is not None:
            self._kept.move_to_end((index, level))
            self._slice = kept
            pixels: NDArray[Any] = kept.array[0]
            return pixels
        if index != self._index:
            # Values wider than 16 bits are quantised slice by slice: finer, and no second volume in memory.
            self._full = as_16_bit(self._frame(index))
            self._levels = [np.ascontiguousarray(self._full.array[0])]
            self._index = index
        self._slice = self._full
        while len(self._levels) <= level:
            self._levels.append(halved(self._levels[-1], self._slice.padding))
        if level > 0:
            self._keep(index, level)
        return self._levels[level]

    def _keep(self, index: int, level: int) -> None:
        """Keep a halved slice: films and small steps to and fro come back to it soon."""
        self._kept[index, level] = replace(self._full, array=self._levels[level][np.newaxis])
        held = sum(volume.array.nbytes for volume in self._kept.values())
        while held > _KEPT_BYTES and len(self._kept) > 1:
            held -= self._kept.popitem(last=False)[1].array.nbytes

    def _render(self, raw: NDArray[Any], window: Window, inverted: bool) -> QImage:
        rows, columns = raw.shape[:2]
        pixels: NDArray[np.uint32] = np.empty((rows, columns), dtype=np.uint32)
        if raw.ndim == 3:
            colour = _eight_bits(raw).astype(np.uint32)
            np.bitwise_or(
                colour[..., 0] << 16 | colour[..., 1] << 8, colour[..., 2] | np.uint32(0xFF000000), out=pixels
            )
            if inverted:
                pixels ^= np.uint32(0x00FFFFFF)
        else:
            table = self._display_table(window, inverted)
            bits = raw.view(f"u{raw.itemsize}")
            step = max(1, _CHUNK_PIXELS // columns)
            for first in range(0, rows, step):
                # Every index is within the table; "wrap" only spares numpy a buffered copy of the output.
                np.take(table, bits[first : first + step], out=pixels[first : first + step], mode="wrap")
        self._pixels = pixels  # a QImage does not keep its buffer alive
        return QImage(pixels.data, columns, rows, pixels.strides[0], QImage.Format.Format_RGB32)

    def _display_table(self, window: Window, inverted: bool) -> NDArray[np.uint32]:
        shown = self._slice
        key = (window, inverted, shown.slope, shown.intercept, shown.padding)
        if key != self._table_key:
            self._table = _kept_table(
                shown.array.dtype,
                window,
                shown.slope,
                shown.intercept,
                inverted != shown.inverted,
                shown.padding,
            )
            self._table_key = key
        return self._table


@lru_cache(maxsize=8)
def _kept_table(
    dtype: np.dtype[Any],
    window: Window,
    slope: float,
    intercept: float,
    inverted: bool,
    padding: tuple[float, float] | None,
) -> NDArray[np.uint32]:
    """Return `display_table`; linked views ask for the same one."""
    return display_table(dtype, window, slope, intercept, inverted, padding)


def _eight_bits(colour: NDArray[Any]) -> NDArray[Any]:
    return colour if colour.dtype.itemsize == 1 else colour >> 8
