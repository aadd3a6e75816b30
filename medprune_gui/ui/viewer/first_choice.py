"""Which slice of a series is shown first."""

from __future__ import annotations

import numpy as np

from medprune_gui.engine.imaging import Series, Volume


def place_on_show(volume: Volume, index: int) -> tuple[float, float, float] | None:
    """Return the corner of a slice in the patient's LPS system, in mm; None where a volume has no place in space."""
    if not volume.placed:
        return None
    x, y, z = volume.places_of((index, 0, 0)).tolist()
    return (x, y, z)


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
