"""Thin lines over an image: where other planes cut it, and the place of the crosshair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from medprune_gui.engine.imaging.volume import Volume
from medprune_gui.ui.theme import REFERENCE_LINE
from medprune_gui.ui.viewer.view import Projection

_GAP = 14.0  # screen pixels that stay free around the crosshair's place
_ARM = 10.0


@dataclass(frozen=True, slots=True)
class Guide:
    """A line in image coordinates (column, row) and its colour."""

    line: QLineF
    colour: str


@dataclass(frozen=True, slots=True)
class Guides:
    """Lines over an image.

    Attributes
    ----------
    lines
        Where other planes cut this one.
    place
        (column, row) of the crosshair's place, which stays free; None: there is none.
    mark
        Colour of a line along the top edge that tells which plane this is; empty: none.
    """

    lines: tuple[Guide, ...] = ()
    place: QPointF | None = None
    mark: str = ""

    def paint(self, painter: QPainter, projection: Projection) -> None:
        """Draw the lines one pixel wide, and a small cross where the place is on no line."""
        if self.mark:
            painter.fillRect(QRectF(0, 0, projection.size.width(), 3), QColor(self.mark))
        for colour, piece in self._pieces(projection):
            painter.setPen(QPen(QColor(0, 0, 0, 150), 3.0))
            painter.drawLine(piece)
            painter.setPen(QPen(QColor(colour), 1.0))
            painter.drawLine(piece)

    def rects(self, projection: Projection) -> list[QRect]:
        """Return the screen areas that the lines touch."""
        top = [QRect(0, 0, round(projection.size.width()), 3)]
        return top + [
            QRectF(piece.p1(), piece.p2()).normalized().toAlignedRect().adjusted(-3, -3, 3, 3)
            for _, piece in self._pieces(projection)
        ]

    def _pieces(self, projection: Projection) -> list[tuple[str, QLineF]]:
        transform = projection.transform()
        place = None if self.place is None else transform.map(self.place)
        pieces = [(guide.colour, piece) for guide in self.lines for piece in _without(transform.map(guide.line), place)]
        if place is not None and not self.lines:
            x, y = place.x(), place.y()
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                inner, outer = _ARM / 3, _ARM
                line = QLineF(x + dx * inner, y + dy * inner, x + dx * outer, y + dy * outer)
                pieces.append((REFERENCE_LINE, line))
        return [(colour, _on_pixels(line)) for colour, line in pieces]


def _without(line: QLineF, place: QPointF | None) -> list[QLineF]:
    """Return a line without what lies near a point."""
    length = line.length()
    if place is None or length < 1e-6:
        return [line]
    way = QPointF(line.dx() / length, line.dy() / length)
    away = place - line.p1()
    along = away.x() * way.x() + away.y() * way.y()
    aside = abs(away.x() * way.y() - away.y() * way.x())
    if aside > _GAP:
        return [line]
    pieces = []
    if along - _GAP > 0:
        pieces.append(QLineF(line.p1(), line.p1() + way * min(along - _GAP, length)))
    if along + _GAP < length:
        pieces.append(QLineF(line.p1() + way * max(along + _GAP, 0.0), line.p2()))
    return pieces


def _on_pixels(line: QLineF) -> QLineF:
    """Return an upright or level line on the middle of pixels, where it is sharp."""
    if abs(line.dx()) < 0.5:
        x = np.floor(line.x1()) + 0.5
        return QLineF(x, line.y1(), x, line.y2())
    if abs(line.dy()) < 0.5:
        y = np.floor(line.y1()) + 0.5
        return QLineF(line.x1(), y, line.x2(), y)
    return line


def slice_corners(volume: Volume, index: int) -> NDArray[np.float64]:
    """Return the outer corners of a slice, (4, 3) in LPS millimetres, one after the other around it."""
    rows, columns = volume.array.shape[1:3]
    ends = [(-0.5, -0.5), (-0.5, columns - 0.5), (rows - 0.5, columns - 0.5), (rows - 0.5, -0.5)]
    return volume.places_of([(index, row, column) for row, column in ends])


def cut(volume: Volume, index: int, corners: NDArray[np.float64]) -> QLineF | None:
    """Return where a flat quadrilateral cuts a slice, in image coordinates; None where it does not.

    Parameters
    ----------
    volume, index
        The slice on display.
    corners
        (4, 3) in LPS millimetres, as `slice_corners` gives them.
    """
    inverse = np.linalg.inv(volume.slice_affine(index))
    places = np.hstack([corners, np.ones((4, 1))]) @ inverse.T
    heights = places[:, 0]
    if np.ptp(heights) < 1e-6:
        return None  # parallel
    found: list[QPointF] = []
    for here in range(4):
        there = (here + 1) % 4
        if (heights[here] < 0) != (heights[there] < 0):
            share = heights[here] / (heights[here] - heights[there])
            _, row, column, _ = places[here] + share * (places[there] - places[here])
            found.append(QPointF(column + 0.5, row + 0.5))
    return QLineF(found[0], found[1]) if len(found) == 2 else None
