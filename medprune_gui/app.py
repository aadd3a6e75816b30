"""The composition root: makes session, workers and window and wires them together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from medprune_gui.app_actions import window_actions
from medprune_gui.app_images import image_places
from medprune_gui.app_run_files import RunFiles
from medprune_gui.engine.config import dump_experiment, load_experiment
from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.imaging import Study
from medprune_gui.engine.records import ErrorRecord
from medprune_gui.event_loop import EventLoopBorder
from medprune_gui.image_tools import ImageTools
from medprune_gui.layer_tools import LayerTools
from medprune_gui.plan_undo import PlanUndo
from medprune_gui.qt_application import application
from medprune_gui.run_control import RunControl
from medprune_gui.sensitivity_control import SensitivityControl
from medprune_gui.session.plan_history import PlanHistory
from medprune_gui.session.session import Session
from medprune_gui.session.settings import Language, load_settings, save_settings, settings_path
from medprune_gui.ui.language import LANGUAGES, wanted_language
from medprune_gui.ui.language_menu import LanguageMenu
from medprune_gui.ui.main_window import MainWindow
from medprune_gui.ui.viewer.kept_slices import HELD
from medprune_gui.workers.image_thread import ImageThread
from medprune_gui.workers.job_thread import JobThread


class Workbench(QObject):
    """Session, workers and window, connected.

    Parameters
    ----------
    settings_file
        Where settings are kept; default: the user's configuration folder.
    """

    def __init__(self, settings_file: Path | None = None) -> None:
        super().__init__()
        self._settings_file = settings_file or settings_path()
        self.settings = load_settings(self._settings_file)
        self.session = Session(self)
        self.jobs = JobThread(self)
        self.images = ImageThread(self, budget_bytes=self.settings.image_budget_bytes)
        HELD.set_limit(self.settings.image_budget_bytes)
        self.window = MainWindow(self.session)
        self.undo = PlanUndo(PlanHistory(self.session, parent=self), self.window, self)
        self.image_tools = ImageTools(self.session, self.window, self.undo, self)
        self.layer_tools = LayerTools(self.window, self.images, self)
        self._asked_for: list[Path] = []
        self._failed_now = False  # something of what is being opened could not be
        self._unread: ErrorRecord | None = None  # why a series could not be read
        self.runs = RunControl(self.session, self.jobs, self.settings, self)
        self.run_files = RunFiles(self.session, self.window, self)
        self.sensitivity = SensitivityControl(self.session, self.jobs, self.window, self)
        self.window.pruning.show_runs_folder(self.settings.runs_folder)
        self._connect()
        self.window.take_actions(window_actions(self))
        self.languages = LanguageMenu(self.settings.language, self.window)
        self.languages.language_chosen.connect(self._choose_language)
        self.window.add_to_view(self.languages)
        self.window.restore_layout(self.settings.geometry, self.settings.docks)
        self.window.studies.set_recent(self.settings.recent, self.settings.remembered)

    def show(self) -> None:
        """Show the window, and start the workers once it is painted."""
        self.window.show()
        QTimer.singleShot(0, self._start_workers)

    @Slot(list)
    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open images, an experiment file, or a run folder, whichever each path is."""
        images = []
        self._failed_now = False
        for path in paths:
            if path.suffix.lower() == ".toml":
                self._open_experiment(path)
            elif _is_run(path):
                self._open_run(path)
            else:
                images.append(path)
        if images:
            self._asked_for = images
            self.window.show_tab(self.window.viewer)
            self.images.scan(images, self.session.studies)

    @Slot(Path)
    def open_experiment(self, path: Path) -> None:
        """Take over an experiment file, and show the images that it is about among the studies."""
        self._failed_now = False
        self._open_experiment(path)

    def _open_experiment(self, path: Path) -> None:
        try:
            config = load_experiment(path)
        except MedPruneError as error:
            self._cannot_open(error.record())
            return
        self._opened_well()
        self.session.take_experiment(config)
        self._remember(path)
        if places := image_places(config.data):
            self.images.scan(places, self.session.studies)

    @Slot(Path)
    def save_experiment(self, path: Path) -> None:
        """Write the experiment as it stands."""
        config = self.session.experiment
        if config is None:
            self.window.banner.show_text(self.tr("There is nothing to save yet: choose a data set first."))
            return
        try:
            write_whole(path, dump_experiment(config).encode())
        except MedPruneError as error:
            self.window.banner.show_error(error.record(), "saving")
            return
        self.window.banner.over("saving")
        self.window.say_saved(path)

    @Slot(Path)
    def open_run(self, folder: Path) -> None:
        """Show a finished run in the comparison views."""
        self._failed_now = False
        self._open_run(folder)

    def _open_run(self, folder: Path) -> None:
        try:
            comparison = RunFolder(folder).read_comparison()
        except MedPruneError as error:
            self._cannot_open(error.record())
            return
        self._opened_well()
        self._remember(folder)
        self.session.show_comparison(comparison, folder)
        self.window.show_tab(self.window.predictions)

    def ask_and_open(self, kind: str) -> None:
        """Ask for files, a folder, an experiment or a run folder, and open what was chosen."""
        window = self.window
        if kind == "files":
            window.studies.ask_for_files()
        elif kind == "folder":
            window.studies.ask_for_folder()
        elif kind == "experiment":
            window.pruning.data.ask_and_open()
        elif folder := QFileDialog.getExistingDirectory(window, self.tr("Open a run")):
            self.open_paths([Path(folder)])

    def ask_and_save_experiment(self) -> None:
        """Ask for a file name and save the experiment there, as the pruning panel shows it."""
        self.window.pruning.commit()
        self.window.pruning.data.ask_and_save()

    @Slot()
    def close_at_once(self) -> None:
        """Close the window without a question, and end the event loop."""
        self.window.may_close = lambda: True
        self.window.close()
        QApplication.exit()

    def close_workers(self) -> None:
        """End both threads and the compute process, at the same time, and wait for them."""
        self.runs.stop()
        ending = threading.Thread(target=self.jobs.stop, name="end-jobs")
        ending.start()
        self.images.stop()
        ending.join()

    def _connect(self) -> None:
        window, images, runs = self.window, self.images, self.runs
        window.may_close = self._may_close
        window.closed.connect(self._closed)
        window.layout_changed.connect(self._save_settings)
        for dropped in (window.paths_dropped, window.viewer.open_requested, window.studies.open_requested):
            dropped.connect(self.open_paths)
        window.studies.cancel_scan_requested.connect(images.cancel)
        window.studies.thumbnail_requested.connect(images.thumbnail)
        window.viewer.measuring.listing.save_requested.connect(self.image_tools.ask_and_save_measurements)
        window.studies.series_clicked.connect(window.viewer.focus_image)
        window.viewer.load_requested.connect(images.load)
        window.viewer.slice_wanted.connect(images.want)
        images.scan_progressed.connect(window.studies.show_scan_progress)
        images.scan_found.connect(window.studies.show_found)
        images.scanned.connect(self._scanned)
        images.left_out.connect(window.studies.show_left_out)
        images.scan_cancelled.connect(window.studies.hide_scan_progress)
        images.load_progressed.connect(window.viewer.show_progress)
        images.first_slice.connect(window.viewer.show_first_slice)
        images.loaded.connect(window.viewer.show_loaded)
        images.loaded.connect(self._series_read)
        images.load_failed.connect(window.viewer.show_loading_error)
        images.load_failed.connect(self._series_unread)
        images.thumbnail_ready.connect(window.studies.show_thumbnail)
        images.failed.connect(self._image_failed)
        window.pruning.start_requested.connect(runs.start)
        window.pruning.cancel_requested.connect(runs.cancel)
        window.pruning.open_experiment_requested.connect(self.open_experiment)
        window.pruning.save_experiment_requested.connect(self.save_experiment)
        window.job.cancel_requested.connect(runs.cancel)
        window.job.resume_requested.connect(runs.resume)
        runs.run_submitted.connect(window.banner.hide)
        runs.run_finished.connect(self.open_run)
        runs.run_failed.connect(window.banner.show_error)

    @Slot()
    def _start_workers(self) -> None:
        self.images.start()
        self.jobs.start()

    @Slot(object)
    def _scanned(self, studies: tuple[Study, ...]) -> None:
        self.session.studies = studies
        self._opened_well()
        self.window.studies.hide_scan_progress()
        for path in self._asked_for:
            self._remember(path)
        self._asked_for = []

    def _remember(self, path: Path) -> None:
        """Offer what was opened under Recent."""
        self.settings.remember(path)
        self.window.studies.set_recent(self.settings.recent, self.settings.remembered)
        self._save_settings()

    @Slot(str)
    def _choose_language(self, name: Language) -> None:
        self.settings.language = name
        self._save_settings()
        words = LANGUAGES[wanted_language(name)]
        self.window.banner.show_text(self.tr("The window speaks {0} when MedPrune is started again.").format(words))

    @Slot()
    def _save_settings(self) -> None:
        self.settings.geometry, self.settings.docks = self.window.layout_state()
        save_settings(self.settings, self._settings_file)

    @Slot(object)
    def _image_failed(self, error: ErrorRecord) -> None:
        self._asked_for = [path for path in self._asked_for if str(path) != error.where]
        self.window.studies.hide_scan_progress()
        if error == self._unread:
            self.window.banner.show_error(error, "reading", of_images=True)
        else:
            self._cannot_open(error, of_images=True)

    def _cannot_open(self, error: ErrorRecord, *, of_images: bool = False) -> None:
        self._failed_now = True
        self.window.banner.show_error(error, "opening", of_images=of_images)

    def _opened_well(self) -> None:
        """Take the message away that something else could not be opened or read before."""
        self.window.banner.over("reading")
        if not self._failed_now:
            self.window.banner.over("opening")

    @Slot(object, object)
    def _series_unread(self, _series: object, error: ErrorRecord) -> None:
        self._unread = error  # which is announced once more, as what went wrong

    @Slot(object, object)
    def _series_read(self, _series: object, _volume: object) -> None:
        self.window.banner.over("reading")

    def _may_close(self) -> bool:
        if not self.runs.active:
            return True
        answer = QMessageBox.question(
            self.window,
            self.tr("A run is going on"),
            self.tr("Stop the run and close? What it has reached is kept, and it can be resumed."),
            QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Cancel,
        )
        return answer == QMessageBox.StandardButton.Close

    @Slot()
    def _closed(self) -> None:
        self._save_settings()
        self.window.hide()  # The workers' end takes a moment.
        self.close_workers()


def _is_run(path: Path) -> bool:
    try:
        return (path / "summary.json").is_file()
    except OSError:  # too long a name, or a folder that may not be looked into; opening it as images tells
        return False


def run_window(paths: Sequence[Path]) -> int:
    """Show the window, open ``paths``, and return the exit status once it is closed.

    Raises
    ------
    KeyboardInterrupt
        Ctrl-C closed it.
    """
    app = application()
    workbench = Workbench()
    with EventLoopBorder() as border:
        border.interrupted.connect(workbench.close_at_once)
        border.failed.connect(workbench.window.banner.show_text)
        workbench.show()
        if paths:
            QTimer.singleShot(0, lambda: workbench.open_paths(paths))
        try:
            return app.exec()
        finally:
            workbench.close_workers()
