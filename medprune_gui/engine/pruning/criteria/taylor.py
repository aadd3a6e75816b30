"""First-order effect of a weight on the loss."""

from __future__ import annotations

import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Criterion
from medprune_gui.engine.pruning.criteria.evidence import Evidence, as_plain
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion, gradients_by_batch, weights_of
from medprune_gui.engine.pruning.criteria.registry import criterion


@criterion("taylor")
class Taylor(Criterion):
    """Absolute weight times gradient, |w g|: how much the loss changes without the weight, to first order.

    Averaged over the batches.

    References
    ----------
    P. Molchanov et al., Importance estimation for neural network pruning, CVPR 2019, arXiv:1906.10771, eq. 7 (there
    squared, which ranks single weights alike).
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:
        """Return the mean of |w g| over the batches."""
        data = evidence.cases_for(self.name)
        with copy_for_criterion(model, self.name, evidence.seed) as private:
            weights = weights_of(private)
            totals = {name: torch.zeros_like(as_plain(weight)) for name, weight in weights.items()}
            for found in gradients_by_batch(private, data.on(private), data.loss, weights):
                for name, gradient in found.items():
                    totals[name] += (as_plain(weights[name]) * gradient).abs()
        return {name: total / len(data.batches) for name, total in totals.items()}
