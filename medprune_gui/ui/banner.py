"""A line above the window's content that says what went wrong and what to do; it never blocks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from medprune_gui.engine.records import ErrorRecord
from medprune_gui.ui.theme import BACKGROUND, WARNING


class Banner(QFrame):
    """Shows one message until it is closed or replaced.

    ``closed`` is emitted when the reader closes it.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setStyleSheet(f"#banner {{ background: {BACKGROUND}; border-left: 4px solid {WARNING}; }}")
        self.label = QLabel(self)
        self.label.setObjectName("banner_text")
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QPushButton(self.tr("Close"), self)
        close.setAccessibleName(self.tr("Close this message"))
        close.clicked.connect(self._close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self.label, 1)
        layout.addWidget(close)
        self._about = ""
        self.hide()

    @property
    def text(self) -> str:
        """The message on display; empty when there is none."""
        return "" if self.isHidden() else self.label.text()

    def show_error(self, error: ErrorRecord, about: str = "") -> None:
        """Show what happened, where, and the way out; ``about`` is for `over`."""
        self.show_text(str(error), about)

    def show_text(self, text: str, about: str = "") -> None:
        """Show a message; ``about`` is for `over`."""
        self._about = about
        self.label.setText(text)
        self.show()

    def over(self, about: str) -> None:
        """Take the message away if it is about something that has gone well since."""
        if about == self._about:
            self.hide()

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
