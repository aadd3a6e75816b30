"""The widget that shows one slice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from medprune_gui.engine.imaging.voi import PRESETS, automatic_window
from medprune_gui.engine.imaging.volume import Volume, Window
from medprune_gui.ui.viewer.annotations import AnnotationPainter
from medprune_gui.ui.viewer.corner_texts import Reading, read_pixel, reading_lines
from medprune_gui.ui.viewer.gestures import Gestures
from medprune_gui.ui.viewer.scene import Scene, first_window
from medprune_gui.ui.viewer.view import View


class ImageCanvas(QWidget):
    """Shows a slice of a volume with window, zoom, overlays and words around it.

    The scene is painted into a pixmap that is kept until something of it changes; a repaint copies it and adds
    the reading under the cursor.
    """

    slice_changed = Signal(int)
    window_changed = Signal(float, float)
    view_changed = Signal(object)  # View
    cursor_changed = Signal(object)  # Reading or None
    inverted_changed = Signal(bool)
    overlay_changed = Signal(bool)  # whether there is one
    step_requested = Signal(int)  # instead of a step, where `steps_outside` is set

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(96, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.steps_outside = False
        self._scene: Scene | None = None
        self._painted: QPixmap | None = None
        self._readout_room = QRectF()
        self._cursor: QPointF | None = None
        self._reading: Reading | None = None
        self._opacity = 0.4
        self._labels_visible = True
        self._caption = ""
        self._gestures = Gestures(self)

    @property
    def volume(self) -> Volume | None:
        """The volume on display."""
        return None if self._scene is None else self._scene.volume

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

    @property
    def caption(self) -> str:
        """A title at the top centre."""
        return self._caption

    @caption.setter
    def caption(self, caption: str) -> None:
        self._caption = caption
        self._repaint()

    def set_counter(self, index: int, count: int) -> None:
        """Say that the volume is image ``index`` of ``count``, until another volume is shown."""
        if self._scene is not None:
            self._scene.counter = (index, count)
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

    @property
    def view(self) -> View:
        """Zoom and centre in image coordinates."""
        return View(1.0, 0.0, 0.0, fitted=True) if self._scene is None else self._scene.projection(self._size()).view

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

    # Overlays

    @property
    def has_labels(self) -> bool:
        """Whether there are labels or differences to lay over the image."""
        return self._scene is not None and not (self._scene.labels is None and self._scene.difference is None)

    def set_label_map(self, labels: NDArray[np.uint8] | None) -> None:
        """Lay labels (slice, row, column) over the image; 0 stays clear.

        Raises
        ------
        ValueError
            If the shape is not the volume's.
        """
        scene = self._scene_fitting(labels)
        if scene is not None:
            scene.labels = labels
            self._repaint()
            self.overlay_changed.emit(self.has_labels)

    def set_difference(self, mask: NDArray[np.bool_] | None) -> None:
        """Mark pixels (slice, row, column) over image and labels.

        Raises
        ------
        ValueError
            If the shape is not the volume's.
        """
        scene = self._scene_fitting(mask)
        if scene is not None:
            scene.difference = mask
            self._repaint()
            self.overlay_changed.emit(self.has_labels)

    @property
    def opacity(self) -> float:
        """Of the overlays' area, 0 to 1."""
        return self._opacity

    def set_opacity(self, opacity: float) -> None:
        """Set how much the overlays cover; 0 hides them, outlines too."""
        self._opacity = min(max(opacity, 0.0), 1.0)
        self._repaint()

    @property
    def labels_visible(self) -> bool:
        """Whether overlays are drawn."""
        return self._labels_visible

    @labels_visible.setter
    def labels_visible(self, visible: bool) -> None:
        self._labels_visible = visible
        self._repaint()

    # Events

    def sizeHint(self) -> QSize:
        """Return the size that the canvas likes best."""
        return QSize(512, 512)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Copy the painted scene and add what changes with the cursor."""
        painter = QPainter(self)
        if self._scene is None:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
        else:
            if self._painted is None:
                self._painted, self._readout_room = self._scene.paint(
                    self._size(),
                    self.devicePixelRatioF(),
                    self.font(),
                    caption=self._caption,
                    opacity=self._opacity if self._labels_visible else 0.0,
                )
            painter.drawPixmap(0, 0, self._painted)
            words = AnnotationPainter(painter, QRectF(self.rect()))
            words.readout(reading_lines(self._reading, self.view.zoom), self._readout_room)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint anew at the new size."""
        super().resizeEvent(event)
        self._repaint()

    def changeEvent(self, event: QEvent) -> None:
        """Paint anew in another font or palette."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._repaint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry a drag on and read the pixel under the cursor."""
        self._gestures.move(event)
        self._move_cursor(event.position())

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

    def enterEvent(self, event: QEnterEvent) -> None:
        """Read the pixel under the cursor."""
        self._move_cursor(event.position())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002
        """Forget the pixel under the cursor."""
        self._move_cursor(None)

    def _size(self) -> QSizeF:
        return QSizeF(self.size())

    def _repaint(self) -> None:
        self._painted = None
        self._move_cursor(self._cursor)  # another pixel may lie under it
        self.update()

    def _scene_fitting(self, overlay: NDArray[np.uint8] | NDArray[np.bool_] | None) -> Scene | None:
        shape = None if self._scene is None else self._scene.volume.array.shape[:3]
        if overlay is not None and overlay.shape != shape:
            raise ValueError(f"an overlay must have the volume's shape {shape}, not {overlay.shape}")
        return self._scene

    def _move_cursor(self, position: QPointF | None) -> None:
        self._cursor = position
        reading = None
        if position is not None and self._scene is not None:
            place = self._scene.projection(self._size()).to_image(position)
            reading = read_pixel(self._scene.volume, self._scene.slice, place)
        if reading != self._reading:
            self._reading = reading
            self.update(self._readout_room.toAlignedRect().adjusted(-2, -2, 2, 2))
            self.cursor_changed.emit(reading)
