"""Where the pixels of a series are held: in memory, or, beyond a budget, in a file that nobody else can open."""

from __future__ import annotations

import math
import mmap
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import DTypeLike, NDArray

Room = Callable[[tuple[int, ...], "DTypeLike"], "NDArray[Any]"]
"""Makes the array of a shape and a type that the pixels of a series are put into, such as `room_for`."""

_GIB = 1 << 30
_SHARE = 4  # of the machine's memory, for one series
# For large and long-lived files; /tmp is memory itself on many systems.
_ROOMY = Path("/var/tmp")  # noqa: S108
_LET_GO_EVERY = 16  # slices
# A look at one page brings those around it that the system has at hand: up to 16 (fault_around_bytes).
_BLOCK = 16 * mmap.PAGESIZE


class HeldPixels(mmap.mmap):
    """Memory without a name that can be given to another process, from the beginning of which an array lies.

    Attributes
    ----------
    in_file
        Whether it is a file on the disk, whose pages the system writes out and takes back as they are used.
    descriptor
        Of the file or memory, to be given away; -1: it is not kept. It is closed with the last array.
    """

    in_file: bool = False
    descriptor: int = -1

    def __del__(self) -> None:
        if self.descriptor >= 0:
            with suppress(OSError):
                os.close(self.descriptor)


def default_budget() -> int:
    """Return how many bytes of memory one series may take: a quarter of the machine's, at least 1 GiB."""
    import psutil

    return max(int(psutil.virtual_memory().total) // _SHARE, _GIB)


def room_for(
    shape: tuple[int, ...], dtype: DTypeLike, budget_bytes: int | None = None, *, shared: bool = False
) -> NDArray[Any]:
    """Return a new array for pixels, of any content; it lives in an unnamed file where it exceeds the budget.

    The file has no name, so that no other program or user can open it, and it is gone with the array, however the
    process ends. The system writes its pages out and takes them back into memory as they are used;
    `let_go_of_far_slices` makes it let go of them sooner.

    Parameters
    ----------
    budget_bytes
        None: `default_budget`.
    shared
        Hold it as `HeldPixels` in any case, to be given to another process without a copy.

    Raises
    ------
    MemoryError
        If there is not enough memory, or not enough room on the disk.
    """
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    in_file = size > (default_budget() if budget_bytes is None else budget_bytes)
    if not in_file and not (shared and size):
        return np.empty(shape, dtype)
    descriptor = -1
    try:
        descriptor = nameless(size, in_file=in_file)
        mapping = mapped(descriptor, size, in_file=in_file)
    except OSError as error:
        if descriptor >= 0:
            os.close(descriptor)
        raise MemoryError(f"{size:,} bytes fit neither into memory nor onto the disk ({error.strerror})") from error
    if shared:
        mapping.descriptor = descriptor
    else:
        os.close(descriptor)
    return np.ndarray(shape, dtype, buffer=mapping)


def nameless(size: int, *, in_file: bool) -> int:
    """Return a descriptor of ``size`` bytes that vanish with the last one who holds them.

    Raises
    ------
    OSError
        If there is no room for them.
    """
    if not in_file and hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("medprune-pixels")
    else:
        folder = _ROOMY if os.access(_ROOMY, os.W_OK) else None
        with tempfile.TemporaryFile(prefix="medprune-pixels", dir=folder) as file:
            descriptor = os.dup(file.fileno())
    try:
        if in_file and size and hasattr(os, "posix_fallocate"):
            # A hole in the file that the disk cannot fill later would kill the process.
            os.posix_fallocate(descriptor, 0, size)
        else:
            os.truncate(descriptor, size)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def mapped(descriptor: int, size: int, *, in_file: bool, writable: bool = True) -> HeldPixels:
    """Return the first bytes of a file or memory, given by its descriptor, which stays the caller's.

    Raises
    ------
    OSError
        If they cannot be mapped.
    """
    memory = HeldPixels(descriptor, size, prot=mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0))
    memory.in_file = in_file
    if in_file and hasattr(mmap, "MADV_NOHUGEPAGE"):
        with suppress(OSError):  # of systems that know no huge pages
            # A look at one page would bring as many as there are in several slices.
            memory.madvise(mmap.MADV_NOHUGEPAGE)
    return memory


def held(array: NDArray[Any]) -> HeldPixels | None:
    """Return the memory that an array lies in, where it is held in such; the array may be a view of another one."""
    base: Any = array
    while isinstance(base, np.ndarray | memoryview):
        base = base.base if isinstance(base, np.ndarray) else base.obj
    return base if isinstance(base, HeldPixels) else None


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
    memory = held(array)
    if memory is None or not memory.in_file or not array.flags.c_contiguous or not array.size:
        return False
    start, stop = byte_bounds(array)
    slice_bytes = array.nbytes // len(array)
    let_go(memory, start, start + max(0, index - near) * slice_bytes)
    let_go(memory, start + min(len(array), index + near + 1) * slice_bytes, stop)
    return True


def let_go(memory: HeldPixels, start: int, stop: int) -> None:
    """Drop from memory what lies between two addresses, with the pages around that came along with it.

    Nothing is lost: pages that were changed through a shared mapping are kept by the system, which writes them out in
    its own time.
    """
    if stop <= start or not hasattr(mmap, "MADV_DONTNEED"):
        return
    address = np.frombuffer(memory, np.uint8).ctypes.data
    first = max(start - address, 0) // _BLOCK * _BLOCK
    last = min(-(-(stop - address) // _BLOCK) * _BLOCK, len(memory))
    memory.madvise(mmap.MADV_DONTNEED, first, last - first)


def passing_through(*stacks: NDArray[Any]) -> Iterator[int]:
    """Yield the index of each slice of stacks that are read or written from the first slice to the last.

    Slices of huge ones leave memory behind the one that is at work.
    """
    for index in range(len(stacks[0])):
        yield index
        if index % _LET_GO_EVERY == _LET_GO_EVERY - 1:
            for stack in stacks:
                let_go_of_far_slices(stack, index, near=0)
