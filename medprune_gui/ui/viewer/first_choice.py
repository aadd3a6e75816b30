"""Which slice of a series is shown first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from medprune_gui.engine.imaging import Series, Study, Volume
from medprune_gui.ui.viewer.image_canvas import ImageCanvas


def place_on_show(volume: Volume, index: int) -> tuple[float, float, float] | None:
    """Return the corner of a slice in the patient's LPS system, in mm; None where a volume has no place in space."""
    if not volume.placed:
        return None
    x, y, z = volume.places_of((index, 0, 0)).tolist()
    return (x, y, z)


def place_to_keep(
    canvas: ImageCanvas, before: Series | None, after: Series | None, studies: Sequence[Study]
) -> tuple[float, float, float] | None:
    """Return the place in the patient that a canvas shows, where the next series can show it too; else None.

    Parameters
    ----------
    before, after
        What the canvas shows, and what it will show; they need parallel slices.
    studies
        What is open: two series of one study show the same patient.
    """
    volume, orientation = canvas.volume, canvas.orientation
    if before is None or after is None or volume is None or before.plane != after.plane or not orientation.in_plane:
        return None
    for study in studies:
        if {before.uid, after.uid} <= {series.uid for series in study.series}:
            at = orientation.to_stored((canvas.slice, 0, 0), volume.array.shape)[0]
            return place_on_show(volume, int(at))
    return None


def first_choice(series: Series, place_mm: tuple[float, float, float] | None = None) -> int:
    """Return the index of the slice nearest to a place, along the stack; the middle one where that says nothing.

    Parameters
    ----------
    place_mm
        What was on show before, in the same patient's LPS system; None: nothing that compares.
    """
    middle = len(series.instances) // 2
    positions = [instance.position_mm for instance in series.instances]
    if place_mm is None or len(positions) < 2 or any(position is None for position in positions):
        return middle
    places = np.array(positions, dtype=np.float64)
    way = places[-1] - places[0]
    length = float(np.linalg.norm(way))
    if not length > 0:
        return middle
    along = (places - places[0]) @ way / length
    at = float((np.array(place_mm) - places[0]) @ way / length)
    step = length / (len(positions) - 1)
    if not along.min() - step <= at <= along.max() + step:
        return middle
    return int(np.argmin(np.abs(along - at)))
