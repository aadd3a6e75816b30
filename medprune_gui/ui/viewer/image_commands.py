"""What menus, tools and keys do with the active image."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import SignalInstance

from medprune_gui.ui.viewer.cine import Cine
from medprune_gui.ui.viewer.gestures import PAGE, ZOOM_STEP
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.series_display import SeriesDisplay


class ImageCommands:
    """One method a command; which image is the active one, the viewer that inherits from this says.

    Attributes
    ----------
    cine
        Runs through the slices.
    state_changed
        Emitted where something is on that was off, or the other way round.
    """

    cine: Cine
    state_changed: SignalInstance

    @property
    @abstractmethod
    def canvas(self) -> ImageCanvas:
        """The active canvas."""

    @property
    @abstractmethod
    def display(self) -> SeriesDisplay:
        """What loads and shows the series of the active viewport."""

    def next_slice(self) -> None:
        """Show the next slice or picture."""
        self.canvas.step(1)

    def previous_slice(self) -> None:
        """Show the previous slice or picture."""
        self.canvas.step(-1)

    def next_page(self) -> None:
        """Go on by ten slices or pictures."""
        self.canvas.step(PAGE)

    def previous_page(self) -> None:
        """Go back by ten slices or pictures."""
        self.canvas.step(-PAGE)

    def first_slice(self) -> None:
        """Show the first slice or picture."""
        self.display.go_to(0)

    def last_slice(self) -> None:
        """Show the last slice or picture."""
        self.display.go_to(self.display.position[1] - 1)

    def next_phase(self) -> None:
        """Show the next time point or echo: the same slice, window and zoom."""
        self.display.step_phase(1)

    def previous_phase(self) -> None:
        """Show the time point or echo before: the same slice, window and zoom."""
        self.display.step_phase(-1)

    @property
    def has_phases(self) -> bool:
        """Whether there are several images at each position."""
        return self.display.phases > 1

    def zoom_in(self) -> None:
        """Enlarge."""
        self.canvas.zoom_by(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Make smaller."""
        self.canvas.zoom_by(1 / ZOOM_STEP)

    def fit(self) -> None:
        """Show the whole image."""
        self.canvas.fit()

    def invert(self) -> None:
        """Turn the grey levels round, or back."""
        self.canvas.set_inverted(not self.canvas.inverted)

    def auto_window(self) -> None:
        """Fit the window to the slice."""
        self.canvas.auto_window()

    def preset(self, index: int) -> None:
        """Apply a window preset by its number, from 1."""
        self.canvas.preset(index)

    def reset(self) -> None:
        """Go back to the first window and the whole image."""
        self.canvas.reset()

    def toggle_labels(self) -> None:
        """Show overlays, or hide them."""
        self.canvas.labels_visible = not self.canvas.labels_visible
        self.state_changed.emit()

    def toggle_film(self) -> None:
        """Start the film of the active image, or stop it."""
        self.cine.toggle(self.canvas)

    def focus_image(self) -> None:
        """Let keys act on the active image."""
        self.canvas.setFocus()
