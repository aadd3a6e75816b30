"""From stored values to grey levels: modality LUT, VOI LUT, presentation, and all of them folded into one table.

The stages and their order are those of PS3.4 N.2, each a function of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.imaging.padding import outside_padding
from medprune_gui.engine.imaging.volume import Window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import DTypeLike, NDArray

    from medprune_gui.engine.imaging.volume import VoiLut, Volume

PRESETS: Mapping[int, Window] = {
    1: Window(40, 400, "soft tissue"),
    2: Window(-600, 1500, "lung"),
    3: Window(90, 150, "liver"),
    4: Window(480, 2500, "bone"),
    5: Window(40, 80, "brain"),
}
"""Windows for CT in HU by number key."""

_SAMPLES = 1_000_000


def modality_values(stored: NDArray[Any], slope: float, intercept: float) -> NDArray[np.float32]:
    """Return stored values in modality units, such as HU: value = stored * slope + intercept.

    PS3.3 C.11.1.1.2, Rescale Intercept and Rescale Slope.
    """
    return np.asarray(stored, dtype=np.float32) * np.float32(slope) + np.float32(intercept)


def linear(values: NDArray[Any], centre: float, width: float) -> NDArray[Any]:
    """Map values to 0..1 by the LINEAR function of PS3.3 C.11.2.1.2.1; ``width`` is at least 1.

    A narrower window, which the standard does not allow, is taken as LINEAR_EXACT.
    """
    if width < 1:
        return linear_exact(values, centre, width)
    if width == 1:
        return np.where(values > centre - 0.5, 1.0, 0.0).astype(np.float32)
    return np.clip((values - (centre - 0.5)) / (width - 1) + 0.5, 0.0, 1.0)


def linear_exact(values: NDArray[Any], centre: float, width: float) -> NDArray[Any]:
    """Map values to 0..1 by the LINEAR_EXACT function of PS3.3 C.11.2.1.3.2; ``width`` is above 0."""
    return np.clip((values - centre) / width + 0.5, 0.0, 1.0)


def sigmoid(values: NDArray[Any], centre: float, width: float) -> NDArray[Any]:
    """Map values to 0..1 by the SIGMOID function of PS3.3 C.11.2.1.3.1; ``width`` is above 0."""
    # Beyond 80 the exponential leaves float32, and the result is 0 or 1 long before.
    with np.errstate(over="ignore"):
        power = -4.0 * (values - centre) / width
    return 1.0 / (1.0 + np.exp(np.clip(power, -80.0, 80.0)))


def voi_lut(values: NDArray[Any], lut: VoiLut) -> NDArray[np.float32]:
    """Map values to 0..1 by a VOI LUT: PS3.3 C.11.2.1.1.

    Values below the first entry's have its level, those above the last entry's the last one's. Values between
    two whole numbers, which a rescale can yield, count as the nearest.
    """
    table = lut.table
    index = np.clip(np.rint(values) - lut.first_value, 0, len(table) - 1).astype(np.intp)
    grey: NDArray[np.float32] = table[index] / np.float32(2**lut.bits - 1)
    return grey


def presentation(levels: NDArray[np.uint8], inverted: bool) -> NDArray[np.uint8]:
    """Return grey levels 0..255 as they are shown: turned round for INVERSE, unchanged for IDENTITY.

    PS3.3 C.11.6.1.2, Presentation LUT Shape; where there is none, MONOCHROME1 inverts (C.7.6.3.1.2). Which of them
    holds for a file says `dicom_meaning.inverted_of`.
    """
    return np.uint8(255) - levels if inverted else levels


_FUNCTIONS = {"LINEAR": linear, "LINEAR_EXACT": linear_exact, "SIGMOID": sigmoid}


def apply_window(values: NDArray[Any], window: Window) -> NDArray[Any]:
    """Return values in modality units, of any shape, as grey levels from 0 (black) to 1 (white).

    Raises
    ------
    ValueError
        If the window has no positive width.
    """
    if not window.width > 0:
        raise ValueError(f"a window must have a positive width, not {window.width}")
    if window.lut is None:
        return _FUNCTIONS[window.function](values, window.centre, window.width)
    # In its own window the way there and back changes nothing; in another one the curve is stretched over it.
    last = len(window.lut.table) - 1
    return voi_lut(linear(values, window.centre, window.width) * last + window.lut.first_value, window.lut)


def automatic_window(volume: Volume, index: int | None = None) -> Window:
    """Return a window from the 1st to the 99.8th percentile of a volume, or of its slice ``index``.

    Padding and values that are not a number are left out. Where nearly all values are equal, as in a label
    map, the window spans all of them; where all are, it begins there. Colour gets the window 0 to 255 that changes
    nothing.
    """
    if volume.colour:
        return Window(127.5, 255.0, "automatic", "LINEAR_EXACT")
    every = (volume.array if index is None else volume.array[index]).reshape(-1)
    stored = measured(every[:: max(1, every.size // _SAMPLES)], volume.padding)
    ends = np.percentile(stored, (1, 99.8)) if stored.size else np.zeros(2)
    if ends[1] <= ends[0]:
        stored = measured(every, volume.padding)
        ends = np.array([stored.min(), stored.max()] if stored.size else [0.0, 0.0], dtype=np.float64)
    first, last = sorted(float(end) * volume.slope + volume.intercept for end in ends)
    if first == last:  # an empty slice says nothing, and should not glare: all of it is black
        last = first + 1.0
    return Window((first + last) / 2, last - first, "automatic", "LINEAR_EXACT")


def measured(stored: NDArray[Any], padding: tuple[float, float] | None) -> NDArray[Any]:
    """Return the stored values that are finite and, unless nothing else is left, no padding; flat where any went."""
    if stored.dtype.kind == "f":
        stored = stored[np.isfinite(stored)]
    if padding is None:
        return stored
    outside = stored[outside_padding(stored, padding)]
    return outside if outside.size else stored


def display_levels(
    dtype: DTypeLike,
    window: Window,
    slope: float = 1.0,
    intercept: float = 0.0,
    inverted: bool = False,
    padding: tuple[float, float] | None = None,
) -> NDArray[np.uint8]:
    """Return the grey level 0 to 255 of every value that ``dtype`` can store.

    The table folds the modality LUT, the VOI LUT and the presentation, in this order. Padding, which is no part
    of the image (PS3.3 C.7.5.1.1.2), is black like the room around it, whatever the window and the inversion. The
    table is indexed with the raw bits of a stored value, viewed as unsigned: ``table[array]`` for
    uint8 (256 entries) and uint16 (65,536), ``table[array.view(np.uint16)]`` for int16, so that entry 65,535
    belongs to -1, and ``table[array.view(np.uint8)]`` for int8.

    Raises
    ------
    ValueError
        If ``dtype`` is wider than 16 bits or not whole numbers (see `storage.as_16_bit`), or the window has
        no positive width.
    """
    dtype = np.dtype(dtype)
    if dtype.kind not in "iu" or dtype.itemsize > 2:
        raise ValueError(f"a display table needs whole numbers of 8 or 16 bits, not {dtype}")
    ends = np.iinfo(dtype)
    values = np.arange(ends.min, ends.max + 1, dtype=dtype.newbyteorder("="))
    first, last = _sloping(values, window, slope, intercept)
    levels = np.empty(len(values), dtype=np.uint8)
    levels[first:last] = _levels(values[first:last], window, slope, intercept, inverted)
    levels[:first], levels[last:] = levels[first], levels[last - 1]
    if padding is not None:
        levels[~outside_padding(values, padding)] = 0
    return np.roll(levels, int(ends.min))


def _levels(values: NDArray[Any], window: Window, slope: float, intercept: float, inverted: bool) -> NDArray[np.uint8]:
    grey = apply_window(modality_values(values, slope, intercept), window)
    return presentation(np.rint(grey * 255.0).astype(np.uint8), inverted)


def _sloping(values: NDArray[Any], window: Window, slope: float, intercept: float) -> tuple[int, int]:
    """Return the part of all values, which ascend one by one, beyond which a window changes no grey level any more.

    A straight window rises or falls but never turns, rounding included. Where the ends of the part have the levels of
    the ends of all, everything between them has the same; else, and for curves, the part is all of them.
    """
    whole = (0, len(values))
    if window.lut is not None or window.function == "SIGMOID" or not slope or not window.width > 0:
        return whole
    ends = sorted((window.centre + side * window.width - intercept) / slope for side in (-0.5, 0.5))
    first = int(min(max(ends[0] - 2 - int(values[0]), 0), whole[1] - 1))
    last = int(min(max(ends[1] + 3 - int(values[0]), first + 1), whole[1]))
    low, at_first, at_last, high = _levels(values[[0, first, last - 1, -1]], window, slope, intercept, False)
    return (first, last) if (low, high) == (at_first, at_last) else whole


def display_table(
    dtype: DTypeLike,
    window: Window,
    slope: float = 1.0,
    intercept: float = 0.0,
    inverted: bool = False,
    padding: tuple[float, float] | None = None,
) -> NDArray[np.uint32]:
    """Return `display_levels` as opaque 32-bit pixels 0xFFgggggg, as an RGB32 image holds them.

    Indexed in the same way; raises the same errors.
    """
    table = display_levels(dtype, window, slope, intercept, inverted, padding).astype(np.uint32)
    # In place: new memory of this size comes from the system page by page, which takes longer than all else here.
    table *= np.uint32(0x010101)
    table |= np.uint32(0xFF000000)
    return table
