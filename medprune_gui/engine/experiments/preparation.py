"""Schedules that train before they cut, and cut once: growing regularisation and the soft rule."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.pruning import plan_pruning
from medprune_gui.engine.pruning.companion import TrainingCompanion
from medprune_gui.engine.pruning.criteria import CriterionData
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.growing_penalty import GrowingPenalty, pruned_places
from medprune_gui.engine.pruning.planning import PruningPlan
from medprune_gui.engine.pruning.schedule import at_fraction
from medprune_gui.engine.pruning.soft_rule import SoftRule


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """What takes part in the training before the cut, and what is then cut."""

    companion: TrainingCompanion
    settled: PruningPlan | None

    @classmethod
    def of(
        cls, config: PruningConfig, network: nn.Module, graph: ChannelGraph, data: CriterionData | None = None
    ) -> Preparation:
        """Return the preparation of a trained network for the schedules ``growing`` and ``soft``.

        It follows from the network's weights and the cases alone, so a run that is resumed gets the same.

        Raises
        ------
        BudgetError
            The budget cannot be met.
        """
        target = at_fraction(config, 1.0)
        if config.schedule == "soft":
            return cls(SoftRule(target, graph), None)
        plan = plan_pruning(network, graph, target, data)
        return cls(GrowingPenalty(pruned_places(network, plan), config.growth.ceiling), plan)

    def plan(self, network: nn.Module) -> PruningPlan:
        """Return what is cut once the network was trained with the companion."""
        if self.settled is not None:
            return self.settled
        assert isinstance(self.companion, SoftRule)
        return self.companion.plan(network)
