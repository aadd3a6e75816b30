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
        self._named: ErrorRecord | None = None  # an error whose place may name a patient
        self._personal = True
        self.hide()

    @property
    def text(self) -> str:
        """The message on display; empty when there is none."""
        return "" if self.isHidden() else self.label.text()

    def show_error(self, error: ErrorRecord, about: str = "", *, of_images: bool = False) -> None:
        """Show what happened, where, and the way out.

        Parameters
        ----------
        about
            For `over`.
        of_images
            Whether the place is one of images, which may name a patient.
        """
        named = error if of_images else None
        self.show_text(str(error if self._personal or not of_images else error.without_place()), about)
        self._named = named

    def set_personal(self, personal: bool) -> None:
        """Name places of images, or do not."""
        self._personal = personal
        if self._named is not None:
            self.label.setText(str(self._named if personal else self._named.without_place()))

    def show_text(self, text: str, about: str = "") -> None:
        """Show a message; ``about`` is for `over`."""
        self._about, self._named = about, None
        self.label.setText(text)
        self.show()

    def over(self, about: str) -> None:
        """Take the message away if it is about something that has gone well since."""
        if about == self._about:
            self.hide()

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
