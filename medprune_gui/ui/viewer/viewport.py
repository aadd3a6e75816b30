"""One place of the grid: an image, or words where there is none, and what is to be loaded into it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from medprune_gui.engine.imaging import Series
from medprune_gui.ui import theme
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.message_page import MessagePage
from medprune_gui.ui.viewer.series_display import SeriesDisplay

# Focus that the toolkit moves, because what had it is hidden, is no turn of the user's.
_TURNS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.MouseFocusReason)


class Viewport(QWidget):
    """A canvas with a message page behind it, and a frame that tells whether it is the active one.

    Attributes
    ----------
    display
        Loads a series and shows it.
    plane
        The plane of a volume that it shows; empty: the slices as they are stored.
    straightened
        Whether the volume on display was made from the one that was read.
    """

    touched = Signal()

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane = ""
        self.straightened = False
        self._framed = False
        self._active = False
        self.canvas = ImageCanvas(self)
        self.canvas.setAccessibleName(self.tr("Image {0}").format(number))
        self.message = MessagePage(parent=self)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.message)
        self.pages.addWidget(self.canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        self.display = SeriesDisplay(self.canvas, self.message)
        self.display.shown_changed.connect(self._show_page)
        for part in (self, self.canvas, self.message):
            part.installEventFilter(self)

    @property
    def series(self) -> Series | None:
        """The series on display, or being read."""
        return self.display.series

    def invite(self) -> None:
        """Say how images come here."""
        self.message.invite(self.tr("Empty"), self.tr("Choose a series in the list, or drag one here."))
        self.pages.setCurrentWidget(self.message)

    def show_image(self) -> None:
        """Show the canvas."""
        self.pages.setCurrentWidget(self.canvas)

    def _show_page(self, shown: bool) -> None:
        self.pages.setCurrentWidget(self.canvas if shown else self.message)

    def set_frame(self, framed: bool, active: bool) -> None:
        """Draw a frame, in the accent colour where this viewport is the active one."""
        if (framed, active) != (self._framed, self._active):
            self._framed, self._active = framed, active
            margin = 2 if framed else 0
            layout = self.layout()
            assert layout is not None
            layout.setContentsMargins(margin, margin, margin, margin)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the frame."""
        if self._framed:
            painter = QPainter(self)
            painter.fillRect(self.rect(), QColor(theme.ACCENT if self._active else theme.BACKGROUND))
            painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that somebody turns to this viewport."""
        if event.type() == QEvent.Type.MouseButtonPress or (
            isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() in _TURNS
        ):
            self.touched.emit()
        return super().eventFilter(watched, event)
