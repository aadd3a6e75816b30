"""What the images of a grid have in common: slices, zoom, pan, window, and lines that show where planes cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QObject, QPointF, Signal

from medprune_gui.ui.theme import PLANE_COLOURS, REFERENCE_LINE
from medprune_gui.ui.viewer.guides import Guide, Guides, cut, slice_corners
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.view import View
from medprune_gui.ui.viewer.viewport import Viewport
from medprune_gui.ui.viewer.viewport_grid import ViewportGrid

LinkKind = Literal["scroll", "zoom", "pan", "window"]
LINK_KINDS: tuple[LinkKind, ...] = ("scroll", "zoom", "pan", "window")
# Slices count as parallel up to about 25 degrees, as the planes of one protocol are.
_PARALLEL = 0.9


class GridLinks(QObject):
    """Carries what changes on one canvas to the others of the grid.

    By place in the patient where two volumes share a frame of reference (or are one); else by index and by share of
    the image. Where slices are not parallel, a line shows where the active one cuts the others. In the layout of planes
    each plane shows both others as lines, and grey levels always go together.

    Parameters
    ----------
    grid
        Whose canvases are linked.
    """

    changed = Signal()

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._linked: set[LinkKind] = set()
        self._following = False
        self._place: NDArray[np.float64] | None = None
        for viewport in grid.every:
            self._watch(viewport)
        grid.made.connect(self._watch)
        grid.active_changed.connect(lambda *_: self.draw_guides())
        grid.layout_changed.connect(self._forget_place)

    def linked(self, kind: LinkKind) -> bool:
        """Return whether the images go together in something."""
        return kind in self._linked

    def set_linked(self, kind: LinkKind, linked: bool) -> None:
        """Let the images go together in something, from the active one on; or each for itself."""
        if linked == (kind in self._linked):
            return
        if linked:
            self._linked.add(kind)
            canvas = self._grid.active.canvas
            if kind == "scroll":
                self._slice_changed(canvas)
            elif kind == "window":
                self._window_changed(canvas)
            else:
                self._view_changed(canvas)
        else:
            self._linked.discard(kind)
        self.changed.emit()

    def toggle(self, kind: LinkKind) -> None:
        """Link what was not linked, and the other way round."""
        self.set_linked(kind, kind not in self._linked)

    def point(self, canvas: ImageCanvas, place_mm: NDArray[np.float64]) -> None:
        """Put the crosshair on a place of a canvas; the others show the slices that it lies on."""
        others = [other for other in self._grid.canvases if other is not canvas and shares_space(canvas, other)]
        if not others:
            return
        self._place = place_mm
        with self.at_rest():
            for other in others:
                other.set_slice(round(float(other.index_of(place_mm)[0])))
        self.draw_guides()

    def draw_guides(self) -> None:
        """Draw the lines of all canvases anew."""
        canvases = self._grid.canvases
        planes = {viewport.canvas: viewport.plane for viewport in self._grid.viewports if viewport.plane}
        for canvas in canvases:
            others = [other for other in canvases if other is not canvas and shares_space(canvas, other)]
            if canvas in planes:
                canvas.set_guides(self._plane_guides(canvas, others, planes))
            else:
                canvas.set_guides(self._reference_guides(canvas, others))

    def _watch(self, viewport: Viewport) -> None:
        canvas = viewport.canvas
        canvas.slice_changed.connect(partial(self._slice_changed, canvas))
        canvas.window_changed.connect(partial(self._window_changed, canvas))
        canvas.inverted_changed.connect(partial(self._window_changed, canvas))
        canvas.view_changed.connect(partial(self._view_changed, canvas))
        canvas.orientation_changed.connect(lambda _: self.draw_guides())
        canvas.volume_changed.connect(self._forget_place)
        canvas.pointed.connect(partial(self.point, canvas))

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Let no image follow another one meanwhile."""
        before, self._following = self._following, True
        try:
            yield
        finally:
            self._following = before

    def _followers(self, canvas: ImageCanvas) -> list[ImageCanvas]:
        canvases = self._grid.canvases
        if self._following or canvas not in canvases:
            return []
        return [other for other in canvases if other is not canvas]

    def _forget_place(self) -> None:
        self._place = None
        self.draw_guides()

    def _slice_changed(self, canvas: ImageCanvas, _index: int = 0) -> None:
        followers = self._followers(canvas)
        if followers:
            self._place = None
        if "scroll" in self._linked:
            with self.at_rest():
                for other in followers:
                    if not shares_space(canvas, other):
                        other.set_slice(canvas.slice)
                    elif parallel(canvas, other):
                        other.set_slice(round(float(other.index_of(_middle(canvas))[0])))
        if not self._following:
            self.draw_guides()

    def _window_changed(self, canvas: ImageCanvas, *_: object) -> None:
        followers = self._followers(canvas)
        with self.at_rest():
            for other in followers:
                together = self._grid.name == "mpr" and other.volume is canvas.volume
                if together or ("window" in self._linked and _same_scale(canvas, other)):
                    other.apply_window(canvas.window)
                    other.set_inverted(canvas.inverted)

    def _view_changed(self, canvas: ImageCanvas, *_: object) -> None:
        if not self._linked & {"zoom", "pan"}:
            return
        followers = self._followers(canvas)
        with self.at_rest():
            for other in followers:
                other.set_view(self._view_for(canvas, other))

    def _view_for(self, canvas: ImageCanvas, other: ImageCanvas) -> View:
        leading, view = canvas.view, other.view
        source, target = canvas.shown_volume, other.shown_volume
        assert source is not None
        assert target is not None
        if {"zoom", "pan"} <= self._linked and leading.fitted:
            return replace(view, fitted=True)
        if "zoom" in self._linked:
            zoom = leading.zoom
            if source.calibrated and target.calibrated:
                zoom *= min(target.spacing_mm[1:]) / min(source.spacing_mm[1:])
            view = replace(view, zoom=zoom, fitted=False)
        if "pan" in self._linked:
            if shares_space(canvas, other) and parallel(canvas, other):
                _, row, column = other.index_of(_middle(canvas))
                at = QPointF(column + 0.5, row + 0.5)
            else:
                (rows, columns), (height, width) = source.array.shape[1:3], target.array.shape[1:3]
                at = QPointF(leading.column / columns * width, leading.row / rows * height)
            view = replace(view, column=at.x(), row=at.y(), fitted=False)
        return view

    def _plane_guides(self, canvas: ImageCanvas, others: list[ImageCanvas], planes: dict[ImageCanvas, str]) -> Guides:
        lines = tuple(
            Guide(line, PLANE_COLOURS[planes[other]])
            for other in others
            if other in planes and (line := _cut_by(canvas, other)) is not None
        )
        place = None
        if len(lines) == 2:
            place = _crossing(lines[0], lines[1])
        return Guides(lines, place, PLANE_COLOURS[planes[canvas]])

    def _reference_guides(self, canvas: ImageCanvas, others: list[ImageCanvas]) -> Guides:
        active = self._grid.active.canvas
        line = None
        if active in others and not parallel(canvas, active):
            line = _cut_by(canvas, active)
        place = None
        if self._place is not None and others:
            _, row, column = canvas.index_of(self._place)
            place = QPointF(column + 0.5, row + 0.5)
        return Guides((Guide(line, REFERENCE_LINE),) if line is not None else (), place)


def shares_space(first: ImageCanvas, second: ImageCanvas) -> bool:
    """Return whether the millimetres of two canvases are of one system (PS3.3 C.7.4.1.1.1)."""
    one, other = first.volume, second.volume
    if one is None or other is None or not (one.oriented and other.oriented):
        return False
    if one is other:
        return True
    known = one.placed and other.placed and bool(one.frame_of_reference)
    return known and one.frame_of_reference == other.frame_of_reference


def parallel(first: ImageCanvas, second: ImageCanvas) -> bool:
    """Return whether the slices of two canvases are parallel, or nearly."""
    one, other = first.shown_volume, second.shown_volume
    assert one is not None
    assert other is not None
    return _parallel(one.affine_lps.tobytes(), other.affine_lps.tobytes())


@lru_cache(maxsize=64)
def _parallel(one: bytes, other: bytes) -> bool:
    """Return `parallel` of two affines; every step of linked slices asks it of all pairs."""
    normals = []
    for affine in (one, other):
        axes = np.frombuffer(affine).reshape(4, 4)[:3]
        normal = np.cross(axes[:, 2], axes[:, 1])
        normals.append(normal / np.linalg.norm(normal))
    return abs(float(normals[0] @ normals[1])) > _PARALLEL


def _middle(canvas: ImageCanvas) -> NDArray[np.float64]:
    """Return the place in the middle of the view, in LPS millimetres."""
    volume, view = canvas.shown_volume, canvas.view
    assert volume is not None
    return volume.places_of((canvas.slice, view.row - 0.5, view.column - 0.5))


def _cut_by(canvas: ImageCanvas, other: ImageCanvas) -> QLineF | None:
    here, there = canvas.shown_volume, other.shown_volume
    assert here is not None
    assert there is not None
    return cut(here, canvas.slice, slice_corners(there, other.slice))


def _crossing(first: Guide, second: Guide) -> QPointF | None:
    kind, place = first.line.intersects(second.line)
    return place if kind != QLineF.IntersectionType.NoIntersection else None


def _same_scale(first: ImageCanvas, second: ImageCanvas) -> bool:
    """Return whether grey levels of two canvases mean the same: one modality, one unit."""
    one, other = first.volume, second.volume
    assert one is not None
    assert other is not None
    return one.unit == other.unit and one.texts.get("modality") == other.texts.get("modality")
