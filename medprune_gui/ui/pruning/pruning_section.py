"""How much is pruned, and how."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.config import Budget, PruningConfig
from medprune_gui.engine.settings.criterion_names import CriterionInfo, catalogue, criterion_info
from medprune_gui.engine.settings.granularities import ZEROED
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.fold import Fold

# A dragged slider would otherwise ask for an estimate at every pixel.
WRITE_EVERY_MS = 100
_PATTERNS = ("2:4", "4:8", "1:4", "1:2", "2:8", "1:8")


class PruningSection(QGroupBox):
    """Writes and shows ``session.pruning``; the share at most every `WRITE_EVERY_MS`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Pruning"))
        self._session = session
        self._pending = QTimer(self)
        self._pending.setSingleShot(True)
        self._pending.setInterval(WRITE_EVERY_MS)
        self._pending.timeout.connect(self._write_share)
        form = QFormLayout()
        self._prepare(form)
        self._add_choices(form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.addLayout(form)
        layout.addLayout(self._share_row())
        self.hint = QLabel()
        self.hint.setObjectName("pruning_hint")
        self.hint.setWordWrap(True)
        self.hint.setProperty("muted", True)
        layout.addWidget(self.hint)
        layout.addWidget(Fold(self.tr("Schedule and limits"), self._further()))
        session.pruning_changed.connect(self._redraw)
        self._redraw(session.pruning)

    def _prepare(self, form: QFormLayout) -> None:
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def _add_choices(self, form: QFormLayout) -> None:
        self.granularity_combo = ChoiceCombo(
            (
                ("channel", self.tr("Channels, removed"), self.tr("Whole channels go: smaller and faster")),
                ("weight", self.tr("Weights, zeroed"), self.tr("Single weights are set to zero and stay in place")),
                ("n:m", self.tr("N:M pattern, zeroed"), self.tr("Of each 4 weights 2 stay, or as the pattern says")),
                ("block", self.tr("Blocks, zeroed"), self.tr("Rectangles of a layer's weights are set to zero")),
                ("kernel", self.tr("Kernels, zeroed"), self.tr("What links one channel to another is set to zero")),
                ("filter", self.tr("Filters, zeroed"), self.tr("All weights of an output are set to zero")),
            )
        )
        self._criteria = catalogue()
        self.criterion_combo = ChoiceCombo(
            (info.name, self.tr(info.title), self._note(info)) for info in self._criteria
        )
        self.allocation_combo = ChoiceCombo(
            (
                ("global", self.tr("Whole network"), self.tr("Layers with unimportant channels lose more")),
                ("uniform", self.tr("Each layer alike"), self.tr("Every layer loses the same share")),
            )
        )
        self.target_combo = ChoiceCombo(
            (
                ("amount", self.tr("Amount removed"), self.tr("Share of the channels or weights that goes")),
                ("macs", self.tr("MACs remaining"), self.tr("Share of the work per image that may remain")),
                ("parameters", self.tr("Parameters remaining"), self.tr("Share of the parameters that may remain")),
            )
        )
        for name, label, combo in (
            ("granularity", self.tr("Remove"), self.granularity_combo),
            ("criterion", self.tr("Rank by"), self.criterion_combo),
            ("allocation", self.tr("Within"), self.allocation_combo),
            ("target", self.tr("Target"), self.target_combo),
        ):
            combo.setObjectName(f"{name}_combo")
            combo.setAccessibleName(label)
            form.addRow(label, combo)
        self.granularity_combo.chosen.connect(self._choose_granularity)
        self.criterion_combo.chosen.connect(lambda value: self._change(criterion=value))
        self.allocation_combo.chosen.connect(lambda value: self._change(allocation=value))
        self.target_combo.chosen.connect(self._choose_target)

    def _note(self, info: CriterionInfo) -> str:
        return f"{self.tr(info.note)}\n{self.tr('Looks at training cases')}" if info.needs_data else self.tr(info.note)

    def _share_row(self) -> QHBoxLayout:
        self.amount_slider = QSlider(Qt.Orientation.Horizontal)
        self.amount_slider.setObjectName("amount_slider")
        self.amount_slider.setRange(0, 99)
        self.amount_slider.setPageStep(5)
        self.amount_spin = QDoubleSpinBox()
        self.amount_spin.setObjectName("amount_spin")
        self.amount_spin.setRange(0.0, 99.9)
        self.amount_spin.setDecimals(1)
        self.amount_spin.setSuffix(" %")
        self.amount_spin.setKeyboardTracking(False)
        for control in (self.amount_slider, self.amount_spin):
            control.setAccessibleName(self.tr("Target in percent"))
        self.amount_slider.valueChanged.connect(self._follow_slider)
        self.amount_spin.valueChanged.connect(self._follow_spin)
        row = QHBoxLayout()
        row.addWidget(self.amount_slider, 1)
        row.addWidget(self.amount_spin)
        return row

    def _further(self) -> QWidget:
        self.schedule_combo = ChoiceCombo(
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
        self.schedule_combo.setObjectName("schedule_combo")
        self.schedule_combo.chosen.connect(lambda value: self._change(schedule=value))
        self.pattern_combo = ChoiceCombo(
            tuple((pattern, pattern, self.tr("How many weights stay of how many")) for pattern in _PATTERNS)
        )
        self.pattern_combo.setObjectName("pattern_combo")
        self.pattern_combo.chosen.connect(lambda value: self._change(pattern=value, amount=None))
        self.block_rows_spin = self._block_spin(0, self.tr("Rows of a block"))
        self.block_columns_spin = self._block_spin(1, self.tr("Columns of a block"))
        self.steps_spin = self._spin("steps", 1, 100, self.tr("Steps until the target is reached"))
        self.round_to_spin = self._spin(
            "round_to", 1, 64, self.tr("Keep a multiple of this many channels; 8 or 16 suit most hardware")
        )
        self.min_channels_spin = self._spin(
            "min_channels", 1, 4096, self.tr("A layer never has fewer channels than this")
        )
        box = QWidget()
        form = QFormLayout(box)
        self._prepare(form)
        for label, control in (
            (self.tr("Schedule"), self.schedule_combo),
            (self.tr("Steps"), self.steps_spin),
            (self.tr("Pattern"), self.pattern_combo),
            (self.tr("Block rows"), self.block_rows_spin),
            (self.tr("Block columns"), self.block_columns_spin),
            (self.tr("Round to"), self.round_to_spin),
            (self.tr("Least channels"), self.min_channels_spin),
        ):
            control.setAccessibleName(label)
            form.addRow(label, control)
        return box

    def _spin(self, field: str, low: int, high: int, tooltip: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setObjectName(f"{field}_spin")
        spin.setRange(low, high)
        spin.setKeyboardTracking(False)
        spin.setToolTip(tooltip)
        spin.valueChanged.connect(lambda value: self._change(**{field: value}))
        return spin

    def _block_spin(self, place: int, tooltip: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setObjectName(f"block_{place}_spin")
        spin.setRange(1, 1024)
        spin.setKeyboardTracking(False)
        spin.setToolTip(tooltip)
        spin.valueChanged.connect(lambda value: self._choose_block(place, value))
        return spin

    def _choose_block(self, place: int, value: int) -> None:
        rows, columns = self._session.pruning.block
        self._change(block=(value, columns) if place == 0 else (rows, value))

    def flush(self) -> None:
        """Write a share that still waits to be written."""
        if self._pending.isActive():
            self._pending.stop()
            self._write_share()

    def _change(self, **changes: Any) -> None:
        self.flush()
        self._session.pruning = PruningConfig.model_validate({**self._session.pruning.model_dump(), **changes})

    def _choose_granularity(self, value: str) -> None:
        self.flush()
        pruning = self._session.pruning
        changes: dict[str, Any] = {"granularity": value}
        if value not in criterion_info(pruning.criterion).granularities:
            changes["criterion"] = "l1"
        if value == "n:m":
            # The pattern says the amount.
            changes |= {"budget": None, "amount": None}
        elif value in ZEROED and pruning.budget is not None:
            # Zeroed weights leave MACs and parameters as they were, so only an amount makes sense.
            changes |= {"budget": None, "amount": _clipped(1.0 - _share(pruning.budget))}
        self._change(**changes)

    def _choose_target(self, value: str) -> None:
        self.flush()
        pruning = self._session.pruning
        if value == "amount":
            remaining = _share(pruning.budget) if pruning.budget else 0.5
            self._change(budget=None, amount=_clipped(1.0 - remaining))
        else:
            share = _share(pruning.budget) if pruning.budget else _clipped(1.0 - (pruning.amount or 0.0))
            self._change(amount=None, budget={"quantity": value, "share": share})

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
        budget = self._session.pruning.budget
        if budget is None:
            self._change(amount=min(share, self._session.pruning.greatest_amount))
        else:
            self._change(budget={"quantity": budget.quantity, "share": _clipped(share)})

    def _redraw(self, pruning: PruningConfig) -> None:
        self._pending.stop()
        weights = pruning.zeroes
        self.granularity_combo.show_choice(pruning.granularity)
        self.criterion_combo.show_choice(pruning.criterion)
        self.allocation_combo.show_choice(pruning.allocation)
        self.target_combo.show_choice(pruning.budget.quantity if pruning.budget else "amount")
        self.schedule_combo.show_choice(pruning.schedule)
        self.pattern_combo.show_choice(pruning.pattern)
        for info in self._criteria:
            self.criterion_combo.enable_choice(info.name, pruning.granularity in info.granularities)
        for quantity in ("macs", "parameters"):
            self.target_combo.enable_choice(quantity, not weights)
        share = _share(pruning.budget) if pruning.budget else (pruning.amount or 0.0)
        for control, value in (
            (self.amount_slider, round(100 * share)),
            (self.steps_spin, pruning.steps),
            (self.block_rows_spin, pruning.block[0]),
            (self.block_columns_spin, pruning.block[1]),
            (self.round_to_spin, pruning.round_to),
            (self.min_channels_spin, pruning.min_channels),
        ):
            with QSignalBlocker(control):
                control.setValue(value)
        with QSignalBlocker(self.amount_spin):
            self.amount_spin.setValue(100 * share)
        self.steps_spin.setEnabled(pruning.schedule != "one-shot")
        self.round_to_spin.setEnabled(not weights)
        self.min_channels_spin.setEnabled(not weights or pruning.granularity == "filter")
        self.pattern_combo.setEnabled(pruning.granularity == "n:m")
        for spin in (self.block_rows_spin, self.block_columns_spin):
            spin.setEnabled(pruning.granularity == "block")
        self.hint.setText(self._hint(pruning))
        self.hint.setProperty("warning", weights)
        self.hint.setProperty("muted", not weights)
        self.hint.style().polish(self.hint)

    def _hint(self, pruning: PruningConfig) -> str:
        if pruning.zeroes:
            what = {
                "n:m": self.tr("Layers whose inputs the pattern does not divide are left whole."),
                "kernel": self.tr("Layers without kernels are left whole."),
                "filter": self.tr("The network's own outputs are left whole."),
            }.get(pruning.granularity, "")
            zeroed = self.tr(
                "Zeroed weights make the file smaller only when it is compressed, and the network no faster."
            )
            return f"{zeroed} {what}".strip()
        if pruning.budget is None:
            return self.tr("This share of the channels is removed.")
        if pruning.budget.quantity == "macs":
            return self.tr("Channels are removed until at most this share of the work per image (MACs) remains.")
        return self.tr("Channels are removed until at most this share of the parameters remains.")


def _share(budget: Budget) -> float:
    return 0.5 if budget.share is None else budget.share


def _clipped(share: float) -> float:
    return round(min(max(share, 0.001), 0.999), 3)
