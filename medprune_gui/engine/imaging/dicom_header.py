"""What the header of a DICOM file says about its frames, without reading pixels."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.geometry import Place
from medprune_gui.engine.imaging.study import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydicom import Dataset

_KEYWORDS = [
    "BitsAllocated",
    "Columns",
    "GridFrameOffsetVector",
    "ImageOrientationPatient",
    "ImagePositionPatient",
    "ImageType",
    "InstanceNumber",
    "Modality",
    "NumberOfFrames",
    "PatientID",
    "PatientName",
    "PerFrameFunctionalGroupsSequence",
    "PhotometricInterpretation",
    "PixelSpacing",
    "Rows",
    "SamplesPerPixel",
    "SOPClassUID",
    "SeriesDate",
    "SeriesDescription",
    "SeriesInstanceUID",
    "SeriesNumber",
    "SharedFunctionalGroupsSequence",
    "SliceThickness",
    "SpacingBetweenSlices",
    "SpecificCharacterSet",
    "StudyDate",
    "StudyDescription",
    "StudyInstanceUID",
]


@dataclass(frozen=True, slots=True)
class DicomHeader:
    """One DICOM file as the study browser needs it; texts are empty where the file has none."""

    study_uid: str
    study_date: str
    study_description: str
    patient_name: str
    patient_id: str
    series_uid: str
    series_number: int | None
    series_date: str
    series_description: str
    modality: str
    mosaic: bool
    places: tuple[Place, ...]


@contextmanager
def tolerant() -> Iterator[None]:
    """Silence warnings about values that break the standard's rules; what matters is checked here instead."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_header(path: Path) -> DicomHeader | None:
    """Read the header of a DICOM file; None where the file is sound but holds no image (a report, an index).

    Raises
    ------
    ImageReadError
        If the file is no DICOM file, is damaged, or ends before its pixels do.
    """
    from pydicom import dcmread
    from pydicom.uid import UID

    try:
        with tolerant(), path.open("rb") as file:
            dataset = dcmread(file, stop_before_pixels=True, specific_tags=list(_KEYWORDS), force=True)
            if "Rows" not in dataset or "Columns" not in dataset:
                sop_class = dataset.get("SOPClassUID") or dataset.file_meta.get("MediaStorageSOPClassUID")
                if not sop_class or "Image Storage" in UID(sop_class).name:
                    raise ImageReadError("The file is not a DICOM image, or its header is damaged", where=path)
                return None
            # Before frames are counted out: a damaged number of frames may be huge.
            missing = _missing_bytes(dataset, path.stat().st_size - file.tell())
            header = _header_of(dataset, path) if missing <= 0 else None
    except ImageReadError:
        raise
    except Exception as error:  # the border to pydicom, which raises errors of many kinds on damaged files
        raise ImageReadError(f"The DICOM header cannot be read ({error})", where=path) from error
    if missing > 0:
        raise ImageReadError(
            f"The file ends too early: {missing:,} bytes of its pixels are missing",
            where=path,
            remedy="Copy it again from its source.",
        )
    return header


def _header_of(dataset: Dataset, path: Path) -> DicomHeader:
    folder = str(path.parent)
    return DicomHeader(
        study_uid=text(dataset, "StudyInstanceUID") or f"{text(dataset, 'PatientID')} {folder}",
        study_date=iso_date(text(dataset, "StudyDate")),
        study_description=text(dataset, "StudyDescription"),
        patient_name=patient_name(dataset),
        patient_id=text(dataset, "PatientID"),
        series_uid=text(dataset, "SeriesInstanceUID") or folder,
        series_number=_integer(dataset.get("SeriesNumber")),
        series_date=iso_date(text(dataset, "SeriesDate")),
        series_description=text(dataset, "SeriesDescription"),
        modality=text(dataset, "Modality"),
        mosaic="MOSAIC" in text(dataset, "ImageType"),
        places=places_of(dataset, path),
    )


def places_of(dataset: Dataset, path: Path) -> tuple[Place, ...]:
    """Return the geometry of each frame of a file (PS3.3 C.7.6.2; for enhanced objects C.7.6.16)."""
    count = frame_count(dataset)
    enhanced = "PerFrameFunctionalGroupsSequence" in dataset
    offsets = numbers(dataset.get("GridFrameOffsetVector"), count)
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    if rows < 1 or columns < 1:
        raise ImageReadError("The image has no rows or no columns", where=path)
    places = []
    for frame in range(count):
        orientation = numbers(frame_value(dataset, frame, "PlaneOrientationSequence", "ImageOrientationPatient"), 6)
        if orientation is not None and not _orthogonal(orientation):
            orientation = None
        position = numbers(frame_value(dataset, frame, "PlanePositionSequence", "ImagePositionPatient"), 3)
        # A classic file with several frames gives the position of the first frame only, a dose grid the offsets.
        if count > 1 and not enhanced:
            position = _offset(position, orientation, offsets, frame)
        spacing = numbers(frame_value(dataset, frame, "PixelMeasuresSequence", "PixelSpacing"), 2)
        places.append(
            Place(
                Instance(
                    path=path,
                    frame=frame if count > 1 else None,
                    position_mm=None if position is None else (position[0], position[1], position[2]),
                    instance_number=_integer(dataset.get("InstanceNumber")),
                ),
                rows=rows,
                columns=columns,
                samples=_integer(dataset.get("SamplesPerPixel")) or 1,
                orientation=orientation,
                spacing_mm=(spacing[0], spacing[1]) if spacing and min(spacing) > 0 else None,
                slice_step_mm=_slice_step(dataset, frame),
            )
        )
    return tuple(places)


def frame_count(dataset: Dataset) -> int:
    """Return the number of frames; 1 where the file says nothing."""
    return max(1, _integer(dataset.get("NumberOfFrames")) or 1)


def frame_value(dataset: Dataset, frame: int, sequence: str, keyword: str) -> Any:
    """Return a value of one frame: from its own functional group, the shared one, or the data set itself."""
    groups = dataset.get("PerFrameFunctionalGroupsSequence") or []
    for group in [*groups[frame : frame + 1], *(dataset.get("SharedFunctionalGroupsSequence") or [])]:
        items = group.get(sequence)
        if items and keyword in items[0]:
            return items[0].get(keyword)
    return dataset.get(keyword)


def numbers(value: Any, count: int) -> tuple[float, ...] | None:
    """Return a multi-valued element as finite numbers; None unless there are exactly ``count``."""
    if value is None:
        return None
    values = [value] if isinstance(value, str | int | float) else value
    try:
        found = tuple(float(v) for v in values)
    except (TypeError, ValueError):
        return None
    finite = all(abs(v) < float("inf") for v in found)
    return found if len(found) == count and finite else None


def text(dataset: Dataset, keyword: str) -> str:
    """Return an element as one line of text; empty where it is missing."""
    value = dataset.get(keyword)
    return "" if value is None else " ".join(str(value).split())


def patient_name(dataset: Dataset) -> str:
    """Return the patient's name as a person reads it: the alphabetic group without carets."""
    return " ".join(text(dataset, "PatientName").split("=")[0].replace("^", " ").split())


def iso_date(value: str) -> str:
    """Return a DICOM date (``20150206`` or the old ``2015.02.06``) as ``2015-02-06``; other texts as empty."""
    digits = value.replace(".", "")
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 and digits.isdigit() else ""


def _integer(value: Any) -> int | None:
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        return None


def _orthogonal(orientation: tuple[float, ...]) -> bool:
    """Whether six direction cosines are two unit vectors at a right angle, as rounded in real files."""
    row, column = orientation[:3], orientation[3:]
    across = sum(a * b for a, b in zip(row, column, strict=True))
    return abs(across) < 0.01 and all(abs(sum(v * v for v in vector) - 1.0) < 0.02 for vector in (row, column))


def _slice_step(dataset: Dataset, frame: int) -> float | None:
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
    from medprune_gui.engine.imaging.geometry import normal_of

    moved = normal_of(orientation) * (offsets[frame] - offsets[0])
    return tuple(float(p + m) for p, m in zip(position, moved, strict=True))


def _missing_bytes(dataset: Dataset, rest: int) -> int:
    """Return how many bytes of pixels are not among the ``rest`` of a file behind its header.

    Compressed frames are taken to need no more than their item tags: a lower limit.
    """
    from pydicom.uid import UID

    syntax = dataset.file_meta.get("TransferSyntaxUID", UID("1.2.840.10008.1.2"))
    if syntax.is_private or not syntax.is_transfer_syntax or syntax.is_deflated:
        return 0
    if syntax.is_encapsulated:
        return 8 * frame_count(dataset) - rest
    samples = _integer(dataset.get("SamplesPerPixel")) or 1
    if "422" in text(dataset, "PhotometricInterpretation"):
        samples = 2
    bits = int(dataset.Rows) * int(dataset.Columns) * frame_count(dataset) * samples
    bits *= _integer(dataset.get("BitsAllocated")) or 8
    element_header = 8 if syntax.is_implicit_VR else 12
    return element_header + (bits + 7) // 8 - rest
