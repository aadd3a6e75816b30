"""Studies in words and as JSON, for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medprune_gui.engine.imaging.study import LeftOut, Series, Study


def describe(studies: Sequence[Study], left_out: LeftOut | None = None) -> dict[str, Any]:
    """Return what a scan found as built-in types, ready for JSON.

    ``{"studies": [{..., "series": [{..., "geometry": {...}, "instances": [...], "warnings": [...]}]}], "left_out":
    {"damaged": [...], "no_image": [...]}}``; lengths in millimetres, null where a file does not tell.
    """
    return {
        "left_out": {
            "damaged": [str(file) for file in left_out.damaged] if left_out else [],
            "no_image": [str(file) for file in left_out.no_image] if left_out else [],
        },
        "studies": [
            {
                "uid": study.uid,
                "patient_name": study.patient_name,
                "patient_id": study.patient_id,
                "date": study.date,
                "description": study.description,
                "series": [_series(series) for series in study.series],
            }
            for study in studies
        ],
    }


def _series(series: Series) -> dict[str, Any]:
    return {
        "uid": series.uid,
        "kind": series.kind,
        "modality": series.modality,
        "description": series.description,
        "number": series.number,
        "date": series.date,
        "frames": series.frames,
        "phases": {
            "count": series.phases,
            "axis": series.phase_axis or None,
            "unit": series.phase_unit or None,
            "values": list(series.phase_values),
        },
        "files": len({instance.path for instance in series.instances}),
        "geometry": {
            "rows": series.rows,
            "columns": series.columns,
            "plane": series.plane or None,
            "spacing_mm": list(series.spacing_mm) if series.spacing_mm else None,
            "calibrated": series.spacing_mm is not None,
        },
        "warnings": [
            {"code": warning.code, "message": warning.message, "files": [str(file) for file in warning.files]}
            for warning in series.warnings
        ],
        "instances": [
            {
                "path": str(instance.path),
                "frame": instance.frame,
                "position_mm": list(instance.position_mm) if instance.position_mm else None,
                "instance_number": instance.instance_number,
            }
            for instance in series.instances
        ],
    }


def describe_text(studies: Sequence[Study], left_out: LeftOut | None = None) -> str:
    """Return what a scan found as lines to read: studies, series with their geometry, and warnings; files left out."""
    lines = []
    for study in studies:
        identifier = f"({study.patient_id})" if study.patient_id not in ("", study.patient_name) else ""
        patient = " ".join(filter(None, (study.patient_name, identifier)))
        lines.append(", ".join(filter(None, (patient, study.date, study.description))) or "Study without a name")
        for series in study.series:
            lines.append(f"  {_name(series)}: {_geometry(series)}")
            lines += [f"    Warning ({w.code}): {w.message}{_files(w.files)}" for w in series.warnings]
    if left_out is not None:
        if damaged := left_out.damaged:
            files = "1 file is" if len(damaged) == 1 else f"{len(damaged)} files are"
            lines.append(f"Left out: {files} damaged, or may not be opened{_files(damaged)}")
        if no_image := left_out.no_image:
            files = "1 file holds" if len(no_image) == 1 else f"{len(no_image)} files hold"
            lines.append(f"Left out: {files} no image (reports, plans, indexes, headers alone){_files(no_image)}")
    return "\n".join(lines)


def _name(series: Series) -> str:
    number = "" if series.number is None else str(series.number)
    head = " ".join(filter(None, (series.modality, number)))
    if head and series.description.startswith(f"{head} ("):  # a part of a series without a name is called so
        return series.description
    return " ".join(filter(None, (head, series.description))) or "Series without a name"


def _geometry(series: Series) -> str:
    count = series.frames // series.phases
    slices = "1 slice" if count == 1 else f"{count} slices"
    if series.kind == "picture":
        slices = "1 picture" if series.frames == 1 else f"{series.frames} pictures"
    size = "of up to" if not series.stackable else "of"
    parts = [f"{slices} {size} {series.columns} x {series.rows}"]
    if series.plane:
        parts.append(series.plane)
    if series.spacing_mm is None:
        parts.append("not calibrated")
    else:
        between_slices, between_rows, between_columns = series.spacing_mm
        parts.append(f"pixels {between_columns:.3g} x {between_rows:.3g} mm")
        if count > 1 and between_slices is not None:
            leaning = any(warning.code == "gantry-tilt" for warning in series.warnings)
            across = " at right angles to them" if leaning else ""
            parts.append(f"slices {between_slices:.3g} mm apart{across}")
    if series.phases > 1:
        parts.append(f"{series.phases} phases ({_phases(series)})")
    return ", ".join(parts)


def _phases(series: Series) -> str:
    """Return what tells the phases apart with their values, such as ``echo 10, 80 ms``."""
    values = [f"{value:.6g}" for value in series.phase_values]
    listed = ", ".join(values) if len(values) <= 6 else f"{', '.join(values[:3])}, ... {values[-1]}"
    return " ".join(filter(None, (series.phase_axis, listed, series.phase_unit)))


def _files(files: Sequence[Any]) -> str:
    """Return at most four file names, in brackets."""
    if not files:
        return ""
    more = f" and {len(files) - 4} more" if len(files) > 4 else ""
    return f" [{', '.join(file.name for file in files[:4])}{more}]"
