"""Sensitivity of the loss to a connection."""

from __future__ import annotations

import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Criterion
from medprune_gui.engine.pruning.criteria.evidence import Evidence, as_plain
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion, weights_of
from medprune_gui.engine.pruning.criteria.mean_gradient import mean_gradient
from medprune_gui.engine.pruning.criteria.registry import criterion


@criterion("snip")
class Snip(Criterion):
    """Connection sensitivity: |w g| with the gradient of the loss over all cases, as a share of the network's sum.

    In contrast to Taylor's, effects of opposite sign on different cases cancel. Meant for a network before training,
    in one shot.

    References
    ----------
    N. Lee, T. Ajanthan and P. Torr, SNIP: single-shot network pruning based on connection sensitivity, ICLR 2019,
    arXiv:1810.02340, eq. 6.
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:
        """Return each weight's share of the network's sensitivity."""
        data = evidence.cases_for(self.name)
        with copy_for_criterion(model, self.name, evidence.seed) as private:
            weights = weights_of(private)
            found = mean_gradient(private, data, weights)
            sensitivity = {name: (as_plain(weights[name]) * g).abs() for name, g in found.items()}
        total = sum(float(values.sum(dtype=torch.float64)) for values in sensitivity.values())
        return {name: values / total if total > 0 else values for name, values in sensitivity.items()}
