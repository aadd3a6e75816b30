"""Measurements as a table, for CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medprune_gui.engine.files import write_whole
from medprune_gui.engine.imaging.measuring import measure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medprune_gui.engine.imaging.measuring import Measurement
    from medprune_gui.engine.imaging.volume import Volume

COLUMNS = (
    "series",
    "file",
    "kind",
    "straightened",
    "slice",
    "points_slice_row_column_from_0",
    "points_lps_mm",
    "length",
    "length_unit",
    "angle_degrees",
    "area",
    "area_unit",
    "mean",
    "sd",
    "min",
    "max",
    "value_unit",
    "pixels",
)
"""``slice`` counts from 1, as on the screen. ``points_slice_row_column_from_0`` are places in the volume's array, which
count from 0: on the slice that ``slice`` calls 15 they begin with 14.00, and 14.00 is a pixel's centre. Slices of a
``straightened`` volume are no stored ones. ``points_lps_mm`` is empty where files do not say it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement with what it was made on.

    Attributes
    ----------
    series
        What the series is called.
    volume
        What it was drawn on.
    file
        Name of the file that holds all of it; empty where none does, or where it may not be told.
    straightened
        Whether the volume was made from leaning or uneven slices, so that its slices are no stored ones.
    """

    series: str
    volume: Volume
    measurement: Measurement
    file: str = ""
    straightened: bool = False


def write_measurements(path: Path, measured: Iterable[Measured]) -> None:
    """Write measurements as CSV in UTF-8.

    Raises
    ------
    OutputError
        If the file cannot be written; one that was there stays as it was.
    """
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(map(_row, measured))
    # The mark makes spreadsheet programs read the file as UTF-8.
    write_whole(path, text.getvalue().encode("utf-8-sig"))


def _row(measured: Measured) -> dict[str, object]:
    volume, measurement = measured.volume, measured.measurement
    found = measure(volume, measurement)
    row: dict[str, object | None] = {
        "series": measured.series,
        "file": measured.file,
        "straightened": "yes" if measured.straightened else "no",
        "kind": measurement.kind,
        "slice": _slice_of(measurement),
        "points_slice_row_column_from_0": _joined(measurement.points),
        "points_lps_mm": _joined(volume.places_of(measurement.points).tolist()) if volume.placed else "",
        "length": _figure(found.length),
        "length_unit": found.length_unit if found.length is not None else None,
        "angle_degrees": _figure(found.angle_degrees),
        "area": _figure(found.area),
        "area_unit": f"{found.length_unit}2" if found.area is not None else None,
        "mean": _figure(found.mean),
        "sd": _figure(found.sd),
        "min": _figure(found.minimum),
        "max": _figure(found.maximum),
        "value_unit": found.value_unit,
        "pixels": found.pixels or None,
    }
    return {column: value for column, value in row.items() if value is not None}


def _slice_of(measurement: Measurement) -> int | None:
    """Return the volume's slice, from 1, that holds all points; None where they lie across slices."""
    slices = {round(point[0]) for point in measurement.points}
    return slices.pop() + 1 if len(slices) == 1 else None


def _joined(points: Iterable[tuple[float, ...]]) -> str:
    return "; ".join(" ".join(f"{value:.2f}" for value in point) for point in points)


def _figure(value: float | None) -> str | None:
    return None if value is None else f"{value:.6g}"
