"""What a canvas shows, and how it is painted: image, overlays, lines and words, apart from the widget."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter, QTransform

from medprune_gui.engine.imaging.orientation import side_letters
from medprune_gui.engine.imaging.reorienting import AS_STORED, Reorientation
from medprune_gui.engine.imaging.slabs import Slab
from medprune_gui.engine.imaging.voi import automatic_window
from medprune_gui.engine.imaging.volume import Volume, Window
from medprune_gui.ui.viewer.annotations import Annotations, WordsLayer
from medprune_gui.ui.viewer.corner_texts import (
    Counter,
    Reading,
    longest_reading,
    read_pixel,
    series_lines,
    slice_lines,
)
from medprune_gui.ui.viewer.frame import FrameRenderer
from medprune_gui.ui.viewer.guides import Guides
from medprune_gui.ui.viewer.heat import HeatMap, heat_image
from medprune_gui.ui.viewer.image_layer import ImageLayer
from medprune_gui.ui.viewer.kept_slices import HELD
from medprune_gui.ui.viewer.overlay import LabelLook, overlay_image
from medprune_gui.ui.viewer.plane_layer import planes_image
from medprune_gui.ui.viewer.view import Projection, View


@dataclass
class Scene:
    """A volume and how it is shown.

    Attributes
    ----------
    stored
        The volume as it was read.
    slice
        Index of the slice on display, along the axis that is shown.
    view
        None: the whole image.
    labels, difference
        (slice, row, column), of the stored volume's shape; change them with `set_overlays`.
    look
        How the labels are drawn.
    heat
        A map of real numbers under the labels.
    counter
        Which image of how many the volume is, where it is one of several.
    orientation
        How the stored axes are shown; change it with `reorient`.
    slab
        Neighbouring slices seen as one; change it with `set_slab`.
    note
        What must be known of these pixels, such as that they were resampled.
    remark
        Lines above those of the slice, such as what is not drawn on it.
    personal
        Whether the words name the patient and tell dates.
    volume
        The stored volume as it is shown: its axes are slices, rows and columns on the screen.
    """

    stored: Volume
    window: Window
    slice: int = 0
    inverted: bool = False
    view: View | None = None
    labels: NDArray[np.uint8] | None = None
    difference: NDArray[np.bool_] | None = None
    look: LabelLook = field(default_factory=LabelLook)
    heat: HeatMap | None = None
    counter: Counter | None = None
    orientation: Reorientation = AS_STORED
    slab: Slab | None = None
    note: str = ""
    remark: tuple[str, ...] = ()
    personal: bool = True
    guides: Guides = field(default_factory=Guides)
    volume: Volume = field(init=False)

    def __post_init__(self) -> None:
        self.words = WordsLayer()
        self._overlay_key: tuple[object, ...] = ()
        self._overlay: tuple[QImage, QPoint] | None = None
        self._heat: tuple[tuple[int, HeatMap], QImage] | None = None
        self._frame: tuple[int, Volume] | None = None
        self._show_stored()

    @classmethod
    def of(cls, volume: Volume, window: Window | None = None) -> Scene:
        """Return a volume's first look: the middle slice, fitted, in the file's window or an automatic one."""
        middle = len(volume.array) // 2
        return cls(volume, window or first_window(volume, middle), middle)

    def reorient(self, orientation: Reorientation) -> None:
        """Show the stored axes in another way; the voxel in the middle of the view stays where that is possible."""
        shape = self.stored.array.shape
        rows, columns = self.volume.array.shape[1:3]
        view = self.view or View(1.0, columns / 2, rows / 2)
        # Pixel r covers [r, r + 1) on the screen; as an index its centre is r.
        stored = self.orientation.to_stored((self.slice, view.row - 0.5, view.column - 0.5), shape)
        self.orientation = orientation
        at, row, column = orientation.to_shown(stored, shape)
        self.slice = min(max(round(at), 0), shape[orientation.axes[0]] - 1)
        if self.view is not None:
            self.view = replace(self.view, row=row + 0.5, column=column + 0.5)
        self._show_stored()

    def set_slab(self, slab: Slab | None) -> None:
        """See neighbouring slices as one, or each alone."""
        self.slab = slab
        self._show_stored()

    def set_overlays(self, labels: NDArray[np.uint8] | None, difference: NDArray[np.bool_] | None) -> None:
        """Lay others over the image, or the same ones after their values changed."""
        self.labels, self.difference = labels, difference
        self._overlay_key = ()

    def frame(self) -> Volume:
        """Return the slice or slab on display as a volume of one slice."""
        if self._frame is None or self._frame[0] != self.slice:
            self._frame = (self.slice, self._make_frame(self.slice))
        return self._frame[1]

    def read(self, place: QPointF) -> Reading | None:
        """Return the pixel at a point (column, row) of the image, named by its *stored* indices; None outside."""
        one_by_one = self.slab is None  # then there is no need to make the slice that is on display
        reading = read_pixel(self.volume, self.slice, place) if one_by_one else read_pixel(self.frame(), 0, place)
        if reading is None:
            return None
        shown = (self.slice, reading.row, reading.column)
        at, row, column = self.orientation.to_stored(shown, self.stored.array.shape)
        return replace(reading, slice=int(at), row=int(row), column=int(column))

    def projection(self, size: QSizeF) -> Projection:
        """Return where the image lies in a widget of that size."""
        rows, columns = self.volume.array.shape[1:3]
        return Projection.of((rows, columns), self._spacing_mm[1:], size, self.view)

    def paint(
        self, painter: QPainter, size: QSizeF, ratio: float, *, caption: str, opacity: float, whole: bool = False
    ) -> QRectF:
        """Paint the scene; a clipped painter paints no more than it must.

        Parameters
        ----------
        painter
            Active, with the font of the words.
        size
            In logical pixels.
        ratio
            Device pixels to a logical one.
        caption
            Title at the top centre.
        opacity
            Of the overlays; 0: not drawn.
        whole
            Whether all of a widget is painted, which is about to be painted again, and not parts of it or a picture.

        Returns
        -------
        QRectF
            The room that was kept for the readout.
        """
        projection = self.projection(size)
        self._image.paint(painter, projection, ratio, (self.slice, self.window, self.inverted), whole=whole)
        if opacity > 0.0:
            self._paint_heat(painter, projection)
        if opacity > 0.0:
            self._paint_planes(painter, projection)
        self._paint_overlay(painter, projection, ratio, opacity)
        self.guides.paint(painter, projection)
        return self.words.paint(painter, QRectF(QPointF(), size), self._words(projection, caption))

    def _show_stored(self) -> None:
        self._planes: tuple[int, QImage | None] | None = None
        self.volume = self.orientation.apply(self.stored)
        self._frame = None
        self._image = ImageLayer(FrameRenderer(self.volume, self._make_frame, self.slab))
        self._spacing_mm = self.volume.spacing_mm
        self._sides = side_letters(self.volume.affine_lps, self.volume.oriented)
        self._overlay_key = ()
        self._heat = None

    def _make_frame(self, index: int) -> Volume:
        return self.volume.frame(index) if self.slab is None else self.slab.frame(self.volume, index)

    def _paint_planes(self, painter: QPainter, projection: Projection) -> None:
        """Paint the file's own drawings; they belong to stored slices and are not shown across them."""
        if not self.stored.overlays or not self.orientation.in_plane or self.slab is not None:
            return
        at = int(self.orientation.to_stored((self.slice, 0, 0), self.stored.array.shape)[0])
        if self._planes is None or self._planes[0] != at:
            self._planes = (at, planes_image(self.stored, at, self.orientation))
        if self._planes[1] is not None:
            target = projection.transform().mapRect(QRectF(0, 0, projection.columns, projection.rows))
            painter.drawImage(target, self._planes[1])

    def _paint_overlay(self, painter: QPainter, projection: Projection, ratio: float, opacity: float) -> None:
        if opacity <= 0.0 or (self.labels is None and self.difference is None):
            return
        transform = projection.transform() * QTransform.fromScale(ratio, ratio)
        width, height = round(projection.size.width() * ratio), round(projection.size.height() * ratio)
        place = (transform.m11(), transform.m22(), transform.dx(), transform.dy(), width, height, ratio)
        key = (self.slice, opacity, self.look, place)
        if key != self._overlay_key:
            self._overlay_key = key
            labels, difference = self._shown(self.labels), self._shown(self.difference)
            line = max(1, round(ratio))
            self._overlay = overlay_image(labels, difference, transform, width, height, opacity, line, self.look)
        if self._overlay is not None:
            image, corner = self._overlay
            image.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(corner) / ratio, image)

    def _paint_heat(self, painter: QPainter, projection: Projection) -> None:
        if self.heat is None:
            return
        key = (self.slice, self.heat)
        if self._heat is None or self._heat[0] != key:
            self._heat = (key, heat_image(self.heat, self.orientation.view(self.heat.values)[self.slice]))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        target = projection.transform().mapRect(QRectF(0, 0, projection.columns, projection.rows))
        painter.drawImage(target, self._heat[1])

    def _shown(self, overlay: NDArray[Any] | None) -> NDArray[Any] | None:
        return None if overlay is None else self.orientation.view(overlay)[self.slice]

    def _words(self, projection: Projection, caption: str) -> Annotations:
        volume, sides = self.volume, self._sides
        left, right = series_lines(volume, personal=self.personal)
        bottom = slice_lines(volume, self.slice, self.window, self.inverted, self.counter)
        if self.slab is not None:
            bottom = (f"{self.slab.kind} {self.slab.thickness_mm:g} mm", *bottom)
        return Annotations(
            top_left=(*left, self.note) if self.note else left,
            top_right=right,
            bottom_left=(*self.remark, *bottom),
            letters=(sides.left, sides.right, sides.top, sides.bottom),
            caption=caption,
            pixels_per_cm=10.0 / min(self._spacing_mm[1:]) * projection.view.zoom if volume.calibrated else 0.0,
            readout=longest_reading(self.stored, reformatted=not self.orientation.in_plane),
        )


def first_window(volume: Volume, index: int) -> Window:
    """Return the file's first window for slice ``index``, or an automatic one."""
    if windows := volume.windows_at(index):
        return windows[0]
    window = automatic_window(volume)
    HELD.looked_at(volume.array)  # its sample is from all over the volume
    return window


def window_after_step(volume: Volume, before: int, after: int, window: Window) -> Window:
    """Return the window of slice ``after`` that goes on from ``window`` at slice ``before``.

    A window that the file gives this slice is followed by the next slice's of the same place in the file; any other
    was chosen by hand and stays.
    """
    old, new = volume.windows_at(before), volume.windows_at(after)
    place = old.index(window) if window in old else len(new)
    return new[place] if place < len(new) else window
