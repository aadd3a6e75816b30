"""Where slices lie in space: the affine of a stack and how regular it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.study import Instance

SAME_POSITION_MM = 1e-3


@dataclass(frozen=True, slots=True)
class Place:
    """One slice with what is known of its geometry, before or after sorting.

    Attributes
    ----------
    orientation
        Direction cosines of a row (increasing column index), then of a column (PS3.3 C.7.6.2.1.1).
    sides
        The same from the letters of a projection image, which has no orientation (PatientOrientation,
        PS3.3 C.7.6.1.1.1); they tell the patient's sides, and nothing about places.
    inverted
        Whether its lowest value is shown white.
    spacing_mm
        Distance between rows, then between columns.
    aspect
        Height and width of a pixel where only their ratio is known (PS3.3 C.7.6.3.1.7), the shorter as 1; None: they
        are equal, or ``spacing_mm`` has them.
    slice_step_mm
        What the file itself says about the distance to the next slice; only used where positions do not tell.
    rescale
        Slope and intercept of the modality LUT (PS3.3 C.11.1.1.2).
    moments
        What may tell it from others at its position, such as its echo time, in the order of `phases.AXES`.
    """

    instance: Instance
    rows: int
    columns: int
    samples: int = 1
    orientation: tuple[float, ...] | None = None
    spacing_mm: tuple[float, float] | None = None
    slice_step_mm: float | None = None
    rescale: tuple[float, float] = (1.0, 0.0)
    moments: tuple[float | None, ...] = ()
    sides: tuple[float, ...] | None = None
    aspect: tuple[float, float] | None = None
    inverted: bool = False


def normal_of(orientation: Sequence[float]) -> NDArray[np.float64]:
    """Return the unit normal (3,) of a slice: row direction x column direction."""
    normal = np.cross(orientation[:3], orientation[3:])
    return np.asarray(normal / np.linalg.norm(normal), dtype=np.float64)


def positions_of(places: Sequence[Place]) -> NDArray[np.float64] | None:
    """Return the positions (slice, 3) in millimetres; None unless every slice has one and an orientation."""
    found: list[Any] = [place.instance.position_mm for place in places]
    if any(position is None for position in found) or any(place.orientation is None for place in places):
        return None
    return np.array(found, dtype=np.float64)


def distances_along(positions: NDArray[np.float64], orientation: Sequence[float]) -> NDArray[np.float64]:
    """Return how far each position (slice, 3) lies along the slices' normal, in millimetres."""
    return np.asarray(positions @ normal_of(orientation), dtype=np.float64)


def distinct_steps(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the steps between sorted distances, without those between repeated positions."""
    steps = np.diff(distances)
    return np.asarray(steps[steps > SAME_POSITION_MM], dtype=np.float64)


def stack_affine(places: Sequence[Place]) -> NDArray[np.float64]:
    """Return the affine (4, 4) from (slice, row, column, 1) to LPS millimetres of sorted slices.

    Slices of a tilted gantry give a sheared affine, so that every voxel of an evenly spaced stack lies where
    it was measured. Where the spacing is uneven the median step is taken and the series' warning tells so.
    Unknown spacings count as 1, but for the shape of pixels where that is known.
    """
    first = places[0]
    orientation = first.orientation or (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    between_rows, between_columns = first.spacing_mm or first.aspect or (1.0, 1.0)
    affine = np.eye(4)
    affine[:3, 2] = np.array(orientation[:3]) * between_columns
    affine[:3, 1] = np.array(orientation[3:]) * between_rows
    affine[:3, 0] = normal_of(orientation) * (first.slice_step_mm or 1.0)
    if first.instance.position_mm is not None:
        affine[:3, 3] = first.instance.position_mm
    positions = positions_of(places)
    if positions is not None:
        distances = distances_along(positions, orientation)
        steps = distinct_steps(distances)
        if steps.size:
            way = positions[-1] - positions[0]
            affine[:3, 0] = way / (distances[-1] - distances[0]) * float(np.median(steps))
    return affine
