"""What the header of a DICOM file says, without reading pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.dicom_places import places_of
from medprune_gui.engine.imaging.dicom_values import (
    frame_count,
    integer,
    iso_date,
    patient_name,
    text,
    tolerant,
)
from medprune_gui.engine.imaging.phases import phase_elements
from medprune_gui.engine.imaging.tag_walker import walk, wanted_elements

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from medprune_gui.engine.imaging.dicom_values import Header
    from medprune_gui.engine.imaging.geometry import Place

# What places_of looks at, but for what tells phases apart.
PLACE_ELEMENTS = (
    "Columns",
    "DoseGridScaling",
    "GridFrameOffsetVector",
    "ImageOrientationPatient",
    "ImagePositionPatient",
    "ImagerPixelSpacing",
    "InstanceNumber",
    "ModalityLUTSequence",
    "NominalScannedPixelSpacing",
    "NumberOfFrames",
    "PatientOrientation",
    "PerFrameFunctionalGroupsSequence",
    "PhotometricInterpretation",
    "PixelAspectRatio",
    "PixelSpacing",
    "PresentationLUTShape",
    "RescaleIntercept",
    "RescaleSlope",
    "Rows",
    "SamplesPerPixel",
    "SharedFunctionalGroupsSequence",
    "SliceThickness",
    "SpacingBetweenSlices",
)
HEADER_ELEMENTS = (
    *PLACE_ELEMENTS,
    *phase_elements(),
    "BitsAllocated",
    "FrameOfReferenceUID",
    "ImageType",
    "Modality",
    "PatientID",
    "PatientName",
    "SOPClassUID",
    "SOPInstanceUID",
    "SeriesDate",
    "SeriesDescription",
    "SeriesInstanceUID",
    "SeriesNumber",
    "SpecificCharacterSet",
    "StudyDate",
    "StudyDescription",
    "StudyInstanceUID",
)
_IMPLICIT = "1.2.840.10008.1.2"


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
    instance_uid: str = ""


def read_header(path: Path) -> DicomHeader | None:
    """Read the header of a DICOM file; None where the file is sound but holds no image.

    That is a report, a plan, an index, or the header of an image whose pixels were taken away.

    Raises
    ------
    ImageReadError
        If the file is no DICOM file, is damaged, or ends before its pixels do.
    """
    try:
        header = _walked_header(path)
        return _parsed_header(path) if header is None else header
    except ImageReadError:
        raise
    except Exception as error:  # the border to pydicom, which raises errors of many kinds on damaged files
        raise ImageReadError(f"The DICOM header cannot be read ({error})", where=path) from error


def _walked_header(path: Path) -> DicomHeader | None:
    """Return the header of an image in a plain file; None where pydicom has to read it."""
    with path.open("rb", buffering=0) as file:
        found = walk(file, wanted_elements(HEADER_ELEMENTS))
    # Functional groups and LUTs are pydicom's.
    if found is None or found.sequences or not found.elements.get("Rows") or not found.elements.get("Columns"):
        return None
    _check_length(found.elements, found.transfer_syntax, found.size - found.pixel_offset, path)
    return _header_of(found.elements, path)


def _parsed_header(path: Path) -> DicomHeader | None:
    from pydicom import dcmread
    from pydicom.uid import UID

    with tolerant(), path.open("rb") as file:
        dataset = dcmread(file, stop_before_pixels=True, specific_tags=list(HEADER_ELEMENTS), force=True)
        if dataset.get("Rows") is None or dataset.get("Columns") is None:
            sop_class = dataset.get("SOPClassUID") or dataset.file_meta.get("MediaStorageSOPClassUID")
            if not sop_class or ("Image Storage" in UID(sop_class).name and not _whole_without_pixels(file)):
                raise ImageReadError("The file is not a DICOM image, or its header is damaged", where=path)
            return None
        syntax = dataset.file_meta.get("TransferSyntaxUID", _IMPLICIT)
        element_header = 8 if syntax == _IMPLICIT else 12
        # Before frames are counted out: a damaged number of frames may be huge.
        _check_length(dataset, syntax, path.stat().st_size - file.tell() - element_header, path)
        return _header_of(dataset, path)


def _whole_without_pixels(file: BinaryIO) -> bool:
    """Whether the header of an image ends with its last element's value, and nothing follows it.

    One that was cut off ends within a value, save by chance.
    """
    from pydicom import dcmread
    from pydicom.dataelem import RawDataElement

    size = file.seek(0, 2)
    file.seek(0)
    dataset = dcmread(file, stop_before_pixels=True, force=True)
    if "SeriesInstanceUID" not in dataset:
        return False
    last = dataset.get_item(max(dataset.keys()))
    return isinstance(last, RawDataElement) and last.value_tell + last.length == size


def _header_of(dataset: Header, path: Path) -> DicomHeader:
    folder = str(path.parent)
    return DicomHeader(
        study_uid=text(dataset, "StudyInstanceUID") or f"{text(dataset, 'PatientID')} {folder}",
        study_date=iso_date(text(dataset, "StudyDate")),
        study_description=text(dataset, "StudyDescription"),
        patient_name=patient_name(dataset),
        patient_id=text(dataset, "PatientID"),
        series_uid=text(dataset, "SeriesInstanceUID") or folder,
        series_number=integer(dataset.get("SeriesNumber")),
        series_date=iso_date(text(dataset, "SeriesDate")),
        series_description=text(dataset, "SeriesDescription"),
        modality=text(dataset, "Modality"),
        mosaic="MOSAIC" in text(dataset, "ImageType"),
        places=places_of(dataset, path),
        instance_uid=text(dataset, "SOPInstanceUID"),
    )


def _check_length(dataset: Header, syntax: str, rest: int, path: Path) -> None:
    """Raise an error where the ``rest`` of a file behind its header is too short for its pixels."""
    needed = _pixel_bytes(dataset, syntax)
    missing = needed - rest
    if needed > 0 and missing > 0:
        raise ImageReadError(
            f"The file ends too early: {missing:,} bytes of its pixels are missing",
            where=path,
            remedy="Copy it again from its source.",
        )


def _pixel_bytes(dataset: Header, syntax: Any) -> int:
    """Return how many bytes the pixels need; 0 where that cannot be told.

    Compressed frames are taken to need no more than their item tags: a lower limit.
    """
    from pydicom.uid import UID

    syntax = UID(syntax)
    if syntax.is_private or not syntax.is_transfer_syntax or syntax.is_deflated:
        return 0
    if syntax.is_encapsulated:
        return 8 * frame_count(dataset)
    samples = integer(dataset.get("SamplesPerPixel")) or 1
    if "422" in text(dataset, "PhotometricInterpretation"):
        samples = 2
    bits = int(dataset.get("Rows")) * int(dataset.get("Columns")) * frame_count(dataset) * samples
    bits *= integer(dataset.get("BitsAllocated")) or 8
    return (bits + 7) // 8
