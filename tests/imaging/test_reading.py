"""Pixels as stored, with the right meaning, from every kind of file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging import read_frame, read_image, read_series, scan
from medprune_gui.engine.imaging.orientation import SideLetters, side_letters
from medprune_gui.engine.imaging.storage import as_16_bit, narrow
from medprune_gui.engine.imaging.voi import modality_values


def test_nine_transfer_syntaxes_decode_to_the_same_pixels(data_root: Path) -> None:
    images = [read_image(data_root / "dicom_transfer_syntaxes" / f"{n}.dcm").array for n in range(1, 10)]
    assert images[0].shape == (1, 384, 384)
    assert images[0].std() > 0
    assert all(np.array_equal(image, images[0]) for image in images[1:])


def test_hounsfield_values_of_a_real_head(data_root: Path) -> None:
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    volume = read_series(study.series[0])
    assert volume.unit == "HU"
    assert volume.array.dtype == np.int16
    assert not volume.array.flags.writeable
    assert volume.padding == (-1500.0, -1500.0)
    values = modality_values(volume.array[14], volume.slope, volume.intercept)
    inside = values[200:312, 200:312]
    assert 10 < np.median(inside) < 60, "brain"
    assert np.percentile(values, 99.9) > 800, "skull"
    assert (np.abs(values + 1000) < 60).mean() > 0.1, "air"
    assert (volume.windows[0].centre, volume.windows[0].width) == (35.0, 85.0)


def test_monochrome1_keeps_its_pixels_and_is_marked(write_dicom: Callable) -> None:
    pixels = np.arange(24, dtype=np.uint16).reshape(4, 6)
    volume = read_image(write_dicom("m1.dcm", pixels, PhotometricInterpretation="MONOCHROME1"))
    assert volume.inverted
    assert volume.array[0].tolist() == pixels.tolist()


def test_windows_padding_and_texts_of_a_file(write_dicom: Callable) -> None:
    path = write_dicom(
        "w.dcm",
        np.array([[-5, 0, 7, -2000]], np.int16),
        Modality="CT",
        RescaleSlope=2,
        RescaleIntercept=-10,
        WindowCenter=[40, 40, 300],
        WindowWidth=[80, 80, 1500],
        WindowCenterWidthExplanation=["BRAIN", "BRAIN", "BONE"],
        VOILUTFunction="SIGMOID",
        PixelPaddingValue=-2000,
        StudyDate="20150206",
    )
    volume = read_image(path)
    assert [(w.centre, w.width, w.name, w.function) for w in volume.windows] == [
        (40.0, 80.0, "BRAIN", "SIGMOID"),
        (300.0, 1500.0, "BONE", "SIGMOID"),
    ]
    assert (volume.slope, volume.intercept, volume.unit, volume.padding) == (2.0, -10.0, "HU", (-2000.0, -2000.0))
    assert volume.texts["patient"] == "Doe Jane 4711"
    assert volume.texts["date"] == "2015-02-06"


def test_colour_of_every_kind_becomes_rgb(write_dicom: Callable) -> None:
    rgb = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    volume = read_image(write_dicom("rgb.dcm", rgb))
    assert volume.colour
    assert volume.array[0].tolist() == rgb.tolist()
    # Neutral chroma: YBR_FULL shows as grey (PS3.3 C.7.6.3.1.2).
    neutral = np.full((4, 6, 3), 128, np.uint8)
    neutral[..., 0] = 77
    assert np.all(read_image(write_dicom("ybr.dcm", neutral, PhotometricInterpretation="YBR_FULL")).array == 77)


def test_multi_frame_file_is_a_series_of_frames(write_dicom: Callable) -> None:
    pixels = np.arange(3 * 4 * 6, dtype=np.uint8).reshape(3, 4, 6)
    path = write_dicom("cine.dcm", pixels, NumberOfFrames=3, Modality="US", ImagePositionPatient=None)
    (study,) = scan(path)
    assert [instance.frame for instance in study.series[0].instances] == [0, 1, 2]
    assert read_series(study.series[0]).array.tolist() == pixels.tolist()
    assert read_frame(study.series[0], 1).array.tolist() == pixels[1:2].tolist()


def test_enhanced_frames_are_ordered_by_their_own_positions(write_dicom: Callable) -> None:
    pixels = np.repeat(np.array([30, 10, 20], np.int16), 24).reshape(3, 4, 6)
    frames = []
    for z in (6.0, 0.0, 3.0):
        frame, position, values = Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, z]
        values.RescaleSlope, values.RescaleIntercept = 1, 5
        frame.PlanePositionSequence = [position]
        frame.PixelValueTransformationSequence = [values]
        frames.append(frame)
    shared, orientation, measures = Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    measures.PixelSpacing = [0.5, 0.5]
    shared.PlaneOrientationSequence = [orientation]
    shared.PixelMeasuresSequence = [measures]
    path = write_dicom(
        "enhanced.dcm",
        pixels,
        NumberOfFrames=3,
        PerFrameFunctionalGroupsSequence=frames,
        SharedFunctionalGroupsSequence=[shared],
        **dict.fromkeys(("PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient")),
    )
    volume = read_image(path)
    assert volume.array[:, 0, 0].tolist() == [10, 20, 30]
    assert volume.spacing_mm == (3.0, 0.5, 0.5)
    assert volume.intercept == 5.0


@pytest.mark.parametrize(("slopes", "dtype"), [((1, 2, 3), np.int16), ((0.5, 0.25, 1.5), np.float32)])
def test_rescale_that_differs_by_slice_is_applied(
    write_dicom: Callable, tmp_path: Path, slopes: tuple[float, ...], dtype: type
) -> None:
    for index, slope in enumerate(slopes):
        write_dicom(
            f"{index}.dcm",
            np.array([[1, 7]], np.int16),
            ImagePositionPatient=[0, 0, index],
            RescaleSlope=slope,
            RescaleIntercept=-index,
            Modality="PT",
            Units="BQML",
        )
    (study,) = scan(tmp_path)
    volume = read_series(study.series[0])
    assert volume.array.dtype == dtype
    assert (volume.slope, volume.intercept, volume.unit) == (1.0, 0.0, "BQML")
    assert volume.array[:, 0].tolist() == [[s - i, 7 * s - i] for i, s in enumerate(slopes)]


def test_sides_of_a_radiograph_come_from_its_letters(write_dicom: Callable) -> None:
    none = dict.fromkeys(("ImageOrientationPatient", "ImagePositionPatient", "PixelSpacing"))
    pixels = np.zeros((4, 6), np.uint16)
    chest = read_image(
        write_dicom(
            "cr.dcm", pixels, Modality="CR", PatientOrientation=["L", "F"], ImagerPixelSpacing=[0.1, 0.1], **none
        )
    )
    assert side_letters(chest.affine_lps, chest.oriented) == SideLetters("R", "L", "H", "F")
    assert not chest.calibrated, "spacing at the detector is not spacing in the patient"
    unknown = read_image(write_dicom("unknown.dcm", pixels, Modality="CR", **none))
    assert side_letters(unknown.affine_lps, unknown.oriented) == SideLetters()


@pytest.mark.parametrize("share", [0.002, 0.02, 0.5, 0.95])
def test_cut_off_dicom_files_are_errors_that_name_the_file(data_root: Path, tmp_path: Path, share: float) -> None:
    data = (data_root / "dicom_transfer_syntaxes" / "9.dcm").read_bytes()
    path = tmp_path / "damaged.dcm"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ImageReadError, match=r"damaged\.dcm"):
        read_image(path)


def test_errors_of_a_decoder_are_chained(data_root: Path, tmp_path: Path) -> None:
    data = bytearray((data_root / "dicom_transfer_syntaxes" / "9.dcm").read_bytes())
    start = data.index(b"\xff\x4f\xff\x51")  # JPEG 2000: start of codestream, then its size marker
    data[start : start + 40] = bytes(40)
    path = tmp_path / "rubbish.dcm"
    path.write_bytes(data)
    with pytest.raises(ImageReadError, match=r"rubbish\.dcm: The pixels cannot be decoded \(JPEG 2000") as raised:
        read_image(path)
    assert raised.value.__cause__ is not None
    assert "plugin" in str(raised.value.__cause__)
    assert "plugin" not in str(raised.value), "whose words nobody who has the file only can use"
    assert raised.value.remedy is not None


def test_a_panic_in_a_decoder_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    source = dcmread(get_testdata_file("MR_small_RLE.dcm"))
    source.Rows = source.Rows // 2
    path = tmp_path / "panic.dcm"
    source.save_as(path)
    with pytest.raises(ImageReadError, match=r"panic\.dcm: The pixels cannot be decoded"):
        read_image(path)


def test_a_malformed_window_is_not_offered(write_dicom: Callable) -> None:
    path = write_dicom("odd.dcm", np.arange(24, dtype=np.int16).reshape(4, 6), WindowCenter="40", WindowWidth="80")
    assert len(read_image(path).windows) == 1
    path.write_bytes(path.read_bytes().replace(b"DS\x02\x0040", b"DS\x02\x00x!"))
    assert read_image(path).windows == ()


def test_real_nifti_shows_its_sides_right(data_root: Path) -> None:
    path = data_root / "mri_t1_nifti" / "t1_crop.nii.gz"
    volume = read_image(path)
    assert side_letters(volume.affine_lps) == SideLetters(left="R", right="L", top="A", bottom="P")
    # The same anatomy at the same place: nibabel's own affine is the oracle, in RAS.
    image = nibabel.load(path)
    stored = np.asanyarray(image.dataobj)
    for voxel in ((100, 120, 90), (60, 180, 140)):
        x, y, z, _ = image.affine @ (*voxel, 1)
        place = np.linalg.solve(volume.affine_lps, [-x, -y, z, 1])[:3]
        assert volume.array[tuple(np.rint(place).astype(int))] == stored[voxel]
    # From foot to head: the top slice lies higher than the first.
    assert (volume.affine_lps @ [255, 0, 0, 1])[2] > volume.affine_lps[2, 3]


@pytest.mark.parametrize("axes", ["RAS", "LPS", "PIR", "ASL", "SRP"])
def test_nifti_of_any_axis_order_reads_alike(tmp_path: Path, axes: str) -> None:
    data = np.arange(2 * 3 * 4, dtype=np.int16).reshape(2, 3, 4)  # x, y, z in RAS
    affine = np.array([[2.0, 0, 0, -7], [0, 3, 0, 5], [0, 0, 4, 1], [0, 0, 0, 1]])
    image = nibabel.Nifti1Image(data, affine)
    change = nibabel.orientations.ornt_transform(
        nibabel.io_orientation(affine), nibabel.orientations.axcodes2ornt(tuple(axes))
    )
    path = tmp_path / "v.nii"
    nibabel.save(image.as_reoriented(change), path)
    volume = read_image(path)
    assert volume.array.tolist() == data[::-1, ::-1].transpose(2, 1, 0).tolist()
    assert volume.spacing_mm == (4.0, 3.0, 2.0)
    # The first voxel is the right-most one in front: x = 2 - 7 and y = 2 * 3 + 5 in RAS.
    np.testing.assert_allclose(volume.affine_lps[:3, 3], [5, -11, 1])
    (study,) = scan(path)
    assert study.series[0].frames == 4
    np.testing.assert_allclose(read_frame(study.series[0], 3).affine_lps[:3, 3], [5, -11, 13])


def test_nifti_with_scaling_real_numbers_or_time(tmp_path: Path) -> None:
    scaled = nibabel.Nifti1Image(np.arange(8, dtype=np.int16).reshape(2, 2, 2), np.eye(4))
    scaled.header.set_slope_inter(0.5, 3.0)
    nibabel.save(scaled, tmp_path / "scaled.nii")
    volume = read_image(tmp_path / "scaled.nii")
    assert (volume.slope, volume.intercept) == (0.5, 3.0)
    assert volume.array.dtype == np.int16

    four = np.stack([np.full((2, 2, 2), value, np.float32) for value in (0.25, 9.0)], axis=-1)
    nibabel.save(nibabel.Nifti1Image(four, np.eye(4)), tmp_path / "four.nii.gz")
    (study,) = scan(tmp_path / "four.nii.gz")
    assert (study.series[0].phases, study.series[0].phase_axis, study.series[0].frames) == (2, "volume", 4)
    first = read_series(study.series[0])
    assert first.array.shape == (2, 2, 2)
    assert np.all(first.array == np.float32(0.25))


def test_pictures_grey_deep_colour_and_turned(tmp_path: Path, data_root: Path) -> None:
    deep = np.array([[0, 65535, 300]], np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    assert read_image(tmp_path / "deep.png").array[0].tolist() == deep.tolist()
    Image.new("RGB", (3, 2), (9, 9, 9)).save(tmp_path / "grey.bmp")
    assert not read_image(tmp_path / "grey.bmp").colour
    turned = Image.new("RGB", (3, 2), (200, 10, 10))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    assert read_image(tmp_path / "turned.jpg").array.shape == (1, 3, 2, 3)
    assert scan(tmp_path / "turned.jpg")[0].series[0].rows == 3
    pages = [Image.new("L", (3, 2), value) for value in (1, 2)]
    pages[0].save(tmp_path / "pages.tif", save_all=True, append_images=pages[1:])
    assert read_image(tmp_path / "pages.tif").array[:, 0, 0].tolist() == [1, 2]

    face = read_image(data_root / "faces_orl" / "s1" / "1.pgm")
    assert face.array.shape == (1, 112, 92)
    assert (face.calibrated, face.oriented, face.texts["name"]) == (False, False, "s1")
    chest = next((data_root / "cxr_pneumonia_224" / "test" / "NORMAL").iterdir())
    assert read_image(chest).array.shape == (1, 224, 224)
    cut = tmp_path / "cut.jpeg"
    cut.write_bytes(chest.read_bytes()[:2000])
    with pytest.raises(ImageReadError, match=r"cut\.jpeg"):
        read_image(cut)


def test_narrowing_loses_nothing() -> None:
    assert narrow(np.array([0.0, 1234.0])).dtype == np.int16
    assert narrow(np.array([0, 40000], np.int64)).dtype == np.uint16
    assert narrow(np.array([0.0, 1.7e6], np.float32)).dtype == np.int32
    assert narrow(np.array([0.5, np.nan])).dtype == np.float32
    assert narrow(np.array([1, -2], ">i2")).tolist() == [1, -2]


def test_wide_values_can_be_quantised_for_showing(tmp_path: Path) -> None:
    values = np.linspace(-3.0, 1.7e6, 64, dtype=np.float32).reshape(4, 4, 4) + np.float32(0.25)
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / "wide.nii")
    wide = read_image(tmp_path / "wide.nii")
    shown = as_16_bit(wide)
    assert shown.array.dtype == np.uint16
    error = np.abs(modality_values(shown.array, shown.slope, shown.intercept) - wide.array)
    assert error.max() <= shown.slope
