"""The pruning panel: from data and network to a run, from top to bottom."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.config import TrainingConfig
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.data_section import DataSection
from medprune_gui.ui.pruning.estimate_section import EstimateSection
from medprune_gui.ui.pruning.evaluation_section import EvaluationSection
from medprune_gui.ui.pruning.network_section import NetworkSection
from medprune_gui.ui.pruning.pruning_section import PruningSection
from medprune_gui.ui.pruning.training_section import TrainingSection
from medprune_gui.ui.pruning.wheel_guard import WheelGuard


class PruningPanel(QWidget):
    """All settings of an experiment, a live estimate, Start and Cancel.

    Parameters
    ----------
    session
        Read and written: the experiment's fields. Read: ``estimate``, ``certificate``, ``analysis_note``, ``job``.

    Signals
    -------
    start_requested, save_experiment_requested
        The session now holds what the panel shows.
    can_start_changed
        `can_start` may have changed.
    """

    start_requested = Signal()
    can_start_changed = Signal()
    cancel_requested = Signal()
    open_experiment_requested = Signal(Path)
    save_experiment_requested = Signal(Path)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.network = NetworkSection(session)
        self.data = DataSection(session)
        self.pruning = PruningSection(session)
        self.training = TrainingSection(self.tr("Training of the original"), "training", self._take_training)
        self.fine_tuning = TrainingSection(self.tr("Fine-tuning"), "fine_tuning", self._take_fine_tuning, teacher=True)
        self.evaluation = EvaluationSection(session)
        self.estimate = EstimateSection(session)
        # The controls that other parts and tests reach for.
        self.open_button, self.choose_button = self.data.open_button, self.data.choose_button
        self.architecture_combo = self.network.architecture_combo
        self.granularity_combo, self.criterion_combo = self.pruning.granularity_combo, self.pruning.criterion_combo
        self.target_combo, self.schedule_combo = self.pruning.target_combo, self.pruning.schedule_combo
        self.amount_slider, self.amount_spin = self.pruning.amount_slider, self.pruning.amount_spin

        self.skipped = QLabel(self.tr("The network has trained weights: the original is not trained again."))
        self.skipped.setWordWrap(True)
        self.skipped.setProperty("muted", True)
        sections = QWidget()
        column = QVBoxLayout(sections)
        column.setContentsMargins(6, 4, 6, 8)
        column.setSpacing(6)
        for section in (
            self.data, self.network, self.pruning, self.estimate, self.training, self.skipped, self.fine_tuning,
            self.evaluation,
        ):  # fmt: skip
            column.addWidget(section)
        column.addStretch(1)
        self.scroll_area = QScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setWidget(sections)
        self._guard = WheelGuard(self)
        self._guard.guard(sections)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.scroll_area, 1)
        layout.addWidget(self._buttons())
        self._connect()

    def sizeHint(self) -> QSize:
        """Ask for the width that the sections were laid out for."""
        return QSize(340, 760)

    def minimumSizeHint(self) -> QSize:
        """Stay usable in a narrow dock and on a small screen."""
        return QSize(280, 240)

    def _buttons(self) -> QWidget:
        self.start_button = QPushButton(self.tr("Start"))
        self.start_button.setObjectName("start_button")
        self.start_button.setProperty("primary", True)
        self.start_button.clicked.connect(self.start)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setObjectName("cancel_button")
        self.cancel_button.setToolTip(self.tr("Stop the running job; it can be resumed"))
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.reason = QLabel()
        self.reason.setObjectName("start_reason")
        self.reason.setWordWrap(True)
        self.reason.setProperty("muted", True)
        self.destination = QLabel()
        self.destination.setObjectName("start_destination")
        self.destination.setWordWrap(True)
        self.destination.setProperty("muted", True)
        row = QHBoxLayout()
        row.addWidget(self.start_button, 2)
        row.addWidget(self.cancel_button, 1)
        bar = QWidget()
        column = QVBoxLayout(bar)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.reason)
        column.addWidget(self.destination)
        column.addLayout(row)
        return bar

    def _connect(self) -> None:
        self.data.open_experiment_requested.connect(self.open_experiment_requested)
        self.data.save_experiment_requested.connect(self.save)
        session = self._session
        session.training_changed.connect(self.training.show_config)
        session.fine_tuning_changed.connect(self.fine_tuning.show_config)
        session.data_changed.connect(self._redraw)
        session.model_changed.connect(self._redraw)
        session.job_changed.connect(self._redraw)
        session.analysis_note_changed.connect(self._redraw)
        self.network.checked.connect(self._redraw)
        self.training.show_config(session.training)
        self.fine_tuning.show_config(session.fine_tuning)
        self._redraw()

    @property
    def can_start(self) -> bool:
        """Whether a run can start with what the panel shows."""
        return not self._why_not()

    def show_runs_folder(self, folder: Path) -> None:
        """Say below which folder Start will write."""
        home = Path.home()
        place = Path("~", folder.relative_to(home)) if folder.is_relative_to(home) else folder
        self.destination.setText(self.tr("Start writes a new folder in {place}").format(place=place))
        self.destination.setToolTip(str(folder))
        self._redraw()

    def commit(self) -> None:
        """Write to the session what was typed or dragged but not handed over yet."""
        focused = self.focusWidget()
        if isinstance(focused, QAbstractSpinBox):
            focused.interpretText()
        elif isinstance(focused, QLineEdit):
            focused.clearFocus()  # Ends the editing; the reader's place in the panel stays.
            focused.setFocus()
        self.pruning.flush()

    def start(self) -> None:
        """Ask for a run of what the panel shows, if one can start."""
        self.commit()
        if self.can_start:
            self.start_requested.emit()

    def save(self, path: Path) -> None:
        """Ask to write what the panel shows to a file."""
        self.commit()
        self.save_experiment_requested.emit(path)

    def _take_training(self, training: TrainingConfig) -> None:
        self._session.training = training

    def _take_fine_tuning(self, training: TrainingConfig) -> None:
        self._session.fine_tuning = training

    def _why_not(self) -> str:
        """Say why no run can start; empty: one can."""
        job = self._session.job
        if job is not None and job.active:
            return self.tr("A job is running. Wait for it, or cancel it.")
        if self._session.data is None:
            return self.tr("Choose data or open an experiment first.")
        return self.network.problem or (self._session.analysis_note if self._session.analysis_failed else "")

    def _redraw(self) -> None:
        job, reason = self._session.job, self._why_not()
        self.start_button.setEnabled(not reason)
        self.start_button.setToolTip(reason or self.tr("Train, prune, fine-tune and compare"))
        self.start_button.setAccessibleDescription(reason)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self.destination.setVisible(not reason and bool(self.destination.text()))
        self.cancel_button.setEnabled(job is not None and job.status in ("waiting", "running"))
        data = self._session.data
        for section in (self.training, self.fine_tuning):
            section.show_task(None if data is None else data.task)
        trained = self._session.model.weights is not None
        self.training.setEnabled(not trained)
        self.skipped.setVisible(trained)
        self.can_start_changed.emit()
