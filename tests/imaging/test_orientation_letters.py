"""Which letter stands at which edge: a table reasoned out by hand, from files of every kind that tells the sides.

ImageOrientationPatient names the directions of a row (left to right on the screen) and of a column (top to bottom) in
the patient's own system: x to his left, y to his back, z to his head (PS3.3 C.7.6.2.1.1). Whether he lay head or
feet first, on his back or his side, is already in these numbers, so PatientPosition changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin
from pathlib import Path

import nibabel
import numpy as np
import pytest

from medprune_gui.engine.imaging import Volume, read_image
from medprune_gui.engine.imaging.orientation import SideLetters, side_letters

S = 0.70710678  # sine and cosine of 45 degrees
C30, S30 = cos(radians(30)), sin(radians(30))
C20, S20 = cos(radians(20)), sin(radians(20))

# name, (row, column), PatientPosition, letters at the (left, right, top, bottom) edge.
TABLE = [
    # Axial, seen from the feet. The row runs to the patient's left, so the right edge is L and the left edge R; the
    # column runs to his back: bottom P, top A.
    ("axial", (1, 0, 0, 0, 1, 0), "HFS", "R L A P"),
    # Coronal, seen from the front: row to the left, column to the feet (-z): bottom F, top H.
    ("coronal", (1, 0, 0, 0, 0, -1), "HFS", "R L H F"),
    # Sagittal, seen from the left: row to the back: right P, left A; column to the feet.
    ("sagittal", (0, 1, 0, 0, 0, -1), "HFS", "A P H F"),
    # Sagittal, seen from the right: row to the front (-y).
    ("sagittal from the right", (0, -1, 0, 0, 0, -1), "HFS", "P A H F"),
    # Oblique: a coronal plane turned 45 degrees about the long axis. The row runs left and back alike; of equal
    # parts the first axis leads: right LP, so left RA.
    ("oblique", (S, S, 0, 0, 0, -1), "HFS", "RA LP H F"),
    # Axial, tilted 30 degrees with the chin down: the column runs back (0.87) and to the head (0.5): bottom PH, top AF.
    ("tilted axial", (1, 0, 0, 0, C30, S30), "HFS", "R L AF PH"),
    # Sagittal, tilted by 10 degrees only: sin 10 = 0.17 is below the lean of 0.25 that a second letter needs.
    (
        "hardly tilted",
        (0, cos(radians(10)), sin(radians(10)), 0, sin(radians(10)), -cos(radians(10))),
        "HFS",
        "A P H F",
    ),
    # Double oblique (a short axis of the heart): row turned 30 degrees from left to back, (0.87, 0.5, 0): right LP.
    # Column at right angles to it, sunk by 20 degrees: 0.94 to the feet, and 0.34 across, of which
    # 0.34 * 0.5 = 0.17 to the left (too little for a letter) and 0.34 * 0.87 = 0.30 to the front: bottom FA.
    ("double oblique", (C30, S30, 0, S20 * S30, -S20 * C30, -C20), "HFS", "RA LP HP FA"),
    # Three letters: row (0.8, 0.5, 0.33): left, back, head, in the order of their size; column (-0.53, 0.85, 0) is at
    # right angles but for a rounding error: back, then right.
    ("three letters", (0.8, 0.5, 0.3317, -0.53, 0.848, 0), "HFS", "RAF LPH AL PR"),
    # Feet first, supine: the same numbers as head first give the same letters.
    ("feet first supine", (1, 0, 0, 0, 1, 0), "FFS", "R L A P"),
    # Feet first on a scanner that keeps its own view of the bore: the row runs to the patient's right.
    ("feet first, seen from the head", (-1, 0, 0, 0, 1, 0), "FFS", "L R A P"),
    # Head first, prone: the table is under his chest, so down in the room (bottom) is A; the room's right, seen from
    # the feet, is his right.
    ("head first prone", (-1, 0, 0, 0, -1, 0), "HFP", "L R P A"),
    # Lying on the right side (decubitus right): bottom of the room is R, top L; the row runs to his back.
    ("head first decubitus right", (0, 1, 0, -1, 0, 0), "HFDR", "A P L R"),
    # Lying on the left side: bottom L, top R; the row runs to his front.
    ("head first decubitus left", (0, -1, 0, 1, 0, 0), "HFDL", "P A R L"),
    ("feet first decubitus left", (0, 1, 0, 1, 0, 0), "FFDL", "A P R L"),
]


def sides(letters: str) -> SideLetters:
    left, right, top, bottom = letters.split()
    return SideLetters(left, right, top, bottom)


@pytest.mark.parametrize(("name", "orientation", "position", "letters"), TABLE, ids=[row[0] for row in TABLE])
def test_letters_of_dicom_images(
    write_dicom: Callable[..., Path], name: str, orientation: tuple[float, ...], position: str, letters: str
) -> None:
    for stated in (position, "HFS", None):  # PatientPosition, wrong or missing, changes nothing
        path = write_dicom(
            "image.dcm",
            np.zeros((4, 6), np.int16),
            ImageOrientationPatient=[round(value, 6) for value in orientation],
            PatientPosition=stated,
        )
        volume = read_image(path)
        assert volume.oriented
        assert side_letters(volume.affine_lps, volume.oriented) == sides(letters)


def radiograph(write_dicom: Callable[..., Path], orientation: list[str] | None) -> Volume:
    """An image whose sides only PatientOrientation tells."""
    return read_image(
        write_dicom(
            "dx.dcm",
            np.zeros((4, 6), np.uint16),
            ImageOrientationPatient=None,
            ImagePositionPatient=None,
            PatientOrientation=orientation,
        )
    )


@pytest.mark.parametrize(
    ("orientation", "letters"),
    [
        # A chest from behind, hung as if he faced the reader: rows to his left, columns to his feet.
        (["L", "F"], "R L H F"),
        # A lateral chest: rows to the front.
        (["A", "F"], "P A H F"),
        # A mammogram, right MLO: rows to the front, columns to the feet and to the right (PS3.3 C.7.6.1.1.1).
        (["A", "FR"], "P A HL FR"),
        # Both lean, and not at a right angle to each other: the first letters alone.
        (["PL", "FL"], "A P H F"),
    ],
)
def test_letters_of_radiographs(write_dicom: Callable[..., Path], orientation: list[str], letters: str) -> None:
    volume = radiograph(write_dicom, orientation)
    assert side_letters(volume.affine_lps, volume.oriented) == sides(letters)
    assert volume.spacing_mm[1:] == pytest.approx((0.5, 0.25))


@pytest.mark.parametrize("orientation", [None, ["L"], ["L", "L"], ["L", "X"], ["", ""]])
def test_no_letters_where_no_one_knows(write_dicom: Callable[..., Path], orientation: list[str] | None) -> None:
    volume = radiograph(write_dicom, orientation)
    assert side_letters(volume.affine_lps, volume.oriented) == SideLetters()


@pytest.mark.parametrize(
    ("axes", "letters"),
    [
        # RAS, as NIfTI counts: i to the right, j to the front, k to the head. Shown axially: R at the left, A on top.
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], "R L A P"),
        # LAS: i to the left. The same view of the same patient.
        ([[-1, 0, 0], [0, 1, 0], [0, 0, 1]], "R L A P"),
        # Stored sagittally: i to the front, j to the head, k to the right; shown axially all the same.
        ([[0, 0, 1], [1, 0, 0], [0, 1, 0]], "R L A P"),
        # Oblique: j leans 30 degrees from the front to the head, k from the head to the back. Columns are shown
        # against j: to the back (0.87) and to the feet (0.5): bottom PF, top AH.
        ([[1, 0, 0], [0, C30, -S30], [0, S30, C30]], "R L AH PF"),
    ],
)
def test_letters_of_nifti_volumes(tmp_path: Path, axes: list[list[float]], letters: str) -> None:
    affine = np.eye(4)
    affine[:3, :3] = axes
    affine[:3, 3] = (-3, -4, -5)
    voxels = np.zeros((7, 8, 9), np.int16)
    marker = (5, 2, 6)
    voxels[marker] = 1
    image = nibabel.Nifti1Image(voxels, affine)
    image.set_sform(affine, code=1)
    path = tmp_path / "volume.nii"
    nibabel.save(image, path)
    volume = read_image(path)
    assert side_letters(volume.affine_lps, volume.oriented) == sides(letters)
    # Not the letters alone are turned: the marked voxel lies where the file puts it (RAS to LPS: x and y turn round).
    (place,) = np.argwhere(volume.array)
    there = affine @ (*marker, 1)
    assert volume.affine_lps @ (*place, 1) == pytest.approx([-there[0], -there[1], there[2], 1])


def test_nifti_without_codes_has_no_letters(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(np.zeros((4, 5, 6), np.int16), None)
    image.header["qform_code"] = image.header["sform_code"] = 0
    nibabel.save(image, tmp_path / "unknown.nii")
    volume = read_image(tmp_path / "unknown.nii")
    assert side_letters(volume.affine_lps, volume.oriented) == SideLetters()
