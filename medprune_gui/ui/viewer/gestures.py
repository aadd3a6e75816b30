"""What mouse, wheel and keys do over an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent, QWheelEvent

if TYPE_CHECKING:
    from medprune_gui.engine.imaging.volume import Window
    from medprune_gui.ui.viewer.image_canvas import ImageCanvas

NOTCH = 120  # a wheel's click in eighths of a degree, as Qt counts
ZOOM_STEP = 1.25
PAGE = 10

MOUSE = (
    ("Window", "Left drag"),
    ("Pan", "Middle or Shift+left drag"),
    ("Zoom", "Right drag, Ctrl+wheel"),
    ("Slices", "Wheel"),
    ("Crosshair", "Shift+move"),
    ("Fit, or image alone and back", "Double click"),
)
"""What the mouse does on an image, as (action, gesture), for the sheet of shortcuts."""

FIGURES = (
    ("Choose", "Click"),
    ("Move it, or a point", "Left drag"),
    ("Remove", "Delete"),
    ("Give up, no tool", "Esc"),
)
"""What is done with figures that were drawn, as (action, gesture or key)."""

Drag = Literal["window", "pan", "zoom"]
_CURSORS = {
    "window": Qt.CursorShape.SizeAllCursor,
    "pan": Qt.CursorShape.ClosedHandCursor,
    "zoom": Qt.CursorShape.SizeVerCursor,
}


class Gestures:
    """Turns events into calls of the canvas.

    Left drag: window (right: wider, up: brighter). Middle drag or Shift and left drag: pan. Right drag: zoom.
    Wheel: slices. Shift and wheel: ten at a time. Ctrl and wheel: zoom at the pointer. Double click: fit. Shift and
    move: the crosshair.

    Parameters
    ----------
    canvas
        The canvas to drive.
    """

    def __init__(self, canvas: ImageCanvas) -> None:
        self._canvas = canvas
        self._drag: Drag | None = None
        self._start = QPointF()
        self._last = QPointF()
        self._window: Window | None = None
        self._wheel = 0

    def press(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        drags: dict[Qt.MouseButton, Drag] = {
            Qt.MouseButton.LeftButton: "pan" if shift else "window",
            Qt.MouseButton.MiddleButton: "pan",
            Qt.MouseButton.RightButton: "zoom",
        }
        if self._drag is None and event.button() in drags:
            self._drag = drags[event.button()]
            self._start = self._last = event.position()
            self._window = self._canvas.window

    def move(self, event: QMouseEvent) -> None:
        """Carry a drag on."""
        if self._drag is None:
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if shift and (place := self._canvas.place_at(event.position())) is not None:
                self._canvas.pointed.emit(place)
            return
        self._canvas.setCursor(QCursor(_CURSORS[self._drag]))
        position = event.position()
        if self._drag == "window" and self._window is not None:
            # The wider the window, the coarser the step: bone and soft tissue both take a hand's width.
            step = self._window.width / 300.0
            way = position - self._start
            self._canvas.set_window(
                self._window.centre + way.y() * step, max(self._window.width + way.x() * step, step)
            )
        elif self._drag == "pan":
            self._canvas.pan_by(position - self._last)
        elif self._drag == "zoom":
            self._canvas.zoom_by(1.01 ** (self._last.y() - position.y()), self._start)
        self._last = position

    def release(self) -> None:
        """End a drag."""
        self._drag = None
        self._canvas.unsetCursor()

    def wheel(self, event: QWheelEvent) -> None:
        """Step slices, ten at a time with Shift, or zoom while Ctrl is held; touchpads send parts of a notch."""
        # With Shift, some systems turn the wheel sideways.
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel / NOTCH)
        self._wheel -= notches * NOTCH
        if notches:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._canvas.zoom_by(ZOOM_STEP**notches, event.position())
            else:
                far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._canvas.step(-notches * (PAGE if far else 1))

    def key(self, event: QKeyEvent) -> bool:
        """Act on a key; False: not one of ours."""
        key = event.key()
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
        }
        if key in steps:
            far = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._canvas.step(steps[Qt.Key(key)] * (PAGE if far else 1))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._canvas.zoom_by(ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self._canvas.zoom_by(1 / ZOOM_STEP)
        else:
            return False
        return True
