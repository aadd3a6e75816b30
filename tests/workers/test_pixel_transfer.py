"""Pixels reach another process as they lie, and everything else of a volume with them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from medprune_gui.engine.imaging import Volume, read_series, scan
from medprune_gui.engine.imaging.held_pixels import held, room_for
from medprune_gui.engine.imaging.overlay_planes import OverlayPlane
from medprune_gui.workers.pixel_transfer import PackedVolume, receive_volume

SHARED = partial(room_for, shared=True)
IN_FILE = partial(room_for, shared=True, budget_bytes=0)


@pytest.fixture
def ct(data_root: Path) -> Volume:
    return read_series(scan(data_root / "dicom_ct_head_phantom")[0].series[0])


def passed_on(volume: Volume, budget_bytes: int | None = None) -> Volume:
    """Return what the other end of a pipe receives."""
    here, there = multiprocessing.Pipe()
    with here, there, PackedVolume(volume, budget_bytes) as packed:
        packed.send(here)
        return receive_volume(there)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.parametrize("room", [SHARED, IN_FILE], ids=["memory", "file"])
def test_shared_pixels_are_not_copied(ct: Volume, room: Callable[..., NDArray[np.uint16]]) -> None:
    before = open_files()
    array = room(ct.array.shape, ct.array.dtype)
    array[:] = ct.array
    # It is written behind the pixels, into what may be a part of a page.
    plane = OverlayPlane("drawn", 2, 3, 7, np.packbits(np.arange(35).reshape(5, 7) % 3 == 0, axis=1))
    volume = replace(ct, array=array[:], overlays=((plane,), *((),) * (len(array) - 1)))
    received = passed_on(volume)
    assert np.array_equal(received.array, ct.array)
    assert not received.array.flags.writeable
    assert np.array_equal(received.affine_lps, ct.affine_lps)
    assert received.texts == ct.texts
    assert np.array_equal(received.overlays[0][0].bits, plane.bits)
    array[3, 5, 7] += 1
    assert received.array[3, 5, 7] == ct.array[3, 5, 7] + 1, "both look at the same memory"
    memory = held(received.array)
    assert memory is not None
    assert memory.in_file == (room is IN_FILE)
    del received, memory, volume, array
    assert open_files() == before


def cut(array: NDArray[np.uint16]) -> NDArray[np.uint16]:
    shared = SHARED(array.shape, array.dtype)
    shared[:] = array
    return shared[3:]


@pytest.mark.parametrize(
    "change",
    [lambda array: array, np.asfortranarray, lambda array: array[:, ::-1], cut, lambda array: array[:0]],
    ids=["in memory", "columns first", "with gaps", "a part of shared memory", "empty"],
)
@pytest.mark.parametrize("budget_bytes", [None, 0])
def test_other_pixels_are_copied(
    ct: Volume, change: Callable[[NDArray[np.uint16]], NDArray[np.uint16]], budget_bytes: int | None
) -> None:
    before = open_files()
    volume = replace(ct, array=change(ct.array))
    received = passed_on(volume, budget_bytes)
    assert np.array_equal(received.array, volume.array)
    assert np.array_equal(received.affine_lps, ct.affine_lps)
    del received, volume
    assert open_files() == before
