"""The image viewer: canvas, tools, slider, and words where there is no image."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.imaging import Series, Volume
from medprune_gui.session.session import Session
from medprune_gui.ui.study.file_drops import accept_files
from medprune_gui.ui.study.series_drag import dragged_uid
from medprune_gui.ui.viewer.cine import Cine
from medprune_gui.ui.viewer.gestures import PAGE, ZOOM_STEP
from medprune_gui.ui.viewer.grid_links import GridLinks
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.message_page import MessagePage
from medprune_gui.ui.viewer.planes_mode import PlanesMode
from medprune_gui.ui.viewer.slice_bar import SliceBar
from medprune_gui.ui.viewer.tool_row import ToolRow
from medprune_gui.ui.viewer.viewport import Viewport
from medprune_gui.ui.viewer.viewport_grid import Layout, ViewportGrid

_PATIENCE_MS = 150  # shorter waits need no words


class Viewer(QWidget):
    """Shows the session's series.

    A series is asked for with `load_requested`; pictures of a folder one by one, as series of one instance each.
    Answer with `show_loaded`, `show_volume` or `show_error`.

    Parameters
    ----------
    session
        Its ``series`` is on display.
    """

    load_requested = Signal(object)  # Series
    open_requested = Signal(list)  # of Path
    overlay_changed = Signal(bool)  # whether the active image has one
    display_changed = Signal()  # layout or active image

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._series: Series | None = None
        self._requested: Series | None = None
        self._picture = 0
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
        self._slices = SliceBar(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tools)
        layout.addWidget(self.grid, stretch=1)
        layout.addWidget(self._slices)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._say_loading)
        self._watch(self.grid.active)
        self.grid.made.connect(self._watch)
        self.grid.active_changed.connect(self._activated)
        self.grid.layout_changed.connect(self._laid_out)
        self.planes.shown.connect(self._sync_slices)
        self.planes.shown.connect(self.links.draw_guides)
        self._slices.moved.connect(self._go_to)
        session.series_changed.connect(self._take_series)
        self._take_series(session.series)

    @property
    def canvas(self) -> ImageCanvas:
        """The active canvas."""
        return self.grid.active.canvas

    @property
    def _message(self) -> MessagePage:
        return self.grid.active.message

    @property
    def _pages(self) -> QStackedWidget:
        return self.grid.active.pages

    # What is shown

    def show_volume(self, volume: Volume) -> None:
        """Show what was asked for."""
        self._patience.stop()
        pictures = self._pictures()
        self.canvas.steps_outside = pictures > 0
        self.canvas.show_volume(volume)
        if pictures:
            self.canvas.set_counter(self._picture, pictures)
        self._sync_slices()
        self._tools.setEnabled(True)
        self._pages.setCurrentWidget(self.canvas)

    def show_loaded(self, series: Series, volume: Volume) -> None:
        """Show a volume, unless another series has been asked for since."""
        self._show_waiting(series, volume)
        if series == self._requested:
            self.show_volume(volume)
            focused = QApplication.focusWidget()
            # The keys act on the image at once, but nobody is torn from typing or from walking through a list.
            if not isinstance(focused, (QLineEdit, QAbstractSpinBox, QAbstractItemView, QPlainTextEdit)):
                self.canvas.setFocus()

    def show_progress(self, done: int, total: int) -> None:
        """Show how many slices have been read."""
        self._message.progress(done, total)

    def show_error(self, text: str) -> None:
        """Say why there is no image."""
        self._patience.stop()
        self._clear()
        self._message.fail(self.tr("These images cannot be shown"), text)

    def show_loading_error(self, series: Series, error: object) -> None:
        """Say why a series cannot be shown, unless another one has been asked for since."""
        if series == self._requested:
            self.show_error(str(error))

    def save_picture(self, path: Path) -> None:
        """Save what the canvas shows, words included, as PNG or as the suffix says.

        Raises
        ------
        OutputError
            If the file cannot be written; a file of that name is then left as it was.
        """
        picture = self.canvas.grab()
        file = QSaveFile(str(path))
        if not (
            file.open(QIODevice.OpenModeFlag.WriteOnly)
            and picture.save(file, (path.suffix.lstrip(".") or "png").upper())
            and file.commit()
        ):
            raise OutputError(
                self.tr("The picture cannot be written"),
                where=path,
                remedy=self.tr("Choose another folder, and a name that ends in .png or .jpg"),
            )

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
        self._go_to(0)

    def last_slice(self) -> None:
        """Show the last slice or picture."""
        self._go_to(self._slices.count - 1)

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
        self._park()
        if name == "mpr":
            self._planes_mode.enter()
        else:
            self._planes_mode.leave(name)
        self._tools.setEnabled(self.canvas.volume is not None)
        self._sync_slices()
        self.links.draw_guides()

    def activate_number(self, number: int) -> None:
        """Make another image the active one, by its number from 1."""
        if number <= len(self.grid.viewports):
            self.grid.activate(self.grid.viewports[number - 1])
            self.focus_image()

    def _watch(self, viewport: Viewport) -> None:
        canvas = viewport.canvas
        canvas.slice_changed.connect(partial(self._slice_changed, canvas))
        canvas.step_requested.connect(self._step)
        canvas.volume_changed.connect(partial(self._volume_changed, canvas))
        canvas.orientation_changed.connect(lambda _: self._sync_slices())
        canvas.overlay_changed.connect(self.overlay_changed)

    def _slice_changed(self, canvas: ImageCanvas, index: int) -> None:
        if canvas is self.canvas and not self._pictures():
            self._slices.set_index(index)

    def _volume_changed(self, canvas: ImageCanvas) -> None:
        self._planes_mode.volume_changed(canvas, self._series, self._requested)

    def _sync_slices(self) -> None:
        if pictures := self._pictures():
            self._slices.set_range(self._picture, pictures)
        else:
            shown = self.canvas.shown_volume
            self._slices.set_range(self.canvas.slice, 0 if shown is None else len(shown.array))

    def _activated(self, before: Viewport, now: Viewport) -> None:
        """Put away what belongs to one viewport, and take up what belongs to another."""
        self.cine.stop()
        self._patience.stop()
        self._park(before)
        self._series, self._requested, self._picture = now.series, now.requested, now.picture
        self._tools.set_canvas(now.canvas)
        self._tools.setEnabled(now.canvas.volume is not None)
        self._tools.show_warnings([warning.message for warning in now.series.warnings] if now.series else [])
        self._sync_slices()
        self._session.series = now.series
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
            if viewport.canvas.volume is None and viewport is not self.grid.active and not viewport.waiting:
                viewport.invite()
        self._sync_slices()
        self.display_changed.emit()

    def _park(self, viewport: Viewport | None = None) -> None:
        """Leave what the active viewport is about with it, or with the one that was active until now."""
        viewport = viewport or self.grid.active
        viewport.series, viewport.requested, viewport.picture = self._series, self._requested, self._picture

    def _show_waiting(self, series: Series, volume: Volume) -> None:
        """Show what a viewport waited for that is not the active one any more; then see to the next such one."""
        others = [viewport for viewport in self.grid.every if viewport is not self.grid.active and viewport.waiting]
        for viewport in others:
            if viewport.requested == series:
                viewport.canvas.show_volume(volume)
                viewport.show_image()
        still = next((viewport.requested for viewport in others if viewport.waiting), None)
        if still is not None:
            self.load_requested.emit(still)

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

    def _pictures(self) -> int:
        """How many pictures the series has; 0: it is a stack of slices."""
        return len(self._series.instances) if self._series is not None and self._series.kind == "picture" else 0

    def _take_series(self, series: Series | None) -> None:
        if series is not None and series == self._series:
            return  # another viewport became the active one, which shows this series already
        self._series = series
        self._tools.show_warnings([warning.message for warning in series.warnings] if series else [])
        self._clear()
        if series is None:
            self._requested = None
            if self._session.studies:
                self.grid.active.invite()
                return
            self._message.invite(
                self.tr("Open images: Ctrl+O"), self.tr("or drop files or folders here: DICOM, NIfTI, PNG, JPEG, PGM")
            )
        else:
            self._message.wait("")
            self._request(0)

    def _clear(self) -> None:
        self._tools.setEnabled(False)
        self.cine.stop()
        self.canvas.show_volume(None)
        self._slices.set_range(0, 0)
        self._pages.setCurrentWidget(self._message)

    def _request(self, picture: int) -> None:
        assert self._series is not None
        self._picture = picture
        if self._pictures():
            self._requested = replace(self._series, instances=(self._series.instances[picture],), frames=1)
        else:
            self._requested = self._series
        self._patience.start()
        self.load_requested.emit(self._requested)

    def _say_loading(self) -> None:
        if self._series is not None and self._requested is not None:
            count = len(self._requested.instances)
            name = self._series.description
            self._message.wait(
                self.tr("Loading {0} slices ...").format(count) if count > 1 else self.tr("Loading ..."), name
            )

    def _step(self, by: int) -> None:
        self._go_to(self._picture + by)

    def _go_to(self, index: int) -> None:
        if not self._pictures():
            self.canvas.set_slice(index)
            return
        index = min(max(index, 0), self._pictures() - 1)
        if index != self._picture:
            self._slices.set_index(index)
            self._request(index)
