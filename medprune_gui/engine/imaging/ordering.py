"""The slices of a series in spatial order, with warnings where they do not make a regular stack."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
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
from medprune_gui.engine.imaging.phases import Phases, find_phases
from medprune_gui.engine.imaging.study import SeriesWarning

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SAME_DIRECTION = 0.01  # of a direction cosine: half a degree
TILT_DEGREES = 1.0  # below it, rounded positions of two thin slices look tilted
SPACING_TOLERANCE = 0.05  # of the median step
CROSS_SECTIONAL = frozenset({"CT", "MR", "PT", "NM"})
OWN_RESCALES = frozenset({"PT", "NM"})  # each slice has its own there


def split_by_geometry(places: Sequence[Place]) -> tuple[list[list[Place]], tuple[SeriesWarning, ...]]:
    """Split a series into parts of one size, orientation, pixel spacing and polarity, the largest part first.

    Projection images, which have no orientation, are told apart by the letters of their sides. A file with several
    frames is a part of its own, or several where its frames differ in orientation.
    The warnings say why there is more than one part and name the files outside the largest.
    """
    orientations: list[tuple[float, ...]] = []
    frames = Counter(place.instance.path for place in places)
    parts: dict[Hashable, list[Place]] = defaultdict(list)
    facing: list[tuple[bool, int]] = []
    shapes: list[tuple[float, ...]] = []
    for place in places:
        # Letters are not measured: they never join images whose orientation is.
        facing.append((place.orientation is None, _cluster(place.orientation or place.sides, orientations)))
        multi_frame = place.instance.path if frames[place.instance.path] > 1 else None
        size = (place.rows, place.columns, place.samples)
        shapes.append(
            (place.spacing_mm is None, *(round(v, 4) for v in place.spacing_mm or place.aspect or (1.0, 1.0)))
        )
        parts[multi_frame, size, facing[-1], shapes[-1], place.inverted].append(place)
    ordered = sorted(parts.values(), key=len, reverse=True)
    outside = tuple(dict.fromkeys(place.instance.path for part in ordered[1:] for place in part))
    warnings = []
    sizes = {(place.rows, place.columns) for place in places}
    if len(sizes) > 1:
        listed = ", ".join(f"{columns} x {rows}" for rows, columns in sorted(sizes))
        warnings.append(
            SeriesWarning("mixed-size", f"Images of different sizes ({listed}) are shown as separate series", outside)
        )
    if len(set(facing)) > 1:
        warnings.append(
            SeriesWarning("mixed-orientation", "Images of different orientations are shown as separate series", outside)
        )
    if len(set(shapes)) > 1:
        warnings.append(
            SeriesWarning("mixed-spacing", "Images of different pixel spacings are shown as separate series", outside)
        )
    if len({place.inverted for place in places}) > 1:
        message = "Images with normal and with inverted grey levels are shown as separate series"
        warnings.append(SeriesWarning("mixed-polarity", message, outside))
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


@dataclass(frozen=True, slots=True)
class Ordering:
    """Slices of one orientation in spatial order.

    ``places`` go phase by phase where the stack is repeated ``phases`` times; the other fields are those of
    `Series`.
    """

    places: list[Place]
    warnings: tuple[SeriesWarning, ...]
    phases: int = 1
    phase_axis: str = ""
    phase_values: tuple[float, ...] = ()
    phase_unit: str = ""


def order(places: Sequence[Place], modality: str = "") -> Ordering:
    """Sort slices of one orientation along their normal, and say what is irregular about them.

    Slices are sorted by ImagePositionPatient . normal (PS3.3 C.7.6.2.1.1); by InstanceNumber only where a
    position is missing. Where every position is repeated equally often the slices become phases, see
    `find_phases`; otherwise slices at one position follow each other by InstanceNumber.
    """

    def number(place: Place) -> tuple[int, str, int]:
        instance = place.instance
        return (instance.instance_number or 0, str(instance.path), instance.frame or 0)

    warnings = [] if places[0].spacing_mm else [_no_pixel_spacing()]
    if len({place.rescale for place in places}) > 1 and modality not in OWN_RESCALES:
        warnings.append(_mixed_rescale(places))
    positions = positions_of(places)
    if positions is None:
        warnings += _without_positions(places, modality)
        return Ordering(sorted(places, key=number), tuple(warnings))

    orientation = places[0].orientation
    assert orientation is not None
    distances = distances_along(positions, orientation)
    levels = _levels(distances)
    by_level = sorted(range(len(places)), key=lambda index: (levels[index], number(places[index])))
    ordered = [places[index] for index in by_level]
    positions = positions[by_level]
    phases = find_phases(ordered, [levels[index] for index in by_level], positions)
    warnings += _repeats(ordered, distances[by_level], phases)
    if phases is None:
        warnings += _irregularities(ordered, positions, orientation)
        return Ordering(ordered, tuple(warnings))
    warnings += _irregularities(phases.places[: len(places) // phases.count], positions[:: phases.count], orientation)
    return Ordering(phases.places, tuple(warnings), phases.count, phases.axis, phases.values, phases.unit)


def _levels(distances: NDArray[np.float64]) -> list[int]:
    """Return for each slice the index of its position, so that rounding does not decide between repeats."""
    ascending = np.argsort(distances, kind="stable")
    levels = np.empty(len(distances), dtype=np.intp)
    levels[ascending] = np.concatenate([[0], np.cumsum(np.diff(distances[ascending]) > SAME_POSITION_MM)])
    return [int(level) for level in levels]


def _without_positions(places: Sequence[Place], modality: str) -> list[SeriesWarning]:
    """Return the warning about slices that have no place, where slices should have one."""
    several = len(places) > 1
    if not several or (modality not in CROSS_SECTIONAL and not any(place.instance.position_mm for place in places)):
        return []
    unplaced = [place for place in places if place.instance.position_mm is None]
    code, what = "no-positions", "Positions are missing"
    if not unplaced:
        unplaced = [place for place in places if place.orientation is None]
        code, what = "no-orientation", "Orientations are missing or damaged"
    message = f"{what}: slices are ordered by their numbers, distances between slices are not known"
    return [SeriesWarning(code, message, _files(unplaced))]


def _repeats(ordered: Sequence[Place], distances: NDArray[np.float64], phases: Phases | None) -> list[SeriesWarning]:
    """Return the warning about positions that are taken by more than one slice."""
    again = np.flatnonzero(np.diff(distances) <= SAME_POSITION_MM)
    if not again.size:
        return []
    if phases is not None:
        by = {
            "echo": "their echo time",
            "time": "time",
            "diffusion": "their b-value",
            "acquisition": "the number of their acquisition",
        }.get(phases.axis, "their instance number")
        message = f"Each position holds {phases.count} images: shown as {phases.count} phases, ordered by {by}"
        return [SeriesWarning("repeated-positions", message, _files(phases.places))]
    repeated = sorted({*again.tolist(), *(again + 1).tolist()})
    message = f"{len(repeated)} slices share their position with another slice; they follow each other by their numbers"
    return [SeriesWarning("repeated-positions", message, _files([ordered[index] for index in repeated]))]


def _mixed_rescale(places: Sequence[Place]) -> SeriesWarning:
    usual, _ = Counter(place.rescale for place in places).most_common(1)[0]
    message = "Slices differ in the scale of their values (rescale slope and intercept): each is converted by its own"
    return SeriesWarning("mixed-rescale", message, _files([place for place in places if place.rescale != usual]))


def _files(places: Sequence[Place]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(place.instance.path for place in places))


def _no_pixel_spacing() -> SeriesWarning:
    return SeriesWarning("no-pixel-spacing", "Not calibrated: the pixel spacing is missing, so lengths are in pixels")


def _irregularities(
    ordered: Sequence[Place], positions: NDArray[np.float64], orientation: Sequence[float]
) -> list[SeriesWarning]:
    """Return the warnings about sorted slices: tilt, gaps and uneven steps."""
    files = [place.instance.path for place in ordered]
    distances = distances_along(positions, orientation)
    steps = np.diff(distances)
    warnings: list[SeriesWarning] = []

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
        across = ", at right angles to them" if tilt > TILT_DEGREES else ""
        warnings.append(
            SeriesWarning(
                "uneven-spacing",
                f"The distance between slices varies from {distinct.min():.2f} to {distinct.max():.2f} mm{across}",
                _neighbours(files, uneven),
            )
        )
    return warnings


def _neighbours(items: Sequence[Path], before: NDArray[np.intp]) -> tuple[Path, ...]:
    """Return the items on both sides of each gap, without repeats."""
    return tuple(dict.fromkeys(items[i + side] for i in before.tolist() for side in (0, 1)))
