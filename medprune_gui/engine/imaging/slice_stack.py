"""The one array that the slices of a series are read into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.held_pixels import Room, let_go_of_far_slices, room_for

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.plain_pixels import PlainPixels

_LET_GO_EVERY = 16


class SliceStack:
    """Takes slices one after another; made for the first, and of a wider type where a later one needs it.

    Parameters
    ----------
    count
        Number of slices.
    room
        Makes the array.
    """

    def __init__(self, count: int, room: Room = room_for) -> None:
        self.count = count
        self.done = 0
        self._make = room
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
            self._count()
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
            wider = self._new(array.shape, common, path)
            wider[: self.done] = array[: self.done]
            array = self._array = wider
        array[self.done] = pixels
        self._count()

    def finished(self) -> NDArray[Any]:
        """Return the array, (slice, row, column) or (slice, row, column, 3)."""
        assert self._array is not None
        assert self.done == self.count
        return self._array

    def _room(self, shape: tuple[int, ...], dtype: np.dtype[Any], path: Path) -> NDArray[Any]:
        """Return the array, made for slices like this one if it is the first."""
        if self._array is None:
            self._array = self._new((self.count, *shape), dtype, path)
        if self._array.shape[1:] != shape:
            raise ImageReadError("The image differs in size from the others of its series", where=path)
        return self._array

    def _new(self, shape: tuple[int, ...], dtype: np.dtype[Any], path: Path) -> NDArray[Any]:
        try:
            return self._make(shape, dtype)
        except MemoryError as error:
            raise ImageReadError(
                f"The series does not fit into memory ({error})", where=path, remedy="Close other programs."
            ) from error

    def _count(self) -> None:
        self.done += 1
        # Slices that are held in a file need not stay in memory until the last one is read.
        if self._array is not None and self.done % _LET_GO_EVERY == 0:
            let_go_of_far_slices(self._array, self.done, near=0)
