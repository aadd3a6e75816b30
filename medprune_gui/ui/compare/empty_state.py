"""What a view shows while it has nothing to show: what it is for, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget


class EmptyState(QWidget):
    """A quiet message in the middle of the space.

    Parameters
    ----------
    title
        What is not there yet.
    hint
        What to do next.
    low
        The space is a low one: keep to narrow margins.
    """

    def __init__(self, title: str, hint: str, parent: QWidget | None = None, *, low: bool = False) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        margin = 8 if low else 24
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(4 if low else 8)
        layout.addStretch(2)
        self.heading = QLabel(title)
        font = self.heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        self.heading.setFont(font)
        self.hint = QLabel(hint)
        self.hint.setProperty("muted", True)
        for label in (self.heading, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
            layout.addWidget(label)
        layout.addStretch(3)
        self.setAccessibleName(f"{title}. {hint}")

    def say(self, title: str, hint: str) -> None:
        """Show other words."""
        self.heading.setText(title)
        self.hint.setText(hint)
        self.setAccessibleName(f"{title}. {hint}")
