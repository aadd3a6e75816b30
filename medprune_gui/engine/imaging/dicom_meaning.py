"""What the header of a DICOM file says about its pixels: units, windows, padding, the patient's sides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.imaging.dicom_values import frame_value, iso_date, numbers, patient_name, text
from medprune_gui.engine.imaging.geometry import Place, stack_affine
from medprune_gui.engine.imaging.volume import Volume, Window, WindowFunction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom import Dataset

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


def affine_of(places: Sequence[Place], dataset: Dataset) -> tuple[NDArray[np.float64], bool]:
    """Return the affine, and whether it tells the patient's sides."""
    if places[0].orientation is not None:
        return stack_affine(places), True
    # A projection image says in letters where its rows and columns lead to.
    letters = [str(value)[:1] for value in dataset.get("PatientOrientation") or []]
    row, column = ([_DIRECTIONS.get(letter) for letter in letters] + [None, None])[:2]
    if row is None or column is None or np.dot(row, column) != 0.0:
        return stack_affine(places), False
    return stack_affine([replace(place, orientation=(*row, *column)) for place in places]), True


def unit_of(dataset: Dataset, frame: int) -> str:
    """Return the unit of modality values; a rescaled CT image is in HU unless it says otherwise."""

    def value(keyword: str) -> Any:
        return frame_value(dataset, frame, "PixelValueTransformationSequence", keyword)

    kind = value("RescaleType")
    if kind is None and text(dataset, "Modality") == "CT" and value("RescaleSlope") is not None:
        return "" if "LOCALIZER" in text(dataset, "ImageType") else "HU"
    unit = str(kind or dataset.get("Units") or dataset.get("DoseUnits") or "")
    return "" if unit == "US" else unit  # US: unspecified


def windows_of(dataset: Dataset, frame: int) -> tuple[Window, ...]:
    """Return the windows that a file offers, each once (PS3.3 C.11.2.1.2)."""

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


def telling_windows(windows: tuple[Window, ...], volume: Volume) -> tuple[Window, ...]:
    """Return the windows without hair-thin ones that show a volume of several values as one even grey.

    Masks saved as secondary captures carry such windows.
    """
    if not any(window.width <= 1 for window in windows):
        return windows
    ends = np.array([volume.array.min(), volume.array.max()], dtype=np.float64)
    low, high = sorted(ends * volume.slope + volume.intercept)
    if low == high:
        return windows

    def flat(window: Window) -> bool:
        return window.width <= 1 and (
            high <= window.centre - window.width / 2 or low >= window.centre + window.width / 2 - 1
        )

    return tuple(window for window in windows if not flat(window))


def padding_of(dataset: Dataset) -> tuple[float, float] | None:
    """Return the range of stored values that pad the image (PS3.3 C.7.5.1.1.2)."""
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
