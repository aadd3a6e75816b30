"""Size of the weights: sum of absolute values."""

from __future__ import annotations

import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Criterion
from medprune_gui.engine.pruning.criteria.evidence import Evidence
from medprune_gui.engine.pruning.criteria.gradients import weights_of
from medprune_gui.engine.pruning.criteria.registry import criterion


@criterion("l1")
class L1Norm(Criterion):
    """Sum of absolute weights.

    References
    ----------
    H. Li et al., Pruning filters for efficient ConvNets, ICLR 2017, arXiv:1608.08710.
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:  # noqa: ARG002
        """Return each weight's absolute value."""
        return {name: weight.detach().abs() for name, weight in weights_of(model).items()}
