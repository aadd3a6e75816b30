"""Shares of the original that are kept, zeroed and removed, drawn as bars."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from medprune_gui.ui import theme


class BeforeAfterBar(QWidget):
    """Two bars of one scale: the original, and below it what is kept, zeroed and removed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept = self._zeroed = 0.0
        self._known = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for two thin bars."""
        return QSize(120, 17)

    def show_shares(self, kept: float, zeroed: float) -> None:
        """Show shares of the original, 0 to 1."""
        self._kept, self._zeroed, self._known = kept, zeroed, True
        self.update()

    def forget(self) -> None:
        """Show no shares."""
        self._known = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint both bars, dimmed while a new estimate is calculated."""
        painter = QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        width = float(self.width())
        if not self._known:
            painter.fillRect(QRectF(0, 0, width, 7), QColor(theme.RAISED))
            painter.fillRect(QRectF(0, 9, width, 7), QColor(theme.RAISED))
            return
        painter.fillRect(QRectF(0, 0, width, 7), QColor(theme.ORIGINAL))
        painter.fillRect(QRectF(0, 9, width, 7), QColor(theme.REMOVED))
        painter.fillRect(QRectF(0, 9, width * min(self._kept + self._zeroed, 1.0), 7), QColor(theme.ZEROED))
        painter.fillRect(QRectF(0, 9, width * min(self._kept, 1.0), 7), QColor(theme.PRUNED))
