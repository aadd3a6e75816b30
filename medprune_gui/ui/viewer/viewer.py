"""The image viewer: images beside each other, tools above them, sliders below them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.imaging import Series, Volume
from medprune_gui.session.session import Session
from medprune_gui.ui.study.file_drops import accept_files
from medprune_gui.ui.study.series_drag import dragged_uid
from medprune_gui.ui.study.warning_words import warning_text
from medprune_gui.ui.viewer.cine import Cine
from medprune_gui.ui.viewer.exporting import save_picture
from medprune_gui.ui.viewer.gestures import PAGE, ZOOM_STEP
from medprune_gui.ui.viewer.grid_links import GridLinks
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.measuring.all_viewports import MeasuringTools
from medprune_gui.ui.viewer.planes_mode import PlanesMode
from medprune_gui.ui.viewer.series_display import SeriesDisplay
from medprune_gui.ui.viewer.slice_bar import SliceBar
from medprune_gui.ui.viewer.tool_row import ToolRow
from medprune_gui.ui.viewer.view_history import ViewHistory
from medprune_gui.ui.viewer.viewport import Viewport
from medprune_gui.ui.viewer.viewport_grid import Layout, ViewportGrid


class Viewer(QWidget):
    """Shows the session's series in the active viewport.

    What is asked for with `load_requested` and `slice_wanted`, and how to answer, `SeriesDisplay` says.

    Parameters
    ----------
    session
        Its ``series`` is that of the active viewport.
    """

    load_requested = Signal(object)  # Series
    slice_wanted = Signal(object, int)  # Series, index
    open_requested = Signal(list)  # of Path
    overlay_changed = Signal(bool)  # whether the active image has one
    display_changed = Signal()  # layout or active image
    instance_changed = Signal()  # the slice of the active image; see `instance`

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._session = session
        self.grid = ViewportGrid(self)
        self.links = GridLinks(self.grid)
        self._planes_mode = PlanesMode(self.grid)
        self.planes = self._planes_mode.view
        self.cine = Cine(self)
        self._tools = ToolRow(self.canvas, self)
        self._tools.offer_layouts(self.set_layout, self.links)
        self._tools.offer_slabs(self.planes)
        self._tools.offer_cine(self.cine, self.toggle_film)
        self.measuring = MeasuringTools(self.grid, session.measurements)
        self.measuring.listing.hide()
        self._tools.offer_measuring(self.measuring)
        self._tools.offer_personal(session)
        self.history = ViewHistory(session.measurements, self)
        self.history.on_display = lambda: self.measuring.on_display
        self._slices = SliceBar(self)
        self._phases = SliceBar(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tools)
        middle = QSplitter(Qt.Orientation.Horizontal)
        middle.addWidget(self.grid)
        middle.addWidget(self.measuring.listing)
        middle.setStretchFactor(0, 1)
        middle.setCollapsible(0, False)
        layout.addWidget(middle, stretch=1)
        layout.addWidget(self._slices)
        layout.addWidget(self._phases)
        self._watch(self.grid.active)
        self.grid.made.connect(self._watch)
        self.grid.active_changed.connect(self._activated)
        self.grid.layout_changed.connect(self._laid_out)
        self.planes.shown.connect(self._sync_bars)
        self.planes.shown.connect(self.links.draw_guides)
        self._slices.moved.connect(lambda index: self.display.go_to(index))
        self._phases.moved.connect(lambda index: self.display.go_to_phase(index))
        session.series_changed.connect(self._take_series)
        session.personal_changed.connect(self._show_personal)
        self._take_series(session.series)

    @property
    def canvas(self) -> ImageCanvas:
        """The active canvas."""
        return self.grid.active.canvas

    @property
    def display(self) -> SeriesDisplay:
        """What loads and shows the series of the active viewport."""
        return self.grid.active.display

    @property
    def instance(self) -> int | None:
        """Index of the series' instance that the active image shows; None: none, as in planes across the slices."""
        canvas, series = self.canvas, self.display.series
        if canvas.volume is None or series is None or not canvas.orientation.in_plane:
            return None
        if self.display.pictures or self.display.previewing:
            return self.display.position[0]
        count = len(canvas.volume.array)
        if count * series.phases != len(series.instances):  # resampled
            return None
        at = int(canvas.orientation.to_stored((canvas.slice, 0, 0), canvas.volume.array.shape)[0])
        return self.display.phase * count + at

    # What is shown

    def show_volume(self, volume: Volume) -> None:
        """Show what was asked for."""
        self.display.show_volume(volume)

    def show_first_slice(self, series: Series, index: int, volume: Volume) -> None:
        """Show one slice of what was asked for, before the others are there."""
        for viewport in self._waiting_for(series):
            if viewport.display.show_first_slice(series, index, volume) and viewport is self.grid.active:
                self._take_keys()

    def show_loaded(self, series: Series, volume: Volume) -> None:
        """Show a volume wherever it was asked for, and ask again for what another viewport waits for."""
        for viewport in self._waiting_for(series):
            if viewport.display.show_loaded(series, volume) and viewport is self.grid.active:
                self._take_keys()
        # Only the newest request is answered: what was asked for before it is asked for again.
        if not self.display.waiting:
            still = next((viewport for viewport in self.grid.every if viewport.display.waiting), None)
            if still is not None:
                still.display.ask_again()

    def show_progress(self, done: int, total: int) -> None:
        """Show how many slices have been read."""
        waiting = (self.display, *(viewport.display for viewport in self.grid.every))
        next((display for display in waiting if display.waiting), self.display).show_progress(done, total)

    def show_error(self, text: str) -> None:
        """Say why there is no image."""
        self.display.show_error(text)

    def show_loading_error(self, series: Series, error: object) -> None:
        """Say why a series cannot be shown, unless another one has been asked for since."""
        for viewport in self._waiting_for(series):
            viewport.display.show_error(str(error))

    def _waiting_for(self, series: Series) -> list[Viewport]:
        every = self.grid.every
        return [viewport for viewport in every if viewport.display.waiting and viewport.display.requested == series]

    def save_picture(self, path: Path, *, personal: bool = False) -> None:
        """Save what the active canvas shows; see `exporting.save_picture`.

        Raises
        ------
        OutputError
            If there is no image, or the file cannot be written.
        """
        save_picture(self.canvas, path, personal=personal)

    # Actions

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
        self.display.go_to(self._slices.count - 1)

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
        self._tools.invert.trigger()

    def auto_window(self) -> None:
        """Fit the window to the slice."""
        self.canvas.auto_window()

    def preset(self, index: int) -> None:
        """Apply a window preset by its number, from 1."""
        self.canvas.preset(index)

    def reset(self) -> None:
        """Go back to the first window and the whole image."""
        self._tools.reset.trigger()

    def toggle_labels(self) -> None:
        """Show overlays, or hide them."""
        self._tools.labels.trigger()

    def toggle_film(self) -> None:
        """Start the film of the active image, or stop it."""
        self.cine.toggle(self.canvas)

    def focus_image(self) -> None:
        """Let keys act on the active image."""
        self.canvas.setFocus()

    # Layouts

    def set_layout(self, name: Layout) -> None:
        """Lay the images out in another way."""
        if (name == "mpr") == (self.grid.name == "mpr"):
            self.grid.set_layout(name)
            return
        with self.links.at_rest():  # what comes back to its place leads no other image away from its own
            if name == "mpr":
                self._planes_mode.enter()
            else:
                self._planes_mode.leave(name)
        self._session.series = self.display.series
        self._tools.setEnabled(self.canvas.volume is not None)
        self._sync_bars()
        self.links.draw_guides()

    def activate_number(self, number: int) -> None:
        """Make another image the active one, by its number from 1."""
        if number <= len(self.grid.viewports):
            self.grid.activate(self.grid.viewports[number - 1])
            self.focus_image()

    def _watch(self, viewport: Viewport) -> None:
        canvas, display = viewport.canvas, viewport.display
        display.studies = lambda: self._session.studies
        display.load_requested.connect(self.load_requested)
        display.slice_wanted.connect(self.slice_wanted)
        display.shown_changed.connect(partial(self._shown_changed, viewport))
        display.position_changed.connect(partial(self._position_changed, viewport))
        canvas.volume_changed.connect(partial(self._planes_mode.volume_changed, canvas))
        canvas.overlay_changed.connect(self.overlay_changed)
        canvas.set_personal(self._session.personal)
        self.history.watch(canvas)

    def _show_personal(self, personal: bool) -> None:
        for viewport in self.grid.every:
            viewport.canvas.set_personal(personal)

    def _shown_changed(self, viewport: Viewport, shown: bool) -> None:
        if viewport is self.grid.active:
            self._tools.setEnabled(shown)
            if not shown:
                self.cine.stop()

    def _position_changed(self, viewport: Viewport) -> None:
        if viewport is self.grid.active:
            self._sync_bars()
            self.instance_changed.emit()

    def _sync_bars(self) -> None:
        display = self.display
        self._slices.set_range(*display.position)
        self._phases.set_name(display.phase_name, display.phase_values)
        self._phases.set_range(display.phase, display.phases if display.series is not None else 0)

    def _show_warnings(self) -> None:
        series = self.display.series
        self._tools.show_warnings([warning_text(warning) for warning in series.warnings] if series else [])

    def _activated(self, before: Viewport, now: Viewport) -> None:
        """Let tools, sliders and session be about another viewport."""
        self.cine.stop()
        self._tools.set_canvas(now.canvas)
        self._tools.setEnabled(now.canvas.volume is not None)
        self._show_warnings()
        self._sync_bars()
        self._session.series = now.series
        self.instance_changed.emit()
        focused = QApplication.focusWidget()
        if focused is not None and before.isAncestorOf(focused):
            now.canvas.setFocus()
        self.overlay_changed.emit(now.canvas.has_labels)
        self.display_changed.emit()

    def _laid_out(self) -> None:
        self._tools.show_layout(self.grid.name)
        # Images must not jump when one without slices becomes the active one.
        policy = self._slices.sizePolicy()
        policy.setRetainSizeWhenHidden(len(self.grid.viewports) > 1)
        self._slices.setSizePolicy(policy)
        for viewport in self.grid.viewports:
            if viewport is not self.grid.active and viewport.canvas.volume is None and not viewport.display.waiting:
                viewport.invite()
        self._sync_bars()
        self.display_changed.emit()

    def _take_keys(self) -> None:
        """Have the keys act on the image, but tear nobody from typing or from walking through a list."""
        focused = QApplication.focusWidget()
        if not isinstance(focused, (QLineEdit, QAbstractSpinBox, QAbstractItemView, QPlainTextEdit)):
            self.canvas.setFocus()

    # Events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, folders and series."""
        if dragged_uid(event.mimeData()):
            event.acceptProposedAction()
        else:
            accept_files(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Show a series where it was dropped, or ask to open files and folders."""
        if uid := dragged_uid(event.mimeData()):
            viewport = self.grid.at(self.grid.mapFrom(self, event.position().toPoint()))
            if viewport is not None:
                self.grid.activate(viewport)
            listed = (series for study in self._session.studies for series in study.series)
            self._session.series = next((series for series in listed if series.uid == uid), self._session.series)
            event.acceptProposedAction()
        elif paths := accept_files(event):
            self.open_requested.emit(paths)

    def _take_series(self, series: Series | None) -> None:
        if series is not None and series == self.display.series:
            return  # another viewport became the active one, which shows this series already
        self.display.take_series(series)
        self._show_warnings()
        if series is None and self._session.studies:
            self.grid.active.invite()
