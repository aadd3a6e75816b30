"""What may use the pointer on a canvas before the canvas does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter


class PointerTool(Protocol):
    """Is asked first about pointer and keys, and paints last; each answer says whether it took the event."""

    def press(self, event: QMouseEvent) -> bool:
        """Answer to a button."""

    def move(self, event: QMouseEvent) -> bool:
        """Answer to a move."""

    def release(self, event: QMouseEvent) -> bool:
        """Answer to a button's release."""

    def key(self, event: QKeyEvent) -> bool:
        """Answer to a key."""

    def paint(self, painter: QPainter, taken: Sequence[QRectF]) -> None:
        """Paint over everything else but the words, which are where ``taken`` says."""
