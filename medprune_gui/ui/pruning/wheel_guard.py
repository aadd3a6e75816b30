"""Scrolling the panel must not change a setting that passes under the cursor."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QWidget


class WheelGuard(QObject):
    """Hands the wheel on to the scroll area unless the control has the keyboard focus."""

    def guard(self, widget: QWidget) -> None:
        """Guard every combo box, spin box and slider below a widget."""
        for control in widget.findChildren(QWidget):
            if isinstance(control, QComboBox | QAbstractSpinBox | QAbstractSlider):
                control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep wheel events from controls without focus."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
