"""A series in a few words, for the list of studies."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from medprune_gui.engine.imaging import Series


def series_name(series: Series, *, personal: bool = True) -> str:
    """Return what a series is called; where no ``personal`` data are shown, by its number only.

    Descriptions are free text, and files are often named after patients, see `personal_elements`.
    """
    number = "" if series.number is None else series.number
    return ((series.description if personal else "") or _tr("Series {0}").format(number)).strip()


def series_title(series: Series, *, personal: bool = True) -> str:
    """Return a name, and below it modality and number of slices."""
    name = series_name(series, personal=personal)
    return f"{name}\n{'  '.join(filter(None, (series.modality, _count(series))))}"


def series_facts(series: Series, *, personal: bool = True) -> str:
    """Return the lines of a tooltip: name and date (where ``personal`` data are shown), size, plane and spacing."""
    lines = [
        series.description if personal else "",
        series.date if personal else "",
        f"{series.columns} x {series.rows} x {series.frames}",
        series.plane,
    ]
    if series.spacing_mm is not None:
        slices, rows, columns = series.spacing_mm
        known = (columns, rows) if slices is None else (columns, rows, slices)
        lines.append(f"{' x '.join(f'{length:.3g}' for length in known)} mm")
    return "\n".join(filter(None, lines))


def _count(series: Series) -> str:
    count = series.frames // series.phases
    if series.kind == "picture":
        words = _tr("1 picture") if count == 1 else _tr("{0} pictures").format(count)
    else:
        words = _tr("1 slice") if count == 1 else _tr("{0} slices").format(count)
    return words if series.phases == 1 else f"{series.phases} \N{MULTIPLICATION SIGN} {words}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("StudyTree", text)
