"""The session's runs and quick analyses, as jobs of the compute process."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.records import Certificate, ErrorRecord, JobEvent, PlanEstimate
from medprune_gui.session.job_state import JobState
from medprune_gui.session.session import Session
from medprune_gui.session.settings import Settings
from medprune_gui.workers.job_thread import JobThread

SETTLE_MS = 250
# What of an experiment an answer is about.
_SUBJECTS = {"analyse": ("data", "model", "seed"), "estimate": ("data", "model", "seed", "pruning")}


class RunControl(QObject):
    """Starts, cancels and resumes runs, keeps ``session.job`` up to date, and analyses whatever is chosen.

    A run goes before analyses: those wait until it has ended. What is being analysed is given up as soon as something
    else is chosen; the next analysis begins `SETTLE_MS` after the last change.

    Emits `run_submitted`, then `run_finished` with the run folder, or `run_failed` with the cause, or nothing where
    the run was cancelled.

    Parameters
    ----------
    session
        Read: the experiment; written: job, certificate, estimate and analysis note.
    jobs
        Carries out the jobs.
    settings
        Names the folder for run folders.
    """

    run_submitted = Signal()
    run_finished = Signal(Path)
    run_failed = Signal(object)

    def __init__(self, session: Session, jobs: JobThread, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.jobs = jobs
        self.settings = settings
        self.next_run_folder: Path | None = None
        self._run_job: int | None = None
        self._run_began = 0.0
        self._asked: dict[int, tuple[Literal["analyse", "estimate"], ExperimentConfig]] = {}
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._ask)
        for signal in (session.data_changed, session.model_changed, session.seed_changed):
            signal.connect(self._network_changed)
        for signal in (session.pruning_changed, session.sensitivity_changed):
            signal.connect(self._plan_changed)
        jobs.job_started.connect(self._job_started)
        jobs.job_progressed.connect(self._job_progressed)
        jobs.job_finished.connect(self._job_finished)
        jobs.job_failed.connect(self._job_failed)
        jobs.job_cancelled.connect(self._job_cancelled)

    @property
    def active(self) -> bool:
        """Whether a run waits or goes on."""
        return self.session.job is not None and self.session.job.active

    @Slot()
    def start(self) -> None:
        """Start the session's experiment in a new run folder."""
        config = self.session.experiment
        if config is None or self.active:
            return
        folder = self.next_run_folder or self._new_run_folder(config.name)
        self.next_run_folder = None
        self._submit_run(config.name, folder, "run", config, str(folder), False)

    @Slot()
    def resume(self) -> None:
        """Go on with the run that failed or was cancelled, as its folder describes it."""
        job = self.session.job
        if job is None or job.active or job.folder is None:
            return
        folder = job.folder
        self._submit_run(job.title, folder, "resume", str(folder))
        earlier = JobState(self._run_job or 0, job.title, folder)
        for event in RunFolder(folder).events():
            earlier = earlier.after(event, 0.0)
        self.session.job = earlier.resumed()

    @Slot()
    def cancel(self) -> None:
        """Cancel the run; its folder stays resumable."""
        job = self.session.job
        if job is not None and job.active and self._run_job is not None:
            self.session.job = replace(job, status="cancelling")
            self.jobs.cancel(self._run_job)

    def stop(self) -> None:
        """Start nothing more."""
        self._settling.stop()

    @staticmethod
    def _kept(job: JobState) -> JobState:
        """Forget the run folder where the run left nothing in it to go on with."""
        resumable = job.folder is not None and RunFolder(job.folder).state() == "interrupted"
        return job if resumable else replace(job, folder=None)

    def _submit_run(self, title: str, folder: Path, kind: str, *arguments: object) -> None:
        self._drop_asked()
        if not self.session.analysis_failed:
            self.session.analysis_note = ""
        self._run_began = time.monotonic()
        self._run_job = self.jobs.submit(kind, *arguments)
        self.session.job = JobState(self._run_job, title, folder)
        self.run_submitted.emit()

    def _new_run_folder(self, title: str) -> Path:
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "run"
        name = f"{slug}-{datetime.now():%Y%m%d-%H%M%S}"
        folder, number = self.settings.runs_folder / name, 1
        while folder.exists():
            number += 1
            folder = folder.with_name(f"{name}-{number}")
        return folder

    @Slot()
    def _network_changed(self) -> None:
        self._drop_asked()
        self._settling.start()

    @Slot()
    def _plan_changed(self) -> None:
        if self.session.certificate is not None:  # An analysis goes on: the network is the same.
            self._drop_asked()
        self._settling.start()

    @Slot()
    def _ask(self) -> None:
        """Ask for what is not known yet: the certificate first, then the estimate."""
        config = self.session.experiment
        if config is None or self.active or self._asked:
            return
        if self.session.certificate is None:
            self.session.analysis_note = self.tr("Reading the data and analysing the network…")
            self._asked[self.jobs.submit("analyse", config)] = ("analyse", config)
        elif self.session.estimate is None:
            curves = self.session.sensitivity if config.pruning.allocation == "sensitivity" else None
            known = () if curves is None else (curves,)
            self._asked[self.jobs.submit("estimate", config, *known)] = ("estimate", config)

    def _drop_asked(self) -> None:
        for job in self._asked:
            self.jobs.cancel(job)
        self._asked.clear()

    def _take_answer(self, job: int, result: object) -> None:
        kind, asked = self._asked.pop(job)
        now = self.session.experiment
        if now is not None and all(getattr(now, name) == getattr(asked, name) for name in _SUBJECTS[kind]):
            self.session.analysis_note = ""
            if isinstance(result, Certificate):
                self.session.certificate = result
            elif isinstance(result, PlanEstimate):
                self.session.estimate = result
        self._ask()

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
            self._after_run()
            if folder is not None:
                self.run_finished.emit(folder)
        elif job in self._asked:
            self._take_answer(job, result)

    @Slot(int, object)
    def _job_failed(self, job: int, error: ErrorRecord) -> None:
        if job == self._run_job and self.session.job is not None:
            self.session.job = self._kept(self.session.job.ended("failed", error))
            self._after_run()
            self.run_failed.emit(error)
        elif self._asked.pop(job, None) is not None:
            self.session.fail_analysis(str(error))

    @Slot(int)
    def _job_cancelled(self, job: int) -> None:
        if job == self._run_job and self.session.job is not None:
            self.session.job = self._kept(self.session.job.ended("cancelled"))
            self._after_run()

    def _after_run(self) -> None:
        self._run_job = None
        self._settling.start()
