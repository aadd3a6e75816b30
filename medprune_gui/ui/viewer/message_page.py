"""What stands where an image would be: what to do, what is going on, or what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from medprune_gui.ui.theme import BORDER, MUTED, TEXT, WARNING

_BAR_WIDTH = 240


class MessagePage(QWidget):
    """A title and a text in the middle of a frame, with a progress bar on demand.

    Parameters
    ----------
    background
        Colour behind the words.
    """

    def __init__(self, background: str = "#000000", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("messagePage")
        self.setStyleSheet(f"#messagePage {{ background: {background}; }}")
        self._frame = QFrame(self)
        self._frame.setObjectName("messageFrame")
        self._title = QLabel(self._frame)
        self._text = QLabel(self._frame)
        self._bar = QProgressBar(self._frame)
        self._bar.setTextVisible(False)
        self._bar.setMaximumSize(_BAR_WIDTH, 8)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(12, 12, 12, 12)
        inner.setSpacing(8)
        inner.addStretch()
        inner.addWidget(self._title)
        inner.addWidget(self._text)
        inner.addWidget(self._bar, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.addWidget(self._frame)

    def invite(self, title: str, text: str) -> None:
        """Say what to do next, in a dashed frame that stands for a place to drop things."""
        self._show(title, text, TEXT, f"2px dashed {BORDER}")

    def wait(self, title: str, text: str = "") -> None:
        """Say what is going on, with a busy bar."""
        self._show(title, text, TEXT, "none")
        self._bar.setRange(0, 0)
        self._bar.show()

    def progress(self, done: int, total: int) -> None:
        """Show how far it is; ``total`` 0: not known."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def fail(self, title: str, text: str) -> None:
        """Say what went wrong and what can be done."""
        self._show(title, text, WARNING, "none")

    @property
    def words(self) -> str:
        """Title and text, as they are shown."""
        return "\n".join(filter(None, (self._title.text(), self._text.text())))

    def _show(self, title: str, text: str, colour: str, border: str) -> None:
        self._frame.setStyleSheet(
            f"#messageFrame {{ border: {border}; border-radius: 8px; }}"
            f"#messageFrame > QLabel {{ color: {MUTED}; background: transparent; }}"
        )
        self._title.setText(title)
        self._title.setStyleSheet(f"color: {colour}; font-size: 13pt;")
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._bar.hide()
