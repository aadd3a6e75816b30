"""Whether fine-tuning moves a weight towards zero or away from it."""

from __future__ import annotations

import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Criterion
from medprune_gui.engine.pruning.criteria.evidence import Evidence, as_plain
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion, gradients, loss_of, weights_of
from medprune_gui.engine.pruning.criteria.registry import criterion

#: The trial training: passes over the cases, step size, and the largest norm of a gradient.
PASSES = 2
LEARNING_RATE = 0.01
GREATEST_NORM = 1.0


@criterion("movement")
class Movement(Criterion):
    """Minus the sum over training steps of weight times gradient, with its sign.

    It is high for weights that gradient descent moves away from zero, whatever their size. The steps are those of a
    short trial training on a private copy: plain gradient descent with clipped gradients.

    References
    ----------
    V. Sanh, T. Wolf and A. Rush, Movement pruning: adaptive sparsity by fine-tuning, NeurIPS 2020, arXiv:2005.07683,
    eq. 3.
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:
        """Return the movement of each weight."""
        data = evidence.cases_for(self.name)
        with copy_for_criterion(model, self.name, evidence.seed) as private:
            weights = weights_of(private)
            parameters = {name: p for name, p in private.named_parameters() if p.requires_grad}
            movement = {name: torch.zeros_like(as_plain(weight)) for name, weight in weights.items()}
            for _ in range(PASSES):
                for batch in data.on(private):
                    found = gradients(loss_of(private, batch, data.loss), parameters)
                    norm = (
                        float(torch.stack([g.square().sum(dtype=torch.float64) for g in found.values()]).sum()) ** 0.5
                    )
                    clip = min(GREATEST_NORM / norm, 1.0) if norm > 0 else 1.0
                    with torch.no_grad():
                        for name in movement:
                            movement[name] -= as_plain(weights[name]) * as_plain(found[name]) * clip
                        for name, parameter in parameters.items():
                            parameter.sub_(found[name], alpha=LEARNING_RATE * clip)
        return movement
