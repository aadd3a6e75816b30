"""Values of slices that each have a rescale of their own (PS3.3 C.11.1.1.2), in modality units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.imaging.held_pixels import Room, passing_through, room_for
from medprune_gui.engine.imaging.padding import outside_padding
from medprune_gui.engine.imaging.storage import narrow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def apply_rescales(
    stack: NDArray[Any],
    rescales: Sequence[tuple[float, float]],
    padding: tuple[float, float] | None,
    room: Room = room_for,
) -> tuple[NDArray[Any], tuple[float, float] | None]:
    """Return values in modality units, with each slice's own rescale applied, and the range of their padding.

    Padding is a stored value, which every rescale would turn into another one. It becomes one value below all that
    was measured.

    Parameters
    ----------
    stack
        Stored values (slice, row, column).
    rescales
        Slope and intercept of each slice.
    padding
        The lowest and the highest stored value that mean no measurement; None: all are measured.
    room
        Makes the array of the values; slices of huge ones do not stay in memory.
    """
    values = room(stack.shape, np.float32)
    lowest = np.float32(np.inf)
    for index in passing_through(stack, values):
        slope, intercept = rescales[index]
        values[index] = stack[index].astype(np.float64) * slope + intercept
        if padding is not None:
            lowest = values[index].min(where=outside_padding(stack[index], padding), initial=lowest)
    if padding is None:
        return narrow(values, room), None
    nothing = np.float32(0.0)
    if np.isfinite(lowest):
        # Whole, so that whole values can stay whole; one step of this type less where it has no whole numbers any more.
        nothing = min(np.floor(lowest) - np.float32(1.0), np.nextafter(lowest, np.float32(-np.inf)))
    for index in passing_through(stack, values):
        values[index][~outside_padding(stack[index], padding)] = nothing
    return narrow(values, room), (float(nothing), float(nothing))
