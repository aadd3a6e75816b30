"""A part of the pruning section: some rows that show ``session.pruning`` and hand on what the user changes of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QSpinBox, QWidget

from medprune_gui.session.session import Session


class PlanPart(QObject):
    """Rows of a form.

    Parameters
    ----------
    session
        Read: ``pruning``, and ``certificate`` where the original's size is needed.
    change
        Takes what the user changed of `PruningConfig`, by name.
    """

    def __init__(self, session: Session, change: Callable[..., None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._change = change

    @staticmethod
    def _add_rows(form: QFormLayout, *rows: tuple[str, QWidget]) -> None:
        """Add a labelled row per control."""
        for label, control in rows:
            control.setAccessibleName(label)
            form.addRow(label, control)

    @staticmethod
    def _whole(name: str, low: int, high: int, tooltip: str) -> QSpinBox:
        """Return a box for a whole number that is handed on when it was typed in full."""
        spin = QSpinBox()
        spin.setRange(low, high)
        _describe(spin, name, tooltip)
        return spin

    @staticmethod
    def _decimal(name: str, low: float, high: float, tooltip: str) -> QDoubleSpinBox:
        """Return a box for a number with three decimals that is handed on when it was typed in full."""
        spin = QDoubleSpinBox()
        spin.setDecimals(3)
        spin.setRange(low, high)
        spin.setSingleStep(0.05)
        _describe(spin, name, tooltip)
        return spin


def _describe(spin: QSpinBox | QDoubleSpinBox, name: str, tooltip: str) -> None:
    spin.setObjectName(f"{name}_spin")
    spin.setKeyboardTracking(False)
    spin.setToolTip(tooltip)
