"""The log of a run, which shows its end unless somebody reads further up."""

from __future__ import annotations

from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from medprune_gui.session.job_state import LogLine
from medprune_gui.ui import theme

_LOG_LINES = 2000


class LogView(QPlainTextEdit):
    """Lines of a log, warnings marked.

    Only the reader's own scrolling, by wheel, keys, bar or selecting, says whether the view is to follow the end;
    Qt moves the text for other reasons too, such as a change of size.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setMaximumBlockCount(_LOG_LINES)
        self.setMinimumHeight(60)
        self._last_line: LogLine | None = None
        self._follows = True
        # Wheel and scroll bar; the bar's value changes only after this.
        self.verticalScrollBar().actionTriggered.connect(self._reader_scrolled)

    def show_log(self, log: tuple[LogLine, ...]) -> None:
        """Add what is new in a log; one that does not go on from the lines here replaces them."""
        new: list[LogLine] = []
        for line in reversed(log):
            if line is self._last_line:
                break
            new.append(line)
        else:
            self.forget()
        if not new:
            return
        self._last_line = log[-1]
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        plain, warning = QTextCharFormat(), QTextCharFormat()
        plain.setForeground(QColor(theme.TEXT))
        warning.setForeground(QColor(theme.WARNING))
        cursor.beginEditBlock()
        for line in reversed(new):
            if not self.document().isEmpty():
                cursor.insertBlock()
            cursor.insertText(f"{_clock(line.seconds)}  {line.text}", warning if line.warning else plain)
        cursor.endEditBlock()
        self._follow()

    def forget(self) -> None:
        """Remove all lines and follow the next ones."""
        self.clear()
        self._last_line = None
        self._follows = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, and remember where to."""
        super().keyPressEvent(event)
        self._reader_scrolled()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a selection, which may have scrolled."""
        super().mouseReleaseEvent(event)
        self._reader_scrolled()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the end in view."""
        super().resizeEvent(event)
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring into view what came while the log was hidden."""
        super().showEvent(event)
        self._follow()

    def _reader_scrolled(self) -> None:
        bar = self.verticalScrollBar()
        self._follows = bar.sliderPosition() >= bar.maximum()

    def _follow(self) -> None:
        if self._follows:
            bar = self.verticalScrollBar()
            bar.setValue(bar.maximum())


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"
