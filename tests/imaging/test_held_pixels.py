"""Huge series are held in an unnamed file, of which only what is looked at is in memory."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging import Series, read_series, scan
from medprune_gui.engine.imaging.held_pixels import default_budget, let_go_of_far_slices, room_for

SLICES, ROWS, COLUMNS = 48, 256, 256
SLICE_BYTES = ROWS * COLUMNS * 2
KIB = 1024
NO_ROOM = partial(room_for, budget_bytes=0)

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="needs Linux's view of a process")


def mapping(array: np.ndarray) -> tuple[str, int]:
    """Return the line of the mapping that holds an array, and how many of its bytes are in this process' memory."""
    address, held = array.ctypes.data, ""
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if match := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            held = line if int(match[1], 16) <= address < int(match[2], 16) else ""
        elif held and line.startswith("Rss:"):
            return held, int(line.split()[1]) * KIB
    raise AssertionError("the array lies nowhere")


@pytest.fixture
def series(write_dicom: Callable[..., Path], tmp_path: Path) -> Series:
    numbers = np.random.default_rng(0)
    for index in range(SLICES):
        pixels = numbers.integers(-1000, 3000, (ROWS, COLUMNS), np.int16)
        write_dicom(f"{index:02d}.dcm", pixels, ImagePositionPatient=[0, 0, index], InstanceNumber=index)
    (study,) = scan(tmp_path)
    return study.series[0]


def test_a_series_beyond_the_budget_is_held_in_an_unnamed_file(series: Series) -> None:
    plain = read_series(series)
    held = read_series(series, room=partial(room_for, budget_bytes=1 << 20))
    where, resident = mapping(held.array)
    assert "(deleted)" in where, "a file that no other program can open"
    assert "(deleted)" not in mapping(plain.array)[0]
    assert resident <= 16 * SLICE_BYTES, "slices that were read do not stay in memory"
    assert type(held.array) is np.ndarray
    assert not held.array.flags.writeable
    assert held.array.dtype == plain.array.dtype
    assert np.array_equal(held.array, plain.array)
    assert np.array_equal(held.affine_lps, plain.affine_lps)


def test_far_slices_leave_memory_and_come_back(series: Series) -> None:
    plain = read_series(series).array
    array = read_series(series, room=NO_ROOM).array
    assert np.array_equal(array, plain)
    assert mapping(array)[1] >= SLICES * SLICE_BYTES * 0.9, "all of it was looked at"
    assert let_go_of_far_slices(array, 20, near=3)
    assert 0 < mapping(array)[1] <= 9 * SLICE_BYTES
    assert np.array_equal(array[17:24], plain[17:24])
    assert let_go_of_far_slices(array[:], 0, near=0), "a view of the whole will do"
    assert mapping(array)[1] <= 2 * SLICE_BYTES
    assert np.array_equal(array[::-1], plain[::-1]), "every value is still there"
    for index in (0, SLICES - 1):
        let_go_of_far_slices(array, index, near=SLICES)
        assert mapping(array)[1] >= SLICES * SLICE_BYTES * 0.9, "near slices stay"


def test_a_series_within_the_budget_is_held_in_memory(series: Series) -> None:
    array = read_series(series, room=partial(room_for, budget_bytes=SLICES * SLICE_BYTES)).array
    assert not let_go_of_far_slices(array, 0, near=0)
    assert default_budget() >= 1 << 30


def test_slices_of_a_wider_type_move_to_a_wider_file(
    write_dicom: Callable[..., Path], series: Series, tmp_path: Path
) -> None:
    write_dicom("99.dcm", np.full((ROWS, COLUMNS), 60000, np.uint16), ImagePositionPatient=[0, 0, SLICES])
    (study,) = scan(tmp_path)
    held, plain = (read_series(study.series[0], room=room) for room in (NO_ROOM, room_for))
    assert np.array_equal(held.array, plain.array)
    assert held.array[-1, 0, 0] == 60000


def test_files_are_gone_with_their_arrays() -> None:
    def open_files() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    before = open_files()
    arrays = [room_for((4, 64, 64), np.int16, 0) for _ in range(5)]
    addresses = {array.ctypes.data for array in arrays}
    assert len(addresses) == 5
    del arrays
    assert open_files() == before
    maps = Path("/proc/self/maps").read_text()
    assert not [address for address in addresses if f"{address:x}-" in maps]


def test_a_full_disk_is_a_typed_error(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(ImageReadError, match=r"does not fit into memory .*No space left"):
        read_series(series, room=NO_ROOM)
