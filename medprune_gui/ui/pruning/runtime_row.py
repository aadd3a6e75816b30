"""What runs the network, where its time or memory is the target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtWidgets import QFormLayout

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.extras import how_to_install
from medprune_gui.engine.settings.runtimes import RUNTIME_NAMES, RUNTIME_PACKAGES, missing_packages
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.plan_part import PlanPart


class RuntimeRow(PlanPart):
    """Rows for the runtime and the batch of a budget in milliseconds or peak memory; hidden for other targets."""

    def __init__(self, session: Session, change: Callable[..., None], parent: QObject | None = None) -> None:
        super().__init__(session, change, parent)
        self.runtime_combo = ChoiceCombo(
            (runtime, name, self._note(runtime)) for runtime, name in RUNTIME_NAMES.items()
        )
        for runtime in RUNTIME_NAMES:
            self.runtime_combo.enable_choice(runtime, not missing_packages(runtime))
        self.batch_spin = self._whole("batch", 1, 1024, self.tr("Images that the network takes at a time"))
        self.runtime_combo.chosen.connect(lambda runtime: self._change_budget(runtime=runtime))
        self.batch_spin.valueChanged.connect(lambda batch: self._change_budget(batch=batch))

    def add_to(self, form: QFormLayout) -> None:
        """Add a row per control."""
        self._form = form
        self.runtime_combo.setObjectName("runtime_combo")
        self._add_rows(form, (self.tr("Runtime"), self.runtime_combo), (self.tr("Batch"), self.batch_spin))

    def show_config(self, pruning: PruningConfig) -> None:
        """Show settings without handing them on."""
        budget = pruning.budget
        self._form.setRowVisible(self.runtime_combo, budget is not None and budget.quantity == "latency")
        self._form.setRowVisible(self.batch_spin, budget is not None and budget.measured)
        if budget is not None:
            self.runtime_combo.show_choice(budget.runtime)
            with QSignalBlocker(self.batch_spin):
                self.batch_spin.setValue(budget.batch)

    def _note(self, runtime: Any) -> str:
        missing = missing_packages(runtime)
        if not missing:
            return self.tr("Milliseconds are measured in it on this machine")
        return self.tr("Not installed: {command}").format(command=how_to_install(RUNTIME_PACKAGES[runtime][1]))

    def _change_budget(self, **changes: Any) -> None:
        budget = self._session.pruning.budget
        if budget is not None:
            self._change(budget={**budget.model_dump(), **changes})
