"""The image viewer: canvas, tools, slider, and words where there is no image."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile, Signal
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
from medprune_gui.ui.study.warning_words import warning_text
from medprune_gui.ui.viewer.gestures import PAGE, ZOOM_STEP
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.message_page import MessagePage
from medprune_gui.ui.viewer.series_display import SeriesDisplay
from medprune_gui.ui.viewer.slice_bar import SliceBar
from medprune_gui.ui.viewer.tool_row import ToolRow


class Viewer(QWidget):
    """Shows the session's series.

    What is asked for with `load_requested` and `slice_wanted`, and how to answer, `SeriesDisplay` says.

    Parameters
    ----------
    session
        Its ``series`` is on display.
    """

    load_requested = Signal(object)  # Series
    slice_wanted = Signal(object, int)  # Series, index
    open_requested = Signal(list)  # of Path

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.canvas = ImageCanvas(self)
        self._message = MessagePage(parent=self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self.canvas)
        self._tools = ToolRow(self.canvas, self)
        self._slices = SliceBar(self)
        self._phases = SliceBar(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tools)
        layout.addWidget(self._pages, stretch=1)
        layout.addWidget(self._slices)
        layout.addWidget(self._phases)
        self._display = SeriesDisplay(session, self.canvas, self._message, self._slices, self._phases)
        self._display.load_requested.connect(self.load_requested)
        self._display.slice_wanted.connect(self.slice_wanted)
        self._display.shown_changed.connect(self._show_page)
        session.series_changed.connect(self._take_series)
        self._take_series(session.series)

    # What is shown

    def show_volume(self, volume: Volume) -> None:
        """Show what was asked for."""
        self._display.show_volume(volume)

    def show_first_slice(self, series: Series, index: int, volume: Volume) -> None:
        """Show one slice of what was asked for, before the others are there."""
        if self._display.show_first_slice(series, index, volume):
            self._take_keys()

    def show_loaded(self, series: Series, volume: Volume) -> None:
        """Show a volume, unless another series has been asked for since."""
        if self._display.show_loaded(series, volume):
            self._take_keys()

    def show_progress(self, done: int, total: int) -> None:
        """Show how many slices have been read."""
        self._display.show_progress(done, total)

    def show_error(self, text: str) -> None:
        """Say why there is no image."""
        self._display.show_error(text)

    def show_loading_error(self, series: Series, error: object) -> None:
        """Say why a series cannot be shown, unless another one has been asked for since."""
        if series == self._display.requested:
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
        self._display.go_to(0)

    def last_slice(self) -> None:
        """Show the last slice or picture."""
        self._display.go_to(self._slices.count - 1)

    def next_phase(self) -> None:
        """Show the next time point or echo: the same slice, window and zoom."""
        self._display.step_phase(1)

    def previous_phase(self) -> None:
        """Show the time point or echo before: the same slice, window and zoom."""
        self._display.step_phase(-1)

    @property
    def has_phases(self) -> bool:
        """Whether there are several images at each position."""
        return self._display.phases > 1

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

    # Events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        accept_files(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask to open files and folders."""
        if paths := accept_files(event):
            self.open_requested.emit(paths)

    def _take_keys(self) -> None:
        """Have the keys act on the image, but tear nobody from typing or from walking through a list."""
        focused = QApplication.focusWidget()
        if not isinstance(focused, (QLineEdit, QAbstractSpinBox, QAbstractItemView, QPlainTextEdit)):
            self.canvas.setFocus()

    def _take_series(self, series: Series | None) -> None:
        self._tools.show_warnings([warning_text(warning) for warning in series.warnings] if series else [])
        self._display.take_series(series)

    def _show_page(self, shown: bool) -> None:
        self._tools.setEnabled(shown)
        self._pages.setCurrentWidget(self.canvas if shown else self._message)
