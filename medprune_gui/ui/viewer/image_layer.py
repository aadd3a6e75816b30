"""Paints the image of a slice, and keeps what it looks like on the screen while that is the same."""

from __future__ import annotations

import math
from collections.abc import Hashable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from medprune_gui.engine.imaging.volume import Window
from medprune_gui.ui.viewer.frame import FrameRenderer
from medprune_gui.ui.viewer.looking_ahead import look_ahead
from medprune_gui.ui.viewer.view import Projection

_ROOM = 128  # device pixels around what is seen, so that not every move of it needs another picture


class ImageLayer:
    """Paints slices of one renderer's volume.

    Bringing a slice to the size of the screen takes most of the time of a repaint. So an image that is painted for a
    second time as it was, or moved by whole pixels of the screen, as under a measurement that is drawn or under a hand
    that pans, is kept at that size and copied from then on. One whose grey levels, slice or zoom change with every
    repaint is not: keeping it would cost more than it saves.
    """

    def __init__(self, renderer: FrameRenderer) -> None:
        self._renderer = renderer
        self._key: tuple[Hashable, ...] = ()
        self._kept: tuple[QImage, QRect] | None = None  # with where it lies, from the image's first device pixel on

    @property
    def keeps(self) -> bool:
        """Whether the image is kept at the size of the screen."""
        return self._kept is not None

    def paint(
        self,
        painter: QPainter,
        projection: Projection,
        ratio: float,
        shown: tuple[int, Window, bool],
        *,
        whole: bool,
    ) -> None:
        """Paint the image, and black around it.

        Parameters
        ----------
        ratio
            Device pixels to a logical one.
        shown
            Index of the slice, its window, and whether grey levels are turned round.
        whole
            Whether all of it is to be painted, and not only some parts of the widget that have changed.
        """
        level = self._renderer.level_for(min(projection.scale_x, projection.scale_y) * ratio)
        target = projection.transform().mapRect(QRectF(0, 0, projection.columns, projection.rows))
        screen = QRect(QPoint(), projection.size.toSize())
        # One pixel under the image's edge, which may lie between two.
        for around in _around(screen, target.adjusted(1, 1, -1, -1).toRect().intersected(screen)):
            painter.fillRect(around, Qt.GlobalColor.black)
        seen = target.intersected(QRectF(screen))
        if seen.isEmpty():
            return  # moved out of sight
        first = QPoint(*(math.floor(edge * ratio + 1e-6) for edge in (target.x(), target.y())))
        within = (round(target.x() * ratio - first.x(), 4), round(target.y() * ratio - first.y(), 4))
        key = (shown, level, projection.scale_x, projection.scale_y, ratio, within)
        needed = _device_rect(seen, ratio).translated(-first)
        if whole and key == self._key and not (self._kept and self._kept[1].contains(needed)):
            room = needed.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)
            rect = room.intersected(_device_rect(target, ratio).translated(-first))
            self._kept = (self._at_screen_size(projection, rect.translated(first), ratio, shown, level), rect)
        elif whole and key != self._key:
            self._key, self._kept = key, None
        if key == self._key and self._kept is not None and self._kept[1].contains(needed):
            image, rect = self._kept
            painter.save()
            painter.scale(1 / ratio, 1 / ratio)
            painter.drawImage(rect.topLeft() + first, image)
            painter.restore()
        else:
            self._draw(painter, projection, seen, shown, level)
        look_ahead(self._renderer, shown[0], level)

    def _at_screen_size(
        self, projection: Projection, rect: QRect, ratio: float, shown: tuple[int, Window, bool], level: int
    ) -> QImage:
        """Return what the image looks like in an area in device pixels."""
        image = QImage(rect.size(), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.black)
        area = QRectF(QPointF(rect.topLeft()) / ratio, rect.size().toSizeF() / ratio)
        painter = QPainter(image)
        painter.scale(ratio, ratio)
        painter.translate(-area.topLeft())
        self._draw(painter, projection, area, shown, level)
        painter.end()
        return image

    def _draw(
        self, painter: QPainter, projection: Projection, area: QRectF, shown: tuple[int, Window, bool], level: int
    ) -> None:
        """Draw at least what lies within an area of the widget."""
        # From pixels of the halved picture to the widget's.
        transform = QTransform.fromScale(2**level, 2**level) * projection.transform()
        seen = transform.inverted()[0].mapRect(area).toAlignedRect()
        image, part = self._renderer.part(*shown, level, seen)
        # A halved side was rounded up: the picture's last pixel may then reach beyond the image.
        source = QRectF(part).intersected(QRectF(0, 0, projection.columns / 2**level, projection.rows / 2**level))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(transform.mapRect(source), image, source.translated(QPointF(-part.topLeft())))


def _device_rect(rect: QRectF, ratio: float) -> QRect:
    """Return the device pixels that a logical rectangle touches."""
    return QRectF(rect.topLeft() * ratio, rect.size() * ratio).toAlignedRect()


def _around(whole: QRect, inside: QRect) -> tuple[QRect, ...]:
    """Return what of a rectangle lies around another one within it."""
    if inside.isEmpty():
        return (whole,)
    return (
        QRect(whole.left(), whole.top(), whole.width(), inside.top() - whole.top()),
        QRect(whole.left(), inside.bottom() + 1, whole.width(), whole.bottom() - inside.bottom()),
        QRect(whole.left(), inside.top(), inside.left() - whole.left(), inside.height()),
        QRect(inside.right() + 1, inside.top(), whole.right() - inside.right(), inside.height()),
    )
