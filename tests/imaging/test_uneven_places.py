"""Unevenly spaced slices: everything lies where the files say, measures so, and is never written elsewhere."""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread

from medprune_gui.engine.errors import GeometryError
from medprune_gui.engine.imaging import Series, Volume, read_frame, read_series, scan
from medprune_gui.engine.imaging.measurement_table import Measured, write_measurements
from medprune_gui.engine.imaging.measuring import Measurement, measure
from medprune_gui.engine.imaging.nifti_writing import write_label_map
from medprune_gui.engine.imaging.range_mask import BONE_HU, range_mask, volumes_ml
from medprune_gui.engine.imaging.reorienting import AS_STORED, FLIP_HORIZONTALLY, TURN_RIGHT, Reorientation
from medprune_gui.engine.imaging.reslicing import resampling, stack_positions

BACKWARDS = Reorientation((0, 1, 2), (True, False, False))


@pytest.fixture(scope="module")
def series(data_root: Path) -> Series:
    return scan(data_root / "dicom_ct_head_ge_tilt")[0].series[0]


@pytest.fixture(scope="module")
def head(series: Series) -> Volume:
    return read_series(series)


@pytest.fixture(scope="module")
def positions(series: Series) -> NDArray[np.float64]:
    """What the files say, read by pydicom alone."""
    return np.array([dcmread(one.path, stop_before_pixels=True).ImagePositionPatient for one in series.instances])


def straightened(series: Series, volume: Volume) -> Volume:
    steps: Generator[tuple[int, int], None, Volume] = resampling(volume, stack_positions(series, volume))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def test_each_slice_lies_where_its_file_says(head: Volume, series: Series, positions: NDArray[np.float64]) -> None:
    corners = [(index, 0, 0) for index in range(len(positions))]
    np.testing.assert_allclose(head.places_of(corners), positions, atol=1e-9)
    for index in (0, 13, 14, 27):
        np.testing.assert_allclose(head.frame(index).places_of((0, 0, 0)), positions[index], atol=1e-9)
        alone = read_frame(series, index)
        np.testing.assert_allclose(head.frame(index).affine_lps[:, 1:], alone.affine_lps[:, 1:], atol=1e-9)
        np.testing.assert_allclose(head.slice_affine(index)[:3, 3], positions[index], atol=1e-9)


@pytest.mark.parametrize("way", [AS_STORED, FLIP_HORIZONTALLY, TURN_RIGHT, BACKWARDS, BACKWARDS.then(TURN_RIGHT)])
def test_places_and_voxels_are_each_others_however_they_are_shown(head: Volume, way: Reorientation) -> None:
    shown = way.apply(head)
    points = np.random.default_rng(3).uniform((-2, -9, -9), (30, 520, 520), size=(40, 3))
    for point in points:
        place = head.places_of(point)
        np.testing.assert_allclose(head.index_of(place), point, atol=1e-6)
        there = way.to_shown(point, head.array.shape)
        np.testing.assert_allclose(shown.places_of(there), place, atol=1e-6)
        np.testing.assert_allclose(shown.index_of(place), there, atol=1e-6)


def test_even_stacks_need_nothing_but_their_affine(data_root: Path) -> None:
    for name in ("dicom_ct_head_phantom", "dicom_mr_braintumor"):
        for one in scan(data_root / name)[0].series:
            volume = read_series(one)
            assert volume.positions_lps is None
            assert volume.step_source == "positions"
            corners = np.array([(index, 0, 0) for index in range(len(volume.array))])
            np.testing.assert_allclose(volume.places_of(corners), [one.position_mm for one in one.instances], atol=0.1)


def test_positions_rounded_in_the_file_are_even(write_dicom: Callable[..., Path], tmp_path: Path) -> None:
    for index in range(60):
        z = round(index / 3, 2)  # steps of 0.33, 0.33 and 0.34 mm: sixty of the median are 0.2 mm short
        write_dicom(
            f"thin/{index}.dcm", np.zeros((4, 4), np.int16), ImagePositionPatient=[0, 0, z], InstanceNumber=index
        )
    volume = read_series(scan(tmp_path / "thin")[0].series[0])
    assert volume.positions_lps is None
    assert volume.spacing_mm[0] == pytest.approx(1 / 3, abs=1e-4)


def test_the_table_and_lengths_across_slices_are_the_files(
    head: Volume, positions: NDArray[np.float64], tmp_path: Path
) -> None:
    probe = Measurement("probe", ((27, 0, 0),))
    across = Measurement("length", ((2, 0, 0), (27, 0, 0)))
    write_measurements(tmp_path / "m.csv", [Measured("head", head, probe), Measured("head", head, across)])
    with (tmp_path / "m.csv").open(encoding="utf-8-sig") as file:
        first, second = csv.DictReader(file)
    assert [float(x) for x in first["points_lps_mm"].split()] == pytest.approx(positions[27], abs=0.01)
    apart_mm = float(np.linalg.norm(positions[27] - positions[2]))
    assert float(second["length"]) == pytest.approx(apart_mm, rel=1e-4)
    upright = Measurement("angle", ((2, 0, 0), (27, 0, 0), (27, 0, 100)))
    arm, along = positions[2] - positions[27], head.affine_lps[:3, 2]
    cosine = arm @ along / np.linalg.norm(arm) / np.linalg.norm(along)
    assert measure(head, upright).angle_degrees == pytest.approx(np.degrees(np.arccos(cosine)))
    # A rectangle across the slices is as high as they are apart.
    box = Measurement("rectangle", ((2, 0, 50), (27, 0, 250)))
    assert measure(head, box).area == pytest.approx(apart_mm * 200 * head.spacing_mm[2])


def test_bone_is_added_up_by_the_slices_own_distances(head: Volume, positions: NDArray[np.float64]) -> None:
    mask = range_mask(head, BONE_HU)
    normal = np.cross(head.affine_lps[:3, 2], head.affine_lps[:3, 1])
    heights = np.abs((positions - positions[0]) @ normal / np.linalg.norm(normal))
    steps = np.diff(heights)
    thickness = np.array([steps[0], *(steps[:-1] + steps[1:]) / 2, steps[-1]])
    pixel_mm2 = head.spacing_mm[1] * head.spacing_mm[2]
    expected = float((mask.sum(axis=(1, 2)) * thickness).sum()) * pixel_mm2 / 1000
    assert volumes_ml(mask, head)[1] == pytest.approx(expected, rel=1e-9)
    assert expected == pytest.approx(559, abs=1)  # mL; with the usual step for all it would be 429
    np.testing.assert_allclose(head.slice_thickness_mm(), thickness)


def test_slices_at_one_place_share_what_it_stands_for() -> None:
    z = np.array([0.0, 0.0, 2.0, 4.0, 4.0, 6.0])
    affine = np.diag([1.0, 1.0, 1.0, 1.0])[[2, 1, 0, 3]]
    volume = Volume(np.zeros((6, 2, 2), np.uint8), affine, positions_lps=z[:, None] * [0.0, 0.0, 1.0])
    assert volume.slice_thickness_mm().tolist() == [1, 1, 2, 1, 1, 2]


def test_a_mask_of_uneven_slices_is_written_on_the_straightened_ones_only(
    head: Volume, series: Series, positions: NDArray[np.float64], tmp_path: Path
) -> None:
    mask = np.zeros(head.array.shape, dtype=np.uint8)
    mask[27] = 1
    with pytest.raises(GeometryError, match=r"not evenly spaced.*planes"):
        write_label_map(tmp_path / "mask.nii.gz", mask, head)
    assert not list(tmp_path.iterdir())

    # Marked from the values of the straightened slices it lies where the bone of the files lies.
    even = straightened(series, head)
    assert even.positions_lps is None
    bone = range_mask(even, BONE_HU)
    write_label_map(tmp_path / "mask.nii.gz", bone, even)
    stored = nibabel.load(tmp_path / "mask.nii.gz")
    marked = np.argwhere(np.asanyarray(stored.dataobj)) @ stored.affine[:3, :3].T + stored.affine[:3, 3]
    places = head.places_of(np.argwhere(range_mask(head, BONE_HU))) * (-1, -1, 1)
    for axis, tolerance_mm in ((0, 1.5), (1, 1.5), (2, 4.0)):
        assert marked[:, axis].max() == pytest.approx(places[:, axis].max(), abs=tolerance_mm)
        assert marked[:, axis].min() == pytest.approx(places[:, axis].min(), abs=tolerance_mm)


@pytest.mark.parametrize(
    ("elements", "source"),
    [
        ({"ImagePositionPatient": None}, "nothing"),
        ({"ImageOrientationPatient": None}, "nothing"),
        ({"ImagePositionPatient": None, "SliceThickness": 3}, "header"),
        ({"ImageOrientationPatient": None, "SpacingBetweenSlices": 3}, "header"),
        ({}, "positions"),
    ],
)
def test_where_the_step_is_from_is_known(
    write_dicom: Callable[..., Path], tmp_path: Path, elements: dict[str, object], source: str
) -> None:
    for index in range(3):
        placed = {"ImagePositionPatient": [0, 0, 5 * index], "InstanceNumber": index} | elements
        write_dicom(f"stack/{index}.dcm", np.zeros((4, 4), np.int16), **placed)
    one = scan(tmp_path / "stack")[0].series[0]
    volume = read_series(one)
    assert volume.step_source == source
    assert volume.placed == (source == "positions")
    # One slice lies where it lies, whatever the next is.
    frame = read_series(replace(one, instances=one.instances[:1]))
    assert frame.placed == ("ImageOrientationPatient" not in elements)
