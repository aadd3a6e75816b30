"""The widget that shows one slice, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QRegion, QWheelEvent
from PySide6.QtWidgets import QWidget

from medprune_gui.engine.imaging.reorienting import AS_STORED, Reorientation
from medprune_gui.engine.imaging.slabs import Slab
from medprune_gui.engine.imaging.voi import PRESETS, automatic_window
from medprune_gui.engine.imaging.volume import Volume, Window
from medprune_gui.ui.viewer.corner_texts import Counter
from medprune_gui.ui.viewer.gestures import Gestures
from medprune_gui.ui.viewer.guides import Guides
from medprune_gui.ui.viewer.layers import Layers
from medprune_gui.ui.viewer.scene import Scene, first_window, window_after_step
from medprune_gui.ui.viewer.scene_widget import SceneWidget
from medprune_gui.ui.viewer.view import View


class ImageCanvas(SceneWidget):
    """Shows a slice of a volume; slice, window and view are set by calls or by mouse, wheel and keys."""

    slice_changed = Signal(int)
    window_changed = Signal(float, float)
    view_changed = Signal(object)  # View
    inverted_changed = Signal(bool)
    step_requested = Signal(int)  # instead of a step, where `steps_outside` is set
    volume_changed = Signal()
    orientation_changed = Signal(object)  # Reorientation
    slab_changed = Signal(object)  # Slab or None
    pointed = Signal(object)  # (3,) LPS millimetres: where Shift and the mouse put the crosshair
    double_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.steps_outside = False
        self.double_click_fits = True
        self._first_orientation = AS_STORED
        self._gestures = Gestures(self)

    @property
    def first_orientation(self) -> Reorientation:
        """What `reset` goes back to."""
        return self._first_orientation

    def set_first_orientation(self, orientation: Reorientation) -> None:
        """Show the stored axes in a way that `reset` goes back to, such as a plane of a volume."""
        self._first_orientation = orientation
        self.set_orientation(orientation)

    def show_volume(
        self,
        volume: Volume | None,
        *,
        keep_view: bool = False,
        window: Window | None = None,
        layers: Layers | None = None,
    ) -> None:
        """Show a volume at its middle slice, fitted, in its own window; or nothing.

        Layers belong to a volume and go with it.

        Parameters
        ----------
        keep_view
            Keep slice, window, inversion, zoom and centre: for another version of the same image.
        window
            The first window, where it is known already.
        layers
            What lies over this volume; None: nothing.
        """
        before = self._scene
        if not keep_view:
            self._first_orientation = AS_STORED
        self._scene = None if volume is None else Scene.of(volume, window)
        self.set_personal(self.personal)
        if layers is not None:
            self.set_layers(layers)
        if self._scene is not None and before is not None and keep_view:
            self._scene.orientation, self._scene.note = before.orientation, before.note
            self._scene.set_slab(before.slab)
            self._scene.slice = min(before.slice, len(self._scene.volume.array) - 1)
            self._scene.window, self._scene.inverted, self._scene.view = before.window, before.inverted, before.view
        self._repaint()
        self.volume_changed.emit()
        if self._scene is not None:
            self.slice_changed.emit(self.slice)
            self.window_changed.emit(self.window.centre, self.window.width)
            self.view_changed.emit(self.view)
        self.inverted_changed.emit(self.inverted)
        self.overlay_changed.emit(self.has_labels)

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
            window = window_after_step(self._scene.volume, self._scene.slice, index, self._scene.window)
            self._scene.slice = index
            self._repaint()
            self.slice_changed.emit(index)
            self.apply_window(window)

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
        if (centre, width) == (self.window.centre, self.window.width):
            return  # it stays the file's window, with its name
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
            self.apply_window(automatic_window(self._scene.frame(), 0))

    def presets(self) -> Mapping[int, Window]:
        """Return the windows that `preset` offers by number: for CT the usual ones, else those of the file."""
        if self._scene is None or self._scene.volume.colour:
            return {}
        if self._scene.volume.unit == "HU":
            return PRESETS
        return dict(enumerate(self._scene.volume.windows_at(self._scene.slice)[:9], start=1))

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

    # Sides and planes

    @property
    def orientation(self) -> Reorientation:
        """How the stored axes are shown."""
        return AS_STORED if self._scene is None else self._scene.orientation

    def set_orientation(self, orientation: Reorientation) -> None:
        """Show the stored axes in another way; the letters follow."""
        if self._scene is not None and orientation != self._scene.orientation:
            self._scene.reorient(orientation)
            self._repaint()
            self.orientation_changed.emit(orientation)
            self.slice_changed.emit(self.slice)
            self.view_changed.emit(self.view)

    def turn(self, way: Reorientation) -> None:
        """Mirror or turn what is shown."""
        self.set_orientation(self.orientation.then(way))

    @property
    def slab(self) -> Slab | None:
        """The slab that is seen as one slice; None: each slice alone."""
        return None if self._scene is None else self._scene.slab

    def set_slab(self, slab: Slab | None) -> None:
        """See neighbouring slices as one, or each alone."""
        if self._scene is not None and slab != self._scene.slab:
            self._scene.set_slab(slab)
            self._repaint()
            self.slab_changed.emit(slab)

    def set_note(self, note: str, remark: tuple[str, ...] = ()) -> None:
        """Say under the names what must be known of these pixels; empty: nothing.

        Parameters
        ----------
        remark
            Lines above those of the slice, where there is more room.
        """
        if self._scene is not None:
            self._scene.note, self._scene.remark = note, remark
            self._repaint()

    def place_at(self, position: QPointF) -> NDArray[np.float64] | None:
        """Return the place under a point of the widget, (3,) in LPS millimetres; None beside the image."""
        if self._scene is None:
            return None
        at = self._scene.projection(self._size()).to_image(position)
        rows, columns = self._scene.volume.array.shape[1:3]
        if not (0 <= at.y() < rows and 0 <= at.x() < columns):
            return None
        return self._scene.volume.places_of((self.slice, at.y() - 0.5, at.x() - 0.5))

    def index_of(self, place_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the shown (slice, row, column) of a place (3,) in LPS millimetres; may lie outside."""
        assert self._scene is not None
        return self._scene.volume.index_of(place_mm)

    @property
    def guides(self) -> Guides:
        """Lines over the image."""
        return Guides() if self._scene is None else self._scene.guides

    def set_guides(self, guides: Guides) -> None:
        """Draw lines over the image, in the place of those before."""
        if self._scene is not None and guides != self._scene.guides:
            projection = self._scene.projection(self._size())
            region = QRegion()
            for rect in (*self._scene.guides.rects(projection), *guides.rects(projection)):
                region += rect
            self._scene.guides = guides
            self.update(region)

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

    def pixel_size(self) -> None:
        """Show one pixel of the image on one of the screen."""
        self.set_view(replace(self.view, zoom=1.0 / self.devicePixelRatioF(), fitted=False))

    def true_size(self) -> bool:
        """Show a centimetre as a centimetre, as far as the screen tells its size; False: not calibrated."""
        if self._scene is None or not self._scene.stored.calibrated:
            return False
        pixels_per_mm = self.screen().physicalDotsPerInch() / 25.4
        zoom = pixels_per_mm * min(self._scene.volume.spacing_mm[1:])
        self.set_view(replace(self.view, zoom=zoom, fitted=False))
        return True

    def pan_by(self, delta: QPointF) -> None:
        """Move the image by screen pixels."""
        if self._scene is not None:
            self.set_view(self._scene.projection(self._size()).moved(delta))

    def reset(self) -> None:
        """Go back to the first window, no inversion, the sides as they were, the whole image."""
        if self._scene is not None:
            self.apply_window(first_window(self._scene.volume, self._scene.slice))
            self.set_inverted(False)
            self.set_orientation(self.first_orientation)
            self.fit()

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        if self._tool is None or not self._tool.press(event):
            self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry a drag on and read the pixel under the cursor."""
        if self._tool is None or not self._tool.move(event):
            self._gestures.move(event)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if self._tool is None or not self._tool.release(event):
            self._gestures.release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit, unless someone else waits for it; of two quick clicks of a tool this is the second."""
        if self._tool is not None and self._tool.press(event):
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit()
            if self.double_click_fits:
                self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step slices or zoom."""
        self._gestures.wheel(event)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step slices or zoom."""
        if (self._tool is None or not self._tool.key(event)) and not self._gestures.key(event):
            super().keyPressEvent(event)
