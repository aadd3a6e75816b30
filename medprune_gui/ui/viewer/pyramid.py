"""A slice with half as many rows and columns, for screens with fewer pixels than the image."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

# So many values, with what is computed from them, stay in the cache of a core.
_CHUNK = 128 * 1024
_SMALL_CHUNK = 256 * 1024  # of values whose sums need no more room than they do
_LOW = np.uint32(0xFFFF)
_SIGNS = np.uint32(0x80008000)


def halved(array: NDArray[Any], padding: tuple[float, float] | None = None) -> NDArray[Any]:
    """Return (row, column) or (row, column, 3) with both sides halved, each value the rounded mean of its four.

    A last odd row or column is averaged with itself, so the shape is rounded up.

    Parameters
    ----------
    padding
        Lowest and highest value that is no measurement: it is left out of means, lest it smears a rim of false
        values round the image. Where all four are padding, so is their mean.
    """
    rows, columns = array.shape[:2]
    pairs = array.ndim == 2 and array.dtype.itemsize == 2 and array.dtype.kind in "iu" and array.flags.c_contiguous
    if padding is None and pairs and not (rows % 2 or columns % 2) and sys.byteorder == "little" and array.size:
        return _halved_small(array) if _sums_fit(array) else _halved_in_pairs(array)
    result = np.empty(((rows + 1) // 2, (columns + 1) // 2, *array.shape[2:]), dtype=array.dtype)
    step = max(2, _CHUNK // 2 // columns // 2 * 2)
    for first in range(0, rows, step):
        part = array[first : first + step].astype(np.int32)
        total: NDArray[np.int32]
        known = None if padding is None else (part < padding[0]) | (part > padding[1])
        if known is None or known.all():
            total = _sums_of_four(part)
            total += 2
            total >>= 2
        else:
            count = _sums_of_four(known.astype(np.int32))
            mean = (_sums_of_four(np.where(known, part, 0)) + count // 2) // np.maximum(count, 1)
            total = np.where(count > 0, mean, part[::2, ::2])
        result[first // 2 : first // 2 + len(total)] = total
    return result


def _sums_of_four(part: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the sums of 2 x 2 neighbours; a last odd row or column counts twice."""
    if part.shape[0] % 2:
        part = np.concatenate([part, part[-1:]])
    total = part[::2] + part[1::2]
    if part.shape[1] % 2:
        total = np.concatenate([total, total[:, -1:]], axis=1)
    sums: NDArray[np.int32] = total[:, ::2] + total[:, 1::2]
    return sums


def _sums_fit(array: NDArray[Any]) -> bool:
    """Return whether four of these 16-bit values, and two for rounding, add up within 16 bits."""
    ends = np.iinfo(array.dtype)
    return bool(4 * int(array.max()) + 2 <= ends.max and 4 * int(array.min()) >= ends.min)


def _halved_small(array: NDArray[Any]) -> NDArray[Any]:
    """Halve 16-bit values that `_sums_fit`, as nearly all of CT and MR do: twice as fast again.

    Rows are added as they are. A multiplication then adds neighbours: it moves the left one, which is the lower half
    of a 32-bit value, up to the right one; what is left in the lower half is shifted out.
    """
    rows, columns = array.shape
    wide = np.dtype(f"{array.dtype.kind}4").type
    result = np.empty((rows // 2, columns // 2), dtype=array.dtype)
    step = max(2, _SMALL_CHUNK // columns // 2 * 2)
    room = np.empty((step // 2, columns), dtype=array.dtype)
    for first in range(0, rows, step):
        upper, lower = array[first : first + step : 2], array[first + 1 : first + step : 2]
        pairs = np.add(upper, lower, out=room[: len(upper)]).view(wide)
        pairs *= wide(0x10001)  # wraps round: only the upper half counts
        pairs += wide(2 << 16)
        pairs >>= wide(18)
        result[first // 2 : first // 2 + len(pairs)] = pairs
    return result


def _halved_in_pairs(array: NDArray[Any]) -> NDArray[Any]:
    """Halve 16-bit values of even rows and columns, two neighbours at a time as one 32-bit value: twice as fast.

    Neighbours in a row never lie apart in memory, so nothing is gathered with strides. Signed values are moved up by
    half their range, which turns their sign bit, and back again.
    """
    rows, columns = array.shape
    pairs = array.view(np.uint32)
    result = np.empty((rows // 2, columns // 2), dtype=np.uint16)
    signed = array.dtype.kind == "i"
    step = max(2, _CHUNK // columns // 2 * 2)
    total, part, turned = (np.empty((step // 2, columns // 2), dtype=np.uint32) for _ in range(3))
    for first in range(0, rows, step):
        upper, lower = pairs[first : first + step : 2], pairs[first + 1 : first + step : 2]
        count = len(upper)
        into, other, source = total[:count], part[:count], turned[:count]
        for line, values in enumerate((upper, lower)):
            if signed:
                values = np.bitwise_xor(values, _SIGNS, out=source)
            if line == 0:
                np.bitwise_and(values, _LOW, out=into)
            else:
                np.bitwise_and(values, _LOW, out=other)
                into += other
            np.right_shift(values, 16, out=other)
            into += other
        into += 2
        into >>= 2
        if signed:
            into ^= np.uint32(0x8000)
        result[first // 2 : first // 2 + count] = into
    return result.view(array.dtype)
