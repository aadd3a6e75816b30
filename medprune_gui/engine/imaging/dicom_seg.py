"""DICOM segmentation objects as label maps: PS3.3 A.51 and C.8.20."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.dicom_values import numbers
from medprune_gui.engine.imaging.volume import Volume

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom import Dataset

SEGMENTATION_CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""SOP classes of segmentations and of label map segmentations (PS3.4 B.5)."""

_OFF_GRID = 0.1  # of a step, and in millimetres across it
_REMEDY = "Export it again as a NIfTI label map from the program that made it"


def read_segmentation(path: Path) -> Volume:
    """Read a segmentation as a volume that reaches from its first slice to its last.

    Slices between them without a frame hold no segment. Binary segmentations and label maps give each voxel its
    segment's number; a fractional one of one segment gives real numbers from 0 to 1.

    Raises
    ------
    ImageReadError
        The file is damaged, its frames lie on no common grid, or segments overlap.
    """
    from pydicom import dcmread

    try:
        dataset = dcmread(path)
        frames = np.asarray(dataset.pixel_array).reshape(-1, int(dataset.Rows), int(dataset.Columns))
        places = [_place(dataset, index) for index in range(len(frames))]
        kind = str(dataset.get("SegmentationType", "BINARY"))
        segments = [_segment(dataset, index) if kind != "LABELMAP" else 0 for index in range(len(frames))]
        spacing, thickness = _measures(dataset)
        largest = float(dataset.get("MaximumFractionalValue", 1))
    except Exception as error:  # the border to pydicom and its decoders, which raise errors of many kinds
        raise ImageReadError(f"The segmentation cannot be read ({error})", where=path) from error
    orientation = places[0][1]
    if any(not np.allclose(other, orientation, atol=1e-4) for _, other in places):
        raise ImageReadError("The segmentation's frames are not parallel", where=path, remedy=_REMEDY)
    positions = np.array([position for position, _ in places])
    indices, step = _slices(positions, orientation, thickness, path)
    affine = np.eye(4)
    affine[:3, 0] = step
    affine[:3, 1], affine[:3, 2] = orientation[3:] * spacing[0], orientation[:3] * spacing[1]
    affine[:3, 3] = positions[int(np.argmin(indices))]
    array = _stack(frames, indices, segments, kind, path)
    if kind == "FRACTIONAL":
        array = (array / largest).astype(np.float32)
    array.setflags(write=False)
    frame_of_reference = str(dataset.get("FrameOfReferenceUID", ""))
    return Volume(array, affine, texts={"file": path.name}, frame_of_reference=frame_of_reference)


def _item(dataset: Dataset, frame: int, macro: str) -> Any:
    """Return a functional group's item, of the frame or shared by all (PS3.3 C.7.6.16)."""
    for groups in (dataset.PerFrameFunctionalGroupsSequence[frame], dataset.SharedFunctionalGroupsSequence[0]):
        if macro in groups:
            return groups[macro].value[0]
    raise ValueError(f"it has no {macro}")


def _place(dataset: Dataset, frame: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    position = numbers(_item(dataset, frame, "PlanePositionSequence").ImagePositionPatient, 3)
    orientation = numbers(_item(dataset, frame, "PlaneOrientationSequence").ImageOrientationPatient, 6)
    if position is None or orientation is None:
        raise ValueError("a frame does not say where it lies")
    return np.array(position), np.array(orientation)


def _segment(dataset: Dataset, frame: int) -> int:
    return int(_item(dataset, frame, "SegmentIdentificationSequence").ReferencedSegmentNumber)


def _measures(dataset: Dataset) -> tuple[tuple[float, ...], float]:
    measures = _item(dataset, 0, "PixelMeasuresSequence")
    spacing = numbers(measures.PixelSpacing, 2)
    if spacing is None:
        raise ValueError("it has no PixelSpacing")
    return spacing, float(measures.get("SpacingBetweenSlices") or measures.get("SliceThickness") or 1.0)


def _slices(
    positions: NDArray[np.float64], orientation: NDArray[np.float64], thickness: float, path: Path
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the slice of each frame, and the step between slices in millimetres, (3,)."""
    normal = np.cross(orientation[:3], orientation[3:])
    along = (positions - positions[0]) @ normal
    distinct = np.unique(np.round(along, 3))
    if len(distinct) == 1:
        return np.zeros(len(positions), dtype=np.intp), normal * thickness
    least = float(np.diff(distinct).min())
    first = positions[int(np.argmin(along))]
    places = (along - along.min()) / least
    indices = np.rint(places).astype(np.intp)
    last = int(np.argmax(along))
    step = (positions[last] - first) / indices[last]  # not the normal, where the gantry was tilted
    beside = np.linalg.norm(positions - first - np.outer(indices, step), axis=1).max()
    if np.abs(places - indices).max() > _OFF_GRID or beside > _OFF_GRID * max(1.0, least):
        raise ImageReadError("The segmentation's slices are not evenly spaced", where=path, remedy=_REMEDY)
    return indices, step


def _stack(frames: NDArray[Any], indices: NDArray[np.intp], segments: list[int], kind: str, path: Path) -> NDArray[Any]:
    """Return the frames in their slices, each pixel with its segment's number or its share."""
    array = np.zeros((int(indices.max()) + 1, *frames.shape[1:]), dtype=np.uint16)
    if kind == "FRACTIONAL" and len(set(segments)) > 1:
        raise ImageReadError("A fractional segmentation of several segments is no map", where=path, remedy=_REMEDY)
    for frame, index, segment in zip(frames, indices, segments, strict=True):
        marked = frame > 0
        if (array[index][marked] > 0).any():
            raise ImageReadError(
                f"Segment {segment} overlaps another one, which a label map cannot hold",
                where=path,
                remedy="Export each segment in a file of its own",
            )
        array[index][marked] = segment if kind == "BINARY" else frame[marked]
    return array
