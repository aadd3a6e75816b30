"""The words around an image: corner texts, orientation letters, caption and scale bar."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from medprune_gui.ui.viewer.outlined_text import advance, bold, metrics_of, outlined, placed, ruler

MARGIN = 8.0
GAP = 10.0
_SHORTEST = 8  # characters that still tell something


@dataclass(frozen=True, slots=True)
class Annotations:
    """What is written around an image, one entry a line.

    Attributes
    ----------
    top_left, top_right, bottom_left
        Lines from top to bottom; those nearest to the edge survive longest in a small widget.
    letters
        Orientation letters (left, right, top, bottom); may be empty.
    caption
        Title at the top centre.
    pixels_per_cm
        Screen pixels to a centimetre, for the scale bar; 0: not calibrated.
    readout
        The longest readout to be expected at the bottom right, for which room is kept.
    """

    top_left: tuple[str, ...] = ()
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    letters: tuple[str, str, str, str] = ("", "", "", "")
    caption: str = ""
    pixels_per_cm: float = 0.0
    readout: tuple[str, ...] = ()


class AnnotationPainter:
    """Places lines from the most to the least important; what would overlap or not fit is left out.

    Parameters
    ----------
    painter
        Active painter with the widget's font.
    area
        The widget's area.

    Attributes
    ----------
    placed
        What was painted and where; without words: room kept for the readout.
    sprites
        The pictures that were painted, so that they can be painted again.
    bottoms
        Which sprite, and in which room, each line at the bottom left is; lines are counted from the edge.
    """

    def __init__(self, painter: QPainter, area: QRectF) -> None:
        self._painter = painter
        self._area = area
        self._font = painter.font().key()
        self._bold = bold(self._font)
        self._metrics, self._bold_metrics = metrics_of(self._font), metrics_of(self._bold)
        self.placed: list[tuple[str, QRectF]] = []
        self.sprites: list[tuple[QPointF, QPixmap]] = []
        self.bottoms: dict[int, tuple[int, QRectF]] = {}

    def paint(self, words: Annotations) -> QRectF:
        """Paint everything but the readout.

        Returns
        -------
        QRectF
            The room kept for the readout; empty where there is none.
        """
        width = self._area.width() - 2 * MARGIN
        left, right, top, bottom = self._letter_places(words)
        self._pair((left, right), words.letters[:2])
        *others, most_important = words.bottom_left or ("",)
        self._block((most_important,), width, bottom=True)
        self._pair((top, bottom), words.letters[2:])
        self._block(tuple(others), width, bottom=True, below=1)
        upper = (width - GAP) / 2
        if words.caption:
            rect = self._top_centre(words.caption, self._bold, MARGIN)
            self._place(rect, words.caption, self._bold, Qt.AlignmentFlag.AlignCenter)
            upper = (width - rect.width()) / 2 - GAP
        self._block(words.top_left, upper)
        self._block(words.top_right, upper, right=True)
        readout = self._reserve(words.readout, width)
        if words.pixels_per_cm > 0.0:
            self._scale_bar(words.pixels_per_cm)
        return readout

    def readout(self, lines: tuple[str, ...], room: QRectF) -> None:
        """Paint the lines under the cursor into the room that `paint` kept."""
        if room.isEmpty():
            return
        height = self._metrics.height()
        for index, line in enumerate(reversed(lines)):
            rect = QRectF(room.left(), room.bottom() - (index + 1) * height, room.width(), height)
            if rect.top() >= room.top() - 0.5:
                outlined(self._painter, rect, line, self._font, Qt.AlignmentFlag.AlignRight)

    def _block(
        self, lines: tuple[str, ...], limit: float, *, right: bool = False, bottom: bool = False, below: int = 0
    ) -> None:
        """Place lines in a corner, from its edge inwards, ``below`` of them being there already.

        Words at the top may be shortened, figures at the bottom must not.
        """
        metrics = self._metrics
        height = metrics.height()
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        for index, line in enumerate(reversed(lines) if bottom else lines, start=below):
            text = line
            room = limit if bottom else min(limit, self._beside(index, height, right=right))
            if not bottom and self._advance(line) > room:
                text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
            width = math.ceil(self._advance(text)) + 1.0
            if text != line and len(text) < _SHORTEST:
                return
            left = self._area.right() - MARGIN - width if right else self._area.left() + MARGIN
            top = (
                self._area.bottom() - MARGIN - (index + 1) * height
                if bottom
                else self._area.top() + MARGIN + index * height
            )
            rect = QRectF(left, top, width, height)
            if not self._place(rect, text, self._font, side):
                return  # the lines behind it are less important
            if bottom and text:
                self.bottoms[index] = (len(self.sprites) - 1, rect)

    def _beside(self, index: int, height: float, *, right: bool) -> float:
        """Return how wide line ``index`` at the top may be before it meets what stands in the middle."""
        row = QRectF(self._area.left(), self._area.top() + MARGIN + index * height, self._area.width(), height)
        others = [rect for _, rect in self.placed if rect.intersects(row)]
        if right:
            return row.right() - MARGIN - GAP - max((rect.right() for rect in others), default=row.left())
        return min((rect.left() for rect in others), default=row.right()) - row.left() - MARGIN - GAP

    def _letter_places(self, words: Annotations) -> tuple[QRectF, QRectF, QRectF, QRectF]:
        height = self._bold_metrics.height()
        widths = [math.ceil(advance(letter, self._bold)) + 2.0 for letter in words.letters]
        centre, area = self._area.center(), self._area
        under_caption = height + 2 if words.caption else 0.0
        return (
            QRectF(area.left() + MARGIN, centre.y() - height / 2, widths[0], height),
            QRectF(area.right() - MARGIN - widths[1], centre.y() - height / 2, widths[1], height),
            QRectF(centre.x() - widths[2] / 2, area.top() + MARGIN + under_caption, widths[2], height),
            QRectF(centre.x() - widths[3] / 2, area.bottom() - MARGIN - height, widths[3], height),
        )

    def _pair(self, places: tuple[QRectF, QRectF], letters: tuple[str, ...]) -> None:
        """Place the letters of opposite sides, both or none."""
        first, second = places
        if self._free(first) and self._free(second) and not first.intersects(second.adjusted(-3, 0, 3, 0)):
            for place, letter in zip(places, letters, strict=True):
                self._place(place, letter, self._bold, Qt.AlignmentFlag.AlignCenter)

    def _scale_bar(self, pixels_per_cm: float) -> None:
        longest = self._area.width() / 4
        lengths = [length for length in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0) if length * pixels_per_cm <= longest]
        if not lengths or lengths[-1] * pixels_per_cm < 16:
            return
        length_cm = lengths[-1]
        text = f"{length_cm:g} cm" if length_cm >= 1 else f"{length_cm * 10:g} mm"
        length, height = length_cm * pixels_per_cm, self._metrics.height()
        width = length + 2 * (6 + self._advance(text))  # the bar, not bar and text, is centred
        bottom = self._area.bottom() - MARGIN - height - 6
        rect = QRectF(self._area.center().x() - width / 2, bottom - height, width, height)
        if not self._free(rect):
            return
        self.placed.append((text, rect))
        steps = round(length_cm) if length_cm >= 1 else round(length_cm * 10)
        left, y = self._area.center().x() - length / 2, round(rect.center().y())
        self._draw(QPointF(math.floor(left) - 2, y - 7), ruler(length, steps, self._ratio()))
        room = QRectF(left + length + 6, rect.top(), rect.right() - left - length, height)
        self.sprites.append(outlined(self._painter, room, text, self._font, Qt.AlignmentFlag.AlignLeft))

    def _ratio(self) -> float:
        return self._painter.device().devicePixelRatioF()

    def _draw(self, place: QPointF, sprite: QPixmap) -> None:
        self._painter.drawPixmap(place, sprite)
        self.sprites.append((place, sprite))

    def _advance(self, text: str) -> float:
        return advance(text, self._font)

    def _reserve(self, lines: tuple[str, ...], limit: float) -> QRectF:
        metrics = self._metrics
        width = max((math.ceil(self._advance(line)) + 2.0 for line in lines), default=0.0)
        if not 0.0 < width <= limit:
            return QRectF()
        for count in range(len(lines), 0, -1):
            height = count * metrics.height()
            rect = QRectF(self._area.right() - MARGIN - width, self._area.bottom() - MARGIN - height, width, height)
            if self._free(rect):
                self.placed.append(("", rect))
                return rect
        return QRectF()

    def _top_centre(self, text: str, font: str, top: float) -> QRectF:
        width = math.ceil(advance(text, font)) + 2.0
        height = metrics_of(font).height()
        return QRectF(self._area.center().x() - width / 2, self._area.top() + top, width, height)

    def _place(self, rect: QRectF, text: str, font: str, align: Qt.AlignmentFlag) -> bool:
        if not text:
            return True
        if not self._free(rect):
            return False
        self.placed.append((text, rect))
        self.sprites.append(outlined(self._painter, rect, text, font, align))
        return True

    def _free(self, rect: QRectF) -> bool:
        room = rect.adjusted(-3, 0, 3, 0)
        return self._area.contains(rect) and not any(room.intersects(taken) for _, taken in self.placed)


class WordsLayer:
    """Paints annotations, and places them anew only when they have changed in more than figures at the bottom left.

    Slice and window change with every frame, and nearly always as many digits take as much room as before.

    Attributes
    ----------
    taken
        Where words are, and the room for the readout.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._words = Annotations()
        self._sprites: list[tuple[QPointF, QPixmap]] = []
        self._bottoms: dict[int, tuple[int, QRectF]] = {}
        self._room = QRectF()
        self.taken: tuple[QRectF, ...] = ()

    def paint(self, painter: QPainter, area: QRectF, words: Annotations) -> QRectF:
        """Paint everything but the readout; return the room that is kept for it."""
        font = painter.font().key()
        widths = tuple(math.ceil(advance(line, font)) for line in words.bottom_left)
        ratio = painter.device().devicePixelRatioF()
        key = (replace(words, bottom_left=()), widths, area.getRect(), font, ratio)
        if key != self._key:
            annotations = AnnotationPainter(painter, area)
            self._room = annotations.paint(words)
            self._sprites, self._bottoms = annotations.sprites, annotations.bottoms
            self.taken = tuple(rect for _, rect in annotations.placed)
            self._key, self._words = key, words
            return self._room
        if words != self._words:
            for line, (at, rect) in self._bottoms.items():
                text = words.bottom_left[-1 - line]
                if text != self._words.bottom_left[-1 - line]:
                    self._sprites[at] = placed(rect, text, font, Qt.AlignmentFlag.AlignLeft, ratio)
            self._words = words
        for place, sprite in self._sprites:
            painter.drawPixmap(place, sprite)
        return self._room
