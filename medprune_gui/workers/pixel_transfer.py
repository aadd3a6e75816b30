"""Volumes from one process to another without a copy of their pixels on the way.

The pixels are written into memory that has no name and no file (``memfd_create``), whose descriptor goes through the
pipe; the receiver maps it and its arrays are views of that mapping. So nothing is left behind whoever is killed when,
no tracker has to clean up, the small ``/dev/shm`` of a container is no limit, and the memory is given back with the
last array. What would take a quarter of the machine's memory goes into an unlinked temporary file instead, whose pages
the system can write out.
"""

from __future__ import annotations

import mmap
import os
import pickle
import tempfile
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from medprune_gui.engine.imaging.volume import Volume

_ALIGNMENT = 64  # bytes; a cache line
_IN_MEMORY = 0.25  # of the machine's


class PackedVolume:
    """A volume, ready to be sent; a context manager that lets go of this process's hold on the pixels.

    Raises
    ------
    OSError
        If there is no room for the pixels.
    """

    def __init__(self, volume: Volume) -> None:
        buffers: list[pickle.PickleBuffer] = []
        # Only arrays without gaps and of numpy's own class are taken out of a pickle.
        whole = replace(volume, array=_without_gaps(volume.array))
        self._data = pickle.dumps(whole, protocol=5, buffer_callback=buffers.append)
        views = [buffer.raw() for buffer in buffers]
        self._sizes = [view.nbytes for view in views]
        self._descriptor = _nameless_memory(sum(map(_padded, self._sizes)))
        try:
            for view in views:
                _write(self._descriptor, view)
                _write(self._descriptor, memoryview(bytes(_padded(view.nbytes) - view.nbytes)))
        except OSError:
            os.close(self._descriptor)
            raise

    def send(self, connection: Connection) -> None:
        """Send it to the parent process.

        Raises
        ------
        OSError
            If nobody is at the other end.
        """
        connection.send_bytes(pickle.dumps((self._data, self._sizes)))
        send_handle(connection, self._descriptor, os.getppid())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            os.close(self._descriptor)


def receive_volume(connection: Connection) -> Volume:
    """Receive a `PackedVolume`; its arrays are read-only views of memory that they share with nobody else.

    Raises
    ------
    EOFError, OSError, RuntimeError
        If the other end is gone.
    """
    data, sizes = pickle.loads(connection.recv_bytes())  # noqa: S301  # from our own child
    descriptor = recv_handle(connection)
    try:
        total = sum(map(_padded, sizes))
        mapped = memoryview(mmap.mmap(descriptor, total, prot=mmap.PROT_READ) if total else b"")
    finally:
        os.close(descriptor)
    buffers, offset = [], 0
    for size in sizes:
        buffers.append(mapped[offset : offset + size])
        offset += _padded(size)
    volume: Volume = pickle.loads(data, buffers=buffers)  # noqa: S301
    return volume


def _without_gaps(array: NDArray[Any]) -> NDArray[Any]:
    array = np.asarray(array)
    return array if array.flags.c_contiguous or array.flags.f_contiguous else np.ascontiguousarray(array)


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _nameless_memory(size: int) -> int:
    """Return a descriptor of memory for ``size`` bytes that vanishes with the last one who holds it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if hasattr(os, "memfd_create") and size < _IN_MEMORY * memory:
        return os.memfd_create("medprune-pixels")
    with tempfile.TemporaryFile(prefix="medprune-pixels") as file:
        return os.dup(file.fileno())


def _write(descriptor: int, view: memoryview) -> None:
    while view.nbytes:  # a write takes at most 2 GiB
        view = view[os.write(descriptor, view) :]
