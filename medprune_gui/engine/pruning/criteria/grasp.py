"""What a weight does to the flow of gradients."""

from __future__ import annotations

import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Criterion
from medprune_gui.engine.pruning.criteria.evidence import Evidence, as_plain
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion, gradients, loss_of, weights_of
from medprune_gui.engine.pruning.criteria.mean_gradient import mean_gradient
from medprune_gui.engine.pruning.criteria.registry import criterion


@criterion("grasp")
class GradientSignal(Criterion):
    """Gradient signal preservation: weight times (Hessian times gradient), w (H g), with its sign.

    Removing a weight lowers the norm of the gradient the more, the higher this is; below zero, removing it raises the
    norm. Those below zero go first. Meant for a network before training, in one shot.

    References
    ----------
    C. Wang, G. Zhang and R. Grosse, Picking winning tickets before training by preserving gradient flow, ICLR 2020,
    arXiv:2002.07376, eq. 8 (S(-w) = -w H g, of which the highest go).
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:
        """Return w (H g) over all cases."""
        data = evidence.cases_for(self.name)
        with copy_for_criterion(model, self.name, evidence.seed) as private:
            weights = weights_of(private)
            direction = mean_gradient(private, data, weights)
            curved = {name: torch.zeros_like(as_plain(weight)) for name, weight in weights.items()}
            for batch in data.on(private):
                own = gradients(loss_of(private, batch, data.loss), weights, keep_history=True)
                along = torch.stack([(own[name] * direction[name]).sum() for name in weights]).sum()
                if not along.requires_grad:
                    continue  # A loss that is linear in the weights has no curvature.
                share = len(batch[1]) / data.cases
                for name, product in gradients(along, weights).items():
                    curved[name] += share * as_plain(product)
            return {name: as_plain(weights[name]) * curved[name] for name in weights}
