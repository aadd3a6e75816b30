"""The one array that the slices of a series are read into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.errors import ImageReadError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.plain_pixels import PlainPixels


class SliceStack:
    """Takes slices one after another; made for the first, and of a wider type where a later one needs it."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.done = 0
        self._array: NDArray[Any] | None = None

    def read(self, plain: PlainPixels, frame: int) -> None:
        """Read a frame straight into the array.

        Raises
        ------
        ImageReadError
            If the frame differs in size from those before it, or the file ends before it does.
        """
        array = self._room(plain.shape, plain.dtype, plain.path)
        if array.dtype == plain.dtype:
            plain.read_into(frame, array[self.done])
            self.done += 1
        else:
            pixels = np.empty(plain.shape, plain.dtype)
            plain.read_into(frame, pixels)
            self.put(pixels, plain.path)

    def put(self, pixels: NDArray[Any], path: Path) -> None:
        """Put decoded pixels into the array.

        Raises
        ------
        ImageReadError
            If they differ in size from those before.
        """
        array = self._room(pixels.shape, pixels.dtype.newbyteorder("="), path)
        common = np.result_type(array.dtype, pixels.dtype)
        if common != array.dtype:
            array = self._array = array.astype(common)
        array[self.done] = pixels
        self.done += 1

    def finished(self) -> NDArray[Any]:
        """Return the array, (slice, row, column) or (slice, row, column, 3)."""
        assert self._array is not None
        assert self.done == self.count
        return self._array

    def _room(self, shape: tuple[int, ...], dtype: np.dtype[Any], path: Path) -> NDArray[Any]:
        """Return the array, made for slices like this one if it is the first."""
        if self._array is None:
            try:
                self._array = np.empty((self.count, *shape), dtype)
            except MemoryError as error:
                raise ImageReadError(
                    "The series does not fit into memory", where=path, remedy="Close other programs."
                ) from error
        if self._array.shape[1:] != shape:
            raise ImageReadError("The image differs in size from the others of its series", where=path)
        return self._array
