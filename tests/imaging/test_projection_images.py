"""Projection images keep each its own sides and its own polarity, and the shape of their pixels."""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, degrees
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medprune_gui.engine.imaging import Series, read_frame, read_image, read_series, scan
from medprune_gui.engine.imaging.measuring import Measurement, measure
from medprune_gui.engine.imaging.orientation import side_letters

# A chest from behind and from the side, hung as they are read (PS3.3 C.7.6.1.1.1).
PA = {"PatientOrientation": ["L", "F"], "ViewPosition": "PA"}
LATERAL = {"PatientOrientation": ["A", "F"], "ViewPosition": "LL"}


@pytest.fixture
def write_radiograph(write_dicom: Callable[..., Path]) -> Callable[..., Path]:
    """Write the image of a number, of one size and spacing, in one series."""

    def write(number: int, **elements: Any) -> Path:
        pixels = np.arange(24, dtype=np.uint16).reshape(4, 6) + 100 * number
        place = {"ImageOrientationPatient": None, "ImagePositionPatient": None}
        return write_dicom(f"{number}.dcm", pixels, Modality="CR", InstanceNumber=number, **place, **elements)

    return write


def shown(series: Series) -> list[tuple[str, str, bool]]:
    """Return file name, letters (left and right edge) and polarity of each image as the whole series shows it.

    They are the same where each image is read by itself, as the preview of a series that is still being read is.
    """
    volume = read_series(series)
    found = []
    for index, instance in enumerate(series.instances):
        alone = read_frame(series, index)
        sides = side_letters(volume.affine_lps, volume.oriented)
        assert side_letters(alone.affine_lps, alone.oriented) == sides
        assert alone.inverted == volume.inverted
        assert np.array_equal(alone.array[0], volume.array[index])
        found.append((instance.path.name, sides.left + sides.right, volume.inverted))
    return found


def codes(series: Series) -> set[str]:
    return {warning.code for warning in series.warnings}


def test_a_frontal_and_a_lateral_image_keep_their_sides(write_radiograph: Callable[..., Path], tmp_path: Path) -> None:
    write_radiograph(1, **PA)
    lateral = write_radiograph(2, **LATERAL)
    (study,) = scan(tmp_path)
    assert [shown(series) for series in study.series] == [[("1.dcm", "RL", False)], [("2.dcm", "PA", False)]]
    for series in study.series:
        assert codes(series) == {"mixed-orientation"}
        assert series.warnings[0].files == (lateral,)


def test_mirrored_images_keep_their_sides_and_their_polarity(
    write_radiograph: Callable[..., Path], tmp_path: Path
) -> None:
    write_radiograph(1, PatientOrientation=["L", "F"], PhotometricInterpretation="MONOCHROME1")
    write_radiograph(2, PatientOrientation=["R", "F"], PhotometricInterpretation="MONOCHROME2")
    (study,) = scan(tmp_path)
    assert [shown(series) for series in study.series] == [[("1.dcm", "RL", True)], [("2.dcm", "LR", False)]]
    assert codes(study.series[0]) == {"mixed-orientation", "mixed-polarity"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"PhotometricInterpretation": "MONOCHROME1"}, {"PhotometricInterpretation": "MONOCHROME2"}),
        ({"PresentationLUTShape": "INVERSE"}, {"PresentationLUTShape": "IDENTITY"}),
        # The shape decides where there is one.
        ({"PhotometricInterpretation": "MONOCHROME1"}, {"PhotometricInterpretation": "MONOCHROME1"}
         | {"PresentationLUTShape": "IDENTITY"}),
    ],
)  # fmt: skip
def test_images_of_both_polarities_keep_their_own(
    write_radiograph: Callable[..., Path], tmp_path: Path, one: dict[str, str], other: dict[str, str]
) -> None:
    for number in (1, 2, 3):
        write_radiograph(number, **PA, **(one if number == 2 else other))
    (study,) = scan(tmp_path)
    assert [shown(series) for series in study.series] == [
        [("1.dcm", "RL", False), ("3.dcm", "RL", False)],
        [("2.dcm", "RL", True)],
    ]
    assert [codes(series) for series in study.series] == [{"mixed-polarity"}] * 2


def test_slices_of_both_polarities_keep_their_own(write_stack: Callable[..., list[Path]], tmp_path: Path) -> None:
    """Images that have an orientation are no safer."""
    files = write_stack([0.0, 5.0, 10.0, 15.0], Modality="CT")
    data = files[2].read_bytes()
    files[2].write_bytes(data.replace(b"MONOCHROME2", b"MONOCHROME1"))
    (study,) = scan(tmp_path)
    assert [(series.frames, read_series(series).inverted) for series in study.series] == [(3, False), (1, True)]
    assert "mixed-polarity" in codes(study.series[0])


def test_images_that_agree_stay_together(write_radiograph: Callable[..., Path], tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write_radiograph(number, **PA, PhotometricInterpretation="MONOCHROME1")
    (study,) = scan(tmp_path)
    (series,) = study.series
    assert series.warnings == ()
    assert shown(series) == [(f"{number}.dcm", "RL", True) for number in (1, 2, 3)]


def test_an_image_without_letters_gets_none_from_its_neighbour(
    write_radiograph: Callable[..., Path], tmp_path: Path
) -> None:
    write_radiograph(1, **PA)
    write_radiograph(2)
    (study,) = scan(tmp_path)
    assert [shown(series) for series in study.series] == [[("1.dcm", "RL", False)], [("2.dcm", "", False)]]


def test_one_value_of_two_letters_is_not_two_directions(write_radiograph: Callable[..., Path]) -> None:
    """It says where the rows lead to, and nothing of the columns."""
    assert not read_image(write_radiograph(1, PatientOrientation="LF")).oriented


@pytest.mark.parametrize(
    ("elements", "shape"),
    [
        # Height, then width (PS3.3 C.7.6.3.1.7).
        ({"PixelAspectRatio": ["2", "1"]}, (2, 1)),
        ({"PixelAspectRatio": ["3", "4"]}, (1, 4 / 3)),
        ({"PixelAspectRatio": ["7", "7"]}, (1, 1)),
        # At the detector, or on the film: no lengths in the patient, but of the right shape.
        ({"ImagerPixelSpacing": [0.1, 0.2]}, (1, 2)),
        ({"NominalScannedPixelSpacing": [0.3, 0.2]}, (1.5, 1)),
        ({"PixelAspectRatio": ["0", "1"], "ImagerPixelSpacing": [0.2, 0.2]}, (1, 1)),
        ({"PixelAspectRatio": None}, (1, 1)),
    ],
)
def test_pixels_have_their_shape_where_their_size_is_not_known(
    write_radiograph: Callable[..., Path], elements: dict[str, Any], shape: tuple[float, float]
) -> None:
    path = write_radiograph(1, PixelSpacing=None, **PA, **elements)
    (series,) = scan(path)[0].series
    assert codes(series) == {"no-pixel-spacing"}
    assert series.spacing_mm is None
    for volume in (read_series(series), read_image(path)):
        assert not volume.calibrated
        assert volume.spacing_mm[1:] == pytest.approx(shape)
        # The diagonal of one pixel.
        diagonal = Measurement("angle", ((0, 0, 1), (0, 0, 0), (0, 1, 1)))
        found = measure(volume, diagonal)
        assert found.angle_degrees == pytest.approx(degrees(atan2(shape[0], shape[1])))
        length = measure(volume, Measurement("length", ((0, 0, 0), (0, 1, 0))))
        assert (length.length, length.length_unit) == (pytest.approx(shape[0]), "px")


def test_a_pixel_spacing_is_taken_before_any_ratio(write_radiograph: Callable[..., Path]) -> None:
    volume = read_image(write_radiograph(1, PixelAspectRatio=["9", "1"], ImagerPixelSpacing=[0.3, 0.1]))
    assert volume.calibrated
    assert volume.spacing_mm[1:] == pytest.approx((0.5, 0.25))


@pytest.mark.parametrize(("stated", "shape"), [(rb"2.5\1.0", (2.5, 1)), (rb"2?5\1?0", (1, 1))])
def test_a_ratio_that_is_no_whole_numbers_makes_no_file_unreadable(
    write_radiograph: Callable[..., Path], stated: bytes, shape: tuple[float, float]
) -> None:
    path = write_radiograph(1, PixelSpacing=None, PixelAspectRatio=["222", "111"])
    path.write_bytes(path.read_bytes().replace(rb"222\111", stated))
    assert read_image(path).spacing_mm[1:] == shape
    assert scan(path)[0].series[0].frames == 1


def test_images_of_two_shapes_of_pixels_are_two_series(write_radiograph: Callable[..., Path], tmp_path: Path) -> None:
    write_radiograph(1, PixelSpacing=None, PixelAspectRatio=["2", "1"])
    write_radiograph(2, PixelSpacing=None)
    (study,) = scan(tmp_path)
    assert [read_series(series).spacing_mm[1:] for series in study.series] == [(2, 1), (1, 1)]
    assert codes(study.series[0]) == {"mixed-spacing", "no-pixel-spacing"}
