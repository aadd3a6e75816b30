"""How far a filter is from the others of its layer: near the middle, the others can stand in for it."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import UnitCriterion, UnitImportance, filled, per_unit
from medprune_gui.engine.pruning.criteria.evidence import Evidence
from medprune_gui.engine.pruning.criteria.layers import outputs_first
from medprune_gui.engine.pruning.criteria.registry import criterion
from medprune_gui.engine.pruning.graph import ChannelGraph


@criterion("fpgm")
class GeometricMedian(UnitCriterion):
    """Sum of the Euclidean distances of a filter to all filters of its layer.

    Filters near the geometric median of a layer are redundant. Distances are summed over the coupled layers that put a
    unit out.

    References
    ----------
    Y. He et al., Filter pruning via geometric median for deep convolutional neural networks acceleration, CVPR 2019,
    arXiv:1811.00250, eq. 6.
    """

    def unit_importance(self, model: nn.Module, graph: ChannelGraph, evidence: Evidence) -> UnitImportance:  # noqa: ARG002
        """Sum the distances over all layers that put a unit out."""
        totals, known = np.zeros(graph.units + 1), np.zeros(graph.units + 1)
        for name, (axis, filters) in outputs_first(model).items():
            if name not in graph.tensors or axis not in graph.tensors[name].units:
                continue
            # Through products of matrices: 30 times faster, and exact enough in double precision.
            distances = torch.cdist(filters, filters, compute_mode="use_mm_for_euclid_dist").sum(dim=1)
            totals += per_unit(graph, name, axis, distances)
            known += per_unit(graph, name, axis, torch.ones_like(distances))
        totals[0] = known[0] = 0.0
        return filled(graph, model, totals, known, "no filters")
