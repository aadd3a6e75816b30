"""A few words over the window's content that go by themselves, such as that a file was saved."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from medprune_gui.ui.theme import BORDER, PANEL, TEXT

_SHOWN_MS = 5000
_ABOVE_BOTTOM_PX = 1  # over the slider, off the words in an image's corners
_MOST_WIDTH = 0.9  # of the window's content


class PassingNote(QLabel):
    """Shows words at the bottom for some seconds; nothing moves for it, and the mouse passes through it.

    Parameters
    ----------
    parent
        Over whose content the words stand.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self.setObjectName("passing_note")
        self.setStyleSheet(
            f"#passing_note {{ background: {PANEL}; color: {TEXT}; border: 1px solid {BORDER};"
            " border-radius: 4px; padding: 1px 10px; }"
        )
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = ""
        self._end = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._end.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def words(self) -> str:
        """What is said now; empty when nothing is."""
        return "" if self.isHidden() else self._words

    def say(self, words: str) -> None:
        """Show words for some seconds, in the place of those before."""
        self._words = words
        self._place()
        self.show()
        self.raise_()
        self._end.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        around = self._around
        room = int(around.width() * _MOST_WIDTH) - 24
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, room))
        self.adjustSize()
        self.move((around.width() - self.width()) // 2, max(0, around.height() - self.height() - _ABOVE_BOTTOM_PX))
