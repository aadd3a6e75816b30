"""Memory that the C library keeps from one tensor for the next, while a network is run on trial.

By its own rule, glibc asks the operating system for every large tensor and gives it back at once, and each of its pages
is cleared and mapped anew (mallopt(3), ``M_MMAP_THRESHOLD``). On volumes that takes a third of the time of a proof.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Of malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -3, -4

#: What glibc's own rule arrives at in a process that has freed large tensors: bytes from which on memory is asked for
#: by itself, bytes at the heap's end that go back, and pieces asked for by themselves at most.
_USUAL = {_MMAP_THRESHOLD: 2**25, _TRIM_THRESHOLD: 2**26, _MMAP_MAX: 2**16}


@contextmanager
def memory_kept() -> Iterator[None]:
    """Keep freed memory for the next tensors, and give it back at the end; without glibc nothing changes."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is None or not hasattr(library, "mallopt") or not hasattr(library, "malloc_trim"):
        yield
        return
    library.mallopt(_MMAP_MAX, 0)
    library.mallopt(_TRIM_THRESHOLD, 2**31 - 1)
    try:
        yield
    finally:
        for option, value in _USUAL.items():
            library.mallopt(option, value)
        library.malloc_trim(0)
