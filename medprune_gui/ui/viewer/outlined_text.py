"""Outlined text and rulers as small pictures, made once: on an image, light with a dark rim.

Fonts go by their `QFont.key`, which tells them apart.
"""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from medprune_gui.ui.theme import TEXT

_AROUND = ((-1, -1), (-1, 1), (1, -1), (1, 1))
_RIM = 2


def outlined(
    painter: QPainter, rect: QRectF, text: str, font_key: str, align: Qt.AlignmentFlag
) -> tuple[QPointF, QPixmap]:
    """Draw light text with a dark rim, readable over bone and over air; return what was drawn, and where."""
    place, sprite = placed(rect, text, font_key, align, painter.device().devicePixelRatioF())
    painter.drawPixmap(place, sprite)
    return place, sprite


def placed(rect: QRectF, text: str, font_key: str, align: Qt.AlignmentFlag, ratio: float) -> tuple[QPointF, QPixmap]:
    """Return where and what `outlined` draws on something with ``ratio`` device pixels to a logical one."""
    sprite = _sprite(text, font_key, ratio)
    width, height = sprite.width() / ratio, sprite.height() / ratio
    left = rect.left() - _RIM
    if align & Qt.AlignmentFlag.AlignRight:
        left = rect.right() + _RIM - width
    elif align & Qt.AlignmentFlag.AlignHCenter:
        left = rect.center().x() - width / 2
    top = rect.center().y() - height / 2
    # On whole device pixels the sprite is copied, not resampled.
    return QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), sprite


@lru_cache(maxsize=512)
def _sprite(text: str, font_key: str, ratio: float) -> QPixmap:
    """Return text with its rim, on nothing: five drawings of a text cost more than one of a picture."""
    font = QFont()
    font.fromString(font_key)
    metrics = metrics_of(font_key)
    width = math.ceil(metrics.horizontalAdvance(text)) + 2 * _RIM + 1
    height = math.ceil(metrics.height()) + 2 * _RIM
    sprite = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    sprite.setDevicePixelRatio(ratio)
    sprite.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sprite)
    painter.setFont(font)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    rect = QRectF(_RIM, _RIM, width - 2 * _RIM, height - 2 * _RIM)
    painter.setPen(QColor(0, 0, 0, 220))
    for x, y in _AROUND:
        painter.drawText(rect.translated(x, y), flags, text)
    painter.setPen(QColor(TEXT))
    painter.drawText(rect, flags, text)
    painter.end()
    return sprite


@lru_cache(maxsize=16)
def metrics_of(font_key: str) -> QFontMetricsF:
    """Return the metrics of a font, given by `QFont.key`."""
    font = QFont()
    font.fromString(font_key)
    return QFontMetricsF(font)


@lru_cache(maxsize=16)
def bold(font_key: str) -> str:
    """Return the key of the bold font of a plain one."""
    font = QFont()
    font.fromString(font_key)
    font.setBold(True)
    return font.key()


@lru_cache(maxsize=1024)
def advance(text: str, font_key: str) -> float:
    """Return how wide a text is."""
    return metrics_of(font_key).horizontalAdvance(text)


@lru_cache(maxsize=64)
def ruler(length: float, steps: int, ratio: float) -> QPixmap:
    """Return a bar of ``length`` pixels with a tick at each step; it begins at (2, 7)."""
    sprite = QPixmap(math.ceil((length + 6) * ratio), math.ceil(11 * ratio))
    sprite.setDevicePixelRatio(ratio)
    sprite.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sprite)
    y = 7.5
    for pen in (QPen(QColor(0, 0, 0, 220), 3.0), QPen(QColor(TEXT), 1.0)):
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(2, y), QPointF(2 + length, y))
        for step in range(steps + 1):
            x = round(2 + length * step / steps)
            tick = 5.0 if step in (0, steps) else 3.0
            painter.drawLine(QPointF(x, y - tick), QPointF(x, y))
    painter.end()
    return sprite
