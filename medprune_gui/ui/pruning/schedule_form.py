"""How the amount is reached, and what limits the choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtWidgets import QFormLayout, QWidget

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.settings.allocations import MEASURED
from medprune_gui.engine.settings.schedules import PREPARED
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.plan_part import PlanPart
from medprune_gui.ui.pruning.schedule_details import ScheduleDetails

_PATTERNS = ("2:4", "4:8", "1:4", "1:2", "2:8", "1:8")


class ScheduleForm(PlanPart):
    """Schedule, its own settings, pattern or block, and limits; each is shown where it is used.

    Attributes
    ----------
    widget
        Holds the rows.
    """

    def __init__(self, session: Session, change: Callable[..., None], parent: QObject | None = None) -> None:
        super().__init__(session, change, parent)
        self.schedule_combo = self._schedules()
        self.pattern_combo = ChoiceCombo(
            tuple((pattern, pattern, self.tr("How many weights stay of how many")) for pattern in _PATTERNS)
        )
        self.pattern_combo.setObjectName("pattern_combo")
        self.pattern_combo.chosen.connect(lambda value: self._change(pattern=value, amount=None))
        self.block_rows_spin = self._whole("block_0", 1, 1024, self.tr("Rows of a block"))
        self.block_columns_spin = self._whole("block_1", 1, 1024, self.tr("Columns of a block"))
        self.steps_spin = self._whole("steps", 1, 100, self.tr("Steps until the target is reached"))
        self.round_to_spin = self._whole(
            "round_to", 1, 64, self.tr("Keep a multiple of this many channels; 8 or 16 suit most hardware")
        )
        self.min_channels_spin = self._whole(
            "min_channels", 1, 4096, self.tr("A layer never has fewer channels than this")
        )
        self.min_channels_spin.setSuffix(self.tr(" channels"))
        self.details = ScheduleDetails(session, change, self)
        for place, spin in enumerate((self.block_rows_spin, self.block_columns_spin)):
            spin.valueChanged.connect(lambda value, place=place: self._choose_block(place, value))
        for field, spin in (
            ("steps", self.steps_spin),
            ("round_to", self.round_to_spin),
            ("min_channels", self.min_channels_spin),
        ):
            spin.valueChanged.connect(lambda value, field=field: self._change(**{field: value}))
        self.widget = QWidget()
        self._form = form = QFormLayout(self.widget)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._add_rows(form, (self.tr("Schedule"), self.schedule_combo), (self.tr("Steps"), self.steps_spin))
        self.details.add_to(form)
        self._add_rows(
            form,
            (self.tr("Pattern"), self.pattern_combo),
            (self.tr("Block rows"), self.block_rows_spin),
            (self.tr("Columns"), self.block_columns_spin),
            (self.tr("Round to"), self.round_to_spin),
            (self.tr("At least"), self.min_channels_spin),
        )

    def _schedules(self) -> ChoiceCombo:
        combo = ChoiceCombo(
            (
                ("one-shot", self.tr("At once"), self.tr("Prune in one step, then fine-tune")),
                ("linear", self.tr("Linear steps"), self.tr("The same share in each step, fine-tuned in between")),
                ("cubic", self.tr("Cubic steps"), self.tr("Much first, then ever less; fine-tuned in between")),
                ("exponential", self.tr("Exponential steps"), self.tr("The same share of what is left in each step")),
                ("one-cycle", self.tr("One cycle"), self.tr("Little first and last, most before the middle")),
                ("growing", self.tr("Growing penalty"), self.tr("What will go is driven to zero first, then cut")),
                (
                    "lottery",
                    self.tr("Lottery ticket"),
                    self.tr("After each step, what is left is trained again as the original was: takes long"),
                ),
                (
                    "soft",
                    self.tr("Soft rule"),
                    self.tr("What matters least shrinks batch by batch while the network is trained, then is cut"),
                ),
            )
        )
        combo.setObjectName("schedule_combo")
        combo.chosen.connect(self._choose_schedule)
        return combo

    def show_config(self, pruning: PruningConfig) -> None:
        """Show settings without handing them on."""
        self.schedule_combo.show_choice(pruning.schedule)
        for schedule in PREPARED:
            measured = pruning.budget is not None and pruning.budget.measured
            self.schedule_combo.enable_choice(schedule, pruning.granularity != "layer" and not measured)
        self.pattern_combo.show_choice(pruning.pattern)
        for spin, value in (
            (self.steps_spin, pruning.steps),
            (self.block_rows_spin, pruning.block[0]),
            (self.block_columns_spin, pruning.block[1]),
            (self.round_to_spin, pruning.round_to),
            (self.min_channels_spin, pruning.min_channels),
        ):
            with QSignalBlocker(spin):
                spin.setValue(value)
        self.details.show_config(pruning)
        channels = pruning.granularity == "channel"
        for control, used in (
            (self.steps_spin, pruning.schedule != "one-shot"),
            (self.round_to_spin, channels),
            (self.min_channels_spin, channels or pruning.granularity == "filter"),
            (self.pattern_combo, pruning.granularity == "n:m"),
            (self.block_rows_spin, pruning.granularity == "block"),
            (self.block_columns_spin, pruning.granularity == "block"),
        ):
            control.setEnabled(used)
            self._form.setRowVisible(control, used)

    def _choose_block(self, place: int, value: int) -> None:
        rows, columns = self._session.pruning.block
        self._change(block=(value, columns) if place == 0 else (rows, value))

    def _choose_schedule(self, value: str) -> None:
        epochs = self._session.pruning.epochs_per_step
        changes: dict[str, Any] = {"schedule": value}
        if value in PREPARED:
            changes |= {"epochs_per_step": max(epochs, 1), "floor": None}
            if self._session.pruning.allocation in MEASURED:
                changes["allocation"] = "global"
        self._change(**changes)
