"""In which type pixels are held: the narrowest that loses nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.imaging.held_pixels import passing_through
from medprune_gui.engine.imaging.padding import outside_padding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.held_pixels import Room
    from medprune_gui.engine.imaging.volume import Volume

_SMALL = (np.dtype(np.uint8), np.dtype(np.int16), np.dtype(np.uint16))


def narrow(array: NDArray[Any], room: Room = np.empty) -> NDArray[Any]:
    """Return the array as uint8, int16 or uint16 where that is exact, else as int32 or float32.

    Values that are stored as real numbers, but are whole, count as whole numbers. Integers wider than 32 bits
    that do not fit, and float64, become float32.

    Parameters
    ----------
    room
        Makes the array of another type; a stack is looked through slice by slice, so that a huge one never is in
        memory as a whole.
    """
    array = np.asarray(array, dtype=array.dtype.newbyteorder("="))
    if array.dtype in _SMALL or array.size == 0:
        return array
    stack = array if array.ndim > 2 else array[np.newaxis]
    dtype = _narrowest(stack)
    if dtype == array.dtype:
        return array
    result = room(stack.shape, dtype)
    for index in passing_through(stack, result):
        result[index] = stack[index]
    return result.reshape(array.shape)


def _narrowest(stack: NDArray[Any]) -> np.dtype[Any]:
    low, high = 0, 0
    for index in passing_through(stack):
        values = stack[index]
        if values.dtype.kind == "f" and not (np.isfinite(values).all() and np.array_equal(values, np.rint(values))):
            return np.dtype(np.float32)
        low, high = min(low, int(values.min())), max(high, int(values.max()))
    for dtype in (np.int16, np.uint16, np.int32):
        limits = np.iinfo(dtype)
        if limits.min <= low and high <= limits.max:
            return np.dtype(dtype)
    return np.dtype(np.float32)


def as_16_bit(volume: Volume) -> Volume:
    """Return a volume whose stored values a display table can be indexed with.

    Grey volumes of 8 or 16 bits and colour come back as they are. Others (int32, float32) are quantised to as many
    levels as 16 bits hold, between their lowest and highest finite value: for showing only, never for measuring.
    Level 0 is kept for padding where there is any. Values that are not a number become the lowest level.
    """
    if volume.colour or volume.array.dtype.itemsize <= 2:
        return volume
    values = volume.array.astype(np.float64)
    known = np.isfinite(values)
    padded = None
    if volume.padding is not None:
        # Padding is often far off all other values; it must not take their levels.
        padded = ~outside_padding(values, volume.padding)
        known &= ~padded
    low, high = (float(values[known].min()), float(values[known].max())) if known.any() else (0.0, 0.0)
    lowest = 0 if padded is None else 1
    step = (high - low) / (65535 - lowest) or 1.0
    levels = np.where(known, np.rint((values - low) / step) + lowest, lowest).clip(0, 65535).astype(np.uint16)
    if padded is not None:
        levels[padded] = 0
    levels.setflags(write=False)
    return replace(
        volume,
        array=levels,
        slope=volume.slope * step,
        intercept=volume.slope * (low - lowest * step) + volume.intercept,
        padding=None if padded is None else (0.0, 0.0),
    )
