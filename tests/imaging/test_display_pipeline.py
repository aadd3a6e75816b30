"""Every stage of the display pipeline of PS3.4 N.2 against numbers worked out by hand, and against pydicom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import Dataset, dcmread
from pydicom.pixels import apply_modality_lut, apply_presentation_lut, apply_voi_lut, apply_windowing
from pydicom.sequence import Sequence

from medprune_gui.engine.imaging import Volume, Window, read_image, read_series, scan
from medprune_gui.engine.imaging.dicom_meaning import inverted_of, windows_of
from medprune_gui.engine.imaging.dicom_values import tolerant
from medprune_gui.engine.imaging.lookup_tables import lut_of, modality_lut
from medprune_gui.engine.imaging.storage import as_16_bit
from medprune_gui.engine.imaging.voi import (
    apply_window,
    automatic_window,
    display_levels,
    modality_values,
    presentation,
    voi_lut,
)
from medprune_gui.engine.imaging.volume import VoiLut

PYDICOM = Path(pydicom.__file__).parent / "data" / "test_files"


def table(first: int, bits: int, *entries: int, name: str = "") -> VoiLut:
    return VoiLut(first, bits, np.array(entries, dtype="<u2").tobytes(), name)


def lut_item(descriptor: list[int], data: Any, explanation: str | None = None) -> Dataset:
    item = Dataset()
    vr = "SS" if descriptor[1] < 0 else "US"
    item.add_new("LUTDescriptor", vr, descriptor)
    item.add_new("LUTData", "OW" if isinstance(data, bytes) else "US", data)
    if explanation is not None:
        item.LUTExplanation = explanation
    return item


# Windows: the examples in the notes of PS3.3 C.11.2.1.2.1 and C.11.2.1.3.2, ymin 0 and ymax 1.


@pytest.mark.parametrize(
    ("window", "value", "grey"),
    [
        # "Window Center 2048, Window Width 4096: if x <= 0 then ymin; x > 4095 then ymax; else (x-2047.5)/4095+0.5"
        (Window(2048, 4096), -1, 0.0),
        (Window(2048, 4096), 0, 0.0),
        (Window(2048, 4096), 1, 1 / 4095),  # (1 - 2047.5) / 4095 + 0.5 = -2046.5/4095 + 2047.5/4095
        (Window(2048, 4096), 4095, 1.0),
        (Window(2048, 4096), 4096, 1.0),
        # "2048, 1: if x <= 2047.5 then ymin; else if x > 2047.5 then ymax"
        (Window(2048, 1), 2047, 0.0),
        (Window(2048, 1), 2047.5, 0.0),
        (Window(2048, 1), 2048, 1.0),
        # "0, 100: if x <= -50 then ymin; x > 49 then ymax; else (x + 0.5) / 99 + 0.5"
        (Window(0, 100), -50, 0.0),
        (Window(0, 100), -49, 1 / 99),  # -48.5/99 + 49.5/99
        (Window(0, 100), 0, 50 / 99),  # 0.5/99 + 49.5/99
        (Window(0, 100), 49, 1.0),
        # "0, 1: if x <= -0.5 then ymin; x > -0.5 then ymax"
        (Window(0, 1), -0.5, 0.0),
        (Window(0, 1), 0, 1.0),
        # LINEAR_EXACT: "2048, 4096: if x <= 0 then ymin; x > 4096 then ymax; else (x - 2048)/4096 + 0.5"
        (Window(2048, 4096, function="LINEAR_EXACT"), 0, 0.0),
        (Window(2048, 4096, function="LINEAR_EXACT"), 1, 1 / 4096),
        (Window(2048, 4096, function="LINEAR_EXACT"), 4096, 1.0),
        # "2048, 1: if x <= 2047.5 then ymin; x > 2048.5 then ymax; else (x - 2048) + 0.5"
        (Window(2048, 1, function="LINEAR_EXACT"), 2047.5, 0.0),
        (Window(2048, 1, function="LINEAR_EXACT"), 2048, 0.5),
        (Window(2048, 1, function="LINEAR_EXACT"), 2048.5, 1.0),
        # LINEAR_EXACT may be narrower than 1.
        (Window(0.25, 0.5, function="LINEAR_EXACT"), 0.125, 0.25),  # (0.125 - 0.25) / 0.5 + 0.5
        # SIGMOID, C.11.2.1.3.1: 1 / (1 + exp(-4 (x - c) / w))
        (Window(100, 40, function="SIGMOID"), 100, 0.5),
        (Window(100, 40, function="SIGMOID"), 110, 0.7310586),  # 1 / (1 + e^-1), e = 2.7182818
        (Window(100, 40, function="SIGMOID"), 80, 0.1192029),  # 1 / (1 + e^2), e^2 = 7.3890561
    ],
)
def test_windows_of_the_standards_examples(window: Window, value: float, grey: float) -> None:
    assert apply_window(np.array([value], dtype=np.float32), window)[0] == pytest.approx(grey, abs=1e-6)


def test_a_sigmoid_is_finite_and_rising_to_its_extremes() -> None:
    values = np.array([-3e38, -1e9, -200, 0, 200, 1e9, 3e38], dtype=np.float32)
    for width in (1e-3, 1.0, 1e6):
        grey = apply_window(values, Window(0, width, function="SIGMOID"))
        assert np.isfinite(grey).all()
        assert (np.diff(grey) >= 0).all()
        assert grey[0] == pytest.approx(0.0, abs=1e-12)
        assert grey[3] == 0.5
        assert grey[-1] == 1.0


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan")])
def test_windows_without_a_width_are_refused(width: float) -> None:
    for function in ("LINEAR", "LINEAR_EXACT", "SIGMOID"):
        with pytest.raises(ValueError, match="positive width"):
            apply_window(np.zeros(1), Window(0, width, function=function))  # type: ignore[arg-type]


def test_the_file_offers_each_window_by_its_explanation_and_none_without_width() -> None:
    dataset = Dataset()
    dataset.WindowCenter, dataset.WindowWidth = [40, 40, -600, 7], [400, 0, 1500, 400]
    dataset.WindowCenterWidthExplanation = ["ABDOMEN", "BROKEN", "Lung"]
    dataset.VOILUTFunction = "SIGMOID"
    assert windows_of(dataset, 0) == (
        Window(40, 400, "ABDOMEN", "SIGMOID"),
        Window(-600, 1500, "Lung", "SIGMOID"),
        Window(7, 400, "", "SIGMOID"),
    )


# Look-up tables: PS3.3 C.11.1.1 and C.11.2.1.1.


def test_a_voi_lut_maps_by_its_first_value_and_holds_its_ends() -> None:
    lut = table(10, 8, 0, 51, 102, 255)
    # 9 and below: entry 0; 11: entry 1 = 51/255 = 0.2; 12: 102/255 = 0.4; 13 and above: entry 3.
    values = np.array([-1e6, 9, 10, 11, 12, 13, 14, 1e6])
    assert voi_lut(values, lut) == pytest.approx([0, 0, 0, 0.2, 0.4, 1, 1, 1])
    # Its own window is of 4 values, 10 to 13: a LINEAR window of width 4 spans c - 0.5 -+ 1.5, so c = 12.
    assert lut.window() == Window(12, 4, lut=lut)
    assert apply_window(values, lut.window()) == pytest.approx([0, 0, 0, 0.2, 0.4, 1, 1, 1])
    # Pulled to twice the values, 8.5 to 14.5 about the same middle 11.5 (width 7, c = 12): 10.5 is a third up, entry 1.
    stretched = Window(12, 7, lut=lut)
    assert apply_window(np.array([8.5, 10.5, 12.5, 14.5]), stretched) == pytest.approx([0, 0.2, 0.4, 1])


@pytest.mark.parametrize("first", [-1000, 0, 7])
def test_a_curve_in_its_own_window_is_the_curve_of_the_standard(first: int) -> None:
    rng = np.random.default_rng(0)
    lut = table(first, 16, *rng.integers(0, 65536, 65536).tolist())
    values = np.arange(-2000, 70000, dtype=np.float32)
    assert np.array_equal(apply_window(values, lut.window()), voi_lut(values, lut))


def test_tables_are_read_as_they_were_meant() -> None:
    # 12 bits: white is 4095.
    assert lut_of(lut_item([3, 5, 12], [0, 1000, 4095], "HARDER"), signed=False, name="HARDER") == table(
        5, 12, 0, 1000, 4095, name="HARDER"
    )
    # The same 16 bits, 0xFC18: -1000 where values can be negative, 64536 where they cannot, whatever the VR says.
    for first in (64536, -1000):
        item = lut_item([2, first, 8], [0, 255])
        assert lut_of(item, signed=True) == table(-1000, 8, 0, 255)
        assert lut_of(item, signed=False) == table(64536, 8, 0, 255)
    # 0 entries mean 65,536.
    whole = lut_of(lut_item([0, 0, 16], np.arange(65536, dtype="<u2").tobytes()), signed=False)
    assert whole is not None
    assert np.array_equal(whole.table, np.arange(65536))
    # Entries of 8 bits, two to a word, the first in the low byte: 1, 2, 3, 4 are the words 0x0201 and 0x0403.
    packed = lut_item([4, 0, 8], b"\x01\x02\x03\x04")
    assert lut_of(packed, signed=False) == table(0, 8, 1, 2, 3, 4)
    swapped = lut_item([4, 0, 8], b"\x02\x01\x04\x03")
    assert lut_of(swapped, signed=False, little_endian=False) == table(0, 8, 1, 2, 3, 4)
    odd = lut_item([3, 0, 8], [0x0201, 0x0003])
    assert lut_of(odd, signed=False) == table(0, 8, 1, 2, 3)
    # Not packed: one entry a word.
    assert lut_of(lut_item([2, 0, 8], b"\x01\x00\xff\x00"), signed=False) == table(0, 8, 1, 255)
    # Levels above what the descriptor's bits hold: the bits are raised to hold them.
    assert lut_of(lut_item([2, 0, 8], [0, 4095]), signed=False) == table(0, 12, 0, 4095)


@pytest.mark.parametrize(
    "item",
    [
        Dataset(),
        lut_item([4, 0, 8], [1]),  # too few entries, even if packed
        lut_item([4, 0, 16], [1, 2]),  # entries of 16 bits are never packed
        lut_item([2, 0], [1, 2]),
        lut_item([2, 0, 99], [1, 2]),
    ],
)
def test_malformed_tables_are_left_out(item: Dataset) -> None:
    assert lut_of(item, signed=False) is None
    dataset = Dataset()
    dataset.VOILUTSequence = Sequence([item])
    dataset.WindowCenter, dataset.WindowWidth = 5, 10
    assert windows_of(dataset, 0) == (Window(5, 10),)


def test_a_modality_lut_maps_signed_values_and_holds_its_ends() -> None:
    dataset = Dataset()
    dataset.PixelRepresentation = 1
    dataset.ModalityLUTSequence = Sequence([lut_item([3, 65534, 16], [100, 200, 400])])
    # 65534 is -2 of a signed image: -2 -> 100, -1 -> 200, 0 and above -> 400, below -2 -> 100.
    stored = np.array([-32768, -2, -1, 0, 1, 32767], dtype=np.int16)
    assert modality_lut(stored, dataset).tolist() == [100, 100, 200, 400, 400, 400]


def test_the_whole_way_of_a_value() -> None:
    # Modality LUT: 100 * 2 - 50 = 150. VOI LUT: entry 150 - 148 = 2 of 4, 200 of 255. MONOCHROME1: 255 - 200 = 55.
    lut = table(148, 8, 0, 100, 200, 255)
    levels = display_levels(np.uint8, lut.window(), slope=2.0, intercept=-50.0, inverted=True)
    assert levels[100] == 55
    # 99 -> 148 -> entry 0; 101 -> 152, beyond the last entry, 255.
    assert levels[[99, 101]].tolist() == [255, 0]
    assert presentation(np.array([0, 55, 255], np.uint8), inverted=True).tolist() == [255, 200, 0]
    assert presentation(np.array([0, 55, 255], np.uint8), inverted=False).tolist() == [0, 55, 255]


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted"),
    [
        ("MONOCHROME2", None, False),
        ("MONOCHROME1", None, True),
        ("MONOCHROME2", "IDENTITY", False),
        # In DX and MG images INVERSE is the inversion of MONOCHROME1, not a second one.
        ("MONOCHROME1", "INVERSE", True),
        ("MONOCHROME2", "INVERSE", True),
        # The shape speaks of P-values, which are never turned round again.
        ("MONOCHROME1", "IDENTITY", False),
        ("MONOCHROME1", "OD LINEAR", True),  # not a shape of images
    ],
)
def test_inversion_comes_last_and_once(photometric: str, shape: str | None, inverted: bool) -> None:
    dataset = Dataset()
    dataset.PhotometricInterpretation = photometric
    if shape is not None:
        dataset.PresentationLUTShape = shape
    assert inverted_of(dataset) == inverted


# Padding: PS3.3 C.7.5.1.1.2.


def test_padding_is_background_whatever_window_and_inversion() -> None:
    for inverted in (False, True):
        levels = display_levels(np.int16, Window(0, 100), inverted=inverted, padding=(-2000.0, -1998.0))
        raw = np.array([-2001, -2000, -1999, -1998, -1997], dtype=np.int16).view(np.uint16)
        beside = 255 if inverted else 0
        assert levels[raw].tolist() == [beside, 0, 0, 0, beside]


def test_wide_padding_takes_no_levels_from_the_image() -> None:
    stored = np.array([[[-(2**31), 0, 100000, 200000]]], dtype=np.int32)
    volume = as_16_bit(Volume(stored, np.eye(4), padding=(-(2.0**31), -(2.0**31))))
    assert volume.padding == (0.0, 0.0)
    assert volume.array[0, 0, 0] == 0
    shown = modality_values(volume.array[0, 0, 1:], volume.slope, volume.intercept)
    assert shown == pytest.approx([0, 100000, 200000], abs=2)  # steps of 200000 / 65534 = 3.05
    levels = display_levels(np.uint16, Window(100000, 200000, "", "LINEAR_EXACT"), volume.slope, volume.intercept)
    assert levels[volume.array[0, 0, 1:]].tolist() == [0, 128, 255]


def test_padding_of_a_real_head_is_left_out(data_root: Path) -> None:
    path = data_root / "dicom_ct_head_ge_tilt" / "14.dcm"
    volume = read_image(path)
    assert volume.padding is not None
    padded = (volume.array >= volume.padding[0]) & (volume.array <= volume.padding[1])
    assert padded.mean() > 0.05  # the corners outside the field of view
    window = automatic_window(volume, 0)
    lowest = window.centre - window.width / 2
    known = volume.array[~padded] * volume.slope + volume.intercept
    assert lowest >= known.min()
    levels = display_levels(volume.array.dtype, window, volume.slope, volume.intercept, True, volume.padding)
    shown = levels[volume.array.view(np.uint16)]
    assert not shown[padded].any()
    assert shown[~padded].max() == 255


# Whole files, with pydicom as the second oracle.


def grey_files() -> list[Path]:
    found = []
    for path in sorted([*PYDICOM.glob("*.dcm"), *(PYDICOM / "dicomdirtests").glob("*/*/*")]):
        with tolerant():
            try:
                dataset = dcmread(path, stop_before_pixels=True)
            except Exception:
                continue
            if (
                path.name != "MR_truncated.dcm"
                and dataset.get("WindowWidth") is not None
                and int(dataset.get("NumberOfFrames") or 1) == 1
            ):
                found.append(path)
    return found


@pytest.mark.parametrize("path", grey_files(), ids=lambda path: path.name)
def test_windows_of_pydicoms_files_agree_with_pydicom(path: Path) -> None:
    with tolerant():
        dataset = dcmread(path)
        stored = dataset.pixel_array
        dataset.BitsStored = dataset.BitsAllocated  # else pydicom's output range is that of the stored bits
        modality = apply_modality_lut(stored, dataset)
        expected = apply_windowing(modality, dataset)
    volume = read_image(path)
    low, high = expected_range(dataset)
    expected = (expected - low) / (high - low) * 255
    if volume.inverted:
        expected = 255 - expected
    levels = display_levels(volume.array.dtype, volume.windows[0], volume.slope, volume.intercept, volume.inverted)
    shown = levels[volume.array[0].view(f"u{volume.array.itemsize}")]
    assert np.abs(shown - expected).max() <= 0.51


def expected_range(dataset: Dataset) -> tuple[float, float]:
    """The output range that pydicom maps a window to: what the stored bits can mean, rescaled."""
    bits, signed = int(dataset.BitsStored), bool(dataset.PixelRepresentation)
    low, high = (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1) if signed else (0.0, 2.0**bits - 1)
    slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
    return low * slope + intercept, high * slope + intercept


def with_tables(path: Path, target: Path, little_endian: bool = True, **elements: Any) -> Path:
    """A real file with other elements, in another byte order on demand."""
    dataset = dcmread(path)
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    if not little_endian:
        dataset.PixelData = dataset.pixel_array.astype(">i2").tobytes()
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRBigEndian
    dataset.save_as(target, little_endian=little_endian, implicit_vr=False)
    return target


def film_curve(values: int) -> list[int]:
    """A curve with a toe and a shoulder, in 12 bits."""
    x = np.linspace(-4, 4, values)
    curve = 1 / (1 + np.exp(-x))
    return np.rint(4095 * (curve - curve[0]) / (curve[-1] - curve[0])).astype(int).tolist()


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm", "MR_small_bigendian.dcm"])
def test_tables_in_real_files_agree_with_pydicom(tmp_path: Path, name: str) -> None:
    source = PYDICOM / name
    big = "bigendian" in name
    stored = dcmread(source).pixel_array
    first, last = int(stored.min()), int(stored.max())
    modality = lut_item([last - first + 1, first, 16], [(3 * k + 7) % 60000 for k in range(last - first + 1)])
    curve = film_curve(1200)
    voi = [
        lut_item([1200, 100, 12], curve, "NORMAL"),
        lut_item([1200, 100, 12], curve[::-1], "REVERSED"),
    ]
    path = with_tables(
        source,
        tmp_path / "tables.dcm",
        not big,
        ModalityLUTSequence=Sequence([modality]),
        VOILUTSequence=Sequence(voi),
        PresentationLUTShape="INVERSE",
    )
    dataset = dcmread(path)
    after_modality = apply_modality_lut(dataset.pixel_array, dataset)
    volume = read_image(path)
    assert np.array_equal(volume.array[0], after_modality)
    assert (volume.slope, volume.intercept) == (1.0, 0.0)
    assert [window.name for window in volume.windows if window.lut is not None] == ["NORMAL", "REVERSED"]
    assert len(volume.voi_luts) == 2
    for index in range(2):
        expected = apply_voi_lut(after_modality, dataset, index)
        levels = display_levels(volume.array.dtype, volume.windows[index], inverted=volume.inverted)
        shown = levels[volume.array[0].view(f"u{volume.array.itemsize}")]
        turned = apply_presentation_lut(expected, dataset)
        assert expected.max() == 4095  # pydicom turns round about the image's own maximum
        assert np.abs(shown - turned / 4095 * 255).max() <= 0.51


def test_a_voi_lut_follows_the_rescale_of_an_mr_image(tmp_path: Path) -> None:
    # Stored 0 to 4095 times 0.5 minus 100: values from -100 on, so the first value 65436 of the table is -100.
    path = with_tables(
        PYDICOM / "MR_small.dcm",
        tmp_path / "mr.dcm",
        RescaleSlope="0.5",
        RescaleIntercept="-100",
        PixelRepresentation=0,
        BitsStored=12,
        HighBit=11,
        VOILUTSequence=Sequence([lut_item([1200, 65436, 12], film_curve(1200), "FILM")]),
    )
    volume = read_image(path)
    (lut,) = volume.voi_luts
    assert (lut.first_value, lut.bits, lut.name) == (-100, 12, "FILM")
    values = modality_values(volume.array[0], volume.slope, volume.intercept)
    assert values.min() >= -100
    curve = np.array(film_curve(1200))
    # Of two entries beside a half value either is right.
    below, above = (curve[np.clip(half(values) + 100, 0, 1199).astype(int)] for half in (np.floor, np.ceil))
    shown = voi_lut(values, lut) * 4095
    assert ((shown >= below - 0.5) & (shown <= above + 0.5)).all()


def test_each_slice_of_an_mr_series_has_its_own_windows(data_root: Path) -> None:
    study = next(s for s in scan(data_root / "dicom_mr_braintumor" / "PGBM-001") if s.series)
    series = next(s for s in study.series if "T1post" in s.description or "T1" in s.description)
    volume = read_series(series)
    headers = [dcmread(instance.path, stop_before_pixels=True) for instance in series.instances]
    stated = [(float(h.WindowCenter), float(h.WindowWidth)) for h in headers]
    assert len(set(stated)) > 5
    found = [volume.windows_at(index) for index in range(len(volume.array))]
    assert [(w[0].centre, w[0].width) for w in found] == stated
    assert volume.windows == found[len(found) // 2]
    assert volume.frame(3).windows == found[3]
    assert volume.frame(3).windows_at(0) == found[3]


def test_series_with_one_window_keep_no_list_of_them(data_root: Path) -> None:
    volume = read_series(scan(data_root / "dicom_ct_head_phantom")[0].series[0])
    assert volume.slice_windows == ()
    assert volume.windows_at(5) == volume.windows


def test_frames_of_an_enhanced_object_have_their_own_tables(write_dicom: Callable[..., Path]) -> None:
    def frame(first: int) -> Dataset:
        item, voi, place, position = Dataset(), Dataset(), Dataset(), Dataset()
        voi.VOILUTSequence = Sequence([lut_item([2, first, 8], [0, 255], f"from {first}")])
        item.FrameVOILUTSequence = Sequence([voi])
        position.ImagePositionPatient = [0, 0, first]
        item.PlanePositionSequence = Sequence([position])
        place.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        item.PlaneOrientationSequence = Sequence([place])
        return item

    path = write_dicom(
        "enhanced.dcm",
        np.arange(12, dtype=np.uint16).reshape(3, 2, 2),
        NumberOfFrames=3,
        PerFrameFunctionalGroupsSequence=Sequence([frame(first) for first in (0, 5, 9)]),
    )
    volume = read_image(path)
    assert [volume.windows_at(index)[0].name for index in range(3)] == ["from 0", "from 5", "from 9"]
    assert [volume.windows_at(index)[0].lut.first_value for index in range(3)] == [0, 5, 9]  # type: ignore[union-attr]
