"""Where the words of figures go, so that none covers another or what stands in the corners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

_GAP = 6.0  # between a figure and its words
_APART = 3.0  # between words that stand beside each other


@dataclass(frozen=True, slots=True)
class Block:
    """A figure and the words that it wants.

    Attributes
    ----------
    bounds
        Of the figure.
    anchor_y
        The height that words beside the figure like best.
    forms
        Widths of the lines, the most important line first, of each way to write the words, the best way first.
    figure
        What of the screen the figure covers, which the words of others leave free.
    """

    bounds: QRectF
    anchor_y: float
    forms: tuple[tuple[float, ...], ...]
    figure: tuple[QRectF, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where words are, in which of their forms, and how many lines of it."""

    rect: QRectF
    form: int
    lines: int


def place_blocks(
    area: QRectF, taken: Sequence[QRectF], blocks: Sequence[Block], line_height: float
) -> list[Place | None]:
    """Return for each block its place; None: there is no room for a single line.

    Blocks are placed in the order in which they come. Words go to the right of their figure, else to the left, below or
    above, and off other figures. Where they have no room in any form, the last lines are left out; and before the first
    line is left out too, it may lie on another figure.

    Parameters
    ----------
    area
        All words lie within it; figures that do not touch it have none.
    taken
        What is written there already.
    """
    occupied = list(taken)
    placed: list[Place | None] = []
    for block in blocks:
        # What lies around a figure is no obstacle to its words.
        figures = [
            rect
            for other in blocks
            if other is not block and not other.bounds.contains(block.bounds)
            for rect in other.figure
        ]
        found = None
        if area.intersects(block.bounds.adjusted(-1, -1, 1, 1)):
            found = _place(area, [*occupied, *figures], block, _shorter_and_shorter(block), line_height)
            found = found or _place(area, occupied, block, ((0, 1),), line_height)
        placed.append(found)
        if found is not None:
            occupied.append(found.rect)
    return placed


def _shorter_and_shorter(block: Block) -> Iterator[tuple[int, int]]:
    """Yield (form, lines): the forms in full, then the last one with ever fewer lines."""
    for form, widths in enumerate(block.forms):
        yield form, len(widths)
    for lines in range(len(block.forms[-1]) - 1, 0, -1):
        yield len(block.forms) - 1, lines


def _place(
    area: QRectF, occupied: Sequence[QRectF], block: Block, ways: Iterable[tuple[int, int]], line_height: float
) -> Place | None:
    for form, lines in ways:
        width, height = max(block.forms[form][:lines]), lines * line_height
        for rect in _candidates(area, block, width, height, line_height):
            room = rect.adjusted(-_APART, 0, _APART, 0)
            if area.contains(rect) and not any(room.intersects(other) for other in occupied):
                return Place(rect, form, lines)
    return None


def _candidates(area: QRectF, block: Block, width: float, height: float, step: float) -> Iterator[QRectF]:
    """Yield places from the best one on: beside the figure, first at its anchor; below, above and inside."""
    bounds = block.bounds
    top = block.anchor_y - height / 2
    reach = int((bounds.height() / 2 + height) / step) + 1
    shifts = [0.0, *(sign * number * step for number in range(1, reach + 1) for sign in (1, -1))]
    tops = dict.fromkeys(min(max(top + shift, area.top()), area.bottom() - height) for shift in shifts)
    for left in (bounds.right() + _GAP, bounds.left() - _GAP - width):
        yield from (QRectF(left, each, width, height) for each in tops)
    left = min(max(bounds.center().x() - width / 2, area.left()), area.right() - width)
    for each in (bounds.bottom() + _GAP, bounds.top() - _GAP - height):
        yield QRectF(left, each, width, height)
    # A figure that fills the view has its words inside, off its own lines.
    lines = [each for each in block.figure if not each.contains(bounds)]
    for each in (bounds.left() + _GAP, bounds.right() - _GAP - width):
        for rect in (QRectF(each, y, width, height) for y in tops):
            if bounds.contains(rect) and not any(rect.intersects(line) for line in lines):
                yield rect
