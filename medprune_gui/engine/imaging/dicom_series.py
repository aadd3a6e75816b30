"""Headers of DICOM files grouped into studies, and into series whose slices make one stack."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from medprune_gui.engine.imaging.codestreams import seems_decodable
from medprune_gui.engine.imaging.geometry import normal_of, stack_affine, step_source
from medprune_gui.engine.imaging.ordering import order, split_by_geometry
from medprune_gui.engine.imaging.orientation import plane_of
from medprune_gui.engine.imaging.study import Series, SeriesWarning, Study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medprune_gui.engine.imaging.dicom_header import DicomHeader
    from medprune_gui.engine.imaging.geometry import Place


def dicom_studies(headers: Sequence[DicomHeader]) -> list[Study]:
    """Return the studies that the files belong to, by patient and date, their series by number.

    Images of two patients are never one study, even where they carry the same UIDs.
    """
    studies: dict[str, dict[str, list[DicomHeader]]] = defaultdict(lambda: defaultdict(list))
    for header in headers:
        studies[header.study_uid][header.patient_id].append(header)
    found = []
    for uid, patients in studies.items():
        largest_first = sorted(patients.values(), key=len, reverse=True)
        shared = _mixed_patients(largest_first)
        for index, members in enumerate(largest_first):
            found.append(_study(uid, members, shared, f"#{members[0].patient_id}" if index else ""))
    return sorted(found, key=lambda study: (study.patient_name, study.patient_id, study.date, study.uid))


def _mixed_patients(patients: Sequence[Sequence[DicomHeader]]) -> dict[str, SeriesWarning]:
    """Return warnings by series UID where images of several patients carry the UID of one study."""
    if len(patients) == 1:
        return {}
    message = f"Images of {len(patients)} patients carry the same study UID and are shown as separate studies"
    files = tuple(header.places[0].instance.path for members in patients[1:] for header in members)
    warning = SeriesWarning("mixed-patients", message, files)
    return {header.series_uid: warning for members in patients for header in members}


def _study(uid: str, headers: Sequence[DicomHeader], warnings: dict[str, SeriesWarning], suffix: str) -> Study:
    """Return one patient's study; the suffix keeps its UIDs apart from those of other patients that share them."""
    members: dict[str, list[DicomHeader]] = defaultdict(list)
    for header in headers:
        members[header.series_uid].append(header)
    series = [part for key, own in members.items() for part in _parts(own, warnings.get(key))]
    series.sort(key=lambda part: (part.number is None, part.number or 0))
    if suffix:
        series = [replace(part, uid=part.uid + suffix) for part in series]
    first = headers[0]
    return Study(
        uid + suffix,
        first.patient_name,
        first.patient_id,
        first.study_date,
        first.study_description,
        tuple(series),
    )


def _parts(headers: Sequence[DicomHeader], warning: SeriesWarning | None) -> list[Series]:
    """Return one series, or several where its images do not make one stack."""
    headers, warnings = _without_duplicates(headers)
    if warning is not None:
        warnings.append(warning)
    first = headers[0]
    parts, shared = split_by_geometry([place for header in headers for place in header.places])
    shared = (*warnings, *shared)
    if any(header.mosaic for header in headers):
        mosaics = tuple(header.places[0].instance.path for header in headers if header.mosaic)
        message = "Each image is a mosaic of several slices; places and sides hold for the first tile only"
        shared = (*shared, SeriesWarning("mosaic", message, mosaics))
    series = []
    for index, part in enumerate(parts, start=1):
        ordering = order(part, first.modality)
        ordered = ordering.places
        one_phase = ordered[: len(ordered) // ordering.phases]
        description = first.series_description
        if len(parts) > 1:
            number = "" if first.series_number is None else str(first.series_number)
            # A part of a series without a name would be called by its place among the parts only.
            named = description or " ".join(filter(None, (first.modality, number))) or "Series"
            description = f"{named} ({index} of {len(parts)})"
        series.append(
            Series(
                uid=first.series_uid if index == 1 else f"{first.series_uid}#{index}",
                modality=first.modality,
                description=description,
                number=first.series_number,
                date=first.series_date or first.study_date,
                instances=tuple(place.instance for place in ordered),
                warnings=(*shared, *ordering.warnings),
                rows=ordered[0].rows,
                columns=ordered[0].columns,
                frames=len(ordered),
                kind="dicom",
                spacing_mm=_spacing(one_phase),
                plane=_plane(one_phase),
                phases=ordering.phases,
                phase_axis=ordering.phase_axis,
                phase_values=ordering.phase_values,
                phase_unit=ordering.phase_unit,
            )
        )
    return series


def _without_duplicates(headers: Sequence[DicomHeader]) -> tuple[list[DicomHeader], list[SeriesWarning]]:
    """Return each instance once: a file may be there twice, in other encodings too. One that seems sound is kept.

    Images that share a SOPInstanceUID, but not their place and number, are different ones with a wrong UID: kept.
    """
    images: list[list[DicomHeader]] = []
    known: dict[str, list[list[DicomHeader]]] = defaultdict(list)
    clashes = []
    for header in headers:
        alike = known[header.instance_uid] if header.instance_uid else []
        image = next((image for image in alike if _same_image(header, image[0])), None)
        if image is not None:
            image.append(header)
            continue
        if alike:
            clashes.append(header.places[0].instance.path)
        images.append([header])
        alike.append(images[-1])
    kept = [_soundest(image) for image in images]
    copies = [
        copy.places[0].instance.path
        for image, one in zip(images, kept, strict=True)
        for copy in image
        if copy is not one
    ]
    warnings = []
    if copies:
        files = f"{len(copies)} files are" if len(copies) > 1 else "1 file is"
        message = f"{files} there twice (the same SOPInstanceUID) and left out"
        warnings.append(SeriesWarning("duplicate-instances", message, tuple(copies)))
    if clashes:
        message = f"{len(clashes)} images carry the SOPInstanceUID of another image that lies elsewhere; all are shown"
        warnings.append(SeriesWarning("duplicate-instances", message, tuple(clashes)))
    return kept, warnings


def _soundest(copies: Sequence[DicomHeader]) -> DicomHeader:
    """Return the first of an image's copies that can be decoded, as far as that is told without decoding."""
    if len(copies) == 1:
        return copies[0]
    return next((copy for copy in copies if seems_decodable(copy.places[0].instance.path)), copies[0])


def _same_image(one: DicomHeader, other: DicomHeader) -> bool:
    def what(header: DicomHeader) -> list[tuple[object, ...]]:
        return [
            (place.instance.position_mm, place.instance.instance_number, place.orientation, place.rows, place.columns)
            for place in header.places
        ]

    return what(one) == what(other)


def _spacing(places: Sequence[Place]) -> tuple[float | None, float, float] | None:
    first = places[0]
    if first.spacing_mm is None:
        return None
    if len(places) == 1:
        return (first.slice_step_mm, *first.spacing_mm)
    # What headers say of a slice's thickness is no distance: slices overlap, or leave gaps.
    if first.orientation is None or step_source(places) != "positions":
        return (None, *first.spacing_mm)
    return (abs(float(stack_affine(places)[:3, 0] @ normal_of(first.orientation))), *first.spacing_mm)


def _plane(places: Sequence[Place]) -> str:
    return plane_of(stack_affine(places)) if places[0].orientation is not None else ""
