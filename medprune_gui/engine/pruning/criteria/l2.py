"""Size of the weights: sum of squares."""

from __future__ import annotations

import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Criterion
from medprune_gui.engine.pruning.criteria.evidence import Evidence
from medprune_gui.engine.pruning.criteria.gradients import weights_of
from medprune_gui.engine.pruning.criteria.registry import criterion


@criterion("l2")
class L2Norm(Criterion):
    """Sum of squared weights, which ranks units as their Euclidean norm does.

    References
    ----------
    S. Han et al., Learning both weights and connections for efficient neural networks, NeurIPS 2015, arXiv:1506.02626
    (size of single weights); Y. He et al., Soft filter pruning, IJCAI 2018, arXiv:1808.06866 (norm of filters).
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:  # noqa: ARG002
        """Return each weight's square."""
        return {name: weight.detach().square() for name, weight in weights_of(model).items()}
