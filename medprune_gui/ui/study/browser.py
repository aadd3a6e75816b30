"""The study browser: open images, see what there is, choose a series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.imaging import Series, Study
from medprune_gui.engine.imaging.study import LeftOut
from medprune_gui.session.session import Session
from medprune_gui.session.settings import Remembered
from medprune_gui.ui.study.file_drops import accept_files
from medprune_gui.ui.study.left_out_line import LeftOutLine
from medprune_gui.ui.study.study_tree import StudyTree
from medprune_gui.ui.theme import PANEL
from medprune_gui.ui.viewer.message_page import MessagePage


class StudyBrowser(QWidget):
    """Shows the session's studies and sets its series.

    While a scan goes on, what it has found is listed with `show_found` and can be chosen; the first series that seems
    complete is, where nothing is on display. When it is done, the first series that is new is chosen, unless one has
    been meanwhile. Thumbnails are asked for one by one with
    `thumbnail_requested`; answer with `show_thumbnail`.

    Parameters
    ----------
    session
        Its ``studies`` are listed, its ``series`` is marked.
    """

    open_requested = Signal(list)  # of Path
    cancel_scan_requested = Signal()
    thumbnail_requested = Signal(object)  # Series
    series_clicked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._session = session
        self._known: set[str] = set()
        self._shown: tuple[Study, ...] = ()
        self._pictured: dict[str, int] = {}  # uid: of how many slices a thumbnail was asked for
        self._chosen_meanwhile = False
        self._offered: dict[Path, Remembered | None] = {}
        self._last_uid = ""  # of the series that was on display last
        self._folder = ""
        self._tree = StudyTree(self)
        self._message = MessagePage(PANEL, self)
        self._message.invite(self.tr("No images yet"), self.tr("Open files or a folder, or drop them here."))
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._tree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        layout.addLayout(self._buttons())
        layout.addWidget(self._progress_row())
        layout.addWidget(self._pages, stretch=1)
        self._left_out = LeftOutLine(self)
        layout.addWidget(self._left_out)
        self._tree.series_chosen.connect(self._choose)
        self._tree.series_clicked.connect(self.series_clicked)
        session.studies_changed.connect(self._show_studies)
        session.series_changed.connect(self._tree.select)
        session.series_changed.connect(self._remember)
        session.personal_changed.connect(self._tree.set_personal)
        session.personal_changed.connect(self._left_out.set_personal)
        session.personal_changed.connect(self._list_recent)
        self._show_studies(session.studies)

    def set_recent(self, paths: Sequence[Path], remembered: Mapping[Path, Remembered] | None = None) -> None:
        """Offer files and folders that were opened lately, the last one first.

        Parameters
        ----------
        remembered
            What they are called by while personal data is hidden, since paths may name patients.
        """
        self._offered = {path: (remembered or {}).get(path) for path in paths}
        self._list_recent()

    def _list_recent(self) -> None:
        self._recent.clear()
        personal = self._session.personal
        for number, (path, known) in enumerate(self._offered.items(), start=1):
            words = f"{path.name}    {_shortened(path.parent)}" if personal else self._nameless(number, known)
            action = self._recent.addAction(words)
            action.setToolTip(str(path) if personal else words)
            action.setData(path)
        self._recent_button.setEnabled(bool(self._offered))

    def _nameless(self, number: int, known: Remembered | None) -> str:
        if known is None:
            return f"{number}. {self.tr('Files or a folder')}"
        kinds = {
            "folder": self.tr("Folder"),
            "run": self.tr("Run"),
            "experiment": self.tr("Experiment"),
            "file": self.tr("File"),
        }
        opened = QDateTime.fromSecsSinceEpoch(int(known.opened.timestamp()))
        when = QLocale().toString(opened, QLocale.FormatType.ShortFormat)
        return self.tr("{0}. {1}, opened {2}").format(number, kinds[known.kind], when)

    def show_scan_progress(self, done: int, total: int) -> None:
        """Show how many files have been looked at; ``total`` 0: not known yet."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._scanned.setText(
            self.tr("Looking at {0} of {1} files").format(done, total) if total else self.tr("Looking for images ...")
        )
        self._row.show()

    def hide_scan_progress(self) -> None:
        """Take the progress row away, and what a scan had found that was not finished."""
        self._row.hide()
        if self._shown is not self._session.studies:
            self._show_studies(self._session.studies)

    def show_left_out(self, left_out: LeftOut) -> None:
        """Say which files of the last scan are in no series, and told of at none."""
        self._left_out.show_files(left_out)

    def show_found(self, studies: tuple[Study, ...]) -> None:
        """List what a scan has found up to now; its series may still grow."""
        before = {id(series) for study in self._shown for series in study.series}
        self._list(studies)
        # A picture of a series' first slices would not stand for it.
        settled = [series for study in studies for series in study.series if id(series) in before]
        self._ask_for_thumbnails(series for series in settled if series.uid not in self._pictured)
        if settled and self._session.series is None:
            self._choose(settled[0])  # there is something to see before thousands of files have been looked at
        self._tree.select(self._session.series)

    def next_series(self) -> None:
        """Show the next series of the study; in an empty image the first one."""
        self._step_series(1)

    def previous_series(self) -> None:
        """Show the series of the study before; in an empty image the last one."""
        self._step_series(-1)

    def show_thumbnail(self, uid: str, pixels: NDArray[np.uint8]) -> None:
        """Show a series' small picture: uint8 (row, column) or (row, column, 3)."""
        self._tree.set_thumbnail(uid, pixels)

    def ask_for_files(self) -> None:
        """Let the user choose files, then ask to open them."""
        files, _ = QFileDialog.getOpenFileNames(self, self.tr("Open files"), self._folder)
        if files:
            self._folder = str(Path(files[0]).parent)
            self.open_requested.emit([Path(file) for file in files])

    def ask_for_folder(self) -> None:
        """Let the user choose a folder, then ask to open it."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("Open folder"), self._folder)
        if folder:
            self._folder = folder
            self.open_requested.emit([Path(folder)])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        accept_files(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take files and folders, over the tree too."""
        accept_files(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask to open files and folders."""
        if paths := accept_files(event):
            self.open_requested.emit(paths)

    def _buttons(self) -> QHBoxLayout:
        # Short words and narrow margins: three buttons must not widen the dock.
        files = QPushButton(self.tr("Files..."), self)
        files.setToolTip(self.tr("Open files"))
        files.clicked.connect(self.ask_for_files)
        folder = QPushButton(self.tr("Folder..."), self)
        folder.setToolTip(self.tr("Open folder"))
        folder.clicked.connect(self.ask_for_folder)
        self._recent_button = QPushButton(self.tr("Recent"), self)
        self._recent = QMenu(self._recent_button)
        self._recent.setToolTipsVisible(True)
        self._recent.triggered.connect(self._open_recent)
        self._recent_button.setMenu(self._recent)
        self._recent_button.setEnabled(False)
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in (files, folder, self._recent_button):
            button.setStyleSheet("padding-left: 6px; padding-right: 6px;")
            row.addWidget(button, stretch=1)
        return row

    def _progress_row(self) -> QWidget:
        self._row = QWidget(self)
        self._bar = QProgressBar(self._row)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._scanned = QLabel(self._row)
        self._scanned.setProperty("muted", True)
        self._scanned.setWordWrap(True)  # The row must not widen the dock.
        cancel = QPushButton(self.tr("Cancel"), self._row)
        cancel.clicked.connect(self._row.hide)
        cancel.clicked.connect(self.cancel_scan_requested)
        words = QVBoxLayout()
        words.addWidget(self._scanned)
        words.addWidget(self._bar)
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(words, stretch=1)
        row.addWidget(cancel)
        self._row.hide()
        return self._row

    def _show_studies(self, studies: tuple[Study, ...]) -> None:
        self._list(studies)
        listed = {series.uid: series for study in studies for series in study.series}
        fresh = [series for uid, series in listed.items() if uid not in self._known]
        self._known = set(listed)
        self._pictured = {uid: slices for uid, slices in self._pictured.items() if uid in listed}
        self._ask_for_thumbnails(
            series for uid, series in listed.items() if self._pictured.get(uid) != len(series.instances)
        )
        chosen = self._session.series
        if fresh and not (self._chosen_meanwhile and chosen is not None and chosen.uid in listed):
            self._session.series = fresh[0]
        elif chosen is not None:
            # As it is now: a series that was chosen while it was scanned may have grown.
            self._session.series = listed.get(chosen.uid)
        self._chosen_meanwhile = False
        self._tree.select(self._session.series)

    def _list(self, studies: tuple[Study, ...]) -> None:
        self._shown = studies
        self._tree.show_studies(studies)
        self._pages.setCurrentWidget(self._tree if studies else self._message)

    def _ask_for_thumbnails(self, wanted: Iterable[Series]) -> None:
        for series in wanted:
            self._pictured[series.uid] = len(series.instances)
            self.thumbnail_requested.emit(series)

    def _choose(self, series: Series) -> None:
        self._chosen_meanwhile = self._shown is not self._session.studies
        self._session.series = series

    def _step_series(self, by: int) -> None:
        chosen = self._session.series
        uid = self._last_uid if chosen is None else chosen.uid
        study = next((one for one in self._shown if uid in [series.uid for series in one.series]), None)
        if chosen is None:
            study = study or next(iter(self._shown), None)
            if study is not None:
                self._choose(study.series[0 if by > 0 else -1])
        elif study is not None:
            at = [series.uid for series in study.series].index(uid) + by
            if 0 <= at < len(study.series):
                self._choose(study.series[at])

    def _remember(self, series: Series | None) -> None:
        if series is not None:
            self._last_uid = series.uid

    def _open_recent(self, action: object) -> None:
        self.open_requested.emit([action.data()])  # type: ignore[attr-defined]


def _shortened(folder: Path) -> str:
    text = str(folder)
    return text if len(text) <= 40 else f"...{text[-37:]}"
