"""Volumes from one process to another without a copy of their pixels on the way.

The pixels are read into memory that has no name (`HeldPixels`), whose descriptor goes through the pipe; the receiver
maps it and its arrays are views of that mapping. So nothing is left behind whoever is killed when, no tracker has to
clean up, the small ``/dev/shm`` of a container is no limit, and the memory is given back with the last array. What
exceeds the memory budget lies in an unlinked file instead, whose pages the system can write out.
"""

from __future__ import annotations

import os
import pickle
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.lib.array_utils import byte_bounds
from numpy.typing import NDArray

from medprune_gui.engine.imaging.held_pixels import HeldPixels, default_budget, held, mapped, nameless
from medprune_gui.engine.imaging.volume import Volume

_ALIGNMENT = 64  # bytes; a cache line


class PackedVolume:
    """A volume, ready to be sent; a context manager that lets go of this process's hold on the pixels.

    Pixels that fill `HeldPixels` from the beginning, as `room_for` makes them to be shared, are sent as they lie;
    others are copied.

    Parameters
    ----------
    budget_bytes
        Pixels of more bytes that have to be copied go into a file; None: `default_budget`.

    Raises
    ------
    OSError
        If there is no room for the pixels.
    """

    def __init__(self, volume: Volume, budget_bytes: int | None = None) -> None:
        buffers: list[pickle.PickleBuffer] = []
        # Only arrays without gaps and of numpy's own class are taken out of a pickle.
        whole = replace(volume, array=_without_gaps(volume.array))
        self._data = pickle.dumps(whole, protocol=5, buffer_callback=buffers.append)
        views = [buffer.raw() for buffer in buffers]
        self._sizes = [view.nbytes for view in views]
        total = sum(map(_padded, self._sizes))
        memory, offset = _shareable(views[0]) if views else None, 0
        if memory is not None:
            # What belongs to the volume besides its pixels is written behind them.
            self._in_file, self._descriptor = memory.in_file, os.dup(memory.descriptor)
            offset = _padded(views.pop(0).nbytes)
        else:
            self._in_file = total > (default_budget() if budget_bytes is None else budget_bytes)
            self._descriptor = nameless(total, in_file=self._in_file)
        try:
            if os.fstat(self._descriptor).st_size < total:
                os.truncate(self._descriptor, total)
            for view in views:
                _write(self._descriptor, view, offset)
                offset += _padded(view.nbytes)
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
        connection.send_bytes(pickle.dumps((self._data, self._sizes, self._in_file)))
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
    data, sizes, in_file = pickle.loads(connection.recv_bytes())  # noqa: S301  # from our own child
    descriptor = recv_handle(connection)
    try:
        total = sum(map(_padded, sizes))
        pixels = memoryview(b"")
        if total:
            pixels = memoryview(mapped(descriptor, total, in_file=in_file, writable=False))
    finally:
        os.close(descriptor)
    buffers, offset = [], 0
    for size in sizes:
        buffers.append(pixels[offset : offset + size])
        offset += _padded(size)
    volume: Volume = pickle.loads(data, buffers=buffers)  # noqa: S301
    return volume


def _without_gaps(array: NDArray[Any]) -> NDArray[Any]:
    array = np.asarray(array)
    return array if array.flags.c_contiguous or array.flags.f_contiguous else np.ascontiguousarray(array)


def _shareable(view: memoryview) -> HeldPixels | None:
    """Return the memory that a buffer fills from its beginning, if it can be given away."""
    array = np.frombuffer(view, np.uint8)
    memory = held(array)
    if memory is None or memory.descriptor < 0 or byte_bounds(array)[0] != byte_bounds(np.frombuffer(memory, "u1"))[0]:
        return None
    return memory


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _write(descriptor: int, view: memoryview, offset: int) -> None:
    while view.nbytes:  # a write takes at most 2 GiB
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written
