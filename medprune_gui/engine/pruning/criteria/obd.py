"""Second-order effect of a weight on the loss."""

from __future__ import annotations

import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Criterion
from medprune_gui.engine.pruning.criteria.evidence import Evidence, as_plain
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion, gradients_by_batch, weights_of
from medprune_gui.engine.pruning.criteria.registry import criterion


@criterion("obd")
class OptimalBrainDamage(Criterion):
    """Half the squared weight times the Hessian's diagonal, h w^2 / 2.

    The diagonal is that of the empirical Fisher information: the mean over single cases of the squared gradient. It
    equals the Hessian's at a minimum of a likelihood, and is never below zero.

    References
    ----------
    Y. LeCun, J. Denker and S. Solla, Optimal brain damage, NeurIPS 1989 (1990), eq. 5; L. Theis et al., Faster gaze
    prediction with dense networks and Fisher pruning, 2018, arXiv:1801.05787 (with the empirical Fisher information).
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:
        """Return half of w^2 times the mean of g^2 over the cases."""
        data = evidence.cases_for(self.name)
        with copy_for_criterion(model, self.name, evidence.seed) as private:
            weights = weights_of(private)
            squares = {name: torch.zeros_like(as_plain(weight)) for name, weight in weights.items()}
            for found in gradients_by_batch(private, data.single_cases(private), data.loss, weights):
                for name, gradient in found.items():
                    squares[name] += gradient.square()
            return {
                name: 0.5 * as_plain(weights[name]).square() * total / data.cases for name, total in squares.items()
            }
