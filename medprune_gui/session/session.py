"""What the window knows: one signal per field; widgets write here and redraw from here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medprune_gui.engine.config import (
    Budget,
    DataConfig,
    EvaluationConfig,
    ExperimentConfig,
    ModelConfig,
    PruningConfig,
    TrainingConfig,
)

if TYPE_CHECKING:
    from medprune_gui.engine.imaging import Series, Study
    from medprune_gui.engine.records import Certificate, Comparison, PlanEstimate
    from medprune_gui.session.job_state import JobState


DEFAULT_TITLE = "Experiment"


class Session(QObject):
    """The window's state.

    Each property ``x`` is announced by the signal ``x_changed``, which carries the new value, and only when the
    value is another one. Setting a field clears what depends on it: other data or another network clear the
    certificate, the estimate and the comparison; other pruning settings clear the estimate.
    """

    studies_changed = Signal(object)
    series_changed = Signal(object)
    title_changed = Signal(str)
    data_changed = Signal(object)
    model_changed = Signal(object)
    training_changed = Signal(object)
    pruning_changed = Signal(object)
    fine_tuning_changed = Signal(object)
    evaluation_changed = Signal(object)
    seed_changed = Signal(int)
    certificate_changed = Signal(object)
    estimate_changed = Signal(object)
    analysis_note_changed = Signal(str)
    job_changed = Signal(object)
    comparison_changed = Signal(object)
    case_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studies: tuple[Study, ...] = ()
        self._series: Series | None = None
        self._title = DEFAULT_TITLE
        self._notes: tuple[str, ...] = ()
        self._data: DataConfig | None = None
        self._model = ModelConfig()
        self._training = TrainingConfig()
        self._pruning = PruningConfig(budget=Budget())
        self._fine_tuning = TrainingConfig(epochs=3, learning_rate=5e-4)
        self._evaluation = EvaluationConfig()
        self._seed = 0
        self._certificate: Certificate | None = None
        self._estimate: PlanEstimate | None = None
        self._analysis_note = ""
        self._analysis_failed = False
        self._job: JobState | None = None
        self._comparison: Comparison | None = None
        self._run_folder: Path | None = None
        self._case = -1

    @property
    def studies(self) -> tuple[Study, ...]:
        """Opened studies."""
        return self._studies

    @studies.setter
    def studies(self, studies: tuple[Study, ...]) -> None:
        if studies != self._studies:
            self._studies = studies
            self.studies_changed.emit(studies)

    @property
    def series(self) -> Series | None:
        """The series on display."""
        return self._series

    @series.setter
    def series(self, series: Series | None) -> None:
        if series != self._series:
            self._series = series
            self.series_changed.emit(series)

    @property
    def title(self) -> str:
        """The experiment's name."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.title_changed.emit(title)

    @property
    def data(self) -> DataConfig | None:
        """The labelled cases; None: none chosen yet."""
        return self._data

    @data.setter
    def data(self, data: DataConfig | None) -> None:
        if data != self._data:
            self._data = data
            self._clear_analysis()
            self.data_changed.emit(data)

    @property
    def model(self) -> ModelConfig:
        """The network."""
        return self._model

    @model.setter
    def model(self, model: ModelConfig) -> None:
        if model != self._model:
            self._model = model
            self._clear_analysis()
            self.model_changed.emit(model)

    @property
    def training(self) -> TrainingConfig:
        """Training of the original."""
        return self._training

    @training.setter
    def training(self, training: TrainingConfig) -> None:
        if training != self._training:
            self._training = training
            self.training_changed.emit(training)

    @property
    def pruning(self) -> PruningConfig:
        """How the network is pruned."""
        return self._pruning

    @pruning.setter
    def pruning(self, pruning: PruningConfig) -> None:
        if pruning != self._pruning:
            self._pruning = pruning
            self.estimate = None
            self.pruning_changed.emit(pruning)

    @property
    def fine_tuning(self) -> TrainingConfig:
        """Training of the pruned network."""
        return self._fine_tuning

    @fine_tuning.setter
    def fine_tuning(self, fine_tuning: TrainingConfig) -> None:
        if fine_tuning != self._fine_tuning:
            self._fine_tuning = fine_tuning
            self.fine_tuning_changed.emit(fine_tuning)

    @property
    def evaluation(self) -> EvaluationConfig:
        """What the two networks are compared by."""
        return self._evaluation

    @evaluation.setter
    def evaluation(self, evaluation: EvaluationConfig) -> None:
        if evaluation != self._evaluation:
            self._evaluation = evaluation
            self.evaluation_changed.emit(evaluation)

    @property
    def seed(self) -> int:
        """The experiment's seed."""
        return self._seed

    @seed.setter
    def seed(self, seed: int) -> None:
        if seed != self._seed:
            self._seed = seed
            self.seed_changed.emit(seed)

    @property
    def experiment(self) -> ExperimentConfig | None:
        """The fields above as one experiment; None while no data are chosen."""
        if self._data is None:
            return None
        return ExperimentConfig(
            name=self._title,
            seed=self._seed,
            notes=self._notes,
            data=self._data,
            model=self._model,
            training=self._training,
            pruning=self._pruning,
            fine_tuning=self._fine_tuning,
            evaluation=self._evaluation,
        )

    def take_experiment(self, config: ExperimentConfig) -> None:
        """Set every field from an experiment."""
        self._notes = config.notes
        self.title = config.name
        self.seed = config.seed
        self.data = config.data
        self.model = config.model
        self.training = config.training
        self.pruning = config.pruning
        self.fine_tuning = config.fine_tuning
        self.evaluation = config.evaluation

    @property
    def certificate(self) -> Certificate | None:
        """What of the network can be pruned; None: not known yet."""
        return self._certificate

    @certificate.setter
    def certificate(self, certificate: Certificate | None) -> None:
        if certificate != self._certificate:
            self._certificate = certificate
            self.certificate_changed.emit(certificate)

    @property
    def estimate(self) -> PlanEstimate | None:
        """What the pruning settings would leave; None: not known yet."""
        return self._estimate

    @estimate.setter
    def estimate(self, estimate: PlanEstimate | None) -> None:
        if estimate != self._estimate:
            self._estimate = estimate
            self.estimate_changed.emit(estimate)

    @property
    def analysis_note(self) -> str:
        """Why there is no certificate or estimate, in words; empty: nothing to say."""
        return self._analysis_note

    @analysis_note.setter
    def analysis_note(self, note: str) -> None:
        self._note_analysis(note, failed=False)

    @property
    def analysis_failed(self) -> bool:
        """Whether `analysis_note` says why data, network or settings cannot be used."""
        return self._analysis_failed

    def fail_analysis(self, note: str) -> None:
        """Say why data, network or settings cannot be used."""
        self._note_analysis(note, failed=True)

    def _note_analysis(self, note: str, *, failed: bool) -> None:
        if (note, failed) != (self._analysis_note, self._analysis_failed):
            self._analysis_note, self._analysis_failed = note, failed
            self.analysis_note_changed.emit(note)

    @property
    def job(self) -> JobState | None:
        """The current or last run."""
        return self._job

    @job.setter
    def job(self, job: JobState | None) -> None:
        if job is not self._job:
            self._job = job
            self.job_changed.emit(job)

    @property
    def comparison(self) -> Comparison | None:
        """The run on display in the comparison views."""
        return self._comparison

    @property
    def run_folder(self) -> Path | None:
        """The folder that `comparison` was read from."""
        return self._run_folder

    def show_comparison(self, comparison: Comparison | None, run_folder: Path | None) -> None:
        """Show a run's results, the first case selected."""
        self._comparison, self._run_folder = comparison, run_folder
        self._case = 0 if comparison and comparison.cases else -1
        self.comparison_changed.emit(comparison)
        self.case_changed.emit(self._case)

    @property
    def case(self) -> int:
        """Index into ``comparison.cases`` of the case on display; -1: none."""
        return self._case

    @case.setter
    def case(self, case: int) -> None:
        if case != self._case:
            self._case = case
            self.case_changed.emit(case)

    def _clear_analysis(self) -> None:
        self.certificate = None
        self.estimate = None
        self.analysis_note = ""
        if self._comparison is not None:
            self.show_comparison(None, None)
