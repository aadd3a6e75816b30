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
from medprune_gui.ui.viewer.kept_slices import HELD
from medprune_gui.ui.viewer.layers import Layers
from medprune_gui.ui.viewer.scene import first_window
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

    def show(
        self, viewports: Sequence[Viewport], series: Series | None, volume: Volume, layers: Layers | None = None
    ) -> None:
        """Show the planes of a volume; if that cannot be, its slices, and why.

        Parameters
        ----------
        layers
            What lies over the volume, and is to lie over its planes.
        """
        self.stop()
        self._viewports, self._source, self._layers = viewports, volume, layers or Layers()
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
        window = first_window(volume, len(volume.array) // 2)
        self.filling = True
        for viewport, plane in zip(self._viewports, PLANES, strict=True):
            canvas = viewport.canvas
            viewport.plane = plane
            viewport.straightened = volume is not self._source
            canvas.show_volume(volume, window=window, layers=layers)
            canvas.set_first_orientation(plane_view(volume.affine_lps, plane))
            shown = canvas.shown_volume
            assert shown is not None
            canvas.set_slice(len(shown.array) // 2)
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
        self.filling = True
        for index, viewport in enumerate(self._viewports):
            viewport.plane = ""
            viewport.straightened = False
            viewport.canvas.caption = ""
            if index == 0:
                viewport.canvas.show_volume(self._source, layers=self._layers)
                viewport.show_image()
            else:
                viewport.canvas.show_volume(None)
                viewport.message.fail(self.tr("No planes of this series"), reason)
                viewport.pages.setCurrentWidget(viewport.message)
        self.filling = False
        self.shown.emit()
