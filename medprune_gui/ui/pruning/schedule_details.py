"""The settings of single schedules: the soft rule, the growing penalty, the lottery ticket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QFormLayout, QSpinBox, QWidget

from medprune_gui.engine.config import PruningConfig
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo


class ScheduleDetails(QObject):
    """Rows for ``pruning.soft``, ``pruning.growth`` and ``pruning.rewinding``, shown with their schedules only.

    Parameters
    ----------
    session
        Read: ``pruning``.
    change
        Takes what the user changed of `PruningConfig`, by name.
    """

    def __init__(self, session: Session, change: Callable[..., None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._change = change
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
            "soft", "shrink", (0.001, 1.0, 3),
            self.tr("How much of an unimportant weight goes at each step; 1: all of it at once"),
        )  # fmt: skip
        self.memory_spin = self._decimal(
            "soft", "memory", (0.0, 0.999, 3), self.tr("Share of the running mean that each batch leaves as it was")
        )
        self.ceiling_spin = self._decimal(
            "growth", "ceiling", (0.001, 1000.0, 3), self.tr("The penalty that the growth ends at")
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
        self.rewind_epoch_spin = QSpinBox()
        self.rewind_epoch_spin.setObjectName("rewind_epoch_spin")
        self.rewind_epoch_spin.setRange(0, 10_000)
        self.rewind_epoch_spin.setKeyboardTracking(False)
        self.rewind_epoch_spin.setToolTip(self.tr("Epoch of the original's training; 0: before the first"))
        self.rewind_epoch_spin.valueChanged.connect(lambda value: self._set("rewinding", "epoch", value))
        self._rows: tuple[tuple[str, str, QWidget], ...] = (
            ("soft", self.tr("Sensitivity"), self.sensitivity_combo),
            ("soft", self.tr("Shrink by"), self.shrink_spin),
            ("soft", self.tr("Memory"), self.memory_spin),
            ("growing", self.tr("Final penalty"), self.ceiling_spin),
            ("lottery", self.tr("Rewind"), self.rewind_combo),
            ("lottery", self.tr("To epoch"), self.rewind_epoch_spin),
        )

    def add_to(self, form: QFormLayout) -> None:
        """Add a row per control."""
        self._form = form
        for _, label, control in self._rows:
            control.setAccessibleName(label)
            form.addRow(label, control)

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

    def _decimal(self, table: str, field: str, limits: tuple[float, float, int], tooltip: str) -> QDoubleSpinBox:
        low, high, decimals = limits
        spin = QDoubleSpinBox()
        spin.setObjectName(f"{table}_{field}_spin")
        spin.setDecimals(decimals)
        spin.setRange(low, high)
        spin.setSingleStep(0.05)
        spin.setKeyboardTracking(False)
        spin.setToolTip(tooltip)
        spin.valueChanged.connect(lambda value: self._set(table, field, round(value, decimals)))
        return spin

    def _set(self, table: str, field: str, value: Any) -> None:
        self._change(**{table: {**getattr(self._session.pruning, table).model_dump(), field: value}})
