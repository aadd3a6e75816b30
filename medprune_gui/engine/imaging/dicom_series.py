"""Headers of DICOM files grouped into studies, and into series whose slices make one stack."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from medprune_gui.engine.imaging.geometry import stack_affine
from medprune_gui.engine.imaging.ordering import order, split_by_geometry
from medprune_gui.engine.imaging.orientation import plane_of
from medprune_gui.engine.imaging.study import Series, SeriesWarning, Study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medprune_gui.engine.imaging.dicom_header import DicomHeader
    from medprune_gui.engine.imaging.geometry import Place


def dicom_studies(headers: Sequence[DicomHeader]) -> list[Study]:
    """Return the studies that the files belong to, by patient and date, their series by number."""
    studies: dict[str, list[DicomHeader]] = defaultdict(list)
    for header in headers:
        studies[header.study_uid].append(header)
    found = [_study(uid, members) for uid, members in studies.items()]
    return sorted(found, key=lambda study: (study.patient_name, study.patient_id, study.date, study.uid))


def _study(uid: str, headers: Sequence[DicomHeader]) -> Study:
    members: dict[str, list[DicomHeader]] = defaultdict(list)
    for header in headers:
        members[header.series_uid].append(header)
    series = [part for own in members.values() for part in _parts(own)]
    series.sort(key=lambda part: (part.number is None, part.number or 0))
    first = headers[0]
    return Study(
        uid,
        first.patient_name,
        first.patient_id,
        first.study_date,
        first.study_description,
        tuple(series),
    )


def _parts(headers: Sequence[DicomHeader]) -> list[Series]:
    """Return one series, or several where its images do not make one stack."""
    first = headers[0]
    parts, shared = split_by_geometry([place for header in headers for place in header.places])
    if any(header.mosaic for header in headers):
        mosaics = tuple(header.places[0].instance.path for header in headers if header.mosaic)
        message = "Each image is a mosaic of several slices; places and sides hold for the first tile only"
        shared = (*shared, SeriesWarning("mosaic", message, mosaics))
    series = []
    for index, part in enumerate(parts, start=1):
        ordered, own = order(part, first.modality)
        several = f" ({index} of {len(parts)})" if len(parts) > 1 else ""
        series.append(
            Series(
                uid=first.series_uid if index == 1 else f"{first.series_uid}#{index}",
                modality=first.modality,
                description=f"{first.series_description}{several}".strip(),
                number=first.series_number,
                date=first.series_date or first.study_date,
                instances=tuple(place.instance for place in ordered),
                warnings=(*shared, *own),
                rows=ordered[0].rows,
                columns=ordered[0].columns,
                frames=len(ordered),
                kind="dicom",
                spacing_mm=_spacing(ordered),
                plane=_plane(ordered),
            )
        )
    return series


def _spacing(places: Sequence[Place]) -> tuple[float, float, float] | None:
    in_plane = places[0].spacing_mm
    if in_plane is None:
        return None
    step = float((stack_affine(places)[:3, 0] ** 2).sum() ** 0.5)
    return (step, *in_plane)


def _plane(places: Sequence[Place]) -> str:
    return plane_of(stack_affine(places)) if places[0].orientation is not None else ""
