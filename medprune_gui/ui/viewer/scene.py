"""What a canvas shows, and how it is painted: image, overlays and words, apart from the widget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap, QTransform

from medprune_gui.engine.imaging.orientation import side_letters
from medprune_gui.engine.imaging.voi import automatic_window
from medprune_gui.engine.imaging.volume import Volume, Window
from medprune_gui.ui.viewer.annotations import AnnotationPainter, Annotations
from medprune_gui.ui.viewer.corner_texts import Counter, longest_reading, series_lines, slice_lines
from medprune_gui.ui.viewer.frame import FrameRenderer
from medprune_gui.ui.viewer.overlay import overlay_image
from medprune_gui.ui.viewer.view import Projection, View


@dataclass
class Scene:
    """A volume and how it is shown.

    Attributes
    ----------
    slice
        Index of the slice on display.
    view
        None: the whole image.
    labels, difference
        (slice, row, column), of the volume's shape.
    counter
        Which image of how many the volume is, where it is one of several.
    """

    volume: Volume
    window: Window
    slice: int = 0
    inverted: bool = False
    view: View | None = None
    labels: NDArray[np.uint8] | None = None
    difference: NDArray[np.bool_] | None = None
    counter: Counter | None = None

    def __post_init__(self) -> None:
        self._renderer = FrameRenderer(self.volume)

    @classmethod
    def of(cls, volume: Volume) -> Scene:
        """Return a volume's first look: the middle slice, fitted, in the file's window or an automatic one."""
        return cls(volume, first_window(volume), len(volume.array) // 2)

    def projection(self, size: QSizeF) -> Projection:
        """Return where the image lies in a widget of that size."""
        rows, columns = self.volume.array.shape[1:3]
        return Projection.of((rows, columns), self.volume.spacing_mm[1:], size, self.view)

    def paint(self, size: QSizeF, ratio: float, font: QFont, *, caption: str, opacity: float) -> tuple[QPixmap, QRectF]:
        """Paint the scene.

        Parameters
        ----------
        size
            In logical pixels.
        ratio
            Device pixels to a logical one.
        font
            Of the words.
        caption
            Title at the top centre.
        opacity
            Of the overlays; 0: not drawn.

        Returns
        -------
        tuple
            The picture, and the room that was kept for the readout.
        """
        pixmap = QPixmap((size * ratio).toSize())
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.black)
        projection = self.projection(size)
        painter = QPainter(pixmap)
        painter.setFont(font)
        self._paint_image(painter, projection, ratio)
        self._paint_overlay(painter, projection, ratio, opacity)
        room = AnnotationPainter(painter, QRectF(QPointF(), size)).paint(self._words(projection, caption))
        painter.end()
        return pixmap, room

    def _paint_image(self, painter: QPainter, projection: Projection, ratio: float) -> None:
        level = self._renderer.level_for(min(projection.scale_x, projection.scale_y) * ratio)
        image = self._renderer.image(self.slice, self.window, self.inverted, level)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(projection.transform(), combine=True)
        # A halved side was rounded up: the picture's last pixel may then reach beyond the image.
        source = QRectF(0, 0, projection.columns / 2**level, projection.rows / 2**level)
        painter.drawImage(QRectF(0, 0, projection.columns, projection.rows), image, source)
        painter.resetTransform()

    def _paint_overlay(self, painter: QPainter, projection: Projection, ratio: float, opacity: float) -> None:
        painted = overlay_image(
            None if self.labels is None else self.labels[self.slice],
            None if self.difference is None else self.difference[self.slice],
            projection.transform() * QTransform.fromScale(ratio, ratio),
            round(projection.size.width() * ratio),
            round(projection.size.height() * ratio),
            opacity,
            max(1, round(ratio)),
        )
        if painted is not None:
            image, corner = painted
            image.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(corner) / ratio, image)

    def _words(self, projection: Projection, caption: str) -> Annotations:
        volume = self.volume
        left, right = series_lines(volume)
        sides = side_letters(volume.affine_lps, volume.oriented)
        return Annotations(
            top_left=left,
            top_right=right,
            bottom_left=slice_lines(volume, self.slice, self.window, self.inverted, self.counter),
            letters=(sides.left, sides.right, sides.top, sides.bottom),
            caption=caption,
            pixels_per_cm=10.0 / min(volume.spacing_mm[1:]) * projection.view.zoom if volume.calibrated else 0.0,
            readout=longest_reading(volume),
        )


def first_window(volume: Volume) -> Window:
    """Return the file's first window, or an automatic one."""
    return volume.windows[0] if volume.windows else automatic_window(volume)
