"""What is pruned, by what it is ranked, and within what: the first rows of the pruning section."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFormLayout

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.settings.allocations import MEASURED
from medprune_gui.engine.settings.criterion_names import CriterionInfo, catalogue, criterion_info
from medprune_gui.engine.settings.granularities import ZEROED
from medprune_gui.engine.settings.schedules import PREPARED
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.plan_part import PlanPart
from medprune_gui.ui.pruning.shares import clipped, share_of


class PlanChoices(PlanPart):
    """Combos for granularity, criterion and allocation.

    Parameters
    ----------
    session, change
        As in `PlanPart`.
    flush
        Writes what still waits to be written of the target.
    """

    def __init__(
        self,
        session: Session,
        change: Callable[..., None],
        flush: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(session, change, parent)
        self._flush = flush
        self.granularity_combo = ChoiceCombo(
            (
                ("channel", self.tr("Channels, removed"), self.tr("Whole channels go: smaller and faster")),
                ("layer", self.tr("Layers, removed"), self.tr("Whole blocks go where shapes stay the same")),
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
                (
                    "sensitivity",
                    self.tr("By sensitivity"),
                    self.tr("Layers whose pruning costs less on the validation cases lose more"),
                ),
                (
                    "greedy",
                    self.tr("Whichever costs least"),
                    self.tr(
                        "In small steps, each from the layer whose loss costs least on validation cases: takes long"
                    ),
                ),
            )
        )
        self.granularity_combo.chosen.connect(self._choose_granularity)
        self.criterion_combo.chosen.connect(lambda value: self._change(criterion=value))
        self.allocation_combo.chosen.connect(lambda value: self._change(allocation=value))

    def add_to(self, form: QFormLayout) -> None:
        """Add a row per combo."""
        self.granularity_combo.setObjectName("granularity_combo")
        self.criterion_combo.setObjectName("criterion_combo")
        self.allocation_combo.setObjectName("allocation_combo")
        self._add_rows(
            form,
            (self.tr("Remove"), self.granularity_combo),
            (self.tr("Rank by"), self.criterion_combo),
            (self.tr("Within"), self.allocation_combo),
        )

    def show_config(self, pruning: PruningConfig) -> None:
        """Show settings without handing them on."""
        self.granularity_combo.show_choice(pruning.granularity)
        self.criterion_combo.show_choice(pruning.criterion)
        self.allocation_combo.show_choice(pruning.allocation)
        for info in self._criteria:
            self.criterion_combo.enable_choice(info.name, pruning.granularity in info.granularities)
        by_channel = pruning.granularity == "channel" and pruning.schedule not in PREPARED
        for allocation in MEASURED:
            by_memory = pruning.budget is not None and pruning.budget.quantity == "memory" and allocation == "greedy"
            self.allocation_combo.enable_choice(allocation, by_channel and not by_memory)

    def _note(self, info: CriterionInfo) -> str:
        return f"{self.tr(info.note)}\n{self.tr('Looks at training cases')}" if info.needs_data else self.tr(info.note)

    def _choose_granularity(self, value: str) -> None:
        self._flush()
        pruning = self._session.pruning
        changes: dict[str, Any] = {"granularity": value}
        if value not in criterion_info(pruning.criterion).granularities:
            changes["criterion"] = "l1"
        if value != "channel":
            changes["groups"] = {}
            if pruning.allocation in MEASURED:
                changes["allocation"] = "global"
        if value == "layer":
            if pruning.schedule in PREPARED:
                changes["schedule"] = "cubic"
            if pruning.budget is not None and pruning.budget.measured:
                share = share_of(pruning.budget, self._session)
                changes["budget"] = {"quantity": "parameters", "share": share}
        if value == "n:m":
            # The pattern says the amount.
            changes |= {"budget": None, "amount": None}
        elif value in ZEROED and pruning.budget is not None:
            # Zeroed weights leave MACs and parameters as they were, so only an amount makes sense.
            share = share_of(pruning.budget, self._session)
            changes |= {"budget": None, "amount": clipped(1.0 - share)}
        self._change(**changes)
