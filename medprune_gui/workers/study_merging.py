"""Studies that were opened one after another, as if they had been opened at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
    parts: dict[str, dict[Study, None]] = defaultdict(dict)
    for study in studies:
        parts[_shared_uid(study)][study] = None
    return tuple(study for own in parts.values() for study in _merge(list(own)))


def _shared_uid(study: Study) -> str:
    """Return the UID in the files: of patients that carry the same one, all but the first have a suffix to it."""
    dicom = all(series.kind == "dicom" for series in study.series)
    return study.uid.partition("#")[0] if dicom else study.uid


def _merge(parts: Sequence[Study]) -> list[Study]:
    first = parts[0]
    if len(parts) == 1:
        return [first]
    if {series.kind for part in parts for series in part.series} == {"dicom"}:
        return _merge_dicom(parts)
    alike: dict[str, list[Series]] = defaultdict(list)
    for part in parts:
        for series in part.series:
            alike[series.uid].append(series)
    return [replace(first, series=tuple(_merge_pictures(own) for own in alike.values()))]


def _merge_dicom(parts: Sequence[Study]) -> list[Study]:
    files = {path: None for part in parts for path in _files(part)}
    for whole in parts:
        if len(_files(whole)) == len(files):  # one part holds all of the others
            return [whole]
    # Once for all parts: files that were dropped one by one would otherwise be read again with each.
    headers = [header for path in files if (header := read_header(path)) is not None]
    return dicom_studies(headers)


def _files(study: Study) -> dict[Path, None]:
    return dict.fromkeys(instance.path for series in study.series for instance in series.instances)


def _merge_pictures(parts: Sequence[Series]) -> Series:
    def order(instance: Instance) -> tuple[object, ...]:
        return (natural(instance.path.name), instance.frame or 0)

    last = parts[-1]
    if len(parts) == 1 or last.kind != "picture":
        return last
    instances = tuple(sorted({instance for part in parts for instance in part.instances}, key=order))
    warnings = tuple(dict.fromkeys(warning for part in parts for warning in part.warnings))
    if all(part.stackable for part in parts) and len({(part.rows, part.columns) for part in parts}) > 1:
        warnings = (
            *warnings,
            SeriesWarning("mixed-size", "The pictures have different sizes and are shown one by one"),
        )
    return replace(
        parts[0],
        instances=instances,
        warnings=warnings,
        rows=max(part.rows for part in parts),
        columns=max(part.columns for part in parts),
        frames=len(instances),
    )
