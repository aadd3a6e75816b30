"""Masks from a range of values: what they mark, how much that is, and that they lie on their image again."""

from __future__ import annotations

from dataclasses import replace

import nibabel
import numpy as np
import pytest

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.imaging import Volume, read_image, read_series, scan
from medprune_gui.engine.imaging.nifti_writing import write_label_map
from medprune_gui.engine.imaging.range_mask import BONE_HU, range_mask, volumes_ml


@pytest.fixture(scope="module")
def head(data_root):
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    return read_series(study.series[0])


@pytest.fixture(scope="module")
def head_of_even_steps(data_root):
    """The part of it below the change of the distance between slices; it leans as the whole does."""
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    return read_series(replace(study.series[0], instances=study.series[0].instances[:14]))


def _marked_places(labels: np.ndarray, affine: np.ndarray) -> np.ndarray:
    """Return where marked voxels lie, (n, 3) in LPS millimetres, in an order that is theirs alone."""
    marked = np.argwhere(labels)
    places = np.round(marked @ affine[:3, :3].T + affine[:3, 3], 3)
    return places[np.lexsort(places.T)]


def test_bone_of_a_ct_is_what_reaches_300_hu(head):
    mask = range_mask(head, BONE_HU)
    values = head.array.astype(np.float64) * head.slope + head.intercept
    np.testing.assert_array_equal(mask, values >= 300.0)
    assert mask.any()
    spacing = head.spacing_mm
    # The stack leans: a voxel is a leaning brick, whose height is the distance between slices along their normal.
    normal = np.cross(head.affine_lps[:3, 2], head.affine_lps[:3, 1])
    height = abs(head.affine_lps[:3, 0] @ normal) / np.linalg.norm(normal)
    expected = int((values >= 300.0).sum()) * height * spacing[1] * spacing[2] / 1000.0
    even = replace(head, positions_lps=None)  # as if all steps were the usual one
    assert volumes_ml(mask, even) == {1: pytest.approx(expected)}


def test_both_ends_belong_to_the_range_and_padding_does_not():
    array = np.array([[[-2000, 9, 10, 20, 21]]], dtype=np.int16)
    volume = Volume(array=array, affine_lps=np.eye(4), slope=2.0, intercept=1.0, padding=(-2000.0, -2000.0))
    assert range_mask(volume, 21.0, 41.0).tolist() == [[[0, 0, 1, 1, 0]]]
    assert range_mask(volume, -1e9).tolist() == [[[0, 1, 1, 1, 1]]]


def test_values_that_are_no_number_are_never_marked():
    volume = Volume(array=np.array([[[np.nan, np.inf, 1.0]]], dtype=np.float32), affine_lps=np.eye(4))
    assert range_mask(volume, 0.0, 5.0).tolist() == [[[0, 0, 1]]]


def test_a_range_upside_down_and_colour_are_refused():
    grey = Volume(array=np.zeros((1, 2, 2), dtype=np.uint8), affine_lps=np.eye(4))
    with pytest.raises(ValueError, match="lower to a higher"):
        range_mask(grey, 3.0, 2.0)
    with pytest.raises(ValueError, match="colour"):
        range_mask(Volume(array=np.zeros((1, 2, 2, 3), dtype=np.uint8), affine_lps=np.eye(4)), 0.0)


def test_progress_counts_slices_and_may_end_it(head):
    seen = []
    range_mask(head, BONE_HU, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(index + 1, len(head.array)) for index in range(len(head.array))]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        range_mask(head, BONE_HU, progress=stop)


@pytest.mark.parametrize("name", ["bone.nii.gz", "bone.nii"])
def test_a_saved_mask_lies_where_it_was_made(head_of_even_steps, tmp_path, name):
    even = head_of_even_steps
    mask = range_mask(even, BONE_HU)
    write_label_map(tmp_path / name, mask, even)
    again = read_image(tmp_path / name)
    np.testing.assert_allclose(
        _marked_places(again.array, again.affine_lps), _marked_places(mask, even.affine_lps), atol=2e-3
    )
    assert volumes_ml(again.array, again)[1] == pytest.approx(volumes_ml(mask, even)[1], rel=1e-5)
    # The stack leans, which a qform cannot say.
    header = nibabel.load(tmp_path / name).header
    assert (int(header["sform_code"]), int(header["qform_code"])) == (1, 0)


def test_a_mask_of_a_straight_volume_says_its_place_twice(data_root, tmp_path):
    image = read_image(data_root / "mri_t1_nifti" / next(p.name for p in (data_root / "mri_t1_nifti").glob("*.nii*")))
    mask = np.zeros(image.array.shape, dtype=np.uint8)
    mask[10:20, 30:40, 50:60] = 3
    write_label_map(tmp_path / "m.nii.gz", mask, image)
    stored = nibabel.load(tmp_path / "m.nii.gz")
    np.testing.assert_allclose(stored.get_qform(), stored.get_sform(), atol=1e-4)
    again = read_image(tmp_path / "m.nii.gz")
    np.testing.assert_array_equal(again.array, mask)
    np.testing.assert_allclose(again.affine_lps, image.affine_lps, atol=1e-4)


def test_a_label_map_is_nothing_but_nifti(tmp_path):
    image = Volume(array=np.zeros((1, 2, 2), dtype=np.uint8), affine_lps=np.eye(4))
    with pytest.raises(OutputError, match="NIfTI"):
        write_label_map(tmp_path / "mask.png", np.zeros((1, 2, 2), dtype=np.uint8), image)
    assert list(tmp_path.iterdir()) == []
