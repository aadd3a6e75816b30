"""The widget that paints a scene, and reads the pixel under the cursor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from medprune_gui.engine.imaging.volume import Volume
from medprune_gui.ui.viewer.annotations import AnnotationPainter
from medprune_gui.ui.viewer.corner_texts import Reading, reading_lines
from medprune_gui.ui.viewer.heat import HeatMap
from medprune_gui.ui.viewer.layers import Layers
from medprune_gui.ui.viewer.overlay import LabelLook
from medprune_gui.ui.viewer.pointer_tool import PointerTool
from medprune_gui.ui.viewer.scene import Scene, window_after_step
from medprune_gui.ui.viewer.view import Projection, View


class SceneWidget(QWidget):
    """Paints a scene with its overlays and words.

    The scene keeps its picture, overlays and words until something of them changes; what is painted again is only what
    the event asks for, so that the reading under the cursor and the crosshair's lines cost next to nothing.
    """

    cursor_changed = Signal(object)  # Reading or None
    overlay_changed = Signal(bool)  # whether there is one
    layers_changed = Signal()  # others lie over the image, or they are seen in another way

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setMinimumSize(96, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._scene: Scene | None = None
        self._readout_room = QRectF()
        self._cursor: QPointF | None = None
        self._reading: Reading | None = None
        self._opacity = 0.4
        self._labels_visible = True
        self._caption = ""
        self._tool: PointerTool | None = None
        self._personal = True

    @property
    def volume(self) -> Volume | None:
        """The volume on display, as it was read."""
        return None if self._scene is None else self._scene.stored

    @property
    def shown_volume(self) -> Volume | None:
        """The volume on display with the axes as they are shown, see `Reorientation.apply`."""
        return None if self._scene is None else self._scene.volume

    @property
    def view(self) -> View:
        """Zoom and centre in image coordinates."""
        return View(1.0, 0.0, 0.0, fitted=True) if self._scene is None else self._scene.projection(self._size()).view

    def projection(self) -> Projection:
        """Return where the image lies in the widget.

        Raises
        ------
        RuntimeError
            If there is no image.
        """
        if self._scene is None:
            raise RuntimeError("there is no image")
        return self._scene.projection(self._size())

    @property
    def personal(self) -> bool:
        """Whether the words name the patient and tell dates."""
        return self._personal

    def set_personal(self, personal: bool) -> None:
        """Name the patient and tell dates, or do not, now and for later images."""
        self._personal = personal
        if self._scene is not None:
            self._scene.personal = personal
            self.update()

    def picture(self, *, personal: bool = False, index: int | None = None) -> QImage:
        """Return what is on display as a picture for others: without the reading under the cursor.

        Parameters
        ----------
        personal
            Whether the words name the patient and tell dates.
        index
            The slice, in the window that stepping to it would show; None: the one on display.

        Raises
        ------
        RuntimeError
            If there is no image.
        """
        if self._scene is None:
            raise RuntimeError("there is no image")
        ratio = self.devicePixelRatioF()
        image = QImage((self._size() * ratio).toSize(), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        # Words are laid out by the dots of what they are painted on, which are the screen's here as well.
        image.setDotsPerMeterX(round(self.logicalDpiX() * ratio / 0.0254))
        image.setDotsPerMeterY(round(self.logicalDpiY() * ratio / 0.0254))
        image.fill(Qt.GlobalColor.black)
        scene, at = self._scene, self._scene.slice if index is None else index
        shown = (scene.slice, scene.window, scene.personal)
        scene.window = window_after_step(scene.volume, scene.slice, at, scene.window)
        scene.slice, scene.personal = at, personal
        painter = QPainter(image)
        try:
            painter.setFont(self.font())
            self._paint_scene(painter)
        finally:
            painter.end()
            scene.slice, scene.window, scene.personal = shown
        return image

    def set_pointer_tool(self, tool: PointerTool | None) -> None:
        """Let something else use the pointer before the canvas does, and paint over it."""
        self._tool = tool
        self.update()

    @property
    def caption(self) -> str:
        """A title at the top centre."""
        return self._caption

    @caption.setter
    def caption(self, caption: str) -> None:
        self._caption = caption
        self._repaint()

    # Overlays

    @property
    def has_labels(self) -> bool:
        """Whether there is anything to lay over the image: labels, differences, a heat map, the file's own planes."""
        scene = self._scene
        if scene is None:
            return False
        layers = (scene.labels, scene.difference, scene.heat)
        return bool(scene.stored.overlays) or any(layer is not None for layer in layers)

    @property
    def plane_names(self) -> tuple[str, ...]:
        """What the file calls the overlay planes of its slices, each once; empty for one without a name."""
        overlays = () if self._scene is None else self._scene.stored.overlays
        return tuple(dict.fromkeys(plane.name for planes in overlays for plane in planes))

    @property
    def labels(self) -> NDArray[np.uint8] | None:
        """Labels over the image, (slice, row, column) as stored; 0 stays clear."""
        return None if self._scene is None else self._scene.labels

    def set_overlays(
        self, labels: NDArray[np.uint8] | None = None, difference: NDArray[np.bool_] | None = None
    ) -> None:
        """Lay labels over the image, and mark pixels over both.

        Parameters
        ----------
        labels
            (slice, row, column); 0 stays clear.
        difference
            (slice, row, column); where the mark goes.

        Raises
        ------
        ValueError
            If a shape is not the volume's.
        """
        shape = None if self._scene is None else self._scene.stored.array.shape[:3]
        for overlay in (labels, difference):
            if overlay is not None and overlay.shape != shape:
                raise ValueError(f"an overlay must have the volume's shape {shape}, not {overlay.shape}")
        if self._scene is not None:
            self._scene.set_overlays(labels, difference)
            self._show_layers()

    @property
    def label_look(self) -> LabelLook:
        """Which labels are seen, and how."""
        return LabelLook() if self._scene is None else self._scene.look

    def set_label_look(self, look: LabelLook) -> None:
        """Draw labels in another way."""
        if self._scene is not None and look != self._scene.look:
            self._scene.look = look
            self._repaint()
            self.layers_changed.emit()

    @property
    def heat(self) -> HeatMap | None:
        """The heat map over the image."""
        return None if self._scene is None else self._scene.heat

    def set_heat(self, heat: HeatMap | None) -> None:
        """Lay a heat map over the image and under the labels; None: none.

        Raises
        ------
        ValueError
            If its shape is not the volume's.
        """
        if self._scene is None:
            return
        shape = self._scene.stored.array.shape[:3]
        if heat is not None and heat.values.shape != shape:
            raise ValueError(f"a heat map must have the volume's shape {shape}, not {heat.values.shape}")
        self._scene.heat = heat
        self._show_layers()

    @property
    def layers(self) -> Layers:
        """All that lies over the image but the file's own planes."""
        scene = self._scene
        return Layers() if scene is None else Layers(scene.labels, scene.difference, scene.heat, scene.look)

    def set_layers(self, layers: Layers) -> None:
        """Lay others over the image, in the place of all those before.

        Raises
        ------
        ValueError
            If a shape is not the volume's.
        """
        if self._scene is not None:
            shape = self._scene.stored.array.shape[:3]
            heat = None if layers.heat is None else layers.heat.values
            if any(one is not None and one.shape != shape for one in (layers.labels, layers.difference, heat)):
                raise ValueError(f"layers must have the volume's shape {shape}")
            self._scene.set_overlays(layers.labels, layers.difference)
            self._scene.heat, self._scene.look = layers.heat, layers.look
            self._show_layers()

    @property
    def opacity(self) -> float:
        """Of the overlays' area, 0 to 1."""
        return self._opacity

    def set_opacity(self, opacity: float) -> None:
        """Set how much the overlays cover; 0 hides them, outlines too."""
        opacity = min(max(opacity, 0.0), 1.0)
        if opacity != self._opacity:
            self._opacity = opacity
            self._repaint()
            self.layers_changed.emit()

    @property
    def labels_visible(self) -> bool:
        """Whether overlays are drawn."""
        return self._labels_visible

    @labels_visible.setter
    def labels_visible(self, visible: bool) -> None:
        if visible != self._labels_visible:
            self._labels_visible = visible
            self._repaint()
            self.layers_changed.emit()

    def _show_layers(self) -> None:
        self._repaint()
        self.overlay_changed.emit(self.has_labels)
        self.layers_changed.emit()

    # Events

    def sizeHint(self) -> QSize:
        """Return the size that the canvas likes best."""
        return QSize(512, 512)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what changed, with the reading under the cursor."""
        painter = QPainter(self)
        painter.setFont(self.font())
        if self._scene is None:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
        else:
            self._readout_room = self._paint_scene(painter, whole=event.rect().contains(self.rect()))
            words = AnnotationPainter(painter, QRectF(self.rect()))
            reformatted = not self._scene.orientation.in_plane
            words.readout(reading_lines(self._reading, self.view.zoom, reformatted=reformatted), self._readout_room)
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

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the pixel under the cursor."""
        self._move_cursor(event.position())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Read the pixel under the cursor."""
        self._move_cursor(event.position())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002
        """Forget the pixel under the cursor."""
        self._move_cursor(None)

    def _paint_scene(self, painter: QPainter, *, whole: bool = False) -> QRectF:
        assert self._scene is not None
        opacity = self._opacity if self._labels_visible else 0.0
        room = self._scene.paint(
            painter, self._size(), self.devicePixelRatioF(), caption=self._caption, opacity=opacity, whole=whole
        )
        if self._tool is not None:
            self._tool.paint(painter, self._scene.words.taken)
        return room

    def _size(self) -> QSizeF:
        return QSizeF(self.size())

    def _repaint(self) -> None:
        self._move_cursor(self._cursor)  # another pixel may lie under it
        self.update()

    def _move_cursor(self, position: QPointF | None) -> None:
        self._cursor = position
        reading = None
        if position is not None and self._scene is not None:
            place = self._scene.projection(self._size()).to_image(position)
            reading = self._scene.read(place)
        if reading != self._reading:
            self._reading = reading
            self.update(self._readout_room.toAlignedRect().adjusted(-2, -2, 2, 2))
            self.cursor_changed.emit(reading)
