"""The sensitivity of the session's trained network: measured on request, or read from the run on display."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.experiments.sensitivity_file import read_curves
from medprune_gui.engine.records import ErrorRecord, JobEvent, SensitivityCurves
from medprune_gui.session.job_state import JobState
from medprune_gui.session.session import Session
from medprune_gui.ui.main_window import MainWindow
from medprune_gui.workers.job_thread import JobThread

_NETWORK = ("data", "model", "seed")


class SensitivityControl(QObject):
    """Measures, cancels, and keeps ``session.measuring`` and ``session.sensitivity`` up to date.

    What is being measured is given up as soon as the network, its ranking or the metric is another one, or a run
    begins. A finished run on display that measured curves of the session's network shows them, and lends its original
    to measure.

    Parameters
    ----------
    session
        Read: the experiment, the run on display; written: measuring, sensitivity.
    jobs
        Carries out the job.
    window
        Its pruning panel asks for it; its banner tells of curves that cannot be read.
    """

    def __init__(self, session: Session, jobs: JobThread, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.jobs = jobs
        self._window = window
        self._job: int | None = None
        self._asked: ExperimentConfig | None = None
        self._began = 0.0
        for signal in (
            session.data_changed, session.model_changed, session.seed_changed, session.pruning_changed,
            session.evaluation_changed,
        ):  # fmt: skip
            signal.connect(self._drop_other)
        session.comparison_changed.connect(self._take_from_run)
        session.job_changed.connect(self._give_way)
        window.pruning.estimate.measure_requested.connect(self.measure)
        window.pruning.estimate.cancel_measuring_requested.connect(self.cancel)
        jobs.job_progressed.connect(self._job_progressed)
        jobs.job_finished.connect(self._job_finished)
        jobs.job_failed.connect(self._job_failed)
        jobs.job_cancelled.connect(self._job_cancelled)

    @Slot()
    def measure(self) -> None:
        """Measure the trained network of the session's experiment, unless a run or another measuring goes on."""
        config, run = self.session.experiment, self.session.job
        if config is None or self._job is not None or (run is not None and run.active):
            return
        self._asked, self._began = config, time.monotonic()
        original = None if config.model.weights is not None else self._original_of(config)
        self._job = self.jobs.submit("sensitivity", config, None if original is None else str(original))
        self.session.measuring = JobState(self._job, config.name, None)

    @Slot()
    def cancel(self) -> None:
        """Give up what is being measured."""
        if self._job is not None and self.session.measuring is not None:
            self.session.measuring = replace(self.session.measuring, status="cancelling")
            self.jobs.cancel(self._job)

    def _original_of(self, config: ExperimentConfig) -> Path | None:
        """Return the original of the run on display where it was trained as the experiment says."""
        folder = self._run_of(config, (*_NETWORK, "training"))
        return None if folder is None else folder.original

    def _run_of(self, config: ExperimentConfig, fields: tuple[str, ...]) -> RunFolder | None:
        if self.session.run_folder is None:
            return None
        folder = RunFolder(self.session.run_folder)
        try:
            theirs = folder.experiment()
        except MedPruneError:
            return None
        return folder if all(getattr(theirs, name) == getattr(config, name) for name in fields) else None

    @Slot()
    def _take_from_run(self) -> None:
        """Show the curves that the run on display measured of the session's network."""
        config = self.session.experiment
        folder = None if config is None else self._run_of(config, _NETWORK)
        if folder is None:
            return
        try:
            curves = read_curves(folder.sensitivity_file)
        except MedPruneError as error:
            self._window.banner.show_error(error.record())
            return
        if curves is not None:
            self.session.sensitivity = curves

    @Slot()
    def _drop_other(self) -> None:
        if self._asked is not None and not _measures_the_same(self._asked, self.session.experiment):
            self._asked = None  # What comes of it now is of no use.
            self.cancel()

    @Slot()
    def _give_way(self) -> None:
        run, measuring = self.session.job, self.session.measuring
        if run is not None and run.active and measuring is not None and measuring.status in ("waiting", "running"):
            self.cancel()

    @Slot(int, object)
    def _job_progressed(self, job: int, event: JobEvent) -> None:
        if job == self._job and self.session.measuring is not None:
            self.session.measuring = self.session.measuring.after(event, time.monotonic() - self._began)

    @Slot(int, object)
    def _job_finished(self, job: int, result: object) -> None:
        if job != self._job:
            return
        wanted = self._asked is not None
        self._end(replace(self._state(), status="finished" if wanted else "cancelled"))
        if wanted and isinstance(result, SensitivityCurves):
            self.session.sensitivity = result

    @Slot(int, object)
    def _job_failed(self, job: int, error: ErrorRecord) -> None:
        if job == self._job:
            self._end(replace(self._state(), status="failed", error=error))

    @Slot(int)
    def _job_cancelled(self, job: int) -> None:
        if job == self._job:
            self._end(replace(self._state(), status="cancelled"))

    def _state(self) -> JobState:
        assert self.session.measuring is not None
        return self.session.measuring

    def _end(self, state: JobState) -> None:
        self._job = self._asked = None
        self.session.measuring = state


def _measures_the_same(one: ExperimentConfig, other: ExperimentConfig | None) -> bool:
    """Whether two experiments have the same curves."""
    if other is None:
        return False
    pruning = ("criterion", "normalisation", "seed")
    return (
        all(getattr(one, name) == getattr(other, name) for name in _NETWORK)
        and all(getattr(one.pruning, name) == getattr(other.pruning, name) for name in pruning)
        and one.evaluation.metric == other.evaluation.metric
    )
