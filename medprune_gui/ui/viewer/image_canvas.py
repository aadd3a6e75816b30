"""The widget that shows one slice, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from medprune_gui.engine.imaging.voi import PRESETS, automatic_window
from medprune_gui.engine.imaging.volume import Volume, Window
from medprune_gui.ui.viewer.corner_texts import Counter
from medprune_gui.ui.viewer.gestures import Gestures
from medprune_gui.ui.viewer.scene import Scene, first_window
from medprune_gui.ui.viewer.scene_widget import SceneWidget
from medprune_gui.ui.viewer.view import View


class ImageCanvas(SceneWidget):
    """Shows a slice of a volume; slice, window and view are set by calls or by mouse, wheel and keys."""

    slice_changed = Signal(int)
    window_changed = Signal(float, float)
    view_changed = Signal(object)  # View
    inverted_changed = Signal(bool)
    step_requested = Signal(int)  # instead of a step, where `steps_outside` is set

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.steps_outside = False
        self._gestures = Gestures(self)

    def show_volume(self, volume: Volume | None, *, keep_view: bool = False) -> None:
        """Show a volume at its middle slice, fitted, in its own window; or nothing.

        Labels and differences belong to a volume and go with it.

        Parameters
        ----------
        keep_view
            Keep slice, window, inversion, zoom and centre: for another version of the same image.
        """
        before = self._scene
        self._scene = None if volume is None else Scene.of(volume)
        if self._scene is not None and before is not None and keep_view:
            self._scene.slice = min(before.slice, len(self._scene.volume.array) - 1)
            self._scene.window, self._scene.inverted, self._scene.view = before.window, before.inverted, before.view
        self._repaint()
        if self._scene is not None:
            self.slice_changed.emit(self.slice)
            self.window_changed.emit(self.window.centre, self.window.width)
            self.view_changed.emit(self.view)
        self.inverted_changed.emit(self.inverted)
        self.overlay_changed.emit(False)

    @property
    def slice(self) -> int:
        """Index of the slice on display."""
        return 0 if self._scene is None else self._scene.slice

    def set_slice(self, index: int) -> None:
        """Show another slice; an index outside of the volume is taken as its first or last."""
        if self._scene is None:
            return
        index = min(max(index, 0), len(self._scene.volume.array) - 1)
        if index != self._scene.slice:
            self._scene.slice = index
            self._repaint()
            self.slice_changed.emit(index)

    def step(self, by: int) -> None:
        """Go on by some slices, or ask for it where the slices come from outside."""
        if self.steps_outside:
            self.step_requested.emit(by)
        else:
            self.set_slice(self.slice + by)

    def set_counter(self, index: int, count: int, *, slices: bool = False) -> None:
        """Say that the volume is image (or slice) ``index`` of ``count``, until another volume is shown."""
        if self._scene is not None:
            self._scene.counter = Counter(index, count, slices)
            self._repaint()

    # Grey levels

    @property
    def window(self) -> Window:  # type: ignore[override]  # a radiologist's window, not Qt's
        """The window of grey levels."""
        return Window(0.5, 1.0) if self._scene is None else self._scene.window

    def set_window(self, centre: float, width: float) -> None:
        """Set the window in modality units; its function stays. A width that is not positive is ignored."""
        self.apply_window(replace(self.window, centre=float(centre), width=float(width), name=""))

    def apply_window(self, window: Window) -> None:
        """Set window and function."""
        if self._scene is None or not window.width > 0 or window == self._scene.window:
            return
        before, self._scene.window = self._scene.window, window
        self._repaint()
        if (window.centre, window.width) != (before.centre, before.width):
            self.window_changed.emit(window.centre, window.width)

    def auto_window(self) -> None:
        """Fit the window to the grey levels of this slice."""
        if self._scene is not None:
            self.apply_window(automatic_window(self._scene.volume, self._scene.slice))

    def presets(self) -> Mapping[int, Window]:
        """Return the windows that `preset` offers by number: for CT the usual ones, else those of the file."""
        if self._scene is None or self._scene.volume.colour:
            return {}
        if self._scene.volume.unit == "HU":
            return PRESETS
        return dict(enumerate(self._scene.volume.windows[:9], start=1))

    def preset(self, index: int) -> None:
        """Apply a preset; a number without one is ignored."""
        if (window := self.presets().get(index)) is not None:
            self.apply_window(window)

    @property
    def inverted(self) -> bool:
        """Whether grey levels are turned round, compared with what the file asks for."""
        return self._scene is not None and self._scene.inverted

    def set_inverted(self, inverted: bool) -> None:
        """Turn grey levels round."""
        if self._scene is not None and inverted != self._scene.inverted:
            self._scene.inverted = inverted
            self._repaint()
            self.inverted_changed.emit(inverted)

    # Zoom and pan

    def set_view(self, view: View) -> None:
        """Show that part of the image; a fitted view fits."""
        new = None if view.fitted else view
        if self._scene is not None and new != self._scene.view:
            self._scene.view = new
            self._repaint()
            self.view_changed.emit(self.view)

    def fit(self) -> None:
        """Show the whole image, now and at every size."""
        self.set_view(replace(self.view, fitted=True))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom; the image point under the widget's point ``at`` stays (default: the centre)."""
        if self._scene is not None:
            self.set_view(self._scene.projection(self._size()).zoomed(factor, at))

    def pan_by(self, delta: QPointF) -> None:
        """Move the image by screen pixels."""
        if self._scene is not None:
            self.set_view(self._scene.projection(self._size()).moved(delta))

    def reset(self) -> None:
        """Go back to the first window, no inversion, the whole image."""
        if self._scene is not None:
            self.apply_window(first_window(self._scene.volume))
            self.set_inverted(False)
            self.fit()

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry a drag on and read the pixel under the cursor."""
        self._gestures.move(event)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """End a drag."""
        self._gestures.release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step slices or zoom."""
        self._gestures.wheel(event)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step slices or zoom."""
        if not self._gestures.key(event):
            super().keyPressEvent(event)
