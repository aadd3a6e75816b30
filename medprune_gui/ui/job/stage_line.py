"""The stages of a run as a line of dots, the present one marked."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from medprune_gui.ui import theme

# What the engine calls a stage -> its place on the line.
_PLACES = {
    "data": 0,
    "train": 1,
    "analyse": 2,
    "prune": 2,
    "fine-tune": 3,
    "evaluate": 4,
    "latency": 4,
    "report": 5,
}


class StageLine(QWidget):
    """Data, Train, Prune, Fine-tune, Evaluate, Report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles = (
            self.tr("Data"),
            self.tr("Train"),
            self.tr("Prune"),
            self.tr("Fine-tune"),
            self.tr("Evaluate"),
            self.tr("Report"),
        )
        self._current = -1
        self._stopped = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def current(self) -> int:
        """Index of the present stage; -1: none yet, ``len(titles)``: all done."""
        return self._current

    def show_stage(self, stage: str | None, *, finished: bool = False, stopped: bool = False) -> None:
        """Mark a stage by the engine's name for it.

        Parameters
        ----------
        stage
            None: nothing has begun. An unknown stage leaves the mark where it is.
        finished
            All stages are done.
        stopped
            The run broke off in this stage.
        """
        place = -1 if stage is None else _PLACES.get(stage, self._current)
        self._current = len(self.titles) if finished else place
        self._stopped = stopped
        name = self.titles[place] if 0 <= self._current < len(self.titles) else ""
        self.setAccessibleName(self.tr("Stage: {name}").format(name=name) if name else self.tr("Stages of the run"))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a dot and a word below it."""
        return QSize(360, 22 + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Words are cut short before the line gets wider."""
        return QSize(180, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the line, its dots and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = self.width() / len(self.titles)
        y = 10.0
        font = self.font()
        bold = self.font()
        bold.setBold(True)
        widest = max(QFontMetricsF(bold).horizontalAdvance(title) for title in self.titles)
        if widest > step - 4:
            # Smaller words rather than cut ones, as far as they can be read.
            size = max(font.pointSizeF() * (step - 4) / widest, 6.5)
            font.setPointSizeF(size)
            bold.setPointSizeF(size)
        accent = QColor(theme.WARNING if self._stopped else theme.ACCENT)
        for place, title in enumerate(self.titles):
            x = (place + 0.5) * step
            done, present = place < self._current, place == self._current
            if place:
                reached = place <= self._current
                painter.setPen(QPen(QColor(theme.ACCENT if reached else theme.BORDER), 2))
                painter.drawLine(QPointF(x - step + 9, y), QPointF(x - 9, y))
            painter.setPen(QPen(accent if present else QColor(theme.ACCENT if done else theme.REMOVED), 2))
            painter.setBrush(accent if present else QColor(theme.ACCENT) if done else QColor(theme.PANEL))
            radius = 6.5 if present else 4.5
            painter.drawEllipse(QPointF(x, y), radius, radius)
            colour = theme.WARNING if present and self._stopped else theme.TEXT if present or done else theme.MUTED
            painter.setFont(bold if present else font)
            painter.setPen(QColor(colour))
            metrics = QFontMetricsF(painter.font())
            words = metrics.elidedText(title, Qt.TextElideMode.ElideRight, step - 2)
            area = QRectF(x - step / 2, y + 9, step, metrics.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)
