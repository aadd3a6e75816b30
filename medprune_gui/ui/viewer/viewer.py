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

from medprune_gui.engine.imaging import Series
from medprune_gui.session.session import Session
from medprune_gui.ui.actions import ActionTable
from medprune_gui.ui.study.file_drops import accept_files
from medprune_gui.ui.study.series_drag import dragged_uid
from medprune_gui.ui.study.warning_words import warning_text
from medprune_gui.ui.viewer.cine import Cine
from medprune_gui.ui.viewer.exporting import save_layout, save_picture
from medprune_gui.ui.viewer.grid_links import GridLinks
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.image_commands import ImageCommands
from medprune_gui.ui.viewer.loading_answers import LoadingAnswers
from medprune_gui.ui.viewer.measuring.all_viewports import MeasuringTools
from medprune_gui.ui.viewer.planes_mode import PlanesMode
from medprune_gui.ui.viewer.series_display import SeriesDisplay
from medprune_gui.ui.viewer.slab_choice import SlabChoice
from medprune_gui.ui.viewer.slice_bar import SliceBar
from medprune_gui.ui.viewer.tool_row import ToolRow
from medprune_gui.ui.viewer.view_history import ViewHistory
from medprune_gui.ui.viewer.viewport import Viewport
from medprune_gui.ui.viewer.viewport_grid import Layout, ViewportGrid

# Files of these names may be meant to be laid over the image that they are dropped on.
_LAYER_SUFFIXES = (".nii", ".nii.gz", ".png", ".dcm")


class Viewer(QWidget, ImageCommands, LoadingAnswers):
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
    layer_offered = Signal(object, object)  # Path, QPoint of the screen: one file was dropped on an image
    overlay_changed = Signal(bool)  # whether the active image has one
    display_changed = Signal()  # layout or active image
    state_changed = Signal()  # what actions show as on or off
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
        self.slab = SlabChoice(self.planes, self)
        self.measuring = MeasuringTools(self.grid, session.measurements)
        self._tools = ToolRow(self.canvas, self.cine, self.slab, self)
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
        for signal in (
            self.cine.running_changed,
            self.slab.changed,
            self.measuring.tool_changed,
            self.measuring.listing_shown_changed,
            self.links.changed,
            session.personal_changed,
        ):
            signal.connect(self.state_changed)
        session.series_changed.connect(self._take_series)
        session.personal_changed.connect(self._show_personal)
        self._take_series(session.series)

    def take_actions(self, table: ActionTable) -> None:
        """Show the actions above the images."""
        self._tools.take_actions(table)

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

    # For others

    def save_picture(self, path: Path, *, personal: bool = False) -> None:
        """Save what the active canvas shows; see `exporting.save_picture`.

        Raises
        ------
        OutputError
            If there is no image, or the file cannot be written.
        """
        save_picture(self.canvas, path, personal=personal)

    def save_layout(self, path: Path, *, personal: bool = False) -> None:
        """Save what all canvases on display show; see `exporting.save_layout`.

        Raises
        ------
        OutputError
            If there is no image, or the file cannot be written.
        """
        save_layout(self.grid, path, personal=personal)

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
        self._tools.show_image(self.canvas.volume is not None)
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
        canvas.overlay_changed.connect(partial(self._overlay_changed, viewport))
        canvas.inverted_changed.connect(lambda _: self.state_changed.emit())
        canvas.volume_changed.connect(self.state_changed)
        canvas.layers_changed.connect(partial(self._planes_mode.layers_changed, canvas))
        canvas.layers_changed.connect(self.state_changed)
        canvas.set_personal(self._session.personal)
        self.history.watch(canvas)

    def _show_personal(self, personal: bool) -> None:
        for viewport in self.grid.every:
            viewport.canvas.set_personal(personal)
            viewport.display.show_personal()

    def _shown_changed(self, viewport: Viewport, shown: bool) -> None:
        if viewport is self.grid.active:
            self._tools.show_image(shown)
            if not shown:
                self.cine.stop()

    def _overlay_changed(self, viewport: Viewport, present: bool) -> None:
        if viewport is self.grid.active:
            self._tools.show_overlay()
            self.overlay_changed.emit(present)

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

    def take_keys(self) -> None:
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
        """Show a series where it was dropped, ask to open files and folders, or offer to lay one over an image."""
        if uid := dragged_uid(event.mimeData()):
            viewport = self.grid.at(self.grid.mapFrom(self, event.position().toPoint()))
            if viewport is not None:
                self.grid.activate(viewport)
            listed = (series for study in self._session.studies for series in study.series)
            self._session.series = next((series for series in listed if series.uid == uid), self._session.series)
            event.acceptProposedAction()
        elif paths := accept_files(event):
            viewport = self.grid.at(self.grid.mapFrom(self, event.position().toPoint()))
            single = len(paths) == 1 and paths[0].name.lower().endswith(_LAYER_SUFFIXES)
            if single and viewport is not None and viewport.canvas.volume is not None and not viewport.display.waiting:
                self.grid.activate(viewport)
                self.layer_offered.emit(paths[0], self.mapToGlobal(event.position().toPoint()))
            else:
                self.open_requested.emit(paths)

    def _take_series(self, series: Series | None) -> None:
        if series is not None and series == self.display.series:
            return  # another viewport became the active one, which shows this series already
        self.display.take_series(series)
        self._show_warnings()
        if series is None and self._session.studies:
            self.grid.active.invite()
