"""Studies that were opened one after another, as if they had been opened at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from medprune_gui.engine.imaging.dicom_header import read_header
from medprune_gui.engine.imaging.dicom_series import dicom_studies
from medprune_gui.engine.imaging.scanning import natural
from medprune_gui.engine.imaging.study import Instance, Series, SeriesWarning, Study


def merge_studies(studies: Iterable[Study]) -> tuple[Study, ...]:
    """Return each study once, in the order of first appearance, with the series of all its parts.

    DICOM series that came in several parts (such as files that were dropped one by one) are put in order again from
    their headers; pictures of one folder stay one series.

    Raises
    ------
    ImageReadError
        If a DICOM file that has to be read again is gone.
    """
    merged: dict[str, Study] = {}
    for study in studies:
        known = merged.get(study.uid)
        merged[study.uid] = study if known is None or known == study else _merge(known, study)
    return tuple(merged.values())


def _merge(first: Study, second: Study) -> Study:
    kinds = {series.kind for study in (first, second) for series in study.series}
    if kinds == {"dicom"}:
        return _merge_dicom(first, second)
    series = {one.uid: one for one in first.series}
    for other in second.series:
        known = series.get(other.uid)
        series[other.uid] = other if known is None or other.kind != "picture" else _merge_pictures(known, other)
    return replace(first, series=tuple(series.values()))


def _merge_dicom(first: Study, second: Study) -> Study:
    files = _files(first) | _files(second)
    for whole in (first, second):
        if len(_files(whole)) == len(files):  # one part holds all of the other
            return whole
    headers = [header for path in files if (header := read_header(path)) is not None]
    (study,) = (study for study in dicom_studies(headers) if study.uid == first.uid)
    return study


def _files(study: Study) -> dict[Path, None]:
    return dict.fromkeys(instance.path for series in study.series for instance in series.instances)


def _merge_pictures(first: Series, second: Series) -> Series:
    def order(instance: Instance) -> tuple[object, ...]:
        return (natural(instance.path.name), instance.frame or 0)

    instances = tuple(sorted({*first.instances, *second.instances}, key=order))
    warnings = tuple(dict.fromkeys((*first.warnings, *second.warnings)))
    if first.stackable and second.stackable and (first.rows, first.columns) != (second.rows, second.columns):
        warnings = (
            *warnings,
            SeriesWarning("mixed-size", "The pictures have different sizes and are shown one by one"),
        )
    return replace(
        first,
        instances=instances,
        warnings=warnings,
        rows=max(first.rows, second.rows),
        columns=max(first.columns, second.columns),
        frames=len(instances),
    )
