"""Where each frame of a DICOM file lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.dicom_meaning import inverted_of, rescale_of, sides_of
from medprune_gui.engine.imaging.dicom_values import Header, frame_count, frame_value, integer, numbers
from medprune_gui.engine.imaging.geometry import Place, normal_of
from medprune_gui.engine.imaging.phases import moments_of
from medprune_gui.engine.imaging.study import Instance

if TYPE_CHECKING:
    from pathlib import Path


def places_of(dataset: Header, path: Path) -> tuple[Place, ...]:
    """Return the geometry of each frame of a file (PS3.3 C.7.6.2; for enhanced objects C.7.6.16)."""
    count = frame_count(dataset)
    enhanced = "PerFrameFunctionalGroupsSequence" in dataset
    offsets = numbers(dataset.get("GridFrameOffsetVector"), count)
    rows, columns = int(dataset.get("Rows")), int(dataset.get("Columns"))
    if rows < 1 or columns < 1:
        raise ImageReadError("The image has no rows or no columns", where=path)
    sides, inverted, aspect = sides_of(dataset), inverted_of(dataset), _aspect(dataset)
    places = []
    for frame in range(count):
        orientation = numbers(frame_value(dataset, frame, "PlaneOrientationSequence", "ImageOrientationPatient"), 6)
        if orientation is not None and not _orthogonal(orientation):
            orientation = None
        position = numbers(frame_value(dataset, frame, "PlanePositionSequence", "ImagePositionPatient"), 3)
        # A classic file with several frames gives the position of the first frame only, a dose grid the offsets.
        if count > 1 and not enhanced:
            position = _offset(position, orientation, offsets, frame)
        spacing = _lengths(frame_value(dataset, frame, "PixelMeasuresSequence", "PixelSpacing"))
        places.append(
            Place(
                Instance(
                    path=path,
                    frame=frame if count > 1 else None,
                    position_mm=None if position is None else (position[0], position[1], position[2]),
                    instance_number=integer(dataset.get("InstanceNumber")),
                ),
                rows=rows,
                columns=columns,
                samples=integer(dataset.get("SamplesPerPixel")) or 1,
                orientation=orientation,
                spacing_mm=spacing,
                slice_step_mm=_slice_step(dataset, frame),
                rescale=rescale_of(dataset, frame),
                moments=moments_of(dataset, frame),
                sides=sides if orientation is None else None,
                inverted=inverted,
                aspect=None if spacing else aspect,
            )
        )
    return tuple(places)


def _orthogonal(orientation: tuple[float, ...]) -> bool:
    """Whether six direction cosines are two unit vectors at a right angle, as rounded in real files."""
    row, column = orientation[:3], orientation[3:]
    across = sum(a * b for a, b in zip(row, column, strict=True))
    return abs(across) < 0.01 and all(abs(sum(v * v for v in vector) - 1.0) < 0.02 for vector in (row, column))


def _lengths(value: Any) -> tuple[float, float] | None:
    found = numbers(value, 2)
    return (found[0], found[1]) if found and min(found) > 0 else None


def _aspect(dataset: Header) -> tuple[float, float] | None:
    """Return height and width of a pixel relative to each other, see `Place.aspect`.

    Spacings at the detector or on a film are no lengths in the patient, but of the right shape.
    """
    for keyword in ("PixelAspectRatio", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        try:
            found = _lengths(dataset.get(keyword))
        except (TypeError, ValueError):  # pydicom's, where a whole number is none
            continue
        if found is not None:
            height, width = (length / min(found) for length in found)
            return None if height == width else (height, width)
    return None


def _slice_step(dataset: Header, frame: int) -> float | None:
    for keyword in ("SpacingBetweenSlices", "SliceThickness"):
        step = numbers(frame_value(dataset, frame, "PixelMeasuresSequence", keyword), 1)
        if step and step[0] != 0:
            return abs(step[0])
    return None


def _offset(
    position: tuple[float, ...] | None,
    orientation: tuple[float, ...] | None,
    offsets: tuple[float, ...] | None,
    frame: int,
) -> tuple[float, ...] | None:
    """Return where a frame of a dose grid lies (PS3.3 C.8.8.3.2); None where the file has no offsets."""
    if position is None or orientation is None or offsets is None:
        return None
    moved = normal_of(orientation) * (offsets[frame] - offsets[0])
    return tuple(float(p + m) for p, m in zip(position, moved, strict=True))
