"""Slices as the screen needs them, made once for all views of the same pixels."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from medprune_gui.engine.imaging.memory_budget import MemoryBudget
from medprune_gui.engine.imaging.volume import Volume

_KEPT_BYTES = 128 << 20  # for all views together


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Picture:
    """A rendered part of a slice: 32-bit pixels, and the image that is a view of them."""

    image: QImage
    pixels: NDArray[np.uint32]  # a QImage does not keep its buffer alive


class KeptSlices:
    """Halved and made slices by what they were made of, the longest unused of them dropped first.

    Views that show the same memory in the same way share them: the two sides of a comparison, and linked views of one
    series. Keys name the memory, not the array object, of which each view has its own; what was made of memory goes
    when that memory does.

    Parameters
    ----------
    limit
        Bytes to keep; a single slice may have more.
    """

    def __init__(self, limit: int = _KEPT_BYTES) -> None:
        self._limit = limit
        self._slices: OrderedDict[tuple[Hashable, ...], Volume] = OrderedDict()
        self._owners: dict[int, weakref.ref[NDArray[Any]]] = {}
        # Pictures live as long as a view shows them.
        self.pictures: weakref.WeakValueDictionary[tuple[Hashable, ...], Picture] = weakref.WeakValueDictionary()

    @property
    def nbytes(self) -> int:
        """What is kept, in bytes."""
        return sum(volume.array.nbytes for volume in list(self._slices.values()))

    def source(self, volume: Volume) -> tuple[Hashable, ...]:
        """Return the first part of the keys of all slices of a volume: its memory, and what its values mean."""
        owner = _owner(volume.array)
        at = id(owner)
        if at not in self._owners:
            self._owners[at] = weakref.ref(owner, lambda _: self._forget(at))
        array = volume.array
        place = array.__array_interface__["data"][0], array.shape, array.strides, array.dtype.str
        return at, place, volume.slope, volume.intercept, volume.inverted, volume.padding

    def get(self, key: tuple[Hashable, ...]) -> Volume | None:
        """Return the slice of that key, as a volume of one, if it is still kept."""
        if (volume := self._slices.get(key)) is not None:
            self._slices.move_to_end(key)
        return volume

    def __contains__(self, key: tuple[Hashable, ...]) -> bool:
        return key in self._slices

    def put(self, key: tuple[Hashable, ...], volume: Volume) -> None:
        """Keep a slice under a key that begins with `source`; it must not share the source's memory."""
        self._slices[key] = volume
        held = self.nbytes
        while held > self._limit and len(self._slices) > 1:
            held -= self._slices.popitem(last=False)[1].array.nbytes

    def _forget(self, owner: int) -> None:
        # The last reference may go in any thread: nothing here iterates over what another one may change.
        self._owners.pop(owner, None)
        for kept in (self._slices, self.pictures):
            for key in [key for key in list(kept) if key[0] == owner]:
                kept.pop(key, None)


def _owner(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array whose memory an array shares."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


KEPT = KeptSlices()
"""Of this process's views."""

HELD = MemoryBudget()
"""What is in memory of huge series that this process's views show."""
