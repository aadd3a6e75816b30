"""The main window: docks and tabs around the session, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QMenu, QTabWidget, QVBoxLayout, QWidget

from medprune_gui.session.session import Session
from medprune_gui.ui.actions import Action, ActionTable
from medprune_gui.ui.banner import Banner
from medprune_gui.ui.compare.predictions import PredictionsView
from medprune_gui.ui.compare.sparsity import SparsityView
from medprune_gui.ui.compare.speed import SpeedView
from medprune_gui.ui.job.panel import JobPanel
from medprune_gui.ui.passing_note import PassingNote
from medprune_gui.ui.pruning.panel import PruningPanel
from medprune_gui.ui.study.browser import StudyBrowser
from medprune_gui.ui.study.file_drops import accept_files
from medprune_gui.ui.viewer.viewer import Viewer

_SETTLE_MS = 1000
_STUDIES_WIDTH, _PRUNING_WIDTH = 250, 350
# Of the job's dock, for curves that can be read; below such a height of the window, it is given back at the end.
_JOB_HEIGHT, _LOW = 300, 900
_SIDEWAYS, _UPRIGHT = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
_LAYOUT_EVENTS = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange)


class MainWindow(QMainWindow):
    """The window with its panels as attributes; whoever composes the program connects them.

    Parameters
    ----------
    session
        What the panels show.

    Attributes
    ----------
    may_close
        Asked before the window closes; returns whether it may.

    Signals
    -------
    layout_changed
        `layout_state` is another one, for a second now.
    """

    paths_dropped = Signal(list)
    layout_changed = Signal()
    closed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.may_close: Callable[[], bool] = lambda: True
        self.setObjectName("main_window")
        self.setWindowTitle("MedPrune")
        self.setAcceptDrops(True)
        self.resize(1440, 900)

        self.viewer = Viewer(session)
        self.predictions = PredictionsView(session)
        self.sparsity = SparsityView(session)
        self.speed = SpeedView(session)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.NoFocus)  # F1 to F4 switch; other keys are the view's.
        self.run_label = QLabel()
        self.run_label.setProperty("muted", True)
        self.run_label.setContentsMargins(0, 0, 10, 8)
        self.tabs.setCornerWidget(self.run_label)
        for widget, title in (
            (self.viewer, self.tr("Images")),
            (self.predictions, self.tr("Predictions")),
            (self.sparsity, self.tr("Sparsity")),
            (self.speed, self.tr("Speed")),
        ):
            self.tabs.addTab(widget, title)
        self.banner = Banner()
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self.tabs, 1)
        self.setCentralWidget(centre)
        self.note = PassingNote(centre)

        self.studies = StudyBrowser(session)
        self.pruning = PruningPanel(session)
        self.job = JobPanel(session)
        areas = Qt.DockWidgetArea
        left = self._dock("studies_dock", self.tr("Studies"), self.studies, areas.LeftDockWidgetArea)
        right = self._dock("pruning_dock", self.tr("Pruning"), self.pruning, areas.RightDockWidgetArea)
        bottom = self._dock("job_dock", self.tr("Job"), self.job, areas.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomLeftCorner, areas.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, areas.RightDockWidgetArea)
        self._bottom = bottom
        self._had_job = False
        self._arranged = False
        self.docks = (left, right, bottom)
        self.action_table: ActionTable | None = None
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settling.timeout.connect(self._settle)
        for part in (self, *self.docks):
            part.installEventFilter(self)
        session.job_changed.connect(self._make_room_for_job)
        session.personal_changed.connect(self.banner.set_personal)
        session.title_changed.connect(self._redraw_titles)
        session.data_changed.connect(self._redraw_titles)
        session.comparison_changed.connect(self._redraw_titles)
        self._redraw_titles()

    def take_actions(self, actions: Iterable[Action]) -> None:
        """Make menus and shortcuts, with the docks under View."""
        table = ActionTable(actions, self)
        table.fill(self.menuBar())
        if (view := table.menu(self.tr("&View"))) is not None:
            view.addSeparator()
            view.addActions([dock.toggleViewAction() for dock in self.docks])
        self.action_table = table
        self.viewer.take_actions(table)
        for signal in (
            self.session.series_changed,
            self.session.data_changed,
            self.session.job_changed,
            self.session.certificate_changed,
            self.session.pruning_changed,
            self.session.comparison_changed,
            self.pruning.can_start_changed,
            self.viewer.overlay_changed,
            self.viewer.display_changed,
            self.viewer.state_changed,
        ):
            signal.connect(self._refresh_actions)
        self.tabs.currentChanged.connect(self._refresh_actions)

    def add_to_view(self, menu: QMenu) -> None:
        """Put a menu of its own under View."""
        if self.action_table is not None and (view := self.action_table.menu(self.tr("&View"))) is not None:
            view.addSeparator()
            view.addMenu(menu)

    def say_saved(self, path: Path) -> None:
        """Say for some seconds that a file was written."""
        self.note.say(self.tr("Saved {0}").format(path.name))

    def show_tab(self, widget: QWidget) -> None:
        """Bring the viewer or one of the comparison views to the front."""
        self.tabs.setCurrentWidget(widget)

    def layout_state(self) -> tuple[str, str]:
        """Return the window's geometry and the docks' places, in hexadecimal."""
        geometry = bytes(self.saveGeometry().toHex().data()).decode("ascii")
        docks = bytes(self.saveState().toHex().data()).decode("ascii")
        return geometry, docks

    def restore_layout(self, geometry: str, docks: str) -> None:
        """Put the window and its docks where `layout_state` says; what cannot be read is ignored."""
        if geometry:
            self.restoreGeometry(QByteArray.fromHex(geometry.encode("ascii", "ignore")))
        if docks:
            self._arranged = self.restoreState(QByteArray.fromHex(docks.encode("ascii", "ignore")))

    def showEvent(self, event: QShowEvent) -> None:
        """Give each dock its room."""
        super().showEvent(event)
        self._arrange_docks()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each dock its room while the window finds its first size."""
        super().resizeEvent(event)
        self._arrange_docks()

    def _arrange_docks(self) -> None:
        """Size the docks by the window, until it has settled or a layout was restored."""
        if self._arranged or not self.isVisible():
            return
        left, right, bottom = self.docks
        # A quarter of a small screen; more than the panel needs is better left to the images.
        self.resizeDocks([left, right], [_STUDIES_WIDTH, min(_PRUNING_WIDTH, self.width() // 4)], _SIDEWAYS)
        if self.session.job is None:
            self.resizeDocks([bottom], [bottom.minimumSizeHint().height()], _UPRIGHT)

    def _settle(self) -> None:
        self._arranged = True
        self.layout_changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and folders."""
        accept_files(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        if paths := accept_files(event):
            self.paths_dropped.emit(paths)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the window or a dock has another place or size."""
        if event.type() in _LAYOUT_EVENTS:
            if self.isVisible():
                self._settling.start()
            else:
                self._settling.stop()
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close only if `may_close` agrees."""
        if self.may_close():
            event.accept()
            self.closed.emit()
        else:
            event.ignore()

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _make_room_for_job(self) -> None:
        """Give the job panel room for its curves while a job goes on.

        Before, the images have the room, and on a low screen afterwards too, for the results.
        """
        job = self.session.job
        active = job is not None and job.active
        if active and not self._had_job:
            wanted = max(self._bottom.height(), self.height() * 3 // 10, _JOB_HEIGHT)
            self.resizeDocks([self._bottom], [wanted], _UPRIGHT)
        elif self._had_job and job is not None and job.status == "finished" and self.height() < _LOW:
            self.resizeDocks([self._bottom], [self._bottom.minimumSizeHint().height()], _UPRIGHT)
        self._had_job = active

    def _redraw_titles(self) -> None:
        title, run = self.session.title, self.session.run_folder
        self.setWindowTitle(f"{title} - MedPrune" if self.session.data is not None else "MedPrune")
        shown = self.session.comparison
        self.run_label.setText(
            self.tr("Run: {name} ({folder})").format(name=shown.name, folder=run.name) if shown and run else ""
        )
        self.run_label.setToolTip(str(run) if run else "")

    def _refresh_actions(self) -> None:
        if self.action_table is not None:
            self.action_table.refresh()
