"""Size of the weights, measured against all larger ones of the layer."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Criterion, Importance, UnitImportance, summed
from medprune_gui.engine.pruning.criteria.evidence import Evidence
from medprune_gui.engine.pruning.criteria.gradients import weights_of
from medprune_gui.engine.pruning.criteria.registry import criterion
from medprune_gui.engine.pruning.graph import ChannelGraph


@criterion("lamp")
class Lamp(Criterion):
    """Layer-adaptive magnitude: a squared weight over the sum of the squared weights that are at least as large.

    The largest weight of each layer gets 1, so that a global ranking empties no layer. Of units, it is their summed
    squared weights over those of the units in the group that have at least as much.

    References
    ----------
    J. Lee et al., Layer-adaptive sparsity for the magnitude-based pruning, ICLR 2021, arXiv:2010.07611, eq. 1.
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:  # noqa: ARG002
        """Return each weight's importance within its layer."""
        importance = {}
        for name, weight in weights_of(model).items():
            squares = weight.detach().double().square()
            found = torch.from_numpy(over_the_larger(squares.flatten().cpu().numpy()))
            importance[name] = found.reshape(weight.shape).to(weight.device)
        return importance

    def unit_importance(self, model: nn.Module, graph: ChannelGraph, evidence: Evidence) -> UnitImportance:  # noqa: ARG002
        """Return each unit's importance within its group."""
        units = summed(graph, {name: weight.detach().square() for name, weight in weights_of(model).items()})
        for group, offset in zip(graph.groups, graph.offsets[:-1].tolist(), strict=True):
            places = slice(offset + 1, offset + 1 + group.size)
            units[places] = over_the_larger(units[places])
        return UnitImportance(units)


def over_the_larger(squares: Importance) -> Importance:
    """Divide each value by the sum of itself and all that come after it in rising order."""
    order = np.argsort(squares, kind="stable")
    rest = np.cumsum(squares[order][::-1])[::-1]
    found = np.zeros_like(squares)
    found[order] = np.divide(squares[order], rest, out=np.zeros_like(rest), where=rest > 0)
    return found
