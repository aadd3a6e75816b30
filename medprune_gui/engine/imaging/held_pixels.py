"""Where the pixels of a series are held: in memory, or, beyond a budget, in a file that nobody else can open."""

from __future__ import annotations

import math
import mmap
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

_GIB = 1 << 30
_SHARE = 4  # of the machine's memory, for one series
# For large and long-lived files; /tmp is memory itself on many systems.
_ROOMY = Path("/var/tmp")  # noqa: S108


def default_budget() -> int:
    """Return how many bytes of memory one series may take: a quarter of the machine's, at least 1 GiB."""
    import psutil

    return max(int(psutil.virtual_memory().total) // _SHARE, _GIB)


def room_for(shape: tuple[int, ...], dtype: DTypeLike, budget_bytes: int | None = None) -> NDArray[Any]:
    """Return a new array for pixels, of any content; it lives in an unnamed file where it exceeds the budget.

    The file has no name, so that no other program or user can open it, and it is gone with the array, however the
    process ends. The system writes its pages out and takes them back into memory as they are used;
    `let_go_of_far_slices` makes it let go of them sooner.

    Raises
    ------
    MemoryError
        If there is not enough memory, or not enough room on the disk.
    """
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    if size <= (default_budget() if budget_bytes is None else budget_bytes):
        return np.empty(shape, dtype)
    folder = _ROOMY if os.access(_ROOMY, os.W_OK) else None
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):
                # A hole in the file that the disk cannot fill later would kill the process.
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.truncate(size)
            mapping = mmap.mmap(file.fileno(), size)
    except OSError as error:
        raise MemoryError(f"{size:,} bytes fit neither into memory nor onto the disk ({error.strerror})") from error
    return np.ndarray(shape, dtype, buffer=mapping)


def let_go_of_far_slices(array: NDArray[Any], index: int, near: int = 32) -> bool:
    """Drop from memory the slices that lie far from the one on show; they come back by themselves when looked at.

    Parameters
    ----------
    array
        (slice, row, column, ...), such as ``Volume.array``; or a view of it that leaves out no slice.
    index
        The slice on show.
    near
        How many slices on either side stay.

    Returns
    -------
    bool
        Whether anything could be dropped: False for arrays that are held in memory.
    """
    mapping, start = _mapping_of(array)
    if mapping is None or not hasattr(mmap, "MADV_DONTNEED"):
        return False
    slice_bytes = array.nbytes // len(array)
    first = start + max(0, index - near) * slice_bytes
    last = start + min(len(array), index + near + 1) * slice_bytes
    # The pages were changed through a shared mapping: the system keeps them, and writes them out in its own time.
    _drop(mapping, start, first)
    _drop(mapping, last, start + array.nbytes)
    return True


def _drop(mapping: mmap.mmap, start: int, stop: int) -> None:
    """Drop the whole pages between two offsets."""
    start = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
    if stop < len(mapping):
        stop = stop // mmap.PAGESIZE * mmap.PAGESIZE
    if stop > start:
        mapping.madvise(mmap.MADV_DONTNEED, start, stop - start)


def _mapping_of(array: NDArray[Any]) -> tuple[mmap.mmap | None, int]:
    """Return the mapped file behind a contiguous array, and where in it the array begins."""
    base: Any = array
    while isinstance(base, np.ndarray):
        whole, base = base, base.base
    if isinstance(base, memoryview):
        base = base.obj
    if not isinstance(base, mmap.mmap) or not array.flags.c_contiguous:
        return None, 0
    return base, array.ctypes.data - whole.ctypes.data
