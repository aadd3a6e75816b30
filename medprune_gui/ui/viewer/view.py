"""Where an image lies in the widget: zoom and centre, apart from any widget."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QTransform

MAX_ZOOM = 64.0


@dataclass(frozen=True, slots=True)
class View:
    """What part of an image is shown.

    Attributes
    ----------
    zoom
        Screen pixels per image pixel, along the axis with the finer spacing.
    column, row
        The point of the image in the widget's centre; pixel (r, c) covers [c, c + 1) x [r, r + 1).
    fitted
        The whole image is shown and follows the widget's size; the numbers are then what this size gives.
    """

    zoom: float
    column: float
    row: float
    fitted: bool = False


@dataclass(frozen=True, slots=True)
class Projection:
    """The way from image coordinates (column, row) to widget coordinates and back.

    Attributes
    ----------
    rows, columns
        Size of the image in pixels.
    aspect_x, aspect_y
        Width and height of a pixel in units of its shorter side.
    size
        Size of the widget.
    view
        What is shown.
    """

    rows: int
    columns: int
    aspect_x: float
    aspect_y: float
    size: QSizeF
    view: View

    @classmethod
    def of(cls, shape: tuple[int, int], spacing: tuple[float, float], size: QSizeF, view: View | None) -> Projection:
        """Project an image of (rows, columns) with that spacing; ``view`` None or fitted: the whole image."""
        finest = min(spacing)
        aspect_y, aspect_x = spacing[0] / finest, spacing[1] / finest
        if view is None or view.fitted:
            zoom = min(size.width() / (shape[1] * aspect_x), size.height() / (shape[0] * aspect_y))
            view = View(max(zoom, 1e-3), shape[1] / 2, shape[0] / 2, fitted=True)
        return cls(shape[0], shape[1], aspect_x, aspect_y, size, view)

    @property
    def scale_x(self) -> float:
        """Screen pixels per column."""
        return self.view.zoom * self.aspect_x

    @property
    def scale_y(self) -> float:
        """Screen pixels per row."""
        return self.view.zoom * self.aspect_y

    def transform(self) -> QTransform:
        """Return the map from image to widget coordinates."""
        return QTransform(
            self.scale_x,
            0.0,
            0.0,
            self.scale_y,
            self.size.width() / 2 - self.view.column * self.scale_x,
            self.size.height() / 2 - self.view.row * self.scale_y,
        )

    def to_image(self, position: QPointF) -> QPointF:
        """Return the point (column, row) of the image under a point of the widget."""
        return QPointF(
            self.view.column + (position.x() - self.size.width() / 2) / self.scale_x,
            self.view.row + (position.y() - self.size.height() / 2) / self.scale_y,
        )

    def zoomed(self, factor: float, at: QPointF | None = None) -> View:
        """Return the view with another zoom; the image point under ``at`` stays (default: the centre)."""
        whole = min(
            self.size.width() / (self.columns * self.aspect_x), self.size.height() / (self.rows * self.aspect_y)
        )
        zoom = min(max(self.view.zoom * factor, min(whole, 1.0) / 4), max(MAX_ZOOM, whole))
        fixed = QPointF(self.view.column, self.view.row) if at is None else self.to_image(at)
        shrink = self.view.zoom / zoom
        return self._inside(
            zoom,
            fixed.x() + (self.view.column - fixed.x()) * shrink,
            fixed.y() + (self.view.row - fixed.y()) * shrink,
        )

    def moved(self, delta: QPointF) -> View:
        """Return the view after the image was dragged by ``delta`` screen pixels."""
        return self._inside(
            self.view.zoom,
            self.view.column - delta.x() / self.scale_x,
            self.view.row - delta.y() / self.scale_y,
        )

    def _inside(self, zoom: float, column: float, row: float) -> View:
        return View(zoom, min(max(column, 0.0), float(self.columns)), min(max(row, 0.0), float(self.rows)))
