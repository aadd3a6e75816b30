"""Label maps and heat maps from files of every kind, on the images that they were drawn on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import ExplicitVRLittleEndian

from medprune_gui.engine.data.alignment import laid_over
from medprune_gui.engine.errors import DatasetError, ImageReadError
from medprune_gui.engine.imaging import Volume, read_image, read_series, scan
from medprune_gui.engine.imaging.layers import heat_range, read_layer
from medprune_gui.engine.imaging.nifti_writing import write_label_map
from medprune_gui.engine.imaging.range_mask import range_mask
from medprune_gui.engine.imaging.reorienting import plane_view


def turned_file(path: Path, volume: Volume, array: np.ndarray, axes: tuple[int, int, int], flip: int) -> Path:
    """Write an array that lies on a volume as NIfTI, with its axes in another order and one of them reversed."""
    affine = volume.affine_lps.copy()
    affine[:3, 3] += affine[:3, flip] * (array.shape[flip] - 1)
    affine[:3, flip] *= -1
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine[:, [*axes, 3]]
    image = nib.Nifti1Image(np.flip(array, flip).transpose(axes), affine)
    image.set_sform(affine, code="scanner")
    nib.save(image, path)
    return path


@pytest.fixture(scope="module")
def phantom(data_root) -> Volume:
    return read_series(scan(data_root / "dicom_ct_head_phantom")[0].series[0])


def test_the_hippocampus_labels_lie_on_their_image(data_root):
    labels = sorted((data_root / "mri_hippocampus_seg" / "labels").glob("*.nii*"))[0]
    image = read_image(data_root / "mri_hippocampus_seg" / "images" / labels.name)
    layer = read_layer(labels)
    assert layer.kind == "labels"
    assert layer.volume.array.dtype == np.uint8
    placed = laid_over(layer.volume, image, labels)
    assert placed.array.shape == image.array.shape
    # Against nibabel's own way from voxels to millimetres: a voxel of each label, by its place.
    raw = nib.load(labels)
    values = np.asarray(raw.dataobj)
    for label in (1, 2):
        voxel = np.argwhere(values == label)[0]
        place = np.diag([-1, -1, 1, 1]) @ raw.affine @ (*voxel, 1)
        at = np.rint(np.linalg.inv(image.affine_lps) @ place).astype(int)[:3]
        assert placed.array[tuple(at)] == label
    assert np.bincount(placed.array.ravel()).tolist() == np.bincount(values.astype(int).ravel()).tolist()


@pytest.mark.parametrize("axes", [(2, 1, 0), (0, 1, 2), (1, 2, 0)])
@pytest.mark.parametrize("flip", [0, 1, 2])
def test_a_mask_lies_right_whichever_way_round_its_file_keeps_it(phantom, tmp_path, axes, flip):
    mask = range_mask(phantom, 300)
    path = turned_file(tmp_path / "mask.nii.gz", phantom, mask, axes, flip)
    np.testing.assert_array_equal(laid_over(read_layer(path).volume, phantom, path).array, mask)


def test_a_mask_on_sagittal_slices_lies_right_though_nifti_turns_it(data_root, tmp_path):
    """The reader turns a NIfTI file to axial slices; the image that it is laid on keeps its own."""
    volume = read_image(sorted((data_root / "mri_hippocampus_seg" / "images").glob("*.nii*"))[0])
    sagittal = plane_view(volume.affine_lps, "sagittal").apply(volume)
    mask = (sagittal.array > np.percentile(sagittal.array, 90)).astype(np.uint8)
    write_label_map(tmp_path / "m.nii", mask, sagittal)
    layer = read_layer(tmp_path / "m.nii")
    assert layer.volume.array.shape != mask.shape
    np.testing.assert_array_equal(laid_over(layer.volume, sagittal, tmp_path / "m.nii").array, mask)


def test_a_part_of_the_image_is_filled_up_and_a_shifted_one_is_refused(phantom, tmp_path):
    mask = range_mask(phantom, 300)
    part = np.ascontiguousarray(mask[3:9, 100:400, 50:450])
    affine = phantom.affine_lps.copy()
    affine[:3, 3] = (phantom.affine_lps @ (3, 100, 50, 1))[:3]
    write_label_map(tmp_path / "part.nii", part, replace(phantom, affine_lps=affine))
    placed = laid_over(read_layer(tmp_path / "part.nii").volume, phantom, tmp_path / "part.nii").array
    np.testing.assert_array_equal(placed[3:9, 100:400, 50:450], part)
    assert int(placed.sum()) == int(part.sum())
    one = np.ascontiguousarray(mask[5:6])
    affine[:3, 3] = (phantom.affine_lps @ (5, 0, 0, 1))[:3]
    write_label_map(tmp_path / "one.nii", one, replace(phantom, affine_lps=affine))
    placed = laid_over(read_layer(tmp_path / "one.nii").volume, phantom, tmp_path / "one.nii").array
    np.testing.assert_array_equal(placed[5], mask[5])
    affine[:3, 3] += 0.6 * affine[:3, 2]
    write_label_map(tmp_path / "off.nii", one, replace(phantom, affine_lps=affine))
    with pytest.raises(DatasetError) as caught:
        laid_over(read_layer(tmp_path / "off.nii").volume, phantom, tmp_path / "off.nii")
    assert caught.value.where == str(tmp_path / "off.nii")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (np.diag([1, 1, 1.5, 1]), "spacing"),
        (np.array([[1, 0, 0, 0], [0, 0.95, -0.31, 0], [0, 0.31, 0.95, 0], [0, 0, 0, 1.0]]), "turned by"),
        (np.array([[1, 0, 0, 0], [0, 1, 0, 40.0], [0, 0, 1, 0], [0, 0, 0, 1.0]]), "first voxels"),
    ],
)
def test_what_does_not_agree_is_said_with_the_file_and_the_way_out(phantom, tmp_path, change, words):
    path = tmp_path / "elsewhere.nii"
    write_label_map(path, range_mask(phantom, 300), replace(phantom, affine_lps=phantom.affine_lps @ change))
    with pytest.raises(DatasetError, match="does not lie on its image") as caught:
        laid_over(read_layer(path).volume, phantom, path)
    assert words in caught.value.what
    assert caught.value.where == str(path)
    assert caught.value.remedy


def test_kinds_are_told_by_their_values_and_can_be_said(phantom, tmp_path):
    values = (phantom.array[:, ::8, ::8] > 100).astype(np.float32)
    affine = phantom.affine_lps @ np.diag([1, 8, 8, 1])
    rescaled = Volume(values, affine)

    def save(array: np.ndarray) -> Path:
        return turned_file(tmp_path / "layer.nii", rescaled, array, (2, 1, 0), 1)

    assert read_layer(save(values)).kind == "labels"  # whole numbers, though stored as real ones
    assert read_layer(save(values), "heat").volume.array.dtype == np.float32
    assert read_layer(save(values * 0.5)).kind == "heat"
    with pytest.raises(ImageReadError, match="no label map"):
        read_layer(save(values * 0.5), "labels")
    assert read_layer(save(np.arange(values.size, dtype=np.int16).reshape(values.shape))).kind == "heat"
    with pytest.raises(ImageReadError, match="up to 2035"):
        read_layer(save((values * 2035).astype(np.int16)), "labels")
    with pytest.raises(ImageReadError, match="All values"):
        read_layer(save(np.full(values.shape, 0.5, np.float32)))
    nib.save(nib.Nifti1Image(np.stack([values, values], -1), np.eye(4)), tmp_path / "two.nii")
    with pytest.raises(ImageReadError, match="holds 2 volumes"):
        read_layer(tmp_path / "two.nii")


def test_the_background_of_a_heat_map_stays_clear():
    values = np.zeros((4, 10, 10), np.float32)
    values[:, 2:6, 2:6] = 0.25
    values[1, 3, 3] = 2.0
    assert heat_range(values) == (0.0, 2.0, 0.25)
    spread = np.linspace(-1, 3, 400, dtype=np.float32).reshape(4, 10, 10)
    assert heat_range(spread) == (-1.0, 3.0, -1.0)


def test_a_picture_mask_lies_on_a_picture_of_its_size_and_on_no_stack(data_root, phantom, tmp_path):
    image = next((data_root / "cxr_pneumonia_fullres_sample").rglob("*.jp*g"))
    volume = read_image(image)
    rows, columns = volume.array.shape[1:3]
    numbers = np.zeros((rows, columns), np.uint8)
    numbers[rows // 4 : rows // 2, columns // 4 : columns // 2] = 3
    Image.fromarray(numbers).save(tmp_path / "grey.png")
    palette = Image.fromarray(numbers, mode="P")
    palette.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255] + [0] * 756)
    palette.save(tmp_path / "palette.png")
    for name in ("grey.png", "palette.png"):
        layer = read_layer(tmp_path / name)
        assert layer.kind == "labels"
        np.testing.assert_array_equal(laid_over(layer.volume, volume, tmp_path / name).array[0], numbers)
    with pytest.raises(DatasetError, match="which of the image's"):
        laid_over(read_layer(tmp_path / "grey.png").volume, phantom, tmp_path / "grey.png")
    Image.fromarray(numbers[:-3]).save(tmp_path / "smaller.png")
    with pytest.raises(DatasetError, match="has the shape"):
        laid_over(read_layer(tmp_path / "smaller.png").volume, volume, tmp_path / "smaller.png")
    Image.fromarray(np.stack([numbers, numbers * 2, numbers], -1)).save(tmp_path / "colour.png")
    with pytest.raises(ImageReadError, match="in colour"):
        read_layer(tmp_path / "colour.png")


def test_one_file_of_a_dicom_mask_series_brings_the_whole_series(data_root):
    studies = scan(data_root / "dicom_mr_braintumor")
    for study in studies:
        masks = [series for series in study.series if "mask" in series.description.lower()]
        for mask in masks:
            path = mask.instances[2].path
            layer = read_layer(path)
            volume = read_series(mask)
            assert layer.kind == "labels"
            assert layer.volume.array.shape == volume.array.shape
            np.testing.assert_array_equal(layer.volume.array > 0, volume.array > 0)
            t1 = next(s for s in study.series if s is not mask and s.frames == mask.frames)
            assert laid_over(layer.volume, read_series(t1), path).array.any()
            return
    pytest.fail("there is no mask series")


# DICOM segmentations


def segmentation(path: Path, phantom: Volume, masks: dict[int, np.ndarray], **fields: object) -> Path:
    """Write masks on a CT as DICOM does: one frame for each segment and slice that holds some of it."""
    dataset = dcmread(get_testdata_file("liver_1frame.dcm"))
    affine = phantom.affine_lps
    spacing = phantom.spacing_mm
    shared = dataset.SharedFunctionalGroupsSequence[0]
    orientation = [*(affine[:3, 2] / spacing[2]), *(affine[:3, 1] / spacing[1])]
    shared.PlaneOrientationSequence[0].ImageOrientationPatient = [round(float(value), 10) for value in orientation]
    shared.PixelMeasuresSequence[0].PixelSpacing = [spacing[1], spacing[2]]
    shared.PixelMeasuresSequence[0].SpacingBetweenSlices = spacing[0]
    groups, frames = [], []
    for number, mask in masks.items():
        for index in range(len(mask)):
            if mask[index].any():
                place, segment, group = Dataset(), Dataset(), Dataset()
                place.ImagePositionPatient = [round(float(x), 8) for x in (affine @ (index, 0, 0, 1))[:3]]
                segment.ReferencedSegmentNumber = number
                group.PlanePositionSequence, group.SegmentIdentificationSequence = [place], [segment]
                groups.append(group)
                frames.append(mask[index])
    dataset.PerFrameFunctionalGroupsSequence = groups
    dataset.NumberOfFrames = len(frames)
    dataset.Rows, dataset.Columns = phantom.array.shape[1:]
    for name, value in fields.items():
        setattr(dataset, name, value)
    pixels = np.stack(frames)
    if dataset.BitsAllocated == 1:
        dataset.PixelData = np.packbits(pixels.astype(bool).ravel(), bitorder="little").tobytes()
    else:
        dataset.PixelData = pixels.tobytes()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(path)
    return path


def test_a_segmentation_lies_on_its_ct_with_its_segments_numbers(phantom, tmp_path):
    bone, soft = range_mask(phantom, 300), range_mask(phantom, 0, 80)
    bone[:4], bone[20:] = 0, 0  # slices without a frame
    bone[10] = 0
    soft[:12] = 0
    path = segmentation(tmp_path / "seg.dcm", phantom, {1: bone, 7: soft})
    layer = read_layer(path)
    assert layer.kind == "labels"
    np.testing.assert_array_equal(laid_over(layer.volume, phantom, path).array, bone + 7 * soft)


def test_segments_that_overlap_are_refused(phantom, tmp_path):
    bone, all_of_it = range_mask(phantom, 300), range_mask(phantom, 200)
    path = segmentation(tmp_path / "seg.dcm", phantom, {1: bone, 2: all_of_it})
    with pytest.raises(ImageReadError, match="overlaps") as caught:
        read_layer(path)
    assert caught.value.where == str(path)


def test_a_fractional_segmentation_is_a_heat_map(phantom, tmp_path):
    share = (range_mask(phantom, 300) * 100).astype(np.uint8)
    share[::2] //= 2
    path = segmentation(
        tmp_path / "seg.dcm",
        phantom,
        {1: share},
        SegmentationType="FRACTIONAL",
        MaximumFractionalValue=200,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
    )
    layer = read_layer(path)
    assert layer.kind == "heat"
    np.testing.assert_allclose(laid_over(layer.volume, phantom, path).array, share / 200, rtol=1e-6)
