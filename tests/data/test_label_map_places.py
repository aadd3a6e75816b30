"""Label maps and volumes: on the same grid, one volume to a file, one file to a name."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from medprune_gui.engine.config import DataConfig
from medprune_gui.engine.data.loading import CaseArrays, load_arrays
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import DatasetError

AFFINE = np.array([[-0.9, 0.1, 0.0, 40.0], [0.1, 1.1, 0.05, -30.0], [0.0, -0.05, 2.0, -60.0], [0.0, 0.0, 0.0, 1.0]])


def save(path: Path, array: np.ndarray, affine: np.ndarray = AFFINE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(array, affine), path)
    return path


@pytest.fixture
def labels() -> np.ndarray:
    """A block that is off the middle along every axis, in 20 x 20 x 60 voxels."""
    array = np.zeros((20, 20, 60), np.uint8)
    array[2:8, 11:18, 5:58] = 1
    return array


def load(image: Path, label_map: Path) -> CaseArrays:
    config = DataConfig(kind="volumes", path=image, label_maps=label_map, size=(30, 30))
    generator = load_arrays(read_cases(config, 0), "test", config)
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def marked(arrays: CaseArrays) -> bool:
    bright = arrays.images[:, 0]
    return bool((arrays.targets[bright > 0.9] == 1).all() and (arrays.targets[bright < 0.1] == 0).all())


def test_label_maps_elsewhere_or_turned_by_their_header_are_refused(tmp_path: Path, labels: np.ndarray) -> None:
    image = save(tmp_path / "image.nii", labels.astype(np.int16) * 1000)
    assert marked(load(image, save(tmp_path / "good.nii", labels)))
    shifted = AFFINE.copy()
    shifted[0, 3] += 0.9
    for name, affine in (
        ("identity", np.eye(4)),
        ("spacing", AFFINE @ np.diag([1, 1, 1.5, 1])),
        ("mirrored", AFFINE @ np.diag([-1, 1, 1, 1])),
        ("shifted", shifted),
    ):
        with pytest.raises(DatasetError, match="does not lie on its image") as caught:
            load(image, save(tmp_path / f"{name}.nii", labels, affine))
        assert caught.value.where == str(tmp_path / f"{name}.nii")
        assert caught.value.remedy


def test_label_maps_stored_along_other_axes_or_rounded_lie_right(tmp_path: Path, labels: np.ndarray) -> None:
    image = save(tmp_path / "image.nii", labels.astype(np.int16) * 1000)
    # The same voxels in the same places, written from the other side and with the axes in another order.
    turned = nib.as_closest_canonical(nib.Nifti1Image(labels, AFFINE))
    swap = np.eye(4)[[2, 1, 0, 3]]
    other = save(tmp_path / "turned.nii", np.asarray(turned.dataobj).transpose(2, 1, 0), turned.affine @ swap)
    assert marked(load(image, other))
    # A spacing that was rounded on saving must not move the labels by a pixel of the picture.
    rounded = AFFINE @ np.diag([0.998, 1.002, 1.0, 1.0])
    near, exact = load(image, save(tmp_path / "rounded.nii", labels, rounded)), load(image, other)
    assert np.array_equal(near.targets, exact.targets)


def test_files_with_several_volumes_are_refused(tmp_path: Path, labels: np.ndarray) -> None:
    several = np.stack([labels, labels], axis=-1)
    image, label_map = save(tmp_path / "image.nii", labels.astype(np.int16)), save(tmp_path / "labels.nii", labels)
    with pytest.raises(DatasetError, match="the file holds 2 volumes") as caught:
        load(save(tmp_path / "bold.nii", several.astype(np.int16)), label_map)
    assert caught.value.where == str(tmp_path / "bold.nii")
    with pytest.raises(DatasetError, match="the file holds 2 volumes"):
        load(image, save(tmp_path / "two.nii", several))


def test_two_files_of_one_name_and_copies_are_named(tmp_path: Path, labels: np.ndarray) -> None:
    for number, name in enumerate(("a", "b", "c")):
        save(tmp_path / "images" / f"{name}.nii.gz", labels.astype(np.int16) * (900 + number))
        save(tmp_path / "labels" / f"{name}.nii.gz", labels)
    config = DataConfig(kind="volumes", path=tmp_path / "images", label_maps=tmp_path / "labels")
    assert len({case.patient for case in read_cases(config, 0).cases}) == 3
    copy = tmp_path / "images" / "c.nii.gz"
    kept = copy.read_bytes()
    copy.write_bytes((tmp_path / "images" / "a.nii.gz").read_bytes())
    with pytest.raises(DatasetError, match=r"copies of each other: a and c"):
        read_cases(config, 0)
    copy.write_bytes(kept)
    save(tmp_path / "images" / "a.nii", labels.astype(np.int16) * 900)
    with pytest.raises(DatasetError, match=r"one name: a\.nii and a\.nii\.gz"):
        read_cases(config, 0)


def test_a_class_that_a_block_lacks_is_no_matter_of_named_splits(tmp_path: Path, labels: np.ndarray) -> None:
    labels[4, 14, 1] = 2
    image = save(tmp_path / "image.nii", labels.astype(np.int16))
    with pytest.raises(DatasetError, match="hold none of class label 2") as caught:
        load(image, save(tmp_path / "labels.nii", labels))
    assert "leave the splits out" not in (caught.value.remedy or "")
    assert "data.splits" in (caught.value.remedy or "")
