"""How much of huge series is in memory at one time while they are looked through."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from numpy.lib.array_utils import byte_bounds

from medprune_gui.engine.imaging.held_pixels import HeldPixels, default_budget, held, let_go

if TYPE_CHECKING:
    from numpy.typing import NDArray


class MemoryBudget:
    """Keeps what is in memory of all series that are held in files within a limit; the longest unused goes first.

    Which parts are looked at has to be told: the system does not.

    Attributes
    ----------
    limit_bytes
        For all such series together. Series that are held in memory do not count: none of them is larger than the
        budget with which it was read, see `room_for`.
    """

    def __init__(self, limit_bytes: int | None = None) -> None:
        self.limit_bytes = default_budget() if limit_bytes is None else limit_bytes
        # (memory, first address, address behind the last), longest unused first
        self._parts: OrderedDict[tuple[int, int, int], weakref.ref[HeldPixels]] = OrderedDict()

    @property
    def nbytes(self) -> int:
        """What was looked at and not let go of, in bytes; parts that overlap count twice."""
        return sum(stop - start for _, start, stop in list(self._parts))

    def looked_at(self, pixels: NDArray[Any]) -> None:
        """Note that pixels, such as a slice of a series, have been read; let go of others where there is no room.

        Pixels that take more than the limit by themselves, such as a plane across all slices, are let go of at once.
        """
        memory = held(pixels)
        if memory is None or not memory.in_file or not pixels.size:
            return
        part = (id(memory), *byte_bounds(pixels))
        if part not in self._parts:
            self._parts[part] = weakref.ref(memory, self._forget)
        self._parts.move_to_end(part)
        nbytes = self.nbytes
        while nbytes > self.limit_bytes and self._parts:
            (_, start, stop), reference = self._parts.popitem(last=False)
            nbytes -= stop - start
            if (longest_unused := reference()) is not None:
                let_go(longest_unused, start, stop)

    def _forget(self, gone: weakref.ref[HeldPixels]) -> None:
        for part in [part for part, reference in list(self._parts.items()) if reference is gone]:
            self._parts.pop(part, None)
