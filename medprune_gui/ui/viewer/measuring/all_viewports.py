"""Measuring in all viewports: one tool for all, and the list of what was measured on the active image."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from medprune_gui.engine.imaging.measurement_table import Measured, write_measurements
from medprune_gui.engine.imaging.measuring import Measurement, MeasurementKind
from medprune_gui.session.measurements import Measurements
from medprune_gui.ui.viewer.measuring.layer import MeasuringLayer
from medprune_gui.ui.viewer.measuring.listing import MeasurementList
from medprune_gui.ui.viewer.viewport import Viewport
from medprune_gui.ui.viewer.viewport_grid import ViewportGrid


class MeasuringTools(QObject):
    """Keeps the viewports' layers, the chosen tool and the list together.

    Parameters
    ----------
    grid
        Viewports, all of which can be measured on.
    measurements
        Where measurements are kept.

    Attributes
    ----------
    listing
        The list for the active image.

    Signals
    -------
    tool_changed
        The kind that the left button draws; None: it does not draw.
    listing_shown_changed
        Whether the list is on display.
    """

    tool_changed = Signal(object)
    listing_shown_changed = Signal(bool)

    def __init__(self, grid: ViewportGrid, measurements: Measurements) -> None:
        super().__init__(grid)
        self._grid = grid
        self._measurements = measurements
        self._layers: dict[Viewport, MeasuringLayer] = {}
        self._tool: MeasurementKind | None = None
        self.listing = MeasurementList()
        self.listing.hide()
        self.listing.selected.connect(lambda index: self._layer.go_to(index))
        self.listing.remove_requested.connect(self._remove)
        for viewport in grid.every:
            self._watch(viewport)
        grid.made.connect(self._watch)
        grid.active_changed.connect(self._list)
        measurements.changed.connect(self._list)
        self._list()

    @property
    def tool(self) -> MeasurementKind | None:
        """What the left button draws."""
        return self._tool

    def set_tool(self, tool: MeasurementKind | None) -> None:
        """Let the left button draw something in every viewport, or do what it always does."""
        if tool != self._tool:
            self._tool = tool
            for layer in self._layers.values():
                layer.set_tool(tool)
            self.tool_changed.emit(tool)

    def give_up(self) -> None:
        """Give up the figure that was begun on the active image; where there is none, the tool."""
        self._layer.give_up()

    @property
    def listing_shown(self) -> bool:
        """Whether the list is to be seen."""
        return not self.listing.isHidden()

    def show_listing(self, shown: bool) -> None:
        """Show the list, or hide it."""
        if shown != self.listing_shown:
            self.listing.setVisible(shown)
            self.listing_shown_changed.emit(shown)

    @property
    def on_display(self) -> frozenset[str]:
        """The UIDs whose figures can be seen."""
        return frozenset(self._layers[viewport].series_uid for viewport in self._grid.viewports)

    def remove_all(self) -> None:
        """Remove all measurements of the active image."""
        self._measurements.clear(self._layer.series_uid)

    @property
    def can_save(self) -> bool:
        """Whether there are measurements of the active image."""
        return bool(self._measurements.of(self._layer.series_uid))

    def save(self, path: Path, *, personal: bool = False) -> None:
        """Write the measurements of the active image as CSV.

        Parameters
        ----------
        personal
            Whether series are called by their descriptions and files named.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        viewport = self._grid.active
        series, volume = viewport.series, viewport.canvas.volume
        if series is None or volume is None:
            return
        number = "" if series.number is None else str(series.number)
        name = " ".join(filter(None, (series.modality, number, series.description if personal else "")))
        drawn = self._measurements.of(self._layer.series_uid)
        table = [
            Measured(name, volume, figure, _file_of(viewport, figure) if personal else "", viewport.straightened)
            for figure in drawn
        ]
        write_measurements(path, table)

    @property
    def _layer(self) -> MeasuringLayer:
        return self._layers[self._grid.active]

    def _watch(self, viewport: Viewport) -> None:
        layer = self._layers[viewport] = MeasuringLayer(viewport.canvas, self._measurements)
        layer.set_tool(self._tool)
        layer.tool_changed.connect(self.set_tool)
        layer.selection_changed.connect(lambda index: self._choose(viewport, index))
        viewport.display.position_changed.connect(lambda: self._follow(viewport))
        self._follow(viewport)

    def _follow(self, viewport: Viewport) -> None:
        """Let a layer be about what its viewport shows."""
        uid, layer = _image_uid(viewport), self._layers[viewport]
        if uid != layer.series_uid:
            layer.set_series(uid)
            if viewport is self._grid.active:
                self._list()

    def _list(self) -> None:
        layer = self._layer
        self.listing.show_measurements(self._grid.active.canvas.volume, self._measurements.of(layer.series_uid))
        self.listing.choose(layer.selected)

    def _choose(self, viewport: Viewport, index: int) -> None:
        if viewport is self._grid.active:
            self.listing.choose(index)

    def _remove(self, index: int) -> None:
        self._layer.select(index)
        self._layer.remove_selected()


def _file_of(viewport: Viewport, figure: Measurement) -> str:
    """Return the name of the file that a figure lies on; empty where it lies on several."""
    requested = viewport.display.requested
    if requested is None:
        return ""
    instances = requested.instances
    if not viewport.straightened and len(instances) > 1:
        slices = [round(point[0]) for point in figure.points]
        instances = instances[max(min(slices), 0) : max(slices) + 1]
    names = {instance.path.name for instance in instances}
    return names.pop() if len(names) == 1 else ""


def _image_uid(viewport: Viewport) -> str:
    """Return what the figures on display belong to; empty where they cannot be placed yet.

    Pictures of a folder are images of their own, and so are slices that were straightened, whose voxels lie elsewhere.
    While one slice stands for a series, it has another index than later.
    """
    display, series = viewport.display, viewport.series
    if series is None or display.previewing or display.requested is None:
        return ""
    if display.pictures:
        instance = display.requested.instances[0]
        return f"{series.uid} {instance.path.name} {instance.frame or 0}"
    return f"{series.uid} straightened" if viewport.straightened else series.uid
