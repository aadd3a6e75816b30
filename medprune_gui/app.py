"""The composition root: the only place where session, workers and window are wired together."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType, Slot, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from medprune_gui import __version__
from medprune_gui.app_actions import window_actions
from medprune_gui.engine.config import dump_experiment, load_experiment
from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.imaging import Study
from medprune_gui.engine.records import Certificate, ErrorRecord, JobEvent, PlanEstimate
from medprune_gui.session.job_state import JobState
from medprune_gui.session.session import Session
from medprune_gui.session.settings import load_settings, save_settings, settings_path
from medprune_gui.ui.main_window import MainWindow
from medprune_gui.ui.theme import apply_theme
from medprune_gui.workers.image_thread import ImageThread
from medprune_gui.workers.job_thread import JobThread

_SETTLE_MS = 250


def headless_note() -> str | None:
    """Choose Qt's offscreen platform where there is no display; return a line that says so, or None.

    Call it before the first `QApplication` is made.
    """
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return "No display was found: the window runs on Qt's offscreen platform and cannot be seen."
    return None


def application() -> QApplication:
    """Return the one QApplication, made and dressed if there is none yet."""
    qInstallMessageHandler(_qt_message)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([])
        QGuiApplication.setApplicationDisplayName("MedPrune")
        app.setApplicationName("medprune")
        app.setApplicationVersion(__version__)
    apply_theme(app)
    return app


def _qt_message(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    # The offscreen platform says this of every window; it means nothing to a user.
    if "propagateSizeHints" not in text:
        sys.stderr.write(f"Qt: {text}\n")


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
        self.images = ImageThread(self)
        self.window = MainWindow(self.session)
        self.next_run_folder: Path | None = None
        self._run_job: int | None = None
        self._run_began = 0.0
        self._analysis_job: int | None = None
        self._estimate_job: int | None = None
        self._analysis_timer = self._settle_timer(self._analyse)
        self._estimate_timer = self._settle_timer(self._estimate)
        self._connect()
        self.window.take_actions(window_actions(self))
        self.window.restore_layout(self.settings.geometry, self.settings.docks)
        self.window.studies.set_recent(self.settings.recent)

    def show(self) -> None:
        """Show the window, and start the workers once it is painted."""
        self.window.show()
        QTimer.singleShot(0, self._start_workers)

    @Slot(list)
    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open images, an experiment file, or a run folder, whichever each path is."""
        images = []
        for path in paths:
            if path.suffix.lower() == ".toml":
                self.open_experiment(path)
            elif (path / "summary.json").is_file():
                self.open_run(path)
            else:
                images.append(path)
            self.settings.remember(path)
        self.window.studies.set_recent(self.settings.recent)
        if images:
            self.window.show_tab(self.window.viewer)
            self.images.scan(images, self.session.studies)

    @Slot(Path)
    def open_experiment(self, path: Path) -> None:
        """Take over an experiment file."""
        try:
            self.session.take_experiment(load_experiment(path))
        except MedPruneError as error:
            self.window.banner.show_error(error.record())

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
            self.window.banner.show_error(error.record())

    def open_run(self, folder: Path) -> None:
        """Show a finished run in the comparison views."""
        try:
            comparison = RunFolder(folder).read_comparison()
        except MedPruneError as error:
            self.window.banner.show_error(error.record())
            return
        self.session.show_comparison(comparison, folder)
        self.window.show_tab(self.window.predictions)

    def ask_and_open(self, kind: str) -> None:
        """Ask for files, a folder, an experiment or a run folder, and open what was chosen."""
        window = self.window
        if kind == "files":
            names, _ = QFileDialog.getOpenFileNames(window, self.tr("Open images"))
        elif kind == "experiment":
            names, _ = QFileDialog.getOpenFileNames(
                window, self.tr("Open an experiment"), filter=self.tr("Experiments (*.toml)")
            )
        else:
            title = self.tr("Open a run") if kind == "run" else self.tr("Open a folder of images")
            names = [QFileDialog.getExistingDirectory(window, title)]
        paths = [Path(name) for name in names if name]
        if paths:
            self.open_paths(paths)

    def ask_and_save_experiment(self) -> None:
        """Ask for a file name and save the experiment there."""
        name, _ = QFileDialog.getSaveFileName(
            self.window, self.tr("Save the experiment"), "experiment.toml", self.tr("Experiments (*.toml)")
        )
        if name:
            self.save_experiment(Path(name))

    @Slot()
    def start_run(self) -> None:
        """Start the session's experiment in a new run folder."""
        config = self.session.experiment
        if config is None or (self.session.job and self.session.job.active):
            return
        folder = self.next_run_folder or self._new_run_folder(config.name)
        self.next_run_folder = None
        self._submit_run(config.name, folder, "run", config, str(folder), False)

    @Slot()
    def resume_run(self) -> None:
        """Go on with the run that failed or was cancelled, as its folder describes it."""
        job = self.session.job
        if job is None or job.active or job.folder is None:
            return
        self._submit_run(job.title, job.folder, "resume", str(job.folder))

    @Slot()
    def cancel_run(self) -> None:
        """Cancel the run; its folder stays resumable."""
        job = self.session.job
        if job is not None and job.active and self._run_job is not None:
            self.session.job = replace(job, status="cancelling")
            self.jobs.cancel(self._run_job)

    def close_workers(self) -> None:
        """End both threads and the compute process, and wait for them."""
        self._analysis_timer.stop()
        self._estimate_timer.stop()
        self.jobs.stop()
        self.images.stop()

    def _connect(self) -> None:
        window, session, jobs, images = self.window, self.session, self.jobs, self.images
        window.may_close = self._may_close
        window.closed.connect(self._closed)
        for dropped in (window.paths_dropped, window.viewer.open_requested, window.studies.open_requested):
            dropped.connect(self.open_paths)
        window.studies.cancel_scan_requested.connect(images.cancel)
        window.studies.thumbnail_requested.connect(images.thumbnail)
        window.viewer.load_requested.connect(images.load)
        images.scan_progressed.connect(window.studies.show_scan_progress)
        images.scanned.connect(self._scanned)
        images.scan_cancelled.connect(window.studies.hide_scan_progress)
        images.load_progressed.connect(window.viewer.show_progress)
        images.loaded.connect(window.viewer.show_loaded)
        images.load_failed.connect(window.viewer.show_loading_error)
        images.thumbnail_ready.connect(window.studies.show_thumbnail)
        images.failed.connect(self._image_failed)
        window.pruning.start_requested.connect(self.start_run)
        window.pruning.cancel_requested.connect(self.cancel_run)
        window.pruning.open_experiment_requested.connect(self.open_experiment)
        window.pruning.save_experiment_requested.connect(self.save_experiment)
        window.job.cancel_requested.connect(self.cancel_run)
        window.job.resume_requested.connect(self.resume_run)
        session.data_changed.connect(self._analysis_timer.start)
        session.model_changed.connect(self._analysis_timer.start)
        session.seed_changed.connect(self._analysis_timer.start)
        session.pruning_changed.connect(self._estimate_timer.start)
        jobs.job_started.connect(self._job_started)
        jobs.job_progressed.connect(self._job_progressed)
        jobs.job_finished.connect(self._job_finished)
        jobs.job_failed.connect(self._job_failed)
        jobs.job_cancelled.connect(self._job_cancelled)

    def _settle_timer(self, slot: object) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        timer.timeout.connect(slot)
        return timer

    @Slot()
    def _start_workers(self) -> None:
        self.images.start()
        self.jobs.start()

    def _submit_run(self, title: str, folder: Path, kind: str, *arguments: object) -> None:
        self._drop_analysis()
        self.window.banner.hide()
        self._run_began = time.monotonic()
        self._run_job = self.jobs.submit(kind, *arguments)
        self.session.job = JobState(self._run_job, title, folder)

    def _new_run_folder(self, title: str) -> Path:
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "run"
        name = f"{slug}-{datetime.now():%Y%m%d-%H%M%S}"
        folder, number = self.settings.runs_folder / name, 1
        while folder.exists():
            number += 1
            folder = folder.with_name(f"{name}-{number}")
        return folder

    @Slot()
    def _analyse(self) -> None:
        config = self.session.experiment
        if config is None or self._run_active():
            return
        self._drop_analysis()
        self.session.analysis_note = self.tr("Reading the data and analysing the network…")
        self._analysis_job = self.jobs.submit("analyse", config)

    @Slot()
    def _estimate(self) -> None:
        config = self.session.experiment
        if config is None or self._run_active() or self._analysis_job is not None:
            return
        if self._estimate_job is not None:
            self.jobs.cancel(self._estimate_job)
        self._estimate_job = self.jobs.submit("estimate", config)

    def _drop_analysis(self) -> None:
        for job in (self._analysis_job, self._estimate_job):
            if job is not None:
                self.jobs.cancel(job)
        self._analysis_job = self._estimate_job = None

    def _run_active(self) -> bool:
        return self.session.job is not None and self.session.job.active

    @Slot(object)
    def _scanned(self, studies: tuple[Study, ...]) -> None:
        self.session.studies = studies
        self.window.studies.hide_scan_progress()

    @Slot(object)
    def _image_failed(self, error: ErrorRecord) -> None:
        self.window.studies.hide_scan_progress()
        self.window.banner.show_error(error)

    @Slot(int)
    def _job_started(self, job: int) -> None:
        if job == self._run_job and self.session.job is not None and self.session.job.status == "waiting":
            self.session.job = replace(self.session.job, status="running")

    @Slot(int, object)
    def _job_progressed(self, job: int, event: JobEvent) -> None:
        if job == self._run_job and self.session.job is not None:
            self.session.job = self.session.job.after(event, time.monotonic() - self._run_began)

    @Slot(int, object)
    def _job_finished(self, job: int, result: object) -> None:
        if job == self._run_job and self.session.job is not None:
            folder = self.session.job.folder
            self.session.job = self.session.job.ended("finished")
            if folder is not None:
                self.open_run(folder)
            self._after_run()
        elif job == self._analysis_job and isinstance(result, Certificate):
            self._analysis_job = None
            self.session.certificate = result
            self.session.analysis_note = ""
            self._estimate()
        elif job == self._estimate_job and isinstance(result, PlanEstimate):
            self._estimate_job = None
            self.session.analysis_note = ""
            self.session.estimate = result

    @Slot(int, object)
    def _job_failed(self, job: int, error: ErrorRecord) -> None:
        if job == self._run_job and self.session.job is not None:
            self.session.job = self.session.job.ended("failed", error)
            self.window.banner.show_error(error)
            self._after_run()
        elif job in (self._analysis_job, self._estimate_job):
            self._analysis_job = self._estimate_job = None
            self.session.analysis_note = str(error)

    @Slot(int)
    def _job_cancelled(self, job: int) -> None:
        if job == self._run_job and self.session.job is not None:
            self.session.job = self.session.job.ended("cancelled")
            self._after_run()

    def _after_run(self) -> None:
        self._run_job = None
        if self.session.certificate is None:
            self._analysis_timer.start()
        elif self.session.estimate is None:
            self._estimate_timer.start()

    def _may_close(self) -> bool:
        if not self._run_active():
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
        self.settings.geometry, self.settings.docks = self.window.layout_state()
        save_settings(self.settings, self._settings_file)
        self.close_workers()


def run_window(paths: Sequence[Path]) -> int:
    """Show the window, open ``paths``, and return the exit status once it is closed."""
    app = application()
    workbench = Workbench()
    workbench.show()
    if paths:
        QTimer.singleShot(0, lambda: workbench.open_paths(paths))
    return app.exec()
