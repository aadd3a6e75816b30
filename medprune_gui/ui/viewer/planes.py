"""A volume in three planes: axial, coronal and sagittal, straightened first where its slices lean or are uneven."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from medprune_gui.engine.errors import GeometryError
from medprune_gui.engine.imaging import Series, Volume
from medprune_gui.engine.imaging.held_pixels import room_for
from medprune_gui.engine.imaging.reorienting import PLANES, plane_view
from medprune_gui.engine.imaging.reslicing import needs_resampling, resampling, stack_positions
from medprune_gui.engine.imaging.slabs import Slab
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.kept_slices import HELD
from medprune_gui.ui.viewer.layers import Layers
from medprune_gui.ui.viewer.straight_layers import StraightLayers
from medprune_gui.ui.viewer.viewport import Viewport


class PlanesView(QObject):
    """Fills three viewports with the planes of a volume, the first being the largest.

    Straightening goes on slice by slice between the window's events, so that nothing waits for it.
    """

    shown = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.filling = False
        self._viewports: Sequence[Viewport] = ()
        self._straight: StraightLayers | None = None
        self._source: Volume | None = None
        self._layers = Layers()
        self._lead: ImageCanvas | None = None
        self._slab: Slab | None = None
        self._steps: Generator[tuple[int, int], None, Volume] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._step)

    @property
    def source(self) -> Volume | None:
        """The volume as it was read, which may not be the one on display."""
        return self._source

    @property
    def source_layers(self) -> Layers:
        """What lies over the planes, as it lies over the volume as it was read."""
        if self._source is None or not self._viewports or self.busy:
            return self._layers
        shown = self._viewports[0].canvas.layers
        return shown if self._straight is None else self._straight.back(shown)

    @property
    def busy(self) -> bool:
        """Whether a volume is being straightened."""
        return self._steps is not None

    @property
    def crosshair(self) -> tuple[float, float, float] | None:
        """Where the planes meet, as (slice, row, column) of the volume as it was read; None: nothing is shown."""
        source = self._source
        if source is None:
            return None
        first = self._viewports[0]
        if not first.plane:
            return _middle(first.canvas)
        at = [0.0, 0.0, 0.0]
        for canvas in (viewport.canvas for viewport in self._viewports):
            assert canvas.volume is not None
            axis = canvas.orientation.axes[0]
            at[axis] = canvas.orientation.to_stored((canvas.slice, 0, 0), canvas.volume.array.shape)[axis]
        return (at[0], at[1], at[2]) if not first.straightened else _through_space(at, first.canvas.volume, source)

    def show(self, viewports: Sequence[Viewport], series: Series | None, lead: ImageCanvas) -> None:
        """Show the planes of a volume; if that cannot be, its slices, and why.

        Parameters
        ----------
        lead
            Of one of the viewports: shows the volume, and the place, window, inversion and layers that the planes
            are to have.
        """
        self.stop()
        volume = lead.volume
        assert volume is not None
        self._viewports, self._source, self._layers, self._lead = viewports, volume, lead.layers, lead
        try:
            if series is None:
                raise GeometryError("The series of these images is not known")
            positions = stack_positions(series, volume)
            if not needs_resampling(volume, positions):
                self._fill(volume, self._layers)
                return
        except GeometryError as error:
            self._refuse(str(error))
            return
        self._straight = StraightLayers(volume, positions)
        self._steps = resampling(volume, positions, room=partial(room_for, budget_bytes=HELD.limit_bytes))
        self._timer.start()
        self._show_slices()
        for viewport in viewports[1:]:
            viewport.message.wait(self.tr("Straightening the slices ..."))
            viewport.pages.setCurrentWidget(viewport.message)

    def stop(self) -> None:
        """Give up what is under way."""
        self._timer.stop()
        self._steps, self._source, self._straight = None, None, None
        self._layers = Layers()

    def lay_over(self, layers: Layers) -> None:
        """Lay something over the volume as it was read, and so over its planes."""
        self._layers = layers
        if not self.busy:
            shown = layers if self._straight is None else self._straight.put(layers)
            for viewport in self._viewports:
                if viewport.canvas.volume is not None:
                    viewport.canvas.set_layers(shown)

    def set_slab(self, slab: Slab | None) -> None:
        """Show all planes, and those of volumes to come, as slabs, or each slice alone."""
        self._slab = slab
        for viewport in self._viewports:
            viewport.canvas.set_slab(slab)
            if viewport.plane:
                self._describe(viewport)

    def _step(self) -> None:
        assert self._steps is not None
        try:
            done, total = next(self._steps)
        except StopIteration as end:
            self._timer.stop()
            self._steps = None
            assert self._straight is not None
            self._fill(end.value, self._straight.put(self._layers))
        except GeometryError as error:
            self._timer.stop()
            self._steps = None
            self._refuse(str(error))
        else:
            for viewport in self._viewports[1:]:
                viewport.message.progress(done, total)

    def _fill(self, volume: Volume, layers: Layers) -> None:
        names = {"axial": self.tr("Axial"), "coronal": self.tr("Coronal"), "sagittal": self.tr("Sagittal")}
        lead, source = self._lead, self._source
        assert lead is not None
        assert source is not None
        window, inverted, place = lead.window, lead.inverted, _middle(lead)
        if volume is not source:
            place = _through_space(place, source, volume)
        self.filling = True
        for viewport, plane in zip(self._viewports, PLANES, strict=True):
            canvas = viewport.canvas
            viewport.plane = plane
            viewport.straightened = volume is not self._source
            canvas.show_volume(volume, window=window, layers=layers)
            canvas.set_first_orientation(plane_view(volume.affine_lps, plane))
            canvas.set_slice(round(canvas.orientation.to_shown(place, volume.array.shape)[0]))
            canvas.apply_window(window)
            canvas.set_inverted(inverted)
            canvas.set_slab(self._slab)
            canvas.caption = names[plane]
            self._describe(viewport)
            viewport.show_image()
        self.filling = False
        self.shown.emit()

    def _describe(self, viewport: Viewport) -> None:
        """Say how a plane was made, and that drawings of the file are not on it."""
        remark: tuple[str, ...] = ()
        across = viewport.straightened or not viewport.canvas.orientation.in_plane or self._slab is not None
        if across and self._source is not None and any(self._source.overlays):
            remark = tuple(self.tr("Drawings of the file:\non its own slices only").splitlines())
        viewport.canvas.set_note(self.tr("Resampled") if viewport.straightened else "", remark)

    def _refuse(self, reason: str) -> None:
        self._show_slices()
        for viewport in self._viewports[1:]:
            viewport.message.fail(self.tr("No planes of this series"), reason)
            viewport.pages.setCurrentWidget(viewport.message)
        self.shown.emit()

    def _show_slices(self) -> None:
        """Show the volume as it was read in the first viewport, which has the place and window from now on."""
        first, lead = self._viewports[0], self._lead
        assert lead is not None
        self.filling = True
        for viewport in self._viewports:
            viewport.plane = viewport.canvas.caption = ""
            viewport.straightened = False
            if viewport is not first and viewport.canvas is not lead:
                viewport.canvas.show_volume(None)
        first.canvas.show_volume(self._source, keep_view=first.canvas is lead, layers=self._layers)
        if first.canvas is not lead:
            first.canvas.set_slice(lead.slice)
            first.canvas.apply_window(lead.window)
            first.canvas.set_inverted(lead.inverted)
            lead.show_volume(None)
        first.show_image()
        self._lead = first.canvas
        self.filling = False


def _middle(canvas: ImageCanvas) -> tuple[float, float, float]:
    """Return the middle of what a canvas shows, as (slice, row, column) of the volume as it is stored."""
    assert canvas.volume is not None
    view = canvas.view
    return canvas.orientation.to_stored((canvas.slice, view.row - 0.5, view.column - 0.5), canvas.volume.array.shape)


def _through_space(place: Sequence[float], volume: Volume | None, other: Volume) -> tuple[float, float, float]:
    """Return where a place (slice, row, column) of a volume lies in another one of the same space."""
    assert volume is not None
    at, row, column = other.index_of(volume.places_of(place))
    return (float(at), float(row), float(column))
