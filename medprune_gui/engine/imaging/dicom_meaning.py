"""What the header of a DICOM file says about its pixels: units, windows, padding, the patient's sides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.imaging.dicom_values import frame_value, iso_date, numbers, patient_name, text
from medprune_gui.engine.imaging.geometry import Place, stack_affine
from medprune_gui.engine.imaging.lookup_tables import lowest_modality_value, voi_luts_of
from medprune_gui.engine.imaging.volume import Volume, Window, WindowFunction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom import Dataset

    from medprune_gui.engine.imaging.dicom_values import Header

# One letter of PatientOrientation (PS3.3 C.7.6.1.1.1) as a direction in LPS.
_DIRECTIONS = {
    "L": (1.0, 0.0, 0.0),
    "R": (-1.0, 0.0, 0.0),
    "P": (0.0, 1.0, 0.0),
    "A": (0.0, -1.0, 0.0),
    "H": (0.0, 0.0, 1.0),
    "F": (0.0, 0.0, -1.0),
}


def rescale_of(dataset: Dataset, frame: int) -> tuple[float, float]:
    """Return slope and intercept (PS3.3 C.11.1.1.2); 1 and 0 where a LUT takes their place."""
    if dataset.get("ModalityLUTSequence"):
        return (1.0, 0.0)
    slope, intercept = (
        numbers(frame_value(dataset, frame, "PixelValueTransformationSequence", keyword), 1)
        for keyword in ("RescaleSlope", "RescaleIntercept")
    )
    if slope is None and (dose := numbers(dataset.get("DoseGridScaling"), 1)):
        slope = dose
    return (slope[0] if slope and slope[0] else 1.0, intercept[0] if intercept else 0.0)


def affine_of(places: Sequence[Place]) -> tuple[NDArray[np.float64], bool]:
    """Return the affine of slices that agree in their sides, and whether it tells the patient's sides."""
    if places[0].orientation is not None:
        return stack_affine(places), True
    sides = places[0].sides
    if sides is None:
        return stack_affine(places), False
    return stack_affine([replace(place, orientation=sides) for place in places]), True


def sides_of(dataset: Header) -> tuple[float, ...] | None:
    """Return the direction cosines of a row and a column (6,) that PatientOrientation tells; None where it does not.

    A projection image says in letters where its rows and columns lead to (PS3.3 C.7.6.1.1.1).
    """
    stated = dataset.get("PatientOrientation")
    # One value is a text, and its letters are no two values.
    letters = [] if not stated or isinstance(stated, str) else [str(value).strip() for value in stated]
    if len(letters) == 2:
        # Leaning directions, such as PH, where they are at a right angle; else by their first letters alone.
        for length in (3, 1):
            row, column = (_direction(letter[:length]) for letter in letters)
            if row is not None and column is not None and abs(np.dot(row, column)) < 1e-9:
                return (*row, *column)
    return None


def _direction(letters: str) -> tuple[float, ...] | None:
    """Return letters, the main one first, as a unit vector in LPS that reads as they do; None where one is none."""
    if not letters or any(letter not in _DIRECTIONS for letter in letters):
        return None
    weights = 0.6 ** np.arange(len(letters))
    vector = weights @ np.array([_DIRECTIONS[letter] for letter in letters])
    length = float(np.linalg.norm(vector))
    return tuple(float(part) / length for part in vector) if length > 0 else None


def unit_of(dataset: Dataset, frame: int) -> str:
    """Return the unit of modality values; a rescaled CT image is in HU unless it says otherwise."""

    def value(keyword: str) -> Any:
        return frame_value(dataset, frame, "PixelValueTransformationSequence", keyword)

    if items := dataset.get("ModalityLUTSequence"):
        unit = str(items[0].get("ModalityLUTType") or "")
        return "" if unit == "US" else unit  # US: unspecified (PS3.3 C.11.1.1.1)
    kind = value("RescaleType")
    if kind is None and text(dataset, "Modality") == "CT" and value("RescaleSlope") is not None:
        return "" if "LOCALIZER" in text(dataset, "ImageType") else "HU"
    unit = str(kind or dataset.get("Units") or dataset.get("DoseUnits") or "")
    return "" if unit == "US" else unit


def inverted_of(dataset: Header) -> bool:
    """Return whether the lowest value is shown white.

    Presentation LUT Shape says so where the file has it (PS3.3 C.11.6.1.2; in DX and MG images INVERSE *is* the
    inversion of MONOCHROME1, C.8.11.3), else the photometric interpretation.
    """
    shape = text(dataset, "PresentationLUTShape")
    if shape in ("IDENTITY", "INVERSE"):
        return shape == "INVERSE"
    return text(dataset, "PhotometricInterpretation") == "MONOCHROME1"


def windows_of(dataset: Dataset, frame: int) -> tuple[Window, ...]:
    """Return what a file offers to show a frame with, each once: VOI LUTs, then windows (PS3.3 C.11.2).

    The standard calls them alternatives. The first is what a viewer shows at first; that is a VOI LUT, which holds
    more than two numbers can say.
    """
    lowest = lowest_modality_value(dataset, *rescale_of(dataset, frame))
    luts = voi_luts_of(_voi_item(dataset, frame), dataset, lowest)
    return (*(lut.window() for lut in dict.fromkeys(luts)), *_plain_windows(dataset, frame))


def _voi_item(dataset: Dataset, frame: int) -> Dataset:
    """Return what holds a frame's VOI LUT Sequence: an item of a functional group, or the data set itself."""
    groups = dataset.get("PerFrameFunctionalGroupsSequence") or []
    for group in [*groups[frame : frame + 1], *(dataset.get("SharedFunctionalGroupsSequence") or [])]:
        items = group.get("FrameVOILUTSequence")
        if items and "VOILUTSequence" in items[0]:
            item: Dataset = items[0]
            return item
    return dataset


def _plain_windows(dataset: Dataset, frame: int) -> tuple[Window, ...]:
    """Return windows of centre and width (PS3.3 C.11.2.1.2); those without a positive width are no windows."""

    def several(keyword: str) -> list[Any]:
        value = frame_value(dataset, frame, "FrameVOILUTSequence", keyword)
        return [] if value is None else [value] if isinstance(value, str | int | float) else list(value)

    function: WindowFunction = "LINEAR"
    stated = str(frame_value(dataset, frame, "FrameVOILUTSequence", "VOILUTFunction") or "")
    if stated == "LINEAR_EXACT":
        function = "LINEAR_EXACT"
    elif stated == "SIGMOID":
        function = "SIGMOID"
    names = [str(name) for name in several("WindowCenterWidthExplanation")]
    windows: dict[tuple[float, float], Window] = {}
    for index, pair in enumerate(zip(several("WindowCenter"), several("WindowWidth"), strict=False)):
        limits = numbers(list(pair), 2)
        if limits and limits[1] > 0:
            name = names[index] if index < len(names) else ""
            windows.setdefault((limits[0], limits[1]), Window(limits[0], limits[1], name, function))
    return tuple(windows.values())


def with_windows(volume: Volume, offered: Sequence[tuple[Window, ...]]) -> Volume:
    """Return a volume with the windows that its files offer.

    Hair-thin ones that show a whole volume as one even grey are left out: masks saved as secondary captures carry such
    windows.

    Parameters
    ----------
    offered
        The windows of each slice. Where they differ, the volume keeps all of them (`Volume.slice_windows`).
    """
    if any(window.width <= 1 for windows in offered for window in windows):
        ends = np.array([volume.array.min(), volume.array.max()], dtype=np.float64)
        low, high = sorted(ends * volume.slope + volume.intercept)
        offered = [tuple(window for window in windows if not _flat(window, low, high)) for windows in offered]
    middle = offered[len(offered) // 2]
    if all(windows == middle for windows in offered):
        return replace(volume, windows=middle)
    return replace(volume, windows=middle, slice_windows=tuple(offered))


def _flat(window: Window, low: float, high: float) -> bool:
    """Whether a window is hair-thin and shows all values from ``low`` to ``high`` alike."""
    if window.width > 1:
        return False
    return high <= window.centre - window.width / 2 or low >= window.centre + window.width / 2 - 1


def padding_of(dataset: Dataset) -> tuple[float, float] | None:
    """Return the range of stored values that pad the image (PS3.3 C.7.5.1.1.2).

    A modality LUT leaves no stored values to compare with: None then.
    """
    if dataset.get("ModalityLUTSequence"):
        return None
    ends = [_stored(dataset, keyword) for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit")]
    known = [end for end in ends if end is not None]
    return (min(known), max(known)) if ends[0] is not None else None


def _stored(dataset: Dataset, keyword: str) -> float | None:
    """Return an element that holds a stored value, whose sign writers often get wrong."""
    found = numbers(dataset.get(keyword), 1)
    if found is None:
        return None
    value, levels = found[0], 2.0 ** int(dataset.get("BitsAllocated", 16))
    if dataset.get("PixelRepresentation", 0):
        return value - levels if value >= levels / 2 else value
    return value + levels if value < 0 else value


def corner_texts(dataset: Dataset, path: Path) -> dict[str, str]:
    """Return what a viewer's corners show, see `Volume.texts`."""
    patient = " ".join(dict.fromkeys(filter(None, (patient_name(dataset), text(dataset, "PatientID")))))
    found = {
        "modality": text(dataset, "Modality"),
        "description": text(dataset, "SeriesDescription"),
        "patient": patient,
        "date": iso_date(text(dataset, "StudyDate")),
        "file": path.name,
    }
    return {name: value for name, value in found.items() if value}
