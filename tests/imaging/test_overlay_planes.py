"""Overlay planes lie where the file puts them: origin, frames, groups, and those hidden in the pixels' unused bits."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import dcmread
from pydicom.dataelem import DataElement

from medprune_gui.engine.imaging import read_image, read_series, scan
from medprune_gui.engine.imaging.reorienting import FLIP_HORIZONTALLY

PYDICOM = Path(pydicom.__file__).parent / "data" / "test_files"
IMAGE = np.arange(48, dtype=np.uint16).reshape(6, 8)


def with_planes(path: Path, *elements: tuple[int, int, str, Any], pixels: bytes | None = None) -> Path:
    """Add elements (group, element, VR, value) to a file, and put other pixels in."""
    dataset = dcmread(path)
    for group, element, vr, value in elements:
        dataset.add(DataElement((group, element), vr, value))
    if pixels is not None:
        dataset.PixelData = pixels
    dataset.save_as(path)
    return path


def plane(group: int, drawn: np.ndarray, origin: list[int], label: str = "", **extra: Any) -> list[tuple]:
    """Elements of an overlay plane; ``drawn`` is (row, column) or (frame, row, column)."""
    bits = np.packbits(drawn.reshape(-1), bitorder="little").tobytes()
    found = [
        (group, 0x0010, "US", drawn.shape[-2]),
        (group, 0x0011, "US", drawn.shape[-1]),
        (group, 0x0040, "CS", "G"),
        (group, 0x0050, "SS", origin),
        (group, 0x0100, "US", 1),
        (group, 0x0102, "US", 0),
        (group, 0x3000, "OW", bits + b"\0" * (len(bits) % 2)),
    ]
    if label:
        found.append((group, 0x1500, "LO", label))
    if "frames" in extra:
        found.append((group, 0x0015, "IS", extra["frames"]))
    if "first" in extra:
        found.append((group, 0x0051, "US", extra["first"]))
    return found


def test_a_real_plane_is_what_pydicom_unpacks() -> None:
    path = PYDICOM / "examples_overlay.dcm"
    volume = read_image(path)
    ((found,),) = volume.overlays
    assert found.name == "Siemens MedCom Object Graphics"
    assert np.array_equal(found.mask(300, 484), dcmread(path).overlay_array(0x6000))
    assert found.mask(300, 484).sum() == 222


@pytest.mark.parametrize(
    ("origin", "rows", "columns"),
    [
        # The plane is a full 2 x 3; its first pixel lies on image row r, column c, counted from 1.
        ([1, 1], [0, 1], [0, 1, 2]),
        ([3, 6], [2, 3], [5, 6, 7]),
        ([6, 7], [5], [6, 7]),  # reaches beyond the last row and column (6 and 8)
        ([0, -1], [0], [0]),  # begins one row above and two columns before the image
        ([7, 1], [], []),
    ],
)
def test_a_plane_begins_at_its_origin(
    write_dicom: Callable[..., Path], origin: list[int], rows: list[int], columns: list[int]
) -> None:
    path = with_planes(write_dicom("a.dcm", IMAGE), *plane(0x6000, np.ones((2, 3), np.uint8), origin))
    ((found,),) = read_image(path).overlays
    expected = np.zeros((6, 8), bool)
    expected[np.ix_(rows, columns)] = True
    assert np.array_equal(found.mask(6, 8), expected)


def test_several_groups_are_several_planes_and_empty_ones_none(write_dicom: Callable[..., Path]) -> None:
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 2, (2, 6, 8), dtype=np.uint8)
    path = with_planes(
        write_dicom("a.dcm", IMAGE),
        *plane(0x6000, first, [1, 1], "contour"),
        *plane(0x6004, np.zeros((6, 8), np.uint8), [1, 1], "empty"),
        *plane(0x601E, second, [1, 1], "arrow"),
    )
    (found,) = read_image(path).overlays
    assert [one.name for one in found] == ["contour", "arrow"]
    assert [one.mask(6, 8).tolist() for one in found] == [first.astype(bool).tolist(), second.astype(bool).tolist()]


def test_frames_of_a_plane_go_to_their_frames_of_the_image(write_dicom: Callable[..., Path]) -> None:
    drawn = np.zeros((2, 6, 8), np.uint8)
    drawn[0, 1, 1] = drawn[1, 4, 5] = 1
    path = with_planes(
        write_dicom("m.dcm", np.stack([IMAGE] * 4), NumberOfFrames=4),
        *plane(0x6000, drawn, [1, 1], frames=2, first=2),  # over the second and third frame
        *plane(0x6002, drawn[0], [1, 1], "everywhere"),
    )
    volume = read_image(path)
    assert [[one.name for one in planes] for planes in volume.overlays] == [
        ["everywhere"],
        ["", "everywhere"],
        ["", "everywhere"],
        ["everywhere"],
    ]
    assert np.argwhere(volume.overlays[1][0].mask(6, 8)).tolist() == [[1, 1]]
    assert np.argwhere(volume.overlays[2][0].mask(6, 8)).tolist() == [[4, 5]]
    assert volume.frame(2).overlays == (volume.overlays[2],)


@pytest.mark.parametrize("name", ["MR_small.dcm", "MR_small_bigendian.dcm"])
def test_a_plane_in_the_unused_bits_of_the_pixels(tmp_path: Path, name: str) -> None:
    stored = dcmread(PYDICOM / name).pixel_array.astype(np.uint16) & 0xFFF
    drawn = np.random.default_rng(1).integers(0, 2, (64, 64), dtype=np.uint16)
    order = ">" if "big" in name else "<"
    path = Path(shutil.copy(PYDICOM / name, tmp_path))
    with_planes(
        path,
        (0x0028, 0x0101, "US", 12),
        (0x0028, 0x0102, "US", 11),
        (0x0028, 0x0103, "US", 0),
        (0x6000, 0x0010, "US", 64),
        (0x6000, 0x0011, "US", 64),
        (0x6000, 0x0050, "SS", [1, 1]),
        (0x6000, 0x0100, "US", 16),
        (0x6000, 0x0102, "US", 14),
        pixels=(stored | drawn << 14).astype(f"{order}u2").tobytes(),
    )
    ((found,),) = read_image(path).overlays
    assert np.array_equal(found.mask(64, 64), drawn.astype(bool))


def test_a_damaged_plane_does_not_take_the_image_away(write_dicom: Callable[..., Path]) -> None:
    damaged = [e if e[1] != 0x3000 else (*e[:3], b"\1\0") for e in plane(0x6000, np.ones((6, 8), np.uint8), [1, 1])]
    volume = read_image(with_planes(write_dicom("a.dcm", IMAGE), *damaged))
    assert volume.overlays == ()
    assert np.array_equal(volume.array[0], IMAGE)


def test_series_without_planes_hold_none_and_turned_volumes_leave_them_behind(data_root: Path) -> None:
    assert read_series(scan(data_root / "dicom_ct_head_phantom")[0].series[0]).overlays == ()
    volume = read_image(PYDICOM / "examples_overlay.dcm")
    assert FLIP_HORIZONTALLY.apply(volume).overlays == ()
