"""How much is pruned, and how."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFormLayout, QGroupBox, QLabel, QVBoxLayout, QWidget

from medprune_gui.engine.config import PruningConfig
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.floor_form import FloorForm
from medprune_gui.ui.pruning.fold import Fold
from medprune_gui.ui.pruning.plan_choices import PlanChoices
from medprune_gui.ui.pruning.plan_words import plan_words
from medprune_gui.ui.pruning.runtime_row import RuntimeRow
from medprune_gui.ui.pruning.schedule_form import ScheduleForm
from medprune_gui.ui.pruning.target_row import TargetRow


class PruningSection(QGroupBox):
    """Writes and shows ``session.pruning``."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Pruning"))
        self._session = session
        self.choices = PlanChoices(session, self._change, self.flush, self)
        self.target = TargetRow(session, self._write, self)
        self.runtime = RuntimeRow(session, self._change, self)
        self.schedule = ScheduleForm(session, self._change, self)
        self.floor = FloorForm(session, self._change, self)
        # The controls that other parts and tests reach for.
        choices, target, schedule = self.choices, self.target, self.schedule
        self.granularity_combo, self.criterion_combo = choices.granularity_combo, choices.criterion_combo
        self.target_combo, self.schedule_combo = target.target_combo, schedule.schedule_combo
        self.amount_slider, self.amount_spin = target.amount_slider, target.amount_spin
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        choices.add_to(form)
        target.add_to(form)
        self.runtime.add_to(form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.addLayout(form)
        layout.addWidget(target.widget)
        self.hint = QLabel()
        self.hint.setObjectName("pruning_hint")
        self.hint.setWordWrap(True)
        self.hint.setProperty("muted", True)
        layout.addWidget(self.hint)
        layout.addWidget(Fold(self.tr("Schedule and limits"), schedule.widget))
        self.floor_fold = Fold(self.tr("Floor"), self.floor.widget)
        layout.addWidget(self.floor_fold)
        session.pruning_changed.connect(self._redraw)
        self._redraw(session.pruning)

    def flush(self) -> None:
        """Write a share that still waits to be written."""
        self.target.flush()

    def _change(self, **changes: Any) -> None:
        self.flush()
        self._write(**changes)

    def _write(self, **changes: Any) -> None:
        self._session.pruning = PruningConfig.model_validate({**self._session.pruning.model_dump(), **changes})

    def _redraw(self, pruning: PruningConfig) -> None:
        for part in (self.choices, self.target, self.runtime, self.schedule, self.floor):
            part.show_config(pruning)
        self.hint.setText(plan_words(pruning))
        self.hint.setProperty("warning", pruning.zeroes)
        self.hint.setProperty("muted", not pruning.zeroes)
        self.hint.style().polish(self.hint)
