"""Slices as a film."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from medprune_gui.ui.viewer.image_canvas import ImageCanvas

SLOWEST, FASTEST, USUAL = 5, 60, 15


class Cine(QObject):
    """Runs through the slices of a canvas until somebody else goes to another slice or image.

    The slice follows the clock: where drawing is too slow, slices are left out, and the film keeps its speed.

    Parameters
    ----------
    clock_ms
        Milliseconds since some moment; default: a monotonic clock.
    """

    running_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None, clock_ms: Callable[[], int] | None = None) -> None:
        super().__init__(parent)
        self._canvas: ImageCanvas | None = None
        self._speed = USUAL
        self.swing = False
        self._own = False
        self._start_ms, self._first = 0, 0
        if clock_ms is None:
            timer = QElapsedTimer()
            timer.start()
            clock_ms = timer.elapsed
        self._clock_ms = clock_ms
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.tick)

    @property
    def running(self) -> bool:
        """Whether a film is on."""
        return self._canvas is not None

    @property
    def speed(self) -> int:
        """Slices a second."""
        return self._speed

    def set_speed(self, speed: int) -> None:
        """Set the slices a second; a film goes on from where it is."""
        self._speed = min(max(speed, SLOWEST), FASTEST)
        if self._canvas is not None:
            self._begin(self._canvas)

    def set_swing(self, swing: bool) -> None:
        """Go to and fro instead of beginning anew."""
        self.swing = swing
        if self._canvas is not None:
            self._begin(self._canvas)

    def toggle(self, canvas: ImageCanvas) -> None:
        """Start the film of a canvas, or stop the one that is on."""
        if self._canvas is not None:
            self.stop()
        elif _slices(canvas) > 1 and not canvas.steps_outside:
            self._canvas = canvas
            canvas.slice_changed.connect(self._slice_changed)
            canvas.volume_changed.connect(self.stop)
            self._begin(canvas)
            self.running_changed.emit(True)

    def stop(self) -> None:
        """End the film at the slice on display."""
        if self._canvas is not None:
            self._timer.stop()
            self._canvas.slice_changed.disconnect(self._slice_changed)
            self._canvas.volume_changed.disconnect(self.stop)
            self._canvas = None
            self.running_changed.emit(False)

    def tick(self) -> None:
        """Go to the slice that is due."""
        if self._canvas is None:
            return
        due = self._first + (self._clock_ms() - self._start_ms) * self._speed // 1000
        count = _slices(self._canvas)
        if self.swing:
            due %= 2 * (count - 1)
            due = min(due, 2 * (count - 1) - due)
        self._own = True
        self._canvas.set_slice(due % count)
        self._own = False

    def _begin(self, canvas: ImageCanvas) -> None:
        self._first, self._start_ms = canvas.slice, self._clock_ms()
        self._timer.start(1000 // self._speed)

    def _slice_changed(self, _index: int) -> None:
        if not self._own:
            self.stop()


def _slices(canvas: ImageCanvas) -> int:
    volume = canvas.shown_volume
    return 0 if volume is None else len(volume.array)
