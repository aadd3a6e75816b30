"""What a measurement says, in words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from medprune_gui.engine.imaging.measuring import Findings, MeasurementKind
from medprune_gui.ui.viewer.corner_texts import number

MEASURING_KEYS: Mapping[MeasurementKind, str] = {
    "length": "D",
    "angle": "A",
    "rectangle": "B",
    "ellipse": "E",
    "probe": "P",
}
"""The key that chooses each figure: distance, angle, box, ellipse, probe."""


def kind_name(kind: MeasurementKind) -> str:
    """Return what a kind of measurement is called."""
    return {
        "probe": _tr("Probe"),
        "length": _tr("Length"),
        "angle": _tr("Angle"),
        "rectangle": _tr("Rectangle"),
        "ellipse": _tr("Ellipse"),
    }[kind]


def findings_lines(findings: Findings) -> tuple[str, ...]:
    """Return what a measurement found, the most important line first.

    Lengths have a tenth of a millimetre, areas a tenth of a square millimetre below 100; nothing on a screen is
    measured finer than that.
    """
    unit = findings.length_unit
    lines = []
    if findings.length is not None:
        lines.append(f"{findings.length:.1f} {unit}")
    if findings.angle_degrees is not None:
        lines.append(f"{findings.angle_degrees:.1f}\N{DEGREE SIGN}")
    if findings.area is not None:
        area = f"{findings.area:.1f}" if findings.area < 100 else f"{findings.area:.0f}"
        lines.append(f"{area} {unit}\N{SUPERSCRIPT TWO}")
    if findings.mean is not None:
        value_unit = f" {findings.value_unit}" if findings.value_unit else ""
        if findings.sd is None or findings.minimum is None or findings.maximum is None:
            lines.append(f"{number(findings.mean)}{value_unit}")
        else:
            lines.append(
                _tr("Mean {0}  SD {1}").format(number(findings.mean), number(findings.sd)) + value_unit,
            )
            lines.append(_tr("Min {0}  Max {1}").format(number(findings.minimum), number(findings.maximum)))
    return tuple(lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Measurements", text)
