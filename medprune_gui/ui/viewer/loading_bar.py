"""A thin bar at the lower edge of an image that is not all there yet."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QProgressBar, QWidget

_HEIGHT_PX = 3


class LoadingBar(QProgressBar):
    """Lies over its parent's lower edge, so that the image does not change its size when it comes and goes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._image = parent
        self.setTextVisible(False)
        self.setFixedHeight(_HEIGHT_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # The theme's frame and corners would fill these few pixels.
        self.setStyleSheet("QProgressBar, QProgressBar::chunk { border: none; border-radius: 0; margin: 0; }")
        self.setAccessibleName(self.tr("Slices read"))
        parent.installEventFilter(self)
        self.hide()

    def begin(self, done: int, total: int) -> None:
        """Show how many slices of how many are there."""
        self.setRange(0, total)
        self.setValue(done)
        self._lie_down()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if event.type() == QEvent.Type.Resize:
            self._lie_down()
        return super().eventFilter(watched, event)

    def _lie_down(self) -> None:
        self.setGeometry(0, self._image.height() - _HEIGHT_PX, self._image.width(), _HEIGHT_PX)
