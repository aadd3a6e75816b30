"""The grid in the layout of planes, and back: what its viewports showed before is kept."""

from __future__ import annotations

from PySide6.QtCore import QObject

from medprune_gui.engine.imaging import Series, Volume
from medprune_gui.engine.imaging.reorienting import AS_STORED, Reorientation
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.planes import PlanesView
from medprune_gui.ui.viewer.viewport_grid import Layout, ViewportGrid


class PlanesMode(QObject):
    """Turns the grid into three planes of the active image, follows when another volume is loaded, and turns it back.

    Parameters
    ----------
    grid
        Its viewports must know their series, the active one too, when `enter` or `leave` is called.
    """

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._kept: list[tuple[Series | None, Volume | None, Reorientation, int]] = []
        self.view = PlanesView(self)

    def enter(self) -> None:
        """Show the planes of the active image; of another one where that is empty."""
        grid = self._grid
        shown = grid.active
        if shown.canvas.volume is None:
            shown = next((v for v in grid.viewports if v.canvas.volume is not None), shown)
        volume, series, requested = shown.canvas.volume, shown.series, shown.requested
        self._kept = [(v.series, v.canvas.volume, v.canvas.orientation, v.canvas.slice) for v in grid.every]
        first = grid.every[0]
        first.series, first.requested, first.picture = series, requested, shown.picture
        grid.set_layout("mpr")
        grid.activate(first)
        if volume is not None:
            for viewport in grid.viewports:
                viewport.series, viewport.requested, viewport.picture = series, requested, 0
            self.view.show(grid.viewports, series, volume)

    def leave(self, name: Layout) -> None:
        """Give the viewports back what they showed before; the first keeps what is shown now."""
        grid = self._grid
        source, series = self.view.source, grid.active.series
        self.view.stop()
        first = grid.every[0]
        first.series = first.requested = series
        grid.activate(first)
        self.view.filling = True
        for index, viewport in enumerate(grid.every):
            viewport.plane = viewport.canvas.caption = ""
            was = self._kept[index] if index < len(self._kept) else (None, None, AS_STORED, 0)
            if viewport is first and source is not None:
                was = (series, source, AS_STORED, len(source.array) // 2)
            viewport.series, volume, orientation, at = was
            viewport.requested = viewport.series
            viewport.canvas.show_volume(volume)
            viewport.canvas.set_orientation(orientation)
            viewport.canvas.set_slice(at)
            if volume is None:
                viewport.invite()
            else:
                viewport.show_image()
        self.view.filling = False
        grid.set_layout(name)

    def volume_changed(self, canvas: ImageCanvas, series: Series | None, requested: Series | None) -> None:
        """Follow the active canvas, which shows another volume now, or none."""
        grid = self._grid
        if canvas is not grid.active.canvas or grid.name != "mpr" or self.view.filling:
            return
        if canvas.volume is not None:
            for viewport in grid.viewports:
                viewport.series, viewport.requested = series, requested
            self.view.show(grid.viewports, series, canvas.volume)
            return
        self.view.stop()
        self.view.filling = True
        for viewport in grid.viewports:
            viewport.plane = viewport.canvas.caption = ""
            if viewport.canvas is not canvas:
                viewport.requested = None
                viewport.canvas.show_volume(None)
                viewport.invite()
        self.view.filling = False
