"""Small pictures for the study browser."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPen, QPixmap, QPolygonF

from medprune_gui.ui.theme import BACKGROUND, BORDER, WARNING

ICON_SIZE = QSize(56, 56)


def thumbnail_icon(pixels: NDArray[np.uint8] | None, ratio: float = 1.0) -> QIcon:
    """Return a picture (row, column) or (row, column, 3), centred on black; None: an empty frame."""
    size = ICON_SIZE * ratio
    pixmap = QPixmap(size)
    pixmap.fill(QColor(BACKGROUND if pixels is None else Qt.GlobalColor.black))
    painter = QPainter(pixmap)
    if pixels is not None:
        pixels = np.ascontiguousarray(pixels)
        rows, columns = pixels.shape[:2]
        kind = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
        image = QImage(pixels.data, columns, rows, pixels.strides[0], kind)
        fitted = image.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(QPointF(), fitted.toSizeF())
        target.moveCenter(QRectF(pixmap.rect()).center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, image)
    painter.setPen(QPen(QColor(BORDER), 1))
    painter.drawRect(pixmap.rect().adjusted(0, 0, -1, -1))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # or the style tints a selected picture
    return icon


def warning_icon(ratio: float = 1.0) -> QIcon:
    """Return a triangle with an exclamation mark."""
    pixmap = QPixmap(QSize(16, 16) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(WARNING), 1.5, j=Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(QColor(WARNING))
    painter.drawPolygon(QPolygonF([QPointF(8, 2), QPointF(14.5, 13.5), QPointF(1.5, 13.5)]))
    painter.setPen(QPen(QColor(BACKGROUND), 1.8, c=Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(8, 6), QPointF(8, 9.5))
    painter.drawPoint(QPointF(8, 12))
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
