"""The slices of a series in spatial order, with warnings where they do not make a regular stack."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.imaging.geometry import (
    SAME_POSITION_MM,
    Place,
    distances_along,
    distinct_steps,
    normal_of,
    positions_of,
)
from medprune_gui.engine.imaging.study import SeriesWarning

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SAME_DIRECTION = 0.01  # of a direction cosine: half a degree
TILT_DEGREES = 1.0  # below it, rounded positions of two thin slices look tilted
SPACING_TOLERANCE = 0.05  # of the median step
CROSS_SECTIONAL = frozenset({"CT", "MR", "PT", "NM"})


def split_by_geometry(places: Sequence[Place]) -> tuple[list[list[Place]], tuple[SeriesWarning, ...]]:
    """Split a series into parts of one size, orientation and pixel spacing, the largest part first.

    A file with several frames is a part of its own, or several where its frames differ in orientation.
    The warnings say why there is more than one part and name the files outside the largest.
    """
    orientations: list[tuple[float, ...]] = []
    frames = Counter(place.instance.path for place in places)
    parts: dict[Hashable, list[Place]] = defaultdict(list)
    for place in places:
        multi_frame = place.instance.path if frames[place.instance.path] > 1 else None
        size = (place.rows, place.columns, place.samples)
        spacing = place.spacing_mm and tuple(round(value, 4) for value in place.spacing_mm)
        parts[multi_frame, size, _cluster(place.orientation, orientations), spacing].append(place)
    ordered = sorted(parts.values(), key=len, reverse=True)
    outside = tuple(dict.fromkeys(place.instance.path for part in ordered[1:] for place in part))
    warnings = []
    sizes = {(place.rows, place.columns) for place in places}
    if len(sizes) > 1:
        listed = ", ".join(f"{columns} x {rows}" for rows, columns in sorted(sizes))
        warnings.append(
            SeriesWarning("mixed-size", f"Images of different sizes ({listed}) are shown as separate series", outside)
        )
    if len({_cluster(place.orientation, orientations) for place in places}) > 1:
        warnings.append(
            SeriesWarning("mixed-orientation", "Images of different orientations are shown as separate series", outside)
        )
    if len({place.spacing_mm and tuple(round(v, 4) for v in place.spacing_mm) for place in places}) > 1:
        warnings.append(
            SeriesWarning("mixed-spacing", "Images of different pixel spacings are shown as separate series", outside)
        )
    return ordered, tuple(warnings)


def _cluster(orientation: tuple[float, ...] | None, known: list[tuple[float, ...]]) -> int:
    """Return the index of the orientation among the known ones, adding it where it is new."""
    if orientation is None:
        return -1
    for index, other in enumerate(known):
        if max(abs(a - b) for a, b in zip(orientation, other, strict=True)) < SAME_DIRECTION:
            return index
    known.append(orientation)
    return len(known) - 1


def order(places: Sequence[Place], modality: str = "") -> tuple[list[Place], tuple[SeriesWarning, ...]]:
    """Sort slices of one orientation along their normal, and say what is irregular about them.

    Slices are sorted by ImagePositionPatient . normal (PS3.3 C.7.6.2.1.1); by InstanceNumber only where a
    position is missing. Slices at one position follow each other by InstanceNumber.
    """

    def number(place: Place) -> tuple[int, str, int]:
        instance = place.instance
        return (instance.instance_number or 0, str(instance.path), instance.frame or 0)

    warnings = [] if places[0].spacing_mm else [_no_pixel_spacing()]
    positions = positions_of(places)
    if positions is None:
        ordered = sorted(places, key=number)
        several = len(places) > 1
        if several and (modality in CROSS_SECTIONAL or any(place.instance.position_mm for place in places)):
            unplaced = tuple(place.instance.path for place in places if place.instance.position_mm is None)
            warnings.append(
                SeriesWarning(
                    "no-positions",
                    "Positions are missing: slices are ordered by their numbers, distances between slices are "
                    "not known",
                    tuple(dict.fromkeys(unplaced)),
                )
            )
        return ordered, tuple(warnings)

    orientation = places[0].orientation
    assert orientation is not None
    # Quantised, so that rounding does not decide between slices at one position.
    level = np.round(distances_along(positions, orientation) / SAME_POSITION_MM).tolist()
    ordered = [place for _, place in sorted(zip(level, places, strict=True), key=lambda p: (p[0], number(p[1])))]
    sorted_positions = positions_of(ordered)
    assert sorted_positions is not None
    warnings += _irregularities(ordered, sorted_positions, orientation)
    return ordered, tuple(warnings)


def _no_pixel_spacing() -> SeriesWarning:
    return SeriesWarning("no-pixel-spacing", "Not calibrated: the pixel spacing is missing, so lengths are in pixels")


def _irregularities(
    ordered: Sequence[Place], positions: NDArray[np.float64], orientation: Sequence[float]
) -> list[SeriesWarning]:
    """Return the warnings about sorted slices: tilt, repeats, gaps and uneven steps."""
    files = [place.instance.path for place in ordered]
    distances = distances_along(positions, orientation)
    steps = np.diff(distances)
    warnings = []

    repeats = np.flatnonzero(steps <= SAME_POSITION_MM)
    if repeats.size:
        repeated = sorted({*repeats.tolist(), *(repeats + 1).tolist()})
        warnings.append(
            SeriesWarning(
                "repeated-positions",
                f"{len(repeated)} slices share their position with another slice",
                tuple(dict.fromkeys(files[index] for index in repeated)),
            )
        )
    distinct = distinct_steps(distances)
    if not distinct.size:
        return warnings

    way = positions[-1] - positions[0]
    cosine = float(way @ normal_of(orientation) / np.linalg.norm(way))
    tilt = float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
    if tilt > TILT_DEGREES:
        warnings.append(
            SeriesWarning(
                "gantry-tilt",
                f"The stack leans by {tilt:.1f} degrees against its slices (gantry tilt): "
                "reformatted views and volumes need a correction",
            )
        )
    usual = float(np.median(distinct))
    off = np.flatnonzero((steps > SAME_POSITION_MM) & (np.abs(steps - usual) > max(SPACING_TOLERANCE * usual, 0.02)))
    whole = np.round(steps[off] / usual)
    # A gap is whole slices wide in a stack that is regular otherwise; anything else is uneven spacing.
    gaps = (whole >= 2) & (np.abs(steps[off] / usual - whole) < 2 * SPACING_TOLERANCE)
    if off.size > distinct.size // 2:
        gaps[:] = False
    if gaps.any():
        missing = int((whole[gaps] - 1).sum())
        warnings.append(
            SeriesWarning(
                "missing-slices",
                f"{missing} {'slice is' if missing == 1 else 'slices are'} missing between the files named here",
                _neighbours(files, off[gaps]),
            )
        )
    uneven = off[~gaps]
    if uneven.size:
        warnings.append(
            SeriesWarning(
                "uneven-spacing",
                f"The distance between slices varies from {distinct.min():.2f} to {distinct.max():.2f} mm",
                _neighbours(files, uneven),
            )
        )
    return warnings


def _neighbours(items: Sequence[Path], before: NDArray[np.intp]) -> tuple[Path, ...]:
    """Return the items on both sides of each gap, without repeats."""
    return tuple(dict.fromkeys(items[i + side] for i in before.tolist() for side in (0, 1)))
