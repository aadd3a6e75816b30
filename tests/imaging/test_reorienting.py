"""Mirrors, turns and planes: pixels, places and letters go together."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medprune_gui.engine.imaging import Volume, Window, read_series, scan
from medprune_gui.engine.imaging.orientation import side_letters
from medprune_gui.engine.imaging.reorienting import (
    AS_STORED,
    FLIP_HORIZONTALLY,
    FLIP_VERTICALLY,
    PLANES,
    TURN_LEFT,
    TURN_RIGHT,
    Reorientation,
    plane_view,
)

EVERY = [
    Reorientation(axes, flipped) for axes in permutations(range(3)) for flipped in product((False, True), repeat=3)
]
SHAPE = (3, 4, 5)
reorientations = st.sampled_from(EVERY)


def volume_of(*columns: tuple[float, float, float]) -> Volume:
    """Voxels numbered through; the columns are the ways of one slice, row, column in LPS."""
    affine = np.eye(4)
    affine[:3, :3] = np.array(columns).T
    affine[:3, 3] = (-10, 20, 30)
    return Volume(np.arange(np.prod(SHAPE)).reshape(SHAPE), affine)


AXIAL = volume_of((0, 0, 5), (0, 0.5, 0), (0.25, 0, 0))  # slices towards H, rows towards P, columns towards L


def letters(volume: Volume) -> tuple[str, str, str, str]:
    sides = side_letters(volume.affine_lps)
    return sides.top, sides.bottom, sides.left, sides.right


@given(reorientations, st.tuples(*(st.integers(0, n - 1) for n in SHAPE)))
def test_a_voxel_keeps_its_value_and_its_place_in_the_patient(way: Reorientation, stored: tuple[int, int, int]) -> None:
    shown_volume = way.apply(AXIAL)
    shown = tuple(int(at) for at in way.to_shown(stored, SHAPE))
    assert way.to_stored(shown, SHAPE) == stored
    assert shown_volume.array[shown] == AXIAL.array[stored]
    assert np.shares_memory(shown_volume.array, AXIAL.array)
    assert np.allclose(shown_volume.affine_lps @ (*shown, 1), AXIAL.affine_lps @ (*stored, 1))


@given(reorientations, reorientations)
def test_one_after_the_other_is_their_composition(first: Reorientation, second: Reorientation) -> None:
    together, apart = first.then(second).apply(AXIAL), second.apply(first.apply(AXIAL))
    assert np.array_equal(together.array, apart.array)
    assert np.allclose(together.affine_lps, apart.affine_lps)


def test_mirrors_and_turns_do_what_they_say() -> None:
    picture = AXIAL.array[1]
    assert np.array_equal(FLIP_HORIZONTALLY.apply(AXIAL).array[1], picture[:, ::-1])
    assert np.array_equal(FLIP_VERTICALLY.apply(AXIAL).array[1], picture[::-1])
    assert np.array_equal(TURN_RIGHT.apply(AXIAL).array[1], np.rot90(picture, -1))
    assert np.array_equal(TURN_LEFT.apply(AXIAL).array[1], np.rot90(picture, 1))
    assert TURN_RIGHT.then(TURN_LEFT) == FLIP_VERTICALLY.then(FLIP_VERTICALLY) == AS_STORED
    assert TURN_RIGHT.then(TURN_RIGHT) == FLIP_VERTICALLY.then(FLIP_HORIZONTALLY)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        # An axial slice as usual has A on top, P below, R at the left, L at the right.
        (AS_STORED, ("A", "P", "R", "L")),
        (FLIP_HORIZONTALLY, ("A", "P", "L", "R")),
        (FLIP_VERTICALLY, ("P", "A", "R", "L")),
        # Clockwise, the left edge (R) comes to the top and the top (A) to the right.
        (TURN_RIGHT, ("R", "L", "P", "A")),
        # Anticlockwise, the right edge (L) comes to the top and the top (A) to the left.
        (TURN_LEFT, ("L", "R", "A", "P")),
        (TURN_RIGHT.then(FLIP_HORIZONTALLY), ("R", "L", "A", "P")),
    ],
)
def test_letters_follow_mirrors_and_turns(way: Reorientation, expected: tuple[str, ...]) -> None:
    assert letters(way.apply(AXIAL)) == expected


STACKS = {
    "axial": AXIAL,
    "axial from the head, prone": volume_of((0, 0, -5), (0, -0.5, 0), (-0.25, 0, 0)),
    "coronal": volume_of((0, 4, 0), (0, 0, -1), (1, 0, 0)),
    "sagittal": volume_of((-3, 0, 0), (0, 0, -1), (0, 1, 0)),
    # 20 degrees about the left-right axis
    "oblique": volume_of((0, -1.71, 4.70), (0, 0.47, 0.171), (0.25, 0, 0)),
}


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize(
    ("plane", "expected"),
    [("axial", ("A", "P", "R", "L")), ("coronal", ("H", "F", "R", "L")), ("sagittal", ("H", "F", "A", "P"))],
)
def test_planes_lie_as_radiologists_expect_whatever_the_stack(
    stack: str, plane: str, expected: tuple[str, ...]
) -> None:
    found = letters(plane_view(STACKS[stack].affine_lps, plane).apply(STACKS[stack]))  # type: ignore[arg-type]
    assert tuple(side[0] for side in found) == expected
    assert stack == "oblique" or all(len(side) == 1 for side in found)


def test_planes_of_a_real_head_keep_their_millimetres(data_root: Path) -> None:
    series = next(s for study in scan(data_root / "dicom_ct_head_phantom") for s in study.series)
    volume = read_series(series)
    slices, rows, columns = volume.spacing_mm
    spacings = {plane: plane_view(volume.affine_lps, plane).apply(volume).spacing_mm for plane in PLANES}
    assert spacings["axial"] == pytest.approx((slices, rows, columns))
    assert spacings["coronal"] == pytest.approx((rows, slices, columns))
    assert spacings["sagittal"] == pytest.approx((columns, slices, rows))


def test_axes_must_be_a_permutation() -> None:
    with pytest.raises(ValueError, match="permutation"):
        Reorientation((0, 1, 1))


def test_windows_of_single_slices_stay_with_their_slices():
    windows = tuple((Window(10.0 * index, 5.0),) for index in range(3))
    volume = Volume(np.zeros((3, 4, 5), dtype=np.int16), np.eye(4), windows=windows[1], slice_windows=windows)
    assert TURN_RIGHT.apply(volume).windows_at(2) == windows[2]
    backwards = Reorientation(flipped=(True, False, False)).apply(volume)
    assert [backwards.windows_at(index) for index in range(3)] == list(windows[::-1])
    across = Reorientation((1, 0, 2)).apply(volume)
    assert [across.windows_at(index) for index in range(4)] == [windows[1]] * 4
