"""First-order effect of a whole unit on the loss."""

from __future__ import annotations

import numpy as np
from torch import nn

from medprune_gui.engine.pruning.criteria.base import UnitCriterion, UnitImportance, per_unit
from medprune_gui.engine.pruning.criteria.evidence import Evidence, as_plain
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion, gradients_by_batch
from medprune_gui.engine.pruning.criteria.registry import criterion
from medprune_gui.engine.pruning.graph import ChannelGraph


@criterion("taylor-group")
class GroupTaylor(UnitCriterion):
    """Squared sum of weight times gradient over each parameter of a unit: (sum of w g)^2, biases and scales included.

    Effects of opposite sign within a parameter cancel, as they do when the unit goes. Summed over the coupled
    parameters, averaged over the batches.

    References
    ----------
    P. Molchanov et al., Importance estimation for neural network pruning, CVPR 2019, arXiv:1906.10771, eq. 8 and
    section 3.2 (gates).
    """

    def unit_importance(self, model: nn.Module, graph: ChannelGraph, evidence: Evidence) -> UnitImportance:
        """Return the mean over the batches of the summed squares."""
        data = evidence.cases_for(self.name)
        totals = np.zeros(graph.units + 1)
        with copy_for_criterion(model, self.name, evidence.seed) as private:
            parameters = {
                name: parameter
                for name, parameter in private.named_parameters()
                if parameter.is_floating_point() and name in graph.tensors and graph.tensors[name].units
            }
            for found in gradients_by_batch(private, data.on(private), data.loss, parameters):
                for name, gradient in found.items():
                    effect = (as_plain(parameters[name]) * gradient).double()
                    for axis in graph.tensors[name].units:
                        other = [a for a in range(effect.ndim) if a != axis]
                        along = effect.sum(dim=other) if other else effect
                        totals += per_unit(graph, name, axis, along) ** 2
        totals[0] = 0.0
        return UnitImportance(totals / len(data.batches))
