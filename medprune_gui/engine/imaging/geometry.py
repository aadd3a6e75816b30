"""Where slices lie in space: the affine of a stack and how regular it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.study import Instance
    from medprune_gui.engine.imaging.volume import StepSource

SAME_POSITION_MM = 1e-3
# No slice may be shown or measured further from its place than this.
_NEAR_MM = 0.1
# Steps that differ by no more than this share, or by rounding in the files, are meant to be even.
_EVEN, _ROUNDING_MM = 0.02, 0.02


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
    it was measured. Where the spacing is uneven the median step is taken, the series' warning tells so, and
    `uneven_positions` says where the slices lie. Unknown spacings count as 1, but for the
    shape of pixels where that is known.
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
            step = float(np.median(steps))
            mean = float(steps.mean())
            # Rounded positions of many thin slices add up; in an even stack all of them together tell its step.
            if np.ptp(steps) <= max(_EVEN * step, _ROUNDING_MM) and abs(mean - step) * len(steps) > _NEAR_MM:
                step = mean
            affine[:3, 0] = way / (distances[-1] - distances[0]) * step
    return affine


def uneven_positions(places: Sequence[Place], affine_lps: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the positions (slice, 3) in LPS millimetres of sorted slices that do not lie where their affine says.

    None where the affine is right to a tenth of a millimetre, or the files do not say where the slices lie.
    """
    positions = positions_of(places)
    if positions is None:
        return None
    steps = np.arange(len(positions))[:, np.newaxis] * affine_lps[:3, 0]
    off_mm = np.linalg.norm(positions - affine_lps[:3, 3] - steps, axis=1)
    return positions if off_mm.max() > _NEAR_MM else None


def step_source(places: Sequence[Place]) -> StepSource:
    """Return what `stack_affine` took the distance between slices from."""
    positions = positions_of(places)
    orientation = places[0].orientation or ()
    if positions is not None and distinct_steps(distances_along(positions, orientation)).size:
        return "positions"
    return "header" if places[0].slice_step_mm else "nothing"
