"""Measurements drawn over an image, at the screen's resolution."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from medprune_gui.engine.imaging.measuring import MeasurementKind
from medprune_gui.ui.theme import MEASURED, MEASURED_SELECTED
from medprune_gui.ui.viewer.measuring.word_places import Block, place_blocks
from medprune_gui.ui.viewer.outlined_text import advance, metrics_of, outlined

HANDLE = 4.0
_REACH = 8.0
_STEPS = 16  # a line is so many small squares to the words of others
_RIM = QColor(0, 0, 0, 200)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A measurement on the screen.

    Attributes
    ----------
    points
        In the widget's coordinates; may still be fewer than the kind has.
    lines
        What it says.
    selected
        Drawn brighter, with handles.
    """

    kind: MeasurementKind
    points: tuple[QPointF, ...]
    lines: tuple[str, ...] = ()
    selected: bool = False


def paint_measurements(painter: QPainter, area: QRectF, drawn: Sequence[Drawn], taken: Sequence[QRectF] = ()) -> None:
    """Draw measurements with their words, each with a dark rim so that it is seen on bone and on air.

    Words that have no room are left out: the list of measurements has them all.

    Parameters
    ----------
    painter
        Active, with the widget's font.
    area
        Of the widget; words stay within it.
    taken
        Where other words are, which stay readable.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for each in drawn:
        colour = QColor(MEASURED_SELECTED if each.selected else MEASURED)
        for pen in (QPen(_RIM, 3.5), QPen(colour, 1.5)):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            _figure(painter, each)
        if each.selected:
            _handles(painter, each, colour)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    _words(painter, area, drawn, taken)


def grabbed(drawn: Sequence[Drawn], at: QPointF) -> tuple[int, int | None] | None:
    """Return what lies under the pointer: (index, point), point None for the figure itself; None: nothing.

    Points come before lines, and what was drawn later before what lies below it.
    """
    near = [
        (_distance(point, at), -index, number)
        for index, each in enumerate(drawn)
        for number, point in enumerate(each.points)
    ]
    closest = min(near, default=None)
    if closest is not None and closest[0] <= _REACH:
        return -closest[1], closest[2]
    for index in range(len(drawn) - 1, -1, -1):
        if _on_outline(drawn[index], at):
            return index, None
    return None


def _figure(painter: QPainter, each: Drawn) -> None:
    points = each.points
    if each.kind == "probe" or len(points) == 1:
        place = points[0]
        for step in (QPointF(5, 0), QPointF(0, 5)):
            painter.drawLine(place - step, place + step)
    elif each.kind in ("length", "angle"):
        painter.drawPolyline(list(points))
        if each.kind == "length":
            _ends(painter, points)
    elif each.kind == "rectangle":
        painter.drawRect(QRectF(points[0], points[-1]).normalized())
    else:
        painter.drawEllipse(QRectF(points[0], points[-1]).normalized())


def _ends(painter: QPainter, points: tuple[QPointF, ...]) -> None:
    """Draw short strokes across both ends of a line, as on a ruler."""
    way = points[1] - points[0]
    length = _distance(points[0], points[1])
    if length == 0.0:
        return
    across = QPointF(-way.y(), way.x()) / length * 4.0
    for end in points:
        painter.drawLine(end - across, end + across)


def _handles(painter: QPainter, each: Drawn, colour: QColor) -> None:
    painter.setPen(QPen(_RIM, 1.0))
    painter.setBrush(colour)
    for point in each.points:
        painter.drawEllipse(point, HANDLE, HANDLE)


def _words(painter: QPainter, area: QRectF, drawn: Sequence[Drawn], taken: Sequence[QRectF]) -> None:
    """Write beside each figure what it found; the one that is chosen has the first choice of places."""
    font = painter.font().key()
    height = metrics_of(font).height()
    speaking = sorted((each for each in drawn if each.lines), key=lambda each: not each.selected)
    written = [_forms(each.lines) for each in speaking]
    blocks = [_block(each, forms, font) for each, forms in zip(speaking, written, strict=True)]
    for forms, place in zip(written, place_blocks(area, taken, blocks, height), strict=True):
        if place is not None:
            for row, line in enumerate(forms[place.form][: place.lines]):
                rect = QRectF(place.rect.left(), place.rect.top() + row * height, place.rect.width(), height)
                outlined(painter, rect, line, font, Qt.AlignmentFlag.AlignLeft)


def _forms(lines: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return lines as they are, and as narrow ones: what two spaces part has a line of its own."""
    narrow = tuple(part for line in lines for part in line.split("  "))
    return (lines,) if narrow == lines else (lines, narrow)


def _block(each: Drawn, forms: tuple[tuple[str, ...], ...], font: str) -> Block:
    bounds = QPolygonF(list(each.points)).boundingRect()
    corner = each.kind == "angle" and len(each.points) > 1
    figure = [bounds.adjusted(-HANDLE, -HANDLE, HANDLE, HANDLE)]
    if each.kind in ("length", "angle"):
        figure = [
            QRectF(start + (end - start) * step / _STEPS, QSizeF()).adjusted(-HANDLE, -HANDLE, HANDLE, HANDLE)
            for start, end in itertools.pairwise(each.points)
            for step in range(_STEPS + 1)
        ]
    widths = tuple(tuple(advance(line, font) + 2.0 for line in lines) for lines in forms)
    return Block(bounds, (each.points[1] if corner else bounds.center()).y(), widths, tuple(figure))


def _on_outline(each: Drawn, at: QPointF) -> bool:
    points = each.points
    if each.kind in ("length", "angle"):
        return any(_to_line(a, b, at) <= _REACH / 2 for a, b in itertools.pairwise(points))
    if each.kind == "probe" or len(points) < 2:
        return False
    box = QRectF(points[0], points[-1]).normalized()
    if each.kind == "rectangle":
        inner = box.adjusted(_REACH / 2, _REACH / 2, -_REACH / 2, -_REACH / 2)
        return box.adjusted(-_REACH / 2, -_REACH / 2, _REACH / 2, _REACH / 2).contains(at) and not inner.contains(at)
    # The point of the outline in the pointer's direction, seen from the centre.
    way = at - box.center()
    radii = max(box.width() / 2, 0.5), max(box.height() / 2, 0.5)
    far = ((way.x() / radii[0]) ** 2 + (way.y() / radii[1]) ** 2) ** 0.5
    return far > 0.0 and _distance(at, box.center() + way / far) <= _REACH / 2


def _to_line(start: QPointF, end: QPointF, at: QPointF) -> float:
    way = end - start
    square = QPointF.dotProduct(way, way)
    share = min(max(QPointF.dotProduct(at - start, way) / square, 0.0), 1.0) if square else 0.0
    return _distance(start + way * share, at)


def _distance(a: QPointF, b: QPointF) -> float:
    way = a - b
    return math.hypot(way.x(), way.y())
