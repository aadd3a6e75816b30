"""Thick slabs: several neighbouring slices seen as one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.volume import Volume

SlabKind = Literal["MIP", "MinIP", "Mean"]
SLAB_KINDS: tuple[SlabKind, ...] = ("MIP", "MinIP", "Mean")


@dataclass(frozen=True, slots=True)
class Slab:
    """How neighbouring slices are seen as one.

    Attributes
    ----------
    kind
        The highest (MIP), the lowest (MinIP) or the mean value along the slab.
    thickness_mm
        From one face to the other; a slab is never thinner than a slice.
    """

    kind: SlabKind
    thickness_mm: float

    def reach(self, volume: Volume, index: int) -> range:
        """Return the slices of the slab around slice ``index``; cut off at the volume's ends."""
        count = max(1, round(self.thickness_mm / volume.spacing_mm[0]))
        first = index - (count - 1) // 2
        return range(max(0, first), min(len(volume.array), first + count))

    def frame(self, volume: Volume, index: int) -> Volume:
        """Return the slab around slice ``index`` as a volume of one slice in that slice's place.

        Values are compared in modality units, whatever the sign of the rescale; padding takes no part. Colour is shown
        slice by slice, as it is.
        """
        frame = volume.frame(index)
        reach = self.reach(volume, index)
        if volume.colour or len(reach) < 2:
            return frame
        pixels = self._along(volume.array[reach.start : reach.stop], volume)
        return replace(frame, array=pixels[np.newaxis])

    def _along(self, slices: NDArray[Any], volume: Volume) -> NDArray[Any]:
        values: Any = slices
        if volume.padding is not None:
            values = np.ma.masked_inside(slices, *volume.padding)
        elif slices.dtype.kind == "f":
            values = np.ma.masked_invalid(slices)
        if self.kind == "Mean":
            mean = values.mean(axis=0, dtype=np.float64)
            seen = np.rint(mean) if slices.dtype.kind in "iu" else mean
        elif (self.kind == "MIP") == (volume.slope > 0):
            seen = values.max(axis=0)
        else:
            seen = values.min(axis=0)
        if isinstance(seen, np.ma.MaskedArray):
            seen = seen.filled(np.nan if volume.padding is None else volume.padding[0])
        return np.asarray(seen, dtype=slices.dtype)
