"""What is wrong with the series on display, at hand above its image."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QMenu, QWidget, QWidgetAction

_WIDTH = 440


class WarningsMenu(QMenu):
    """One paragraph a fault."""

    def show_messages(self, messages: Sequence[str]) -> None:
        """Say other things."""
        self.clear()
        for message in messages:
            action = QWidgetAction(self)
            action.setText(message)
            action.setDefaultWidget(_paragraph(message, self))
            self.addAction(action)


def _paragraph(message: str, parent: QWidget) -> QLabel:
    label = QLabel(message, parent)
    label.setWordWrap(True)
    label.setContentsMargins(12, 5, 12, 5)
    label.setFixedSize(_WIDTH, label.heightForWidth(_WIDTH))
    return label
