"""What the corners of an image say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF

from medprune_gui.engine.imaging.orientation import direction_letters
from medprune_gui.engine.imaging.personal_elements import impersonal
from medprune_gui.engine.imaging.volume import Volume, Window


@dataclass(frozen=True, slots=True)
class Reading:
    """The pixel under the cursor.

    Attributes
    ----------
    slice, row, column
        Indices into the volume.
    value
        In modality units; red, green and blue in colour.
    unit
        Of the value; may be empty.
    """

    slice: int
    row: int
    column: int
    value: float | tuple[int, int, int]
    unit: str


def read_pixel(volume: Volume, index: int, place: QPointF) -> Reading | None:
    """Return the pixel of a slice at a point (column, row) in image coordinates; None outside of the image."""
    row, column = int(np.floor(place.y())), int(np.floor(place.x()))
    if not (0 <= row < volume.array.shape[1] and 0 <= column < volume.array.shape[2]):
        return None
    stored = volume.array[index, row, column]
    if volume.colour:
        red, green, blue = (int(part) for part in stored)
        return Reading(index, row, column, (red, green, blue), "")
    return Reading(index, row, column, float(stored) * volume.slope + volume.intercept, volume.unit)


def reading_lines(reading: Reading | None, zoom: float, *, reformatted: bool = False) -> tuple[str, ...]:
    """Return the lines at the bottom right: value, place, zoom.

    Parameters
    ----------
    reformatted
        The image is no stored slice, so that the slice has to be named too.
    """
    lines = [_tr("Zoom {0} %").format(f"{100 * zoom:.0f}")]
    if reading is not None:
        value = reading.value
        text = "R {} G {} B {}".format(*value) if isinstance(value, tuple) else f"{number(value)} {reading.unit}"
        place = f"x {reading.column}  y {reading.row}" + (f"  z {reading.slice}" if reformatted else "")
        lines = [text.strip(), place, *lines]
    return tuple(lines)


def longest_reading(volume: Volume, *, reformatted: bool = False) -> tuple[str, ...]:
    """Return lines as long as any reading of this volume, to keep room for them."""
    rows, columns = volume.array.shape[1:3]
    value = (888, 888, 888) if volume.colour else -88888.0
    slices = len(volume.array) * 10
    return reading_lines(Reading(slices, rows * 10, columns * 10, value, volume.unit), 99.99, reformatted=reformatted)


@dataclass(frozen=True, slots=True)
class Counter:
    """Which image of how many a volume is: a picture of a folder, or a slice of a stack that is not all there yet."""

    index: int
    count: int
    slices: bool = False


def slice_lines(volume: Volume, index: int, window: Window, inverted: bool, counter: Counter | None) -> tuple[str, ...]:
    """Return the lines at the bottom left, the most important one last.

    Parameters
    ----------
    counter
        Which image of how many this is, where the volume is one image of several; None: count its slices.
    """
    lines = []
    if volume.placed and (place := slice_place(volume, index)):
        lines.append(place)
    if not volume.colour:
        text = f"C {number(window.centre)}  W {number(window.width)}" + ("  LUT" if window.lut is not None else "")
        lines.append(text + ("  " + _tr("inverted") if inverted else ""))
    counter = counter or Counter(index, len(volume.array), slices=True)
    if counter.count > 1:
        words = _tr("Slice {0} / {1}") if counter.slices else _tr("Image {0} / {1}")
        lines.append(words.format(counter.index + 1, counter.count))
    return tuple(lines)


def slice_place(volume: Volume, index: int) -> str:
    """Return where a slice lies along the axis of the patient that its normal is nearest to, such as ``H 34.5 mm``."""
    axis, letters = _axis_of(volume.affine_lps.tobytes())
    if axis < 0:
        return ""
    place = float(volume.places_of((index, 0, 0))[axis])
    return f"{letters[place < 0]} {abs(place):.1f} mm"


@lru_cache(maxsize=64)
def _axis_of(affine: bytes) -> tuple[int, tuple[str, str]]:
    """Return the axis of the patient that a slice's normal is nearest to, and the letters of its two ends."""
    affine_lps = np.frombuffer(affine).reshape(4, 4)
    normal = np.cross(affine_lps[:3, 2], affine_lps[:3, 1])
    if not np.any(normal):
        return -1, ("", "")
    axis = int(np.argmax(np.abs(normal)))
    side = np.zeros(3)
    side[axis] = 1.0
    return axis, (direction_letters(side), direction_letters(-side))


def series_lines(volume: Volume, *, personal: bool = True) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines at the top left (who, what) and at the top right (modality, date, size).

    Parameters
    ----------
    personal
        Whether what may tell who the patient is is among them, see `impersonal`.
    """
    texts = volume.texts if personal else impersonal(volume.texts)
    rows, columns = volume.array.shape[1:3]
    file = texts.get("file", "") if len(volume.array) == 1 else ""  # a stack has many
    left = (texts.get("patient", ""), texts.get("description", texts.get("name", "")), file)
    right = (texts.get("modality", ""), texts.get("date", ""), f"{columns} x {rows}")
    return tuple(filter(None, left)), tuple(filter(None, right))


def number(value: float) -> str:
    """Return a value without digits that mean nothing: whole numbers from 100 on, else three digits."""
    if value == round(value) or abs(value) >= 100:
        return f"{value:.0f}" if abs(value) < 1e7 else f"{value:.3g}"
    return f"{value:.3g}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImageCanvas", text)
