"""Every kind of pixels and encoding, on real files where there are some, with the values that must come out."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
)

from medprune_gui.engine.imaging import read_image, read_series, scan
from medprune_gui.engine.imaging.dicom_values import tolerant


def real(name: str) -> Path:
    path = get_testdata_file(name, download=False)
    assert path is not None
    return Path(path)


def resaved(path: Path, syntax: str) -> Path:
    """Write a file again in another transfer syntax."""
    dataset = dcmread(path)
    if syntax == RLELossless:
        dataset.compress(RLELossless)
        dataset.save_as(path)
        return path
    big = syntax == ExplicitVRBigEndian
    if big and dataset.BitsAllocated == 16:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
    write(dataset, path, syntax)
    return path


def write(dataset: Dataset, path: Path, syntax: str) -> None:
    for _ in dataset.iterall():
        pass  # values that were not looked at yet would be written as they were read
    dataset.file_meta.TransferSyntaxUID = syntax
    dcmwrite(path, dataset, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=syntax != ExplicitVRBigEndian)


SYNTAXES = [
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
    RLELossless,
]


def names(syntax: str) -> str:
    return dcm_name.replace(" ", "-") if (dcm_name := getattr(syntax, "name", "")) else syntax


@pytest.mark.parametrize(
    "name",
    [
        "MR_small_implicit.dcm",
        "MR_small_bigendian.dcm",
        "MR_small_expb.dcm",
        "MR_small_RLE.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_padded.dcm",
    ],
)
def test_one_mr_in_many_encodings(name: str) -> None:
    plain = read_image(real("MR_small.dcm"))
    other = read_image(real(name))
    assert other.array.dtype == np.int16
    assert np.array_equal(other.array, plain.array)
    data = real("MR_small.dcm").read_bytes()
    start = data.index(b"\xe0\x7f\x10\x00OW\0\0\0\x20\0\0") + 12
    assert plain.array.tobytes() == data[start : start + 64 * 64 * 2]
    assert np.array_equal(other.affine_lps, plain.affine_lps)
    assert other.windows == plain.windows


# The bars of pydicom's colour files, from row 5 on, ten rows each.
BARS = [
    (255, 0, 0),
    (255, 128, 128),
    (0, 255, 0),
    (128, 255, 128),
    (0, 0, 255),
    (128, 128, 255),
    (0, 0, 0),
    (64, 64, 64),
    (192, 192, 192),
    (255, 255, 255),
]


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("SC_rgb_rle.dcm", 0),
        ("SC_rgb_rle_2frame.dcm", 0),
        ("SC_rgb_rle_16bit.dcm", 0),
        ("SC_rgb_rle_32bit.dcm", 0),
        ("SC_rgb_jpeg_gdcm.dcm", 0),  # lossless, process 14
        ("SC_rgb_gdcm_KY.dcm", 1),  # JPEG 2000
        ("SC_rgb_dcmtk_+eb+cr.dcm", 3),  # JPEG baseline, RGB
        ("SC_rgb_dcmtk_+eb+cy+n1.dcm", 5),  # YBR_FULL
        ("SC_rgb_dcmtk_+eb+cy+np.dcm", 5),  # YBR_FULL_422
        ("SC_rgb_dcmtk_+eb+cy+s4.dcm", 5),
        ("SC_rgb_jpeg_lossy_gdcm.dcm", 3),
        ("SC_ybr_full_422_uncompressed.dcm", 5),
        ("SC_rgb_jls_lossy_line.dcm", 3),
    ],
)
def test_colour_bars_have_their_colours(name: str, tolerance: int) -> None:
    volume = read_image(real(name))
    assert volume.array.dtype == np.uint8
    shown = volume.array[0, 5::10, 50].astype(int)
    assert np.abs(shown - np.array(BARS)).max() <= tolerance


def test_ultrasound_with_many_frames() -> None:
    (study,) = scan(real("examples_ybr_color.dcm"))
    (series,) = study.series
    assert (series.modality, series.frames, series.phases) == ("US", 30, 1)
    volume = read_series(series)
    assert volume.array.shape == (30, 240, 320, 3)
    assert volume.array.dtype == np.uint8
    # Nearly all of the picture is grey: chroma that was taken for colour would be a green haze.
    spread = np.ptp(volume.array.astype(int), axis=-1)
    assert np.median(spread) <= 2
    assert not np.array_equal(volume.array[0], volume.array[15])


def test_a_palette_is_looked_up() -> None:
    path = real("examples_palette.dcm")
    dataset = dcmread(path)
    entries, first, bits = dataset.RedPaletteColorLookupTableDescriptor
    assert (first, bits) == (0, 16)
    stored = np.frombuffer(dataset.PixelData, np.uint8)[: 350 * 800].reshape(350, 800)
    index = np.minimum(stored, (entries or 65536) - 1)
    tables = [
        np.frombuffer(dataset[f"{colour}PaletteColorLookupTableData"].value, "<u2") >> 8
        for colour in ("Red", "Green", "Blue")
    ]
    expected = np.stack([table[index] for table in tables], axis=-1)
    assert np.array_equal(read_image(path).array[0], expected)


def test_jpeg_extended_of_twelve_bits() -> None:
    """The same bone scan as JPEG 2000 and as lossy JPEG."""
    extended = read_image(real("JPGExtended.dcm"))
    assert extended.array.dtype == np.uint16
    assert 255 < extended.array.max() < 4096
    reference = read_image(real("JPEG2000.dcm"))
    assert np.corrcoef(extended.array.ravel(), reference.array.ravel())[0, 1] > 0.95


def test_jpeg_baseline_of_grey_pixels(write_dicom: Callable) -> None:
    grey = np.add.outer(np.arange(64), np.arange(64)).astype(np.uint8)
    path = write_dicom("grey.dcm", grey)
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, "JPEG", quality=95)
    dataset = dcmread(path)
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.PixelData = encapsulate([buffer.getvalue()])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path)
    assert np.abs(read_image(path).array[0].astype(int) - grey).max() <= 2


@pytest.mark.parametrize("syntax", SYNTAXES, ids=names)
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize("high_bit", [11, 13, 15])
def test_rubbish_beside_the_stored_bits_is_no_value(
    write_dicom: Callable, syntax: str, high_bit: int, signed: bool, photometric: str
) -> None:
    """12 bits in 16, with overlay bits beside them (PS3.5 8.1.1), in every uncompressed syntax and in RLE."""
    rng = np.random.default_rng(0)
    values = rng.integers(-2048, 2048, (3, 8, 6)) if signed else rng.integers(0, 4096, (3, 8, 6))
    below = high_bit - 11
    raw = (values & 0x0FFF) << below | rng.integers(0, 1 << below, values.shape)
    raw = (raw | rng.integers(0, 1 << (4 - below), values.shape) << (high_bit + 1)).astype(np.uint16)
    path = write_dicom(
        "overlay.dcm",
        raw.view(np.int16) if signed else raw,
        NumberOfFrames=3,
        BitsStored=12,
        HighBit=high_bit,
        PhotometricInterpretation=photometric,
    )
    volume = read_image(resaved(path, syntax))
    assert volume.array.dtype == (np.int16 if signed else np.uint16)
    assert volume.array.tolist() == values.tolist()
    assert volume.inverted == (photometric == "MONOCHROME1")


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian], ids=names)
@pytest.mark.parametrize(("keyword", "dtype"), [("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")])
def test_real_numbers_as_pixels(write_dicom: Callable, syntax: str, keyword: str, dtype: str) -> None:
    """Parametric maps (PS3.3 C.7.6.24 and C.7.6.25)."""
    values = np.linspace(-1.5, 1e6, 24).reshape(4, 6).astype(dtype)
    path = write_dicom("map.dcm", np.zeros((4, 6), np.int16), BitsAllocated=8 * values.itemsize)
    dataset = dcmread(path)
    for unwanted in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
        del dataset[unwanted]
    big = syntax == ExplicitVRBigEndian
    setattr(dataset, keyword, values.astype(dtype.replace("<", ">") if big else dtype).tobytes())
    write(dataset, path, syntax)
    volume = read_image(path)
    assert volume.array.dtype == np.float32
    np.testing.assert_allclose(volume.array[0], values, rtol=1e-6)
    (study,) = scan(path)
    assert study.series[0].frames == 1


def functional_groups(frames: list[dict]) -> list[Dataset]:
    """Return one functional group per frame: position, orientation, rescale and stack."""
    groups = []
    for values in frames:
        group = Dataset()
        for sequence, keyword in (
            ("PlanePositionSequence", "ImagePositionPatient"),
            ("PlaneOrientationSequence", "ImageOrientationPatient"),
        ):
            item = Dataset()
            setattr(item, keyword, values[keyword])
            setattr(group, sequence, [item])
        transformation = Dataset()
        transformation.RescaleSlope, transformation.RescaleIntercept = values["rescale"]
        transformation.RescaleType = "HU"
        group.PixelValueTransformationSequence = [transformation]
        groups.append(group)
    return groups


@pytest.mark.parametrize("syntax", SYNTAXES, ids=names)
def test_enhanced_ct_with_two_stacks(write_dicom: Callable, syntax: str) -> None:
    axial, sagittal = [1, 0, 0, 0, 1, 0], [0, 1, 0, 0, 0, -1]
    frames = [
        {"ImagePositionPatient": [0, 0, z], "ImageOrientationPatient": axial, "rescale": (1, -1024)} for z in (10, 0, 5)
    ] + [
        {"ImagePositionPatient": [x, 0, 0], "ImageOrientationPatient": sagittal, "rescale": (2, 5 * x)} for x in (4, 2)
    ]
    pixels = np.repeat(np.array([30, 10, 20, 400, 200], np.int16), 24).reshape(5, 4, 6)
    shared, measures = Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = [0.5, 0.5], 5
    shared.PixelMeasuresSequence = [measures]
    path = write_dicom(
        "enhanced.dcm",
        pixels,
        Modality="CT",
        NumberOfFrames=5,
        PerFrameFunctionalGroupsSequence=functional_groups(frames),
        SharedFunctionalGroupsSequence=[shared],
        **dict.fromkeys(("PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient")),
    )
    (study,) = scan(resaved(path, syntax))
    first, second = study.series
    assert [(s.frames, s.plane, s.spacing_mm) for s in (first, second)] == [
        (3, "axial", (5.0, 0.5, 0.5)),
        (2, "sagittal", (2.0, 0.5, 0.5)),
    ]
    volume = read_series(first)
    assert volume.array[:, 0, 0].tolist() == [10, 20, 30]
    assert (volume.slope, volume.intercept, volume.unit) == (1.0, -1024.0, "HU")
    # Frames of one stack with rescales of their own come in the unit of the values: 2 * 200 + 10, 2 * 400 + 20.
    # The normal of this orientation points to the patient's right, so the stack runs against x.
    other = read_series(second)
    order = [instance.position_mm[0] for instance in second.instances if instance.position_mm]
    assert other.array[:, 0, 0].tolist() == [{2.0: 410, 4.0: 820}[x] for x in order]
    assert (other.slope, other.intercept, other.unit) == (1.0, 0.0, "HU")
    assert {warning.code for warning in second.warnings} == {"mixed-orientation", "mixed-rescale"}
    assert read_image(path).array[:, 0, 0].tolist() == [10, 20, 30], "the larger stack"


def test_classic_frames_stay_in_their_order(write_dicom: Callable) -> None:
    pixels = np.arange(4 * 4 * 6, dtype=np.uint8).reshape(4, 4, 6)
    rgb = np.stack([pixels, pixels + 1, pixels + 2], axis=-1)
    path = write_dicom("us.dcm", rgb, Modality="US", NumberOfFrames=4, ImagePositionPatient=None)
    volume = read_image(path)
    assert volume.array.tolist() == rgb.tolist()


def test_pixels_of_32_bits_and_of_one_bit() -> None:
    with tolerant():
        dose, mask = dcmread(real("rtdose.dcm")), dcmread(real("liver_1frame.dcm"))
        assert np.array_equal(read_image(real("rtdose.dcm")).array, dose.pixel_array)
        assert np.array_equal(read_image(real("liver_1frame.dcm")).array[0], mask.pixel_array)
    volume = read_image(real("rtdose.dcm"))
    assert volume.slope == float(dose.DoseGridScaling)
    assert volume.unit == dose.DoseUnits
