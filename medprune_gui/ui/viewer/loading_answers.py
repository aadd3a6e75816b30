"""What comes of the series that viewports asked for: slices, volumes, progress, errors."""

from __future__ import annotations

from abc import abstractmethod

from medprune_gui.engine.imaging import Series, Volume
from medprune_gui.engine.records import ErrorRecord
from medprune_gui.ui.viewer.series_display import SeriesDisplay
from medprune_gui.ui.viewer.viewport import Viewport
from medprune_gui.ui.viewer.viewport_grid import ViewportGrid


class LoadingAnswers:
    """Hands each answer to the viewports that wait for it; the viewer inherits from this.

    Attributes
    ----------
    grid
        The viewports.
    """

    grid: ViewportGrid

    @property
    @abstractmethod
    def display(self) -> SeriesDisplay:
        """What loads and shows the series of the active viewport."""

    @abstractmethod
    def take_keys(self) -> None:
        """Have the keys act on the active image, which has just come."""

    def show_volume(self, volume: Volume) -> None:
        """Show what was asked for."""
        self.display.show_volume(volume)

    def show_first_slice(self, series: Series, index: int, volume: Volume) -> None:
        """Show one slice of what was asked for, before the others are there."""
        for viewport in self._waiting_for(series):
            if viewport.display.show_first_slice(series, index, volume) and viewport is self.grid.active:
                self.take_keys()

    def show_loaded(self, series: Series, volume: Volume) -> None:
        """Show a volume wherever it was asked for, and ask again for what another viewport waits for."""
        for viewport in self._waiting_for(series):
            if viewport.display.show_loaded(series, volume) and viewport is self.grid.active:
                self.take_keys()
        # Only the newest request is answered: what was asked for before it is asked for again.
        if not self.display.waiting:
            still = next((viewport for viewport in self.grid.every if viewport.display.waiting), None)
            if still is not None:
                still.display.ask_again()

    def show_progress(self, done: int, total: int) -> None:
        """Show how many slices have been read."""
        waiting = (self.display, *(viewport.display for viewport in self.grid.every))
        next((display for display in waiting if display.waiting), self.display).show_progress(done, total)

    def show_error(self, error: ErrorRecord | str) -> None:
        """Say why there is no image."""
        self.display.show_error(error)

    def show_loading_error(self, series: Series, error: ErrorRecord | str) -> None:
        """Say why a series cannot be shown, unless another one has been asked for since."""
        for viewport in self._waiting_for(series):
            viewport.display.show_error(error)

    def _waiting_for(self, series: Series) -> list[Viewport]:
        every = self.grid.every
        return [viewport for viewport in every if viewport.display.waiting and viewport.display.requested == series]
