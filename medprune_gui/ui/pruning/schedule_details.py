"""The settings of single schedules: the soft rule, the growing penalty, the lottery ticket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtWidgets import QAbstractSpinBox, QFormLayout, QWidget

from medprune_gui.engine.config import PruningConfig
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.plan_part import PlanPart


class ScheduleDetails(PlanPart):
    """Rows for ``pruning.soft``, ``pruning.growth`` and ``pruning.rewinding``, shown with their schedules only."""

    def __init__(self, session: Session, change: Callable[..., None], parent: QObject | None = None) -> None:
        super().__init__(session, change, parent)
        self.sensitivity_combo = ChoiceCombo(
            (
                ("fisher", self.tr("Fisher"), self.tr("Squared weight times squared gradient")),
                ("taylor", self.tr("Taylor"), self.tr("Absolute weight times gradient")),
                ("wanda", self.tr("Wanda"), self.tr("Absolute weight times the size of its input")),
                ("magnitude", self.tr("Weight size"), self.tr("The absolute weight alone")),
            )
        )
        self.sensitivity_combo.setObjectName("sensitivity_combo")
        self.sensitivity_combo.chosen.connect(lambda value: self._set("soft", "sensitivity", value))
        self.shrink_spin = self._decimal(
            "soft_shrink",
            0.001,
            1.0,
            self.tr("How much of an unimportant weight goes at each step; 1: all of it at once"),
        )
        self.memory_spin = self._decimal(
            "soft_memory", 0.0, 0.999, self.tr("Share of the running mean that each batch leaves as it was")
        )
        self.ceiling_spin = self._decimal(
            "growth_ceiling", 0.001, 1000.0, self.tr("The penalty that the growth ends at")
        )
        self.ceiling_spin.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.rewind_combo = ChoiceCombo(
            (
                ("weights", self.tr("Weights"), self.tr("What is left gets the values that it had after the epoch")),
                (
                    "learning-rate",
                    self.tr("Learning rate"),
                    self.tr("What is left keeps its values; only the learning rate goes back"),
                ),
            )
        )
        self.rewind_combo.setObjectName("rewind_combo")
        self.rewind_combo.chosen.connect(lambda value: self._set("rewinding", "what", value))
        self.rewind_epoch_spin = self._whole(
            "rewind_epoch", 0, 10_000, self.tr("Epoch of the original's training; 0: before the first")
        )
        for table, field, spin in (
            ("soft", "shrink", self.shrink_spin),
            ("soft", "memory", self.memory_spin),
            ("growth", "ceiling", self.ceiling_spin),
            ("rewinding", "epoch", self.rewind_epoch_spin),
        ):
            spin.valueChanged.connect(lambda value, table=table, field=field: self._set(table, field, value))
        self._rows: tuple[tuple[str, str, QWidget], ...] = (
            ("soft", self.tr("Sensitivity"), self.sensitivity_combo),
            ("soft", self.tr("Shrink by"), self.shrink_spin),
            ("soft", self.tr("Memory"), self.memory_spin),
            ("growing", self.tr("Penalty"), self.ceiling_spin),
            ("lottery", self.tr("Rewind"), self.rewind_combo),
            ("lottery", self.tr("To epoch"), self.rewind_epoch_spin),
        )

    def add_to(self, form: QFormLayout) -> None:
        """Add a row per control."""
        self._form = form
        self._add_rows(form, *((label, control) for _, label, control in self._rows))

    def show_config(self, pruning: PruningConfig) -> None:
        """Show settings without handing them on."""
        self.sensitivity_combo.show_choice(pruning.soft.sensitivity)
        self.rewind_combo.show_choice(pruning.rewinding.what)
        for spin, value in (
            (self.shrink_spin, pruning.soft.shrink),
            (self.memory_spin, pruning.soft.memory),
            (self.ceiling_spin, pruning.growth.ceiling),
        ):
            with QSignalBlocker(spin):
                spin.setValue(value)
        with QSignalBlocker(self.rewind_epoch_spin):
            self.rewind_epoch_spin.setValue(pruning.rewinding.epoch)
        for schedule, _, control in self._rows:
            self._form.setRowVisible(control, pruning.schedule == schedule)

    def _set(self, table: str, field: str, value: Any) -> None:
        value = round(value, 3) if isinstance(value, float) else value
        self._change(**{table: {**getattr(self._session.pruning, table).model_dump(), field: value}})
