"""How much is pruned: a share that goes, or what may remain as a share of the original or outright."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QSlider, QWidget

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.settings.budgets import MEASURED, QUANTITY_NAMES, Quantity
from medprune_gui.engine.settings.schedules import PREPARED
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.plan_part import PlanPart
from medprune_gui.ui.pruning.shares import clipped, most_for, share_of

# A dragged slider would otherwise ask for an estimate at every pixel.
WRITE_EVERY_MS = 100


class TargetRow(PlanPart):
    """The target's rows; the share is written at most every `WRITE_EVERY_MS`."""

    def __init__(self, session: Session, change: Callable[..., None], parent: QObject | None = None) -> None:
        super().__init__(session, change, parent)
        self._pending = QTimer(self, singleShot=True, interval=WRITE_EVERY_MS)
        self._pending.timeout.connect(self._write_share)
        self._make_combos()
        self.amount_slider = QSlider(Qt.Orientation.Horizontal)
        self.amount_slider.setObjectName("amount_slider")
        self.amount_slider.setRange(0, 99)
        self.amount_slider.setPageStep(5)
        self.amount_spin = QDoubleSpinBox()
        self.amount_spin.setObjectName("amount_spin")
        self.amount_spin.setRange(0.0, 99.9)
        self.amount_spin.setDecimals(1)
        self.amount_spin.setSuffix(" %")
        self.most_spin = QDoubleSpinBox()
        self.most_spin.setObjectName("most_spin")
        self.most_spin.setGroupSeparatorShown(True)
        self.most_spin.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.most_spin.setAccessibleName(self.tr("The most that may remain"))
        for spin in (self.amount_spin, self.most_spin):
            spin.setKeyboardTracking(False)
        for control in (self.amount_slider, self.amount_spin):
            control.setAccessibleName(self.tr("Target in percent"))
        self.amount_slider.valueChanged.connect(self._follow_slider)
        self.amount_spin.valueChanged.connect(self._follow_spin)
        self.most_spin.valueChanged.connect(lambda most: self._change_budget(share=None, most=most))
        self.widget = QWidget()
        row = QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.amount_slider, 1)
        row.addWidget(self.amount_spin)
        row.addWidget(self.most_spin, 1)

    def _make_combos(self) -> None:
        self.target_combo = ChoiceCombo(
            (
                ("amount", self.tr("Amount removed"), self.tr("Share of the channels or weights that goes")),
                ("macs", self.tr("MACs remaining"), self.tr("How much work per image may remain")),
                ("parameters", self.tr("Parameters remaining"), self.tr("How many parameters may remain")),
                ("bytes", self.tr("Bytes remaining"), self.tr("How large the model file may be")),
                ("latency", self.tr("Milliseconds"), self.tr("How long a batch may take, measured on this machine")),
                ("memory", self.tr("Peak memory"), self.tr("How many bytes a forward pass may hold at once")),
            )
        )
        self.basis_combo = ChoiceCombo(
            (
                ("share", self.tr("of the original"), self.tr("A share of what the original comes to")),
                ("most", self.tr("outright"), self.tr("A number, whatever the original comes to")),
            )
        )
        self.target_combo.chosen.connect(self._choose_target)
        self.basis_combo.chosen.connect(self._choose_basis)

    def add_to(self, form: QFormLayout) -> None:
        """Add a row per combo; the slider's row, `widget`, is placed by whoever holds the form."""
        self._form = form
        self.target_combo.setObjectName("target_combo")
        self.basis_combo.setObjectName("basis_combo")
        self._add_rows(form, (self.tr("Target"), self.target_combo), (self.tr("Given"), self.basis_combo))

    def flush(self) -> None:
        """Write a share that still waits to be written."""
        if self._pending.isActive():
            self._pending.stop()
            self._write_share()

    def show_config(self, pruning: PruningConfig) -> None:
        """Show settings without handing them on; a share that waited to be written is given up."""
        self._pending.stop()
        budget = pruning.budget
        self.target_combo.show_choice(budget.quantity if budget else "amount")
        for quantity in QUANTITY_NAMES:
            apart = quantity in MEASURED and (pruning.granularity == "layer" or pruning.schedule in PREPARED)
            apart = apart or (quantity == "memory" and pruning.allocation == "greedy")
            self.target_combo.enable_choice(quantity, not apart and not pruning.zeroes)
        outright = budget is not None and budget.most is not None
        self.basis_combo.show_choice("most" if outright else "share")
        self._form.setRowVisible(self.basis_combo, budget is not None)
        for control in (self.amount_slider, self.amount_spin):
            control.setVisible(not outright)
        self.most_spin.setVisible(outright)
        if budget is not None and budget.most is not None:
            self._show_most(budget.quantity, budget.most)
            return
        share = budget.share if budget and budget.share is not None else pruning.amount or 0.0
        with QSignalBlocker(self.amount_slider), QSignalBlocker(self.amount_spin):
            self.amount_slider.setValue(round(100 * share))
            self.amount_spin.setValue(100 * share)

    def _show_most(self, quantity: Quantity, most: float) -> None:
        unit = QUANTITY_NAMES[quantity][1] or QUANTITY_NAMES[quantity][0]
        with QSignalBlocker(self.most_spin):
            in_ms = quantity == "latency"
            self.most_spin.setDecimals(2 if in_ms else 0)
            self.most_spin.setRange(0.01 if in_ms else 1, 1e15)
            self.most_spin.setSuffix(f" {unit}")
            self.most_spin.setValue(most)

    def _choose_target(self, value: str) -> None:
        self.flush()
        pruning = self._session.pruning
        budget = pruning.budget
        if value == "amount":
            remaining = share_of(budget, self._session) if budget else 0.5
            self._change(budget=None, amount=clipped(1.0 - remaining))
        else:
            share = share_of(budget, self._session) if budget else clipped(1.0 - (pruning.amount or 0.0))
            self._change(amount=None, budget={"quantity": value, "share": share})

    def _choose_basis(self, value: str) -> None:
        self.flush()
        budget = self._session.pruning.budget
        if budget is None:
            return
        if value == "most":
            self._change_budget(share=None, most=most_for(budget, self._session))
        else:
            self._change_budget(share=share_of(budget, self._session), most=None)

    def _change_budget(self, **changes: Any) -> None:
        self.flush()
        budget = self._session.pruning.budget
        if budget is not None:
            self._change(budget={**budget.model_dump(), **changes})

    def _follow_slider(self, percent: int) -> None:
        with QSignalBlocker(self.amount_spin):
            self.amount_spin.setValue(percent)
        self._write_soon()

    def _follow_spin(self, percent: float) -> None:
        with QSignalBlocker(self.amount_slider):
            self.amount_slider.setValue(round(percent))
        self._write_soon()

    def _write_soon(self) -> None:
        if not self._pending.isActive():
            self._pending.start()

    def _write_share(self) -> None:
        share = round(self.amount_spin.value() / 100.0, 3)
        if self._session.pruning.budget is None:
            self._change(amount=min(share, self._session.pruning.greatest_amount))
        else:
            self._change_budget(share=clipped(share), most=None)
