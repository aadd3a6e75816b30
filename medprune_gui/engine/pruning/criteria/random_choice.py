"""No knowledge at all: the baseline that every criterion has to beat."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Criterion, UnitImportance
from medprune_gui.engine.pruning.criteria.evidence import Evidence
from medprune_gui.engine.pruning.criteria.gradients import weights_of
from medprune_gui.engine.pruning.criteria.registry import criterion
from medprune_gui.engine.pruning.graph import ChannelGraph


@criterion("random")
class Random(Criterion):
    """Evenly distributed random numbers, one for each weight or each unit.

    References
    ----------
    D. Mittal et al., Recovering from random pruning, WACV 2018, arXiv:1801.10447: it is a baseline to be taken
    seriously.
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:
        """Return a random number for each weight."""
        generator = torch.Generator().manual_seed(evidence.seed)
        return {name: torch.rand(weight.shape, generator=generator) for name, weight in weights_of(model).items()}

    def unit_importance(self, model: nn.Module, graph: ChannelGraph, evidence: Evidence) -> UnitImportance:  # noqa: ARG002
        """Return a random number for each unit: sums over many weights would all be nearly the same."""
        generator = torch.Generator().manual_seed(evidence.seed)
        units = torch.rand(graph.units + 1, generator=generator, dtype=torch.float64).numpy().astype(np.float64)
        units[0] = 0.0
        return UnitImportance(units)
