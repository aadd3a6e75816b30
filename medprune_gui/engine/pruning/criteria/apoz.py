"""How often a channel is silent."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import UnitCriterion, UnitImportance, filled, per_unit
from medprune_gui.engine.pruning.criteria.evidence import Evidence
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion
from medprune_gui.engine.pruning.criteria.observation import FeatureMap, watch_maps
from medprune_gui.engine.pruning.criteria.registry import criterion
from medprune_gui.engine.pruning.graph import ChannelGraph


@criterion("apoz")
class PercentageOfZeros(UnitCriterion):
    """One minus the average percentage of zeros after the activation (APoZ): the share of values that are not zero.

    It says something only of activations that are exactly zero at times, such as ReLU's.

    References
    ----------
    H. Hu et al., Network trimming: a data-driven neuron pruning approach towards efficient deep architectures, 2016,
    arXiv:1607.03250, eq. 1.
    """

    def unit_importance(self, model: nn.Module, graph: ChannelGraph, evidence: Evidence) -> UnitImportance:
        """Sum the shares of values that are not zero over the activations of a unit."""
        data = evidence.cases_for(self.name)
        totals, zeros = np.zeros(graph.units + 1), np.zeros(graph.units + 1)

        def add(seen: FeatureMap) -> None:
            if seen.belongs_to(graph):
                values = seen.channels_first().flatten(1)
                alive = (values != 0).double().mean(dim=1)
                share = seen.cases / data.cases
                totals[:] += per_unit(graph, seen.name, seen.axis, alive) * share
                zeros[:] += per_unit(graph, seen.name, seen.axis, 1.0 - alive)

        with copy_for_criterion(model, self.name, evidence.seed) as private, torch.no_grad():
            for inputs, _ in data.on(private):
                with watch_maps(private, "activation", add):
                    private(*inputs)
        totals[0] = zeros[0] = 0.0
        return filled(graph, model, totals, zeros, "no activation that is ever zero")
