"""Measurements against geometry worked out by hand, and against numpy on real images."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.imaging import Volume, read_series, scan
from medprune_gui.engine.imaging.measurement_table import COLUMNS, Measured, write_measurements
from medprune_gui.engine.imaging.measuring import Measurement, measure


@pytest.fixture(scope="module")
def head(data_root):
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    return read_series(study.series[0])


def _volume(array: np.ndarray, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0), **fields: object) -> Volume:
    return Volume(array=array, affine_lps=np.diag([*spacing, 1.0]), **fields)  # type: ignore[arg-type]


def test_a_length_follows_the_spacing_of_each_axis():
    volume = _volume(np.zeros((9, 9, 9), dtype=np.int16), (5.0, 0.5, 0.25))
    # 6 rows of 0.5 mm and 16 columns of 0.25 mm: a triangle of 3, 4 and 5 mm.
    assert measure(volume, Measurement("length", ((0, 1, 0), (0, 7, 16)))).length == pytest.approx(5.0)
    # 12 mm across slices would be 2.4 of 5 mm; with 3 and 4 mm in the plane the diagonal is 13 mm.
    assert measure(volume, Measurement("length", ((0, 0, 0), (2.4, 6, 16)))).length == pytest.approx(13.0)


def test_lengths_without_a_scale_are_in_pixels():
    found = measure(
        _volume(np.zeros((1, 9, 9), dtype=np.uint8), calibrated=False), Measurement("length", ((0, 0, 0), (0, 3, 4)))
    )
    assert (found.length, found.length_unit) == (5.0, "px")


def test_an_angle_is_that_of_the_patient_not_of_the_pixels():
    # One column right and one row down is 45 degrees in square pixels; with rows of sqrt(3) mm it is 60 degrees.
    volume = _volume(np.zeros((1, 9, 9), dtype=np.int16), (1.0, math.sqrt(3.0), 1.0))
    assert measure(volume, Measurement("angle", ((0, 0, 1), (0, 0, 0), (0, 1, 1)))).angle_degrees == pytest.approx(60.0)
    assert measure(volume, Measurement("angle", ((0, 0, 1), (0, 0, 0), (0, 0, -1)))).angle_degrees == pytest.approx(
        180.0
    )
    assert measure(volume, Measurement("angle", ((0, 0, 1), (0, 0, 0), (0, 0, 0)))).angle_degrees is None


def test_a_leaning_stack_is_measured_along_its_leaning_axis():
    volume = _volume(np.zeros((9, 9, 9), dtype=np.int16))
    volume.affine_lps[:3, 0] = (0.0, 3.0, 4.0)  # a step of one slice goes 4 mm up and 3 mm back
    assert measure(volume, Measurement("length", ((0, 0, 0), (2, 0, 0)))).length == pytest.approx(10.0)


def test_statistics_of_regions_are_those_of_numpy(head):
    index, rows, columns = 12, slice(200, 261), slice(230, 291)
    values = head.array[index].astype(np.float64) * head.slope + head.intercept
    box = Measurement("rectangle", ((index, 200, 230), (index, 260, 290)))
    found = measure(head, box)
    part = values[rows, columns]
    assert found.value_unit == "HU"
    assert (found.mean, found.sd, found.minimum, found.maximum, found.pixels) == pytest.approx(
        (part.mean(), part.std(), part.min(), part.max(), part.size)
    )
    row, column = np.mgrid[0 : values.shape[0], 0 : values.shape[1]]
    round_part = values[(row - 230.0) ** 2 / 30.0**2 + (column - 260.0) ** 2 / 30.0**2 <= 1.0]
    found = measure(head, Measurement("ellipse", ((index, 200, 230), (index, 260, 290))))
    assert (found.mean, found.sd, found.minimum, found.maximum, found.pixels) == pytest.approx(
        (round_part.mean(), round_part.std(), round_part.min(), round_part.max(), round_part.size)
    )
    between_rows, between_columns = head.spacing_mm[1:]
    assert found.area == pytest.approx(math.pi * 30.0 * between_rows * 30.0 * between_columns)
    assert measure(head, box).area == pytest.approx(60.0 * between_rows * 60.0 * between_columns)


def test_a_probe_reads_the_voxel_it_stands_in(head):
    found = measure(head, Measurement("probe", ((12, 230.4, 259.6),)))
    value = float(head.array[12, 230, 260]) * head.slope + head.intercept
    assert (found.mean, found.minimum, found.maximum, found.pixels, found.sd) == (value, value, value, 1, None)


@pytest.mark.parametrize(("axis", "area"), [(0, 2.0 * 8.0), (1, 24.0 * 8.0), (2, 24.0 * 2.0)])
def test_a_region_lies_in_any_plane_of_the_grid(axis, area):
    array = np.arange(7 * 8 * 9, dtype=np.int16).reshape(7, 8, 9)
    low, high = [1, 2, 3], [5, 6, 7]
    high[axis] = low[axis]
    found = measure(_volume(array, (6.0, 0.5, 2.0)), Measurement("rectangle", (tuple(low), tuple(high))))
    box = array[tuple(slice(a, b + 1) for a, b in zip(low, high, strict=True))]
    assert found.area == pytest.approx(area)  # 4 slices of 6 mm, 4 rows of 0.5 mm, 4 columns of 2 mm
    assert (found.mean, found.pixels) == (box.mean(), 25)


def test_padding_and_values_that_are_no_number_do_not_count():
    array = np.array([[[1.0, 3.0, np.nan], [5.0, -2000.0, 7.0]]], dtype=np.float32)
    found = measure(_volume(array, padding=(-2000.0, -2000.0)), Measurement("rectangle", ((0, 0, 0), (0, 1, 2))))
    assert (found.mean, found.minimum, found.maximum, found.pixels) == (4.0, 1.0, 7.0, 4)


def test_a_region_over_the_edge_counts_what_is_there_and_one_beside_it_nothing():
    volume = _volume(np.ones((1, 4, 4), dtype=np.uint8))
    assert measure(volume, Measurement("rectangle", ((0, -5, -5), (0, 1, 1)))).pixels == 4
    beside = measure(volume, Measurement("ellipse", ((0, 10, 10), (0, 12, 12))))
    assert (beside.mean, beside.pixels) == (None, 0)
    assert beside.area == pytest.approx(math.pi)


def test_colour_has_areas_but_no_statistics():
    found = measure(_volume(np.zeros((1, 4, 4, 3), dtype=np.uint8)), Measurement("rectangle", ((0, 0, 0), (0, 2, 2))))
    assert (found.area, found.mean) == (4.0, None)


def test_points_that_make_no_measurement_are_refused():
    with pytest.raises(ValueError, match="2 points"):
        Measurement("length", ((0, 0, 0),))
    with pytest.raises(ValueError, match="no plane"):
        Measurement("ellipse", ((0, 0, 0), (1, 1, 1)))


def test_measurements_are_written_as_a_table(head, tmp_path):
    length = Measurement("length", ((12, 200, 230), (12, 260, 230)))
    ellipse = Measurement("ellipse", ((12, 200, 230), (12, 260, 290)))
    picture = _volume(np.zeros((1, 9, 9), dtype=np.uint8), calibrated=False, oriented=False)
    across = Measurement("length", ((0, 0, 0), (0, 3, 4)))
    path = tmp_path / "measurements.csv"
    write_measurements(
        path,
        [
            Measured("CT 2, head", head, length),
            Measured("CT 2, head", head, ellipse, "7.dcm", straightened=True),
            Measured("photo", picture, across),
        ],
    )
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["kind"] for row in rows] == ["length", "ellipse", "length"]
    assert [row["slice"] for row in rows] == ["13", "13", "1"]
    # Two ways to count in one row: the column that counts otherwise than the screen says so.
    for row in rows:
        points = row["points_slice_row_column_from_0"].split("; ")
        assert {float(point.split()[0]) for point in points} == {float(row["slice"]) - 1}
    assert rows[0]["points_slice_row_column_from_0"] == "12.00 200.00 230.00; 12.00 260.00 230.00"
    assert [(row["file"], row["straightened"]) for row in rows] == [("", "no"), ("7.dcm", "yes"), ("", "no")]
    assert float(rows[0]["length"]) == pytest.approx(60 * head.spacing_mm[1], rel=1e-5)
    assert (rows[0]["length_unit"], rows[0]["mean"]) == ("mm", "")
    found = measure(head, ellipse)
    assert float(rows[1]["mean"]) == pytest.approx(found.mean, rel=1e-5)
    assert (rows[1]["area_unit"], rows[1]["value_unit"], int(rows[1]["pixels"])) == ("mm2", "HU", found.pixels)
    place = (head.affine_lps @ (12, 200, 230, 1))[:3]
    assert [float(value) for value in rows[0]["points_lps_mm"].split(";")[0].split()] == pytest.approx(place, abs=0.01)
    assert (rows[2]["length"], rows[2]["length_unit"], rows[2]["points_lps_mm"]) == ("5", "px", "")


def test_a_table_that_cannot_be_written_says_so(head, tmp_path):
    with pytest.raises(OutputError):
        write_measurements(tmp_path, [Measured("CT", head, Measurement("probe", ((0, 0, 0),)))])
