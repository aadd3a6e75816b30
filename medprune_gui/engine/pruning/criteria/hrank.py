"""How much information a channel's pictures hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Importance, UnitCriterion, UnitImportance, filled, per_unit
from medprune_gui.engine.pruning.criteria.evidence import CriterionData, Evidence
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion
from medprune_gui.engine.pruning.criteria.observation import FeatureMap, watch_maps
from medprune_gui.engine.pruning.criteria.registry import criterion
from medprune_gui.engine.pruning.graph import ChannelGraph

#: Cases whose feature maps are decomposed; the paper finds a channel's mean rank nearly the same for any few.
CASES = 16


@criterion("hrank")
class FeatureMapRank(UnitCriterion):
    """Mean rank of a channel's feature maps, seen as matrices, after the activation.

    Of volumes it is the mean over the slices; what is no picture is one row. Units without an activation of their own
    are ranked by their layers' outputs.

    References
    ----------
    M. Lin et al., HRank: filter pruning using high-rank feature map, CVPR 2020, arXiv:2002.10179, eq. 5.
    """

    def unit_importance(self, model: nn.Module, graph: ChannelGraph, evidence: Evidence) -> UnitImportance:
        """Sum the mean ranks over the feature maps of a unit, on the first `CASES` cases."""
        data = evidence.cases_for(self.name)
        with copy_for_criterion(model, self.name, evidence.seed) as private, torch.no_grad():
            batches = _first_cases(data, private)
            totals, known = _ranks(private, graph, batches, "activation")
            if not known[1:].all():
                others, seen = _ranks(private, graph, batches, "layer")
                totals = np.where(known > 0, totals, others)
                known = np.maximum(known, seen)
        return filled(graph, model, totals, known, "no feature map seen")


def _first_cases(data: CriterionData, model: nn.Module) -> list[tuple[torch.Tensor, ...]]:
    batches, left = [], CASES
    for inputs, targets in data.on(model):
        if left > 0:
            batches.append(tuple(x[:left] for x in inputs))
        left -= len(targets)
    return batches


def _ranks(
    model: nn.Module,
    graph: ChannelGraph,
    batches: Sequence[tuple[torch.Tensor, ...]],
    kind: Literal["activation", "layer"],
) -> tuple[Importance, Importance]:
    """Return each unit's summed mean ranks, and how many feature maps of it were seen."""
    totals, known = np.zeros(graph.units + 1), np.zeros(graph.units + 1)
    cases = sum(len(inputs[0]) for inputs in batches)
    for inputs in batches:
        found: list[tuple[FeatureMap, torch.Tensor]] = []

        def note(seen: FeatureMap, into: list[tuple[FeatureMap, torch.Tensor]] = found) -> None:
            if seen.belongs_to(graph):
                into.append((seen, mean_ranks(seen.channels_first())))

        with watch_maps(model, kind, note):
            model(*inputs)
        for seen, ranks in found:
            totals += per_unit(graph, seen.name, seen.axis, ranks) * (len(inputs[0]) / cases)
            known += per_unit(graph, seen.name, seen.axis, torch.ones_like(ranks))
    totals[0] = known[0] = 0.0
    return totals, known


def mean_ranks(maps: torch.Tensor) -> torch.Tensor:
    """Return the mean rank of each channel's matrices.

    Parameters
    ----------
    maps
        (channel, case, *positions); the last two positions are rows and columns.
    """
    if maps.ndim < 4:
        maps = maps.reshape(*maps.shape[:2], 1, -1)
    ranks: torch.Tensor = torch.linalg.matrix_rank(maps.double())
    return ranks.double().flatten(1).mean(dim=1)
