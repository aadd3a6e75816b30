"""The image viewer: canvas, tools, slider, and words where there is no image."""

from __future__ import annotations

from dataclasses import replace
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
from medprune_gui.ui.viewer.gestures import PAGE, ZOOM_STEP
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.message_page import MessagePage
from medprune_gui.ui.viewer.slice_bar import SliceBar
from medprune_gui.ui.viewer.tool_row import ToolRow

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

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._series: Series | None = None
        self._requested: Series | None = None
        self._picture = 0
        self.canvas = ImageCanvas(self)
        self._message = MessagePage(parent=self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self.canvas)
        self._tools = ToolRow(self.canvas, self)
        self._slices = SliceBar(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tools)
        layout.addWidget(self._pages, stretch=1)
        layout.addWidget(self._slices)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._say_loading)
        self.canvas.slice_changed.connect(self._slices.set_index)
        self.canvas.step_requested.connect(self._step)
        self._slices.moved.connect(self._go_to)
        session.series_changed.connect(self._take_series)
        self._take_series(session.series)

    # What is shown

    def show_volume(self, volume: Volume) -> None:
        """Show what was asked for."""
        self._patience.stop()
        pictures = self._pictures()
        self.canvas.steps_outside = pictures > 0
        self.canvas.show_volume(volume)
        if pictures:
            self.canvas.set_counter(self._picture, pictures)
            self._slices.set_range(self._picture, pictures)
        else:
            self._slices.set_range(self.canvas.slice, len(volume.array))
        self._tools.setEnabled(True)
        self._pages.setCurrentWidget(self.canvas)

    def show_loaded(self, series: Series, volume: Volume) -> None:
        """Show a volume, unless another series has been asked for since."""
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

    # Events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        accept_files(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask to open files and folders."""
        if paths := accept_files(event):
            self.open_requested.emit(paths)

    def _pictures(self) -> int:
        """How many pictures the series has; 0: it is a stack of slices."""
        return len(self._series.instances) if self._series is not None and self._series.kind == "picture" else 0

    def _take_series(self, series: Series | None) -> None:
        self._series = series
        self._tools.show_warnings([warning.message for warning in series.warnings] if series else [])
        self._clear()
        if series is None:
            self._requested = None
            self._message.invite(
                self.tr("Open images: Ctrl+O"), self.tr("or drop files or folders here: DICOM, NIfTI, PNG, JPEG, PGM")
            )
        else:
            self._message.wait("")
            self._request(0)

    def _clear(self) -> None:
        self._tools.setEnabled(False)
        self._slices.set_range(0, 0)
        self.canvas.show_volume(None)
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
