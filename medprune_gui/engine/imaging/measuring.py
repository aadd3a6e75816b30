"""Lengths, angles and regions measured on a volume, in millimetres and in the units of its values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from medprune_gui.engine.imaging.padding import outside_padding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.volume import Volume

MeasurementKind = Literal["probe", "length", "angle", "rectangle", "ellipse"]
Point = tuple[float, float, float]

POINTS: Mapping[MeasurementKind, int] = {"probe": 1, "length": 2, "angle": 3, "rectangle": 2, "ellipse": 2}
"""How many points each kind is made of."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What somebody drew on an image.

    Attributes
    ----------
    points
        Stored indices (slice, row, column) as real numbers: whole numbers are the voxels' centres. A length has its
        ends, an angle its vertex in the middle, a rectangle and an ellipse two opposite corners of their box in a
        plane of the voxel grid.

    Raises
    ------
    ValueError
        If the number of points is not the kind's, or a region's corners lie in no plane of the grid.
    """

    kind: MeasurementKind
    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        if len(self.points) != POINTS[self.kind]:
            raise ValueError(f"a measurement of kind {self.kind} has {POINTS[self.kind]} points, not {self.points}")
        if self.kind in ("rectangle", "ellipse"):
            self.plane_axis()

    def plane_axis(self) -> int:
        """Return the axis (0 slice, 1 row, 2 column) along which all points agree.

        Raises
        ------
        ValueError
            If they agree along none.
        """
        points = np.array(self.points)
        same = np.flatnonzero(np.ptp(points, axis=0) < 1e-6)
        if not same.size:
            raise ValueError(f"the points {self.points} lie in no plane of the voxel grid")
        return int(same[0])

    def with_point(self, index: int, point: Point) -> Measurement:
        """Return the same with one of its points elsewhere."""
        return Measurement(self.kind, (*self.points[:index], point, *self.points[index + 1 :]))

    def moved(self, start: Point, end: Point) -> Measurement:
        """Return the same with all points moved by the way from ``start`` to ``end``."""
        way = [to - at for to, at in zip(end, start, strict=True)]
        return Measurement(self.kind, tuple((p[0] + way[0], p[1] + way[1], p[2] + way[2]) for p in self.points))


@dataclass(frozen=True, slots=True)
class Findings:
    """What a measurement says; None where its kind does not say it.

    Attributes
    ----------
    length, area
        In ``length_unit`` and its square.
    length_unit
        ``mm``, or ``px`` where the image is not calibrated.
    angle_degrees
        Between the two arms, from 0 to 180.
    mean, sd, minimum, maximum
        Of the modality values (HU in CT) of the pixels whose centres lie within the region, without those that are
        padding or not a number; ``sd`` is that of the region itself (divided by ``pixels``). For a probe all but
        ``sd`` are the value of its pixel.
    pixels
        How many that are.
    value_unit
        Of the values; may be empty.
    """

    length: float | None = None
    length_unit: str = "mm"
    angle_degrees: float | None = None
    area: float | None = None
    mean: float | None = None
    sd: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    pixels: int = 0
    value_unit: str = ""


def measure(volume: Volume, measurement: Measurement) -> Findings:
    """Measure on a volume.

    Distances are those of the places in the patient, so they are right in planes of unequal spacing and across slices,
    evenly spaced or not. A region's area is
    that of the figure drawn; its statistics are of the pixels whose centres lie within it. Colour has no statistics.
    """
    unit = "mm" if volume.calibrated else "px"
    places = volume.places_of(measurement.points)
    if measurement.kind == "length":
        return Findings(length=float(np.linalg.norm(places[1] - places[0])), length_unit=unit)
    if measurement.kind == "angle":
        first, second = (places[end] - places[1] for end in (0, 2))
        return Findings(length_unit=unit, angle_degrees=_angle(first, second))
    area = None if measurement.kind == "probe" else _area(volume, measurement)
    values = np.empty(0) if volume.colour else _values_within(volume, measurement)
    if not values.size:
        return Findings(length_unit=unit, area=area, value_unit=volume.unit)
    return Findings(
        length_unit=unit,
        area=area,
        mean=float(values.mean()),
        sd=None if measurement.kind == "probe" else float(values.std()),
        minimum=float(values.min()),
        maximum=float(values.max()),
        pixels=values.size,
        value_unit=volume.unit,
    )


def _angle(first: NDArray[np.float64], second: NDArray[np.float64]) -> float | None:
    """Return the angle between two arms (3,) in degrees; None where one has no length."""
    # The arc tangent keeps its precision where arms are nearly parallel; the arc cosine does not.
    across, along = float(np.linalg.norm(np.cross(first, second))), float(first @ second)
    return math.degrees(math.atan2(across, along)) if across or along else None


def _area(volume: Volume, measurement: Measurement) -> float:
    axis = measurement.plane_axis()
    corner, opposite = np.array(measurement.points)
    sides = [corner + np.eye(3)[side] * (opposite - corner) for side in range(3) if side != axis]
    one, other = volume.places_of(sides) - volume.places_of(corner)
    box = float(np.linalg.norm(np.cross(one, other)))
    return box * math.pi / 4 if measurement.kind == "ellipse" else box


def _values_within(volume: Volume, measurement: Measurement) -> NDArray[np.float64]:
    """Return the modality values of the pixels within a region, or under a probe; flat."""
    axis = 0 if measurement.kind == "probe" else measurement.plane_axis()
    corners = np.array([measurement.points[0], measurement.points[-1]])
    low, high = corners.min(axis=0), corners.max(axis=0)
    if measurement.kind == "probe":
        first = last = np.rint(low).astype(int)
    else:
        first, last = np.ceil(low - 1e-9).astype(int), np.floor(high + 1e-9).astype(int)
        first[axis] = last[axis] = round(low[axis])
    first, last = np.maximum(first, 0), np.minimum(last, np.array(volume.array.shape[:3]) - 1)
    if (last < first).any():
        return np.empty(0)
    box = tuple(slice(start, end + 1) for start, end in zip(first, last, strict=True))
    stored = volume.array[box].astype(np.float64)
    wanted = np.isfinite(stored) & outside_padding(stored, volume.padding)
    if measurement.kind == "ellipse":
        radii = np.maximum((high - low) / 2, 1e-9)
        grid = np.indices(stored.shape).reshape(3, -1).T + first
        offset = (grid - (low + high) / 2) / radii
        offset[:, axis] = 0.0
        wanted &= ((offset**2).sum(axis=1) <= 1.0 + 1e-9).reshape(stored.shape)
    return np.asarray(stored[wanted] * volume.slope + volume.intercept, dtype=np.float64)
