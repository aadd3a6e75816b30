"""What the phases of a series are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from medprune_gui.engine.imaging import Series


def phase_name(series: Series | None) -> str:
    """Return what tells the phases of a series apart, such as "Echo"."""
    names = {"echo": _tr("Echo"), "time": _tr("Time"), "diffusion": _tr("b-value")}
    return names.get("" if series is None else series.phase_axis, _tr("Phase"))


def phase_values(series: Series | None) -> tuple[str, ...]:
    """Return the value of each phase, such as "4.6 ms"; nothing where it has no unit."""
    if series is None or not series.phase_unit:
        return ()
    return tuple(f"{value:.6g} {series.phase_unit}" for value in series.phase_values)


def _tr(text: str) -> str:
    return QCoreApplication.translate("SeriesDisplay", text)
