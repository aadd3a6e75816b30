"""The grid in the layout of planes, and back: what its viewports showed before is kept."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from medprune_gui.engine.imaging.reorienting import AS_STORED
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.planes import PlanesView
from medprune_gui.ui.viewer.shown import Shown
from medprune_gui.ui.viewer.viewport import Viewport
from medprune_gui.ui.viewer.viewport_grid import Layout, ViewportGrid


class PlanesMode(QObject):
    """Turns the grid into three planes of the active image, follows when another volume is loaded, and turns it back.

    Parameters
    ----------
    grid
        Its viewports are filled with planes.
    """

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._kept: list[Shown] = []
        self._from: Viewport | None = None
        self._looks: list[tuple[float, bool]] = []
        self._following = False
        self.view = PlanesView(self)

    def enter(self) -> None:
        """Show the planes of the active image, at its place and in its window; of another one where that is empty."""
        grid = self._grid
        source = grid.active
        if source.canvas.volume is None:
            source = next((v for v in grid.viewports if v.canvas.volume is not None), source)
        self._from = source
        shown = source.display.shown()
        self._kept = [viewport.display.shown() for viewport in grid.every]
        self._looks = [(viewport.canvas.opacity, viewport.canvas.labels_visible) for viewport in grid.every]
        look = source.canvas.opacity, source.canvas.labels_visible
        first = grid.every[0]
        grid.set_layout("mpr")
        for viewport in grid.viewports:
            viewport.display.whole_only = True
            _see_layers(viewport.canvas, *look)
        grid.activate(first)
        # The planes begin where the image stands, so all of it is shown before they are made of it.
        self.view.filling = shown.volume is not None
        first.display.show_again(shown)
        self.view.filling = False
        if shown.volume is not None:
            self.volume_changed(first.canvas)

    def leave(self, name: Layout) -> None:
        """Give the viewports back what they showed before.

        The one whose planes were shown goes to the slice that the planes met on. Where it has no place in the layout,
        or where another series was chosen meanwhile, the first viewport has what is shown now.
        """
        grid = self._grid
        back, own = self._shown_now()
        look = grid.active.canvas.opacity, grid.active.canvas.labels_visible
        self.view.stop()
        first = target = grid.every[0]
        if own and self._from is not None and grid.has_place(self._from, name):
            target = self._from
        grid.activate(first)
        self.view.filling = True
        for index, viewport in enumerate(grid.every):
            viewport.display.whole_only = False
            viewport.plane = viewport.canvas.caption = ""
            viewport.straightened = False
            was = self._kept[index] if index < len(self._kept) else Shown()
            if viewport is target:
                was = back
                _see_layers(viewport.canvas, *look)
            elif index < len(self._looks):
                _see_layers(viewport.canvas, *self._looks[index])
            viewport.display.show_again(was)
            if was.series is None:
                viewport.invite()
        self.view.filling = False
        grid.set_layout(name)
        grid.activate(target)

    def _shown_now(self) -> tuple[Shown, bool]:
        """Return what the planes are of, as a viewport is to show it, and whether it is what they were entered with."""
        source, place, now = self.view.source, self.view.crosshair, self._grid.active.display.shown()
        came = Shown() if self._from is None else self._kept[self._grid.every.index(self._from)]
        own = None not in (now.series, came.series) and now.series.uid == came.series.uid  # type: ignore[union-attr]
        if source is None or place is None:
            return replace(now, volume=None, orientation=AS_STORED, slice=0, view=None), own
        shown = replace(now, volume=source, orientation=AS_STORED, view=None, layers=self.view.source_layers)
        like = came.volume
        if own and like is not None and like.array.shape == source.array.shape and came.picture == now.picture:
            shown = replace(came, requested=now.requested, phase=now.phase, volume=source, layers=shown.layers)
        at = shown.orientation.to_shown(place, source.array.shape)[0]
        return replace(shown, slice=round(at)), own

    def volume_changed(self, canvas: ImageCanvas) -> None:
        """Follow the active canvas, which shows another volume now, or none."""
        grid = self._grid
        if canvas is not grid.active.canvas or grid.name != "mpr" or self.view.filling:
            return
        if canvas.volume is not None:
            shown = grid.active.display.shown()
            for viewport in grid.viewports:
                if viewport is not grid.active:
                    viewport.display.hold(shown)
            self.view.show(grid.viewports, shown.series, canvas)
            return
        self.view.stop()
        self.view.filling = True
        for viewport in grid.viewports:
            viewport.plane = viewport.canvas.caption = ""
            viewport.straightened = False
            if viewport.canvas is not canvas:
                viewport.display.hold(Shown())
                viewport.canvas.show_volume(None)
                viewport.invite()
        self.view.filling = False

    def layers_changed(self, canvas: ImageCanvas) -> None:
        """Have the other planes of the same volume show what lies over one of them, in the same way."""
        if self._grid.name != "mpr" or self.view.filling or self._following:
            return
        self._following = True
        for viewport in self._grid.viewports:
            other = viewport.canvas
            if other is not canvas and other.volume is not None and other.volume is canvas.volume:
                other.set_layers(canvas.layers)
                _see_layers(other, canvas.opacity, canvas.labels_visible)
        self._following = False


def _see_layers(canvas: ImageCanvas, opacity: float, visible: bool) -> None:
    canvas.set_opacity(opacity)
    canvas.labels_visible = visible
