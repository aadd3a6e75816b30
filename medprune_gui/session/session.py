"""What the window knows: one signal per field; widgets write here and redraw from here."""

from __future__ import annotations

import operator
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
from medprune_gui.session.fields import Field
from medprune_gui.session.measurements import Measurements

if TYPE_CHECKING:
    from medprune_gui.engine.imaging import Series, Study
    from medprune_gui.engine.records import Certificate, Comparison, PlanEstimate, SensitivityCurves
    from medprune_gui.session.job_state import JobState


DEFAULT_TITLE = "Experiment"


class Session(QObject):
    """The window's state.

    Each field ``x`` is announced by the signal ``x_changed``, which carries the new value, and only when the value
    is another one. Setting a field clears what depends on it: other data or another network clear the certificate,
    the estimate, the sensitivity and the comparison; another seed, and so other splits and initial weights, the first
    three; other pruning settings the estimate, and another sensitivity too where amounts are shared out by it; other
    data also the notes of the experiment that was opened. `take_experiment` ends with ``experiment_taken``.

    Attributes
    ----------
    measurements
        What was drawn on the images.
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
    sensitivity_changed = Signal(object)
    measuring_changed = Signal(object)
    analysis_note_changed = Signal(str)
    job_changed = Signal(object)
    comparison_changed = Signal(object)
    case_changed = Signal(int)
    experiment_taken = Signal()
    personal_changed = Signal(bool)

    _notes: tuple[str, ...] = ()

    def _forget_data(self) -> None:
        self._notes = ()
        self._forget_network()

    def _forget_network(self) -> None:
        self._forget_analysis()
        if self._comparison is not None:
            self.show_comparison(None, None)

    def _forget_analysis(self) -> None:
        self.certificate = None
        self.sensitivity = None
        self._forget_estimate()
        self.analysis_note = ""

    def _forget_estimate(self) -> None:
        self.estimate = None
        if self._analysis_failed:
            self.analysis_note = ""  # It was said of other settings.

    def _forget_shares(self) -> None:
        if self.pruning.allocation == "sensitivity":
            self._forget_estimate()

    studies: Field[tuple[Study, ...]] = Field((), "Opened studies.")
    series: Field[Series | None] = Field(None, "The series on display.")
    title: Field[str] = Field(DEFAULT_TITLE, "The experiment's name.")
    data: Field[DataConfig | None] = Field(None, "The labelled cases; None: none chosen yet.", clears=_forget_data)
    model: Field[ModelConfig] = Field(ModelConfig(), "The network.", clears=_forget_network)
    training: Field[TrainingConfig] = Field(TrainingConfig(), "Training of the original.")
    pruning: Field[PruningConfig] = Field(
        PruningConfig(budget=Budget()), "How the network is pruned.", clears=_forget_estimate
    )
    fine_tuning: Field[TrainingConfig] = Field(
        TrainingConfig(epochs=3, learning_rate=5e-4), "Training of the pruned network."
    )
    evaluation: Field[EvaluationConfig] = Field(EvaluationConfig(), "What the two networks are compared by.")
    seed: Field[int] = Field(0, "The experiment's seed.", clears=_forget_analysis)
    certificate: Field[Certificate | None] = Field(None, "What of the network can be pruned; None: not known yet.")
    estimate: Field[PlanEstimate | None] = Field(None, "What the pruning settings would leave; None: not known yet.")
    sensitivity: Field[SensitivityCurves | None] = Field(
        None, "What pruning each channel group costs; None: not measured.", clears=_forget_shares
    )
    measuring: Field[JobState | None] = Field(None, "The current or last measuring of it.", same=operator.is_)
    # Compared by identity: a run's state is large, and a new one comes with each of its events.
    job: Field[JobState | None] = Field(None, "The current or last run.", same=operator.is_)
    personal: Field[bool] = Field(True, "Whether names, dates and identifiers of patients are shown.")
    case: Field[int] = Field(-1, "Index into ``comparison.cases`` of the case on display; -1: none.")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.measurements = Measurements(self)
        self._analysis_note = ""
        self._analysis_failed = False
        self._comparison: Comparison | None = None
        self._run_folder: Path | None = None

    @property
    def experiment(self) -> ExperimentConfig | None:
        """The fields above as one experiment; None while no data are chosen."""
        if self.data is None:
            return None
        return ExperimentConfig(
            name=self.title,
            seed=self.seed,
            notes=self._notes,
            data=self.data,
            model=self.model,
            training=self.training,
            pruning=self.pruning,
            fine_tuning=self.fine_tuning,
            evaluation=self.evaluation,
        )

    def take_experiment(self, config: ExperimentConfig) -> None:
        """Set every field from an experiment."""
        self.title = config.name
        self.seed = config.seed
        self.data = config.data
        self._notes = config.notes
        self.model = config.model
        self.training = config.training
        self.pruning = config.pruning
        self.fine_tuning = config.fine_tuning
        self.evaluation = config.evaluation
        self.experiment_taken.emit()

    @property
    def analysis_note(self) -> str:
        """What the analysis is busy with, or why there is none, in words; empty: nothing to say."""
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
