"""Label maps and differences over an image, drawn at screen resolution so that outlines stay one line thin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QTransform

from medprune_gui.ui.theme import DIFFERENCE, LABEL_COLOURS


@dataclass(frozen=True, slots=True)
class LabelLook:
    """Which labels of a map are seen, and how.

    Attributes
    ----------
    hidden
        Labels that are not drawn at all.
    filled
        Whether areas are tinted, or outlined only.
    """

    hidden: frozenset[int] = frozenset()
    filled: bool = True


def overlay_image(
    labels: NDArray[np.uint8] | None,
    difference: NDArray[np.bool_] | None,
    transform: QTransform,
    width: int,
    height: int,
    opacity: float,
    line: int = 1,
    look: LabelLook | None = None,
) -> tuple[QImage, QPoint] | None:
    """Paint labels and differences as they cover a screen area.

    Both are sampled at screen pixels (nearest, no smoothing: a label is never blended into another), so the outline
    is ``line`` screen pixels wide at every zoom.

    Parameters
    ----------
    labels
        (row, column); 0 is background and stays clear.
    difference
        (row, column); drawn over the labels.
    transform
        From image to screen coordinates; scaling and translation only.
    width, height
        Screen area in device pixels.
    opacity
        Of the filled area, 0 to 1; outlines are opaque.
    line
        Width of outlines in device pixels.
    look
        Which labels are seen, and how; None: all, filled.

    Returns
    -------
    tuple or None
        An image with an alpha channel and where its top left corner goes; None where nothing is to be drawn.
    """
    shown = labels if labels is not None else difference
    if shown is None or opacity <= 0.0:
        return None
    left, columns = _samples(transform.m11(), transform.dx(), shown.shape[1], width)
    top, rows = _samples(transform.m22(), transform.dy(), shown.shape[0], height)
    if not len(columns) or not len(rows):
        return None
    pixels = np.zeros((len(rows), len(columns)), dtype=np.uint32)
    if labels is not None:
        look = look or LabelLook()
        seen = labels.take(rows, axis=0).take(columns, axis=1)
        if look.hidden:
            seen[np.isin(seen, sorted(look.hidden))] = 0
        if look.filled:
            np.take(_palette(opacity), seen, out=pixels, mode="wrap")
        _outline(pixels, seen, _palette(1.0), line)
    if difference is not None:
        marked = np.ascontiguousarray(difference, dtype=np.uint8).take(rows, axis=0).take(columns, axis=1)
        if labels is None:  # Over labels only the outline, lest it hides what differs.
            np.copyto(pixels, np.uint32(_argb(DIFFERENCE, opacity)), where=marked.astype(bool))
        _outline(pixels, marked, np.array([0, _argb(DIFFERENCE, 1.0)], dtype=np.uint32), line)
    image = QImage(
        pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied
    )
    return image.copy(), QPoint(left, top)  # the copy owns its memory


def label_colour(label: int) -> QColor:
    """Return the colour of a label; 0 has none."""
    return QColor(LABEL_COLOURS[(label - 1) % len(LABEL_COLOURS)])


def _samples(scale: float, offset: float, length: int, screen: int) -> tuple[int, NDArray[np.intp]]:
    """First screen pixel that the image covers, and the image index under each one from there."""
    positions = np.floor((np.arange(screen) + 0.5 - offset) / scale).astype(np.intp)
    inside = np.flatnonzero((positions >= 0) & (positions < length))
    return (int(inside[0]), positions[inside]) if len(inside) else (0, inside)


def _outline(pixels: NDArray[np.uint32], labels: NDArray[np.uint8], palette: NDArray[np.uint32], line: int) -> None:
    edge = np.zeros(labels.shape, dtype=bool)
    for shift in range(1, line + 1):
        below = labels[shift:] != labels[:-shift]
        beside = labels[:, shift:] != labels[:, :-shift]
        edge[shift:] |= below
        edge[:-shift] |= below
        edge[:, shift:] |= beside
        edge[:, :-shift] |= beside
    edge &= labels > 0
    pixels[edge] = palette[labels[edge]]


def _palette(opacity: float) -> NDArray[np.uint32]:
    colours = [_argb(colour, opacity) for colour in LABEL_COLOURS]
    return np.array([0] + [colours[label % len(colours)] for label in range(255)], dtype=np.uint32)


def _argb(colour: str, opacity: float) -> int:
    """Colour with premultiplied alpha, as Qt stores it in 32 bits."""
    rgb = QColor(colour)
    parts = (255, rgb.red(), rgb.green(), rgb.blue())
    alpha, red, green, blue = (round(part * opacity) for part in parts)
    return alpha << 24 | red << 16 | green << 8 | blue
