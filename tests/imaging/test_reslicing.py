"""Leaning and uneven stacks on an even grid: every value stays where it was measured."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread

from medprune_gui.engine.errors import GeometryError
from medprune_gui.engine.imaging import Series, Volume, read_series, scan
from medprune_gui.engine.imaging.reslicing import (
    labels_from_grid,
    labels_onto_grid,
    needs_resampling,
    resampling,
    stack_positions,
)

WEIGHTS = np.array([3.0, -7.0, 11.0])


def finished(steps: Generator[tuple[int, int], None, Volume]) -> Volume:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def stack(heights: list[float], lean: tuple[float, float] = (0.0, 0.0)) -> tuple[Volume, NDArray[np.float64]]:
    """A float stack whose values are a linear function of the place in the patient, and its positions.

    The slices lean by ``lean`` millimetres along rows and columns for each millimetre along the normal.
    """
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))[0]
    right, down = turn[:, 0], turn[:, 1]
    normal = np.cross(right, down)
    positions = np.array([[5.0, -6.0, 7.0]] * len(heights)) + np.outer(
        heights, normal + lean[0] * down + lean[1] * right
    )
    affine = np.eye(4)
    affine[:3, 1], affine[:3, 2] = 0.5 * down, 0.8 * right
    affine[:3, 0] = (positions[-1] - positions[0]) / (len(heights) - 1)
    affine[:3, 3] = positions[0]
    rows, columns = np.mgrid[0:40, 0:30]
    values = (
        (positions @ WEIGHTS)[:, None, None] + rows * (affine[:3, 1] @ WEIGHTS) + columns * (affine[:3, 2] @ WEIGHTS)
    )
    return Volume(values.astype(np.float32), affine), positions


@pytest.mark.parametrize(
    ("heights", "lean"),
    [
        ([0, 2, 4, 6, 8], (0.35, 0.0)),
        ([0, 2, 4, 6, 8], (-0.35, 0.2)),
        ([0, 1.5, 4, 6, 9], (0.0, 0.0)),
        ([0, -1.5, -4, -6, -9], (0.3, -0.1)),
    ],
)
def test_a_linear_field_is_the_same_at_every_place(heights: list[float], lean: tuple[float, float]) -> None:
    volume, positions = stack(heights, lean)
    assert needs_resampling(volume, positions)
    volume = replace(volume, padding=(-1e6, -1e6))
    straight = finished(resampling(volume, positions))
    axes = straight.affine_lps[:3, :3] / straight.spacing_mm
    assert np.allclose(axes.T @ axes, np.eye(3))
    assert straight.spacing_mm[1:] == pytest.approx((0.5, 0.8))
    indices = np.moveaxis(np.indices(straight.array.shape), 0, -1)
    there = (indices @ straight.affine_lps[:3, :3].T + straight.affine_lps[:3, 3]) @ WEIGHTS
    measured = np.abs(straight.array - there) < 1e-2
    # What is not the field is padding, or beside it the nearest value, at most half a step away along each axis.
    assert measured.mean() > 0.55
    nearest = np.abs(straight.array - there) <= np.abs(WEIGHTS @ straight.affine_lps[:3, :3]).sum() / 2 + 1e-2
    assert ((straight.array == -1e6) | nearest).all()
    inside = straight.array[:, 12:-12, 12:-12]
    assert inside.size
    assert np.abs(inside - there[:, 12:-12, 12:-12]).max() < 1e-2


@pytest.mark.parametrize("last", [9.0, 8.5, 9.9, 8.01])
def test_the_end_of_an_uneven_stack_is_not_cut_off(last: float) -> None:
    volume, positions = stack([0, 2, 4, 6, last])
    straight = finished(resampling(volume, positions))
    # A hundredth of a step is rounding in the files.
    assert len(straight.array) == (5 if last == 8.01 else 6)
    assert np.allclose(straight.array[0], volume.array[0], atol=1e-3)
    assert np.allclose(straight.array[-1], volume.array[-1], atol=1e-3 if last > 8.01 else 0.2)
    assert straight.spacing_mm[0] == pytest.approx(2.0)


def test_an_upright_even_stack_needs_nothing() -> None:
    volume, positions = stack([0, 2, 4, 6])
    assert not needs_resampling(volume, positions)
    again = finished(resampling(volume, positions))
    assert np.allclose(again.array, volume.array, atol=1e-3)
    assert np.allclose(again.affine_lps, volume.affine_lps)


def test_windows_of_single_slices_go_with_them(write_dicom: Callable[..., Path], tmp_path: Path) -> None:
    """There are more slices on the even grid than were stored; each is shown as the nearest stored one."""
    heights = [0, 5, 10, 15, 20, 25, 37, 49, 61]
    plane = np.packbits(np.eye(16, dtype=np.uint8), bitorder="little").tobytes()
    # Rows, columns, type, origin, bits allocated, bit position, data (PS3.3 C.9.2).
    drawn = [
        (0x0010, "US", 16),
        (0x0011, "US", 16),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x3000, "OW", plane),
    ]
    for index, height in enumerate(heights):
        path = write_dicom(
            f"{index}.dcm",
            np.full((16, 16), index, np.int16),
            ImagePositionPatient=[0, 0, height],
            WindowCenter=100 + index,
            WindowWidth=400,
        )
        dataset = dcmread(path)
        for element, vr, value in drawn:
            dataset.add_new((0x6000, element), vr, value)
        dataset.save_as(path)
    (series,) = scan(tmp_path)[0].series
    volume = read_series(series)
    assert len(volume.slice_windows) == len(volume.overlays) == len(heights)
    straight = finished(resampling(volume, stack_positions(series, volume)))
    assert len(straight.array) > len(heights)
    for index in range(len(straight.array)):
        height = (straight.affine_lps @ (index, 0, 0, 1))[2]
        apart = np.abs(np.subtract(heights, height))
        (window,) = straight.windows_at(index)
        assert apart[round(window.centre) - 100] == apart.min()
        assert straight.frame(index).windows == (window,)


def real(data_root: Path, folder: str) -> tuple[Series, Volume]:
    series = scan(data_root / folder)[0].series[0]
    return series, read_series(series)


def test_the_tilted_head_stands_upright_and_keeps_a_marker_in_its_place(data_root: Path) -> None:
    series, volume = real(data_root, "dicom_ct_head_ge_tilt")
    positions = stack_positions(series, volume)
    assert needs_resampling(volume, positions)
    marked = np.array(volume.array)
    marker = (14, 200, 300)
    marked[marker[0], 199:202, 299:302] = 30000
    straight = finished(resampling(replace(volume, array=marked), positions))
    assert straight.array.dtype == volume.array.dtype
    axes = straight.affine_lps[:3, :3] / straight.spacing_mm
    assert np.allclose(axes.T @ axes, np.eye(3), atol=1e-6)
    # The usual step of 4.22 mm along the table is 4.00 mm along the normal of slices tilted by 18.5 degrees.
    assert straight.spacing_mm[0] == pytest.approx(4.22 * np.cos(np.radians(18.5)), abs=0.01)
    # Where the marker went: the centre of what it changed.
    change = straight.array.astype(float) - finished(resampling(volume, positions)).array
    where = np.moveaxis(np.indices(change.shape), 0, -1)[change > 0]
    centre = np.average(where, axis=0, weights=change[change > 0])
    found = straight.affine_lps @ (*centre, 1)
    truth = positions[14] + volume.affine_lps[:3, 1] * 200 + volume.affine_lps[:3, 2] * 300
    assert np.abs((found[:3] - truth) @ straight.affine_lps[:3, 1:3] / straight.spacing_mm[1:]).max() < 0.05
    # Along the normal, the uneven steps on both sides draw the centre towards the wider one.
    assert np.abs(found[:3] - truth).max() < straight.spacing_mm[0]


@pytest.mark.parametrize("folder", ["dicom_ct_head_phantom", "dicom_mr_braintumor", "mri_t1_nifti"])
def test_regular_series_are_cut_as_they_are(data_root: Path, folder: str) -> None:
    series, volume = real(data_root, folder)
    assert not needs_resampling(volume, stack_positions(series, volume))


def test_what_cannot_be_cut_is_refused_in_words(data_root: Path) -> None:
    volume, positions = stack([0, 2, 4, 6])
    for changed, places, words in (
        (replace(volume, oriented=False), positions, "how the patient lay"),
        (replace(volume, calibrated=False), positions, "not calibrated"),
        (volume.frame(0), positions[:1], "One slice"),
        (volume, positions[[0, 1, 1, 2]], "same place"),
        (volume, stack([0, 2, 4, 30])[1], "gap of 26.0 mm"),
    ):
        with pytest.raises(GeometryError, match=words):
            needs_resampling(changed, places)
    series, head = real(data_root, "dicom_ct_head_phantom")
    lost = replace(series, instances=tuple(replace(i, position_mm=None) for i in series.instances))
    with pytest.raises(GeometryError, match="where the slices lie"):
        stack_positions(lost, head)


@pytest.mark.parametrize("lean", [(0.35, 0.0), (-0.35, 0.17)])
def test_labels_go_to_the_nearest_voxel_and_back_without_a_loss(lean: tuple[float, float]) -> None:
    volume, positions = stack([0, 2, 4, 6, 8], lean)
    labels = np.random.default_rng(1).integers(0, 5, volume.array.shape).astype(np.uint8)
    straight = finished(resampling(volume, positions))
    there = labels_onto_grid(labels, volume, positions)
    assert there.shape == straight.array.shape
    inverse = np.linalg.inv(straight.affine_lps)
    for stored in range(len(labels)):
        for row, column in ((0, 0), (20, 11), (39, 29)):
            place = positions[stored] + row * volume.affine_lps[:3, 1] + column * volume.affine_lps[:3, 2]
            nearest = np.rint((inverse @ (*place, 1))[:3]).astype(int)
            assert there[tuple(nearest)] == labels[stored, row, column]
    assert np.array_equal(labels_from_grid(there, volume, positions), labels)


def test_labels_of_uneven_slices_come_from_the_nearest_slice() -> None:
    heights = [0, 1.5, 4, 6, 9]
    volume, positions = stack(heights)
    labels = np.broadcast_to(np.arange(1, 6, dtype=np.uint8)[:, None, None], volume.array.shape)
    straight = finished(resampling(volume, positions))
    there = labels_onto_grid(labels, volume, positions)
    step = straight.spacing_mm[0]
    for index in range(len(there)):
        away = np.abs(np.array(heights) - index * step)
        assert (there[index] == labels[int(np.argmin(away)), 0, 0]).all()
    assert straight.overlays == straight.slice_windows == ()
