"""Images that repeat the positions of a stack, told apart as its phases: time points, echoes, b-values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from medprune_gui.engine.imaging.dicom_values import frame_value, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.dicom_values import Header
    from medprune_gui.engine.imaging.geometry import Place

# Repeats lie at one place in the image plane, too; side by side they are two stacks.
_SAME_PLACE_MM = 0.01


class Axis(NamedTuple):
    """What may tell the images at one position apart.

    Attributes
    ----------
    name
        As `Series.phase_axis` gives it.
    unit
        Of the values; ``s`` counts from the first phase.
    keyword
        Of the element in a classic image.
    sequence, frame_keyword
        Functional group and element of a frame in an enhanced one (PS3.3 C.7.6.16.2).
    date_keyword
        Of the day that a time belongs to, so that an examination may run past midnight.
    """

    name: str
    unit: str
    keyword: str
    sequence: str
    frame_keyword: str
    date_keyword: str = ""


# The first that tells all repeats apart counts. A b-value stands before the times, which differ with it.
AXES = (
    Axis("echo", "ms", "EchoTime", "MREchoSequence", "EffectiveEchoTime"),
    Axis("time", "", "TemporalPositionIdentifier", "FrameContentSequence", "TemporalPositionIndex"),
    Axis("time", "ms", "TriggerTime", "CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
    Axis("diffusion", "s/mm²", "DiffusionBValue", "MRDiffusionSequence", "DiffusionBValue"),
    Axis("time", "s", "AcquisitionTime", "FrameContentSequence", "FrameAcquisitionDateTime", "AcquisitionDate"),
    Axis("time", "s", "ContentTime", "FrameContentSequence", "FrameReferenceDateTime", "ContentDate"),
    Axis("acquisition", "", "AcquisitionNumber", "FrameContentSequence", "FrameAcquisitionNumber"),
)
_INSTANCE = "instance"


@dataclass(frozen=True, slots=True)
class Phases:
    """Slices of a stack that is repeated ``count`` times.

    ``places`` go phase by phase, each in spatial order. ``values`` has one number for each phase, in ``unit``.
    """

    places: list[Place]
    count: int
    axis: str
    values: tuple[float, ...]
    unit: str


def moments_of(dataset: Header, frame: int) -> tuple[float | None, ...]:
    """Return what a frame's header says on each of `AXES`; None where it says nothing.

    Times are seconds since the first day of the calendar where the file has a date, else since midnight.
    """
    return tuple(_moment(dataset, frame, axis) for axis in AXES)


def find_phases(places: Sequence[Place], levels: Sequence[int], positions: NDArray[np.float64]) -> Phases | None:
    """Tell the phases of a stack apart; None where its positions are not all repeated equally often.

    Images at one single position that nothing but their numbers tells apart are None, too: a heap, not a stack.

    Parameters
    ----------
    places
        Slices in spatial order, those at one position in the order of their numbers.
    levels
        Index of the position of each slice, ascending.
    positions
        (slice, 3) in millimetres.
    """
    counts = Counter(levels)
    count = counts[levels[0]]
    if count == 1 or set(counts.values()) != {count}:
        return None
    spread = np.ptp(np.asarray(positions).reshape(-1, count, 3), axis=1)
    if float(spread.max()) > _SAME_PLACE_MM:
        return None
    groups = [places[start : start + count] for start in range(0, len(places), count)]
    for index, axis in enumerate(AXES):
        found = [[place.moments[index] if place.moments else None for place in group] for group in groups]
        keys = [[value for value in values if value is not None] for values in found]
        if any(len(set(values)) < count for values in keys):
            continue
        ranked = [
            [group[at] for at in sorted(range(count), key=values.__getitem__)]
            for group, values in zip(groups, keys, strict=True)
        ]
        shown = sorted(keys[0])
        first = shown[0] if axis.unit == "s" else 0.0
        return Phases(_by_phase(ranked), count, axis.name, tuple(value - first for value in shown), axis.unit)
    if len(groups) == 1:
        return None
    return Phases(_by_phase(groups), count, _INSTANCE, tuple(float(n) for n in range(1, count + 1)), "")


def _by_phase(groups: Sequence[Sequence[Place]]) -> list[Place]:
    return [place for phase in zip(*groups, strict=True) for place in phase]


def _moment(dataset: Header, frame: int, axis: Axis) -> float | None:
    value = frame_value(dataset, frame, axis.sequence, axis.frame_keyword)
    if value is None:
        value = dataset.get(axis.keyword)
    if value is None or value == "":
        return None
    if not axis.date_keyword:
        found = numbers(value, 1)
        return None if found is None else found[0]
    return _seconds(str(value), str(dataset.get(axis.date_keyword) or ""))


def _seconds(time: str, day: str) -> float | None:
    """Return a TM (``093015.25``, the old ``09:30:15``) or DT (``20150206093015.25+0100``) in seconds."""
    time = time.replace(":", "").split("+")[0].split("-")[0].strip()
    whole, _, fraction = time.partition(".")
    if len(whole) > 8:
        day, whole = whole[:8], whole[8:]
    if not whole.isdigit() or len(whole) > 6:
        return None
    whole = whole.ljust(6, "0")
    clock = int(whole[:2]) * 3600 + int(whole[2:4]) * 60 + int(whole[4:])
    return _days(day) * 86400.0 + clock + float(f"0.{fraction}" if fraction.isdigit() else 0)


def _days(day: str) -> int:
    digits = day.replace(".", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).toordinal()
    except ValueError:
        return 0


def phase_elements() -> tuple[str, ...]:
    """Return the keywords of the elements of classic images that `moments_of` looks at."""
    return tuple(word for axis in AXES for word in (axis.keyword, axis.date_keyword) if word)
