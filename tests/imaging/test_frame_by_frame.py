"""Compressed files of many frames are decoded one frame after another, into the place where they stay."""

from __future__ import annotations

import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging import read_series, scan

FRAMES, ROWS, COLUMNS = 24, 96, 128


@pytest.fixture
def values() -> np.ndarray:
    slope = np.add.outer(np.arange(ROWS), np.arange(COLUMNS))
    return np.stack([slope + 50 * frame for frame in range(FRAMES)]).astype(np.uint16)


@pytest.fixture(params=[RLELossless, JPEGLSLossless, JPEG2000Lossless], ids=lambda uid: uid.name)
def compressed(write_dicom: Callable[..., Path], values: np.ndarray, request: pytest.FixtureRequest) -> Path:
    path = write_dicom("frames.dcm", values, NumberOfFrames=FRAMES, BitsStored=12, HighBit=11)
    dataset = dcmread(path)
    dataset.compress(request.param)
    dataset.save_as(path)
    return path


def test_every_frame_is_reported_once_it_is_decoded(compressed: Path, values: np.ndarray) -> None:
    (series,) = scan(compressed)[0].series
    reported: list[tuple[int, int]] = []
    before = warnings.filters[:]

    def progress(done: int, total: int) -> None:
        assert warnings.filters == before, "warnings of others are not silenced"
        reported.append((done, total))

    assert np.array_equal(read_series(series, progress).array, values)
    assert reported == [(done, FRAMES) for done in range(1, FRAMES + 1)]


def test_a_frame_that_cannot_be_decoded_fails_when_its_turn_comes(compressed: Path) -> None:
    (series,) = scan(compressed)[0].series
    dataset = dcmread(compressed)
    frames = list(generate_frames(dataset.PixelData, number_of_frames=FRAMES))
    frames[7] = b"\0" * 100
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(compressed)
    reported: list[int] = []
    with pytest.raises(ImageReadError, match=r"frames\.dcm: The pixels cannot be decoded"):
        read_series(series, lambda done, total: reported.append(done))
    assert reported == list(range(1, 8))


def test_the_reader_can_be_called_off_between_two_frames(compressed: Path) -> None:
    (series,) = scan(compressed)[0].series

    class EnoughError(Exception):
        pass

    def progress(done: int, total: int) -> None:
        if done == 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        read_series(series, progress)


def test_pixels_are_held_once(compressed: Path, values: np.ndarray) -> None:
    (series,) = scan(compressed)[0].series
    read_series(series)  # imports what it needs
    tracemalloc.start()
    try:
        volume = read_series(series)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The volume, the compressed file, and a few frames and tables in passing.
    assert peak < volume.array.nbytes + 2 * compressed.stat().st_size + 8 * values[0].nbytes
    assert peak < 1.8 * volume.array.nbytes


def test_a_file_of_fewer_frames_than_it_states_is_refused(compressed: Path) -> None:
    dataset = dcmread(compressed)
    frames = list(generate_frames(dataset.PixelData, number_of_frames=FRAMES))
    dataset.PixelData = encapsulate(frames[:-2])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(compressed)
    (series,) = scan(compressed)[0].series
    with pytest.raises(ImageReadError, match=r"frames\.dcm"):
        read_series(series)
