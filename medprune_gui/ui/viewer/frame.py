"""From stored values to a picture: one look-up table, and fewer pixels where the screen has fewer.

The pyramid averages *stored* values, not displayed ones. It is then built once per slice and stays while the window
is dragged, which costs one table look-up of a screenful; and a smaller picture shows the mean density under a
screen pixel, as the window would show it, instead of a mean of clipped greys.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from medprune_gui.engine.imaging.memory_budget import MemoryBudget
from medprune_gui.engine.imaging.slabs import Slab
from medprune_gui.engine.imaging.storage import as_16_bit
from medprune_gui.engine.imaging.voi import display_table
from medprune_gui.engine.imaging.volume import Volume, Window
from medprune_gui.ui.viewer.kept_slices import HELD, KEPT, KeptSlices, Picture
from medprune_gui.ui.viewer.pyramid import halved

_CHUNK_PIXELS = 64 * 1024  # indices of one chunk stay in the cache of a core
_WHOLE_PIXELS = 3 << 19  # no part of a picture with fewer is worth the bother
_ROOM = 128  # pixels around what is seen, so that not every move of it needs another picture


class FrameRenderer:
    """Pictures of a volume's slices; the last one is kept, and what slices were turned into for a while.

    Parameters
    ----------
    volume
        What to show.
    frame
        Makes slice ``index`` as a volume of one slice; default: the volume's own.
    made_by
        The slab that ``frame`` makes; None: the default.
    kept
        Where slices are kept that others may show too.
    held
        Is told which slices of the volume are read, and lets go of others where that is too much.

    Attributes
    ----------
    build_ms
        How long the last slice took that had to be made: time in which nothing else could happen.
    """

    def __init__(
        self,
        volume: Volume,
        frame: Callable[[int], Volume] | None = None,
        made_by: Slab | None = None,
        kept: KeptSlices = KEPT,
        held: MemoryBudget = HELD,
    ) -> None:
        self._volume = volume
        self._frame = frame or volume.frame
        self._made_by = made_by
        self._kept = kept
        self._held = held
        self._source = (*kept.source(volume), made_by)
        self._index = -1
        self._full = volume
        self._picture_key: tuple[Hashable, ...] = ()
        self._part = QRect()
        self._picture: Picture | None = None
        self.build_ms = 0.0

    @property
    def slices(self) -> int:
        """How many there are."""
        return len(self._volume.array)

    def level_for(self, scale: float) -> int:
        """Return how often a slice can be halved and still has at least ``scale`` times its pixels."""
        smallest = min(self._volume.array.shape[1:3])
        return max(0, min(math.floor(-math.log2(scale)), int(math.log2(smallest)))) if scale < 1.0 else 0

    def image(self, index: int, window: Window, inverted: bool, level: int = 0) -> QImage:
        """Return slice ``index`` as a 32-bit picture, each side halved ``level`` times (rounded up).

        Colour is shown as it is; a window does not change it. The picture is valid until the next call: copy it to
        keep it.
        """
        return self.part(index, window, inverted, level)[0]

    def part(
        self, index: int, window: Window, inverted: bool, level: int = 0, seen: QRect | None = None
    ) -> tuple[QImage, QRect]:
        """Return at least what is seen of a picture as `image` would return it, and which part of it that is.

        Parameters
        ----------
        seen
            In pixels of the picture; None: all of it.
        """
        key = (*self._source, index, window, inverted, level)
        fits = self._picture is not None and key == self._picture_key
        if not (fits and seen is not None and self._part.contains(seen)):
            rows, columns = (-(-side // 2**level) for side in self._volume.array.shape[1:3])
            part = whole = QRect(0, 0, columns, rows)
            if seen is not None and rows * columns > _WHOLE_PIXELS:
                part = seen.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM).intersected(whole)
            if not (fits and self._part.contains(part)):
                shared = (*key, part.getRect())
                self._picture = self._kept.pictures.get(shared)
                if self._picture is None:
                    self._picture = self._render(self._slice(index, level), window, inverted, part)
                    self._kept.pictures[shared] = self._picture
                self._picture_key, self._part = key, part
        assert self._picture is not None
        return self._picture.image, self._part

    def ready(self, index: int, level: int) -> bool:
        """Return whether nothing has to be made of slice ``index`` before it can be shown."""
        return (
            (index, level) == (self._index, 0)
            or (*self._source, index, level) in self._kept
            or (level == 0 and not self._making)
        )

    def prepare(self, index: int, level: int) -> None:
        """Make of slice ``index`` what its picture is taken from."""
        self._slice(index, level)

    @property
    def _making(self) -> bool:
        """Whether slices at their full size are something else than a view of the volume."""
        array = self._volume.array
        wide = array.ndim == 3 and array.dtype.itemsize > 2
        return self._made_by is not None or wide or not array[0].flags.c_contiguous

    def _slice(self, index: int, level: int) -> Volume:
        key = (*self._source, index)
        if (kept := self._kept.get((*key, level))) is not None:
            return kept
        start = time.perf_counter()
        if index != self._index:
            full = self._kept.get((*key, 0))
            if full is None:
                # Values wider than 16 bits are quantised slice by slice: finer, and no second volume in memory.
                full = as_16_bit(self._frame(index))
                full = replace(full, array=np.ascontiguousarray(full.array))
                read = range(index, index + 1) if self._made_by is None else self._made_by.reach(self._volume, index)
                self._held.looked_at(self._volume.array[read.start : read.stop])
                if self._making and not np.may_share_memory(full.array, self._volume.array):
                    self._kept.put((*key, 0), full)
            self._index, self._full = index, full
        pixels = self._full.array[0]
        for _ in range(level):
            pixels = halved(pixels, self._full.padding)
        if level == 0:
            result = self._full
        else:
            result = replace(self._full, array=pixels[np.newaxis])
            self._kept.put((*key, level), result)
        self.build_ms = 1e3 * (time.perf_counter() - start)
        return result

    def _render(self, shown: Volume, window: Window, inverted: bool, part: QRect) -> Picture:
        columns, rows = part.width(), part.height()
        raw = shown.array[0][part.top() : part.top() + rows, part.left() : part.left() + columns]
        pixels: NDArray[np.uint32] = np.empty((rows, columns), dtype=np.uint32)
        if raw.ndim == 3:
            colour = _eight_bits(raw).astype(np.uint32)
            np.bitwise_or(
                colour[..., 0] << 16 | colour[..., 1] << 8, colour[..., 2] | np.uint32(0xFF000000), out=pixels
            )
            if inverted:
                pixels ^= np.uint32(0x00FFFFFF)
        else:
            table = _kept_table(
                raw.dtype, window, shown.slope, shown.intercept, inverted != shown.inverted, shown.padding
            )
            bits = raw.view(f"u{raw.itemsize}")
            step = max(1, _CHUNK_PIXELS // columns)
            for first in range(0, rows, step):
                # Every index is within the table; "wrap" only spares numpy a buffered copy of the output.
                np.take(table, bits[first : first + step], out=pixels[first : first + step], mode="wrap")
        return Picture(QImage(pixels.data, columns, rows, pixels.strides[0], QImage.Format.Format_RGB32), pixels)


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
