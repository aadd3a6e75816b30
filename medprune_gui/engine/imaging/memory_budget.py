"""How much of huge series is in memory at one time while they are looked through."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from medprune_gui.engine.imaging.held_pixels import HeldPixels, default_budget, held, let_go

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_BYTES = 2 << 20
"""So much may come into memory with one page that is looked at: the system maps what it keeps as one piece."""


class MemoryBudget:
    """Keeps what is in memory of all series that are held in files within a limit; the longest unused goes first.

    Which parts are looked at has to be told: the system does not.

    Parameters
    ----------
    limit_bytes
        For all such series together; None: `default_budget`. Series that are held in memory do not count: none of them
        is larger than the budget with which it was read, see `room_for`.
    """

    def __init__(self, limit_bytes: int | None = None) -> None:
        self.set_limit(limit_bytes)
        # (memory, block), longest unused first
        self._blocks: OrderedDict[tuple[int, int], weakref.ref[HeldPixels]] = OrderedDict()
        self._memories: dict[int, weakref.ref[HeldPixels]] = {}

    def set_limit(self, limit_bytes: int | None) -> None:
        """Set another limit, which counts from the next look on."""
        self.limit_bytes = default_budget() if limit_bytes is None else limit_bytes

    @property
    def nbytes(self) -> int:
        """What was looked at and not let go of, in bytes, rounded up to whole blocks."""
        return len(self._blocks) * BLOCK_BYTES

    def looked_at(self, pixels: NDArray[Any]) -> None:
        """Note that pixels, such as a slice of a series, are read; let go of others where there is no room.

        Of pixels that take more than the limit by themselves, such as a plane across all slices, a part is let go of at
        once.
        """
        memory = held(pixels)
        if memory is None or not memory.in_file or not pixels.size:
            return
        at = id(memory)
        if at not in self._memories:
            self._memories[at] = weakref.ref(memory, lambda _: self._forget(at))
        start, stop = (bound - _address(memory) for bound in byte_bounds(pixels))
        for block in range(start // BLOCK_BYTES, -(-stop // BLOCK_BYTES)):
            self._blocks[at, block] = self._memories[at]
            self._blocks.move_to_end((at, block))
        while self.nbytes > self.limit_bytes and self._blocks:
            (_, block), reference = self._blocks.popitem(last=False)
            if (longest_unused := reference()) is not None:
                first = _address(longest_unused) + block * BLOCK_BYTES
                let_go(longest_unused, first, first + BLOCK_BYTES)

    def _forget(self, at: int) -> None:
        # The last reference may go in any thread: nothing here iterates over what another one may change.
        self._memories.pop(at, None)
        for key in [key for key in list(self._blocks) if key[0] == at]:
            self._blocks.pop(key, None)


def _address(memory: HeldPixels) -> int:
    return np.frombuffer(memory, np.uint8).ctypes.data
