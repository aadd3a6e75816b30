"""The factor by which normalisation scales a channel."""

from __future__ import annotations

import numpy as np
from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from medprune_gui.engine.pruning.criteria.base import UnitCriterion, UnitImportance, filled, per_unit
from medprune_gui.engine.pruning.criteria.evidence import Evidence
from medprune_gui.engine.pruning.criteria.registry import criterion
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.stored_weights import plain


@criterion("bn-scale")
class NormalisationScale(UnitCriterion):
    """Mean of the absolute scales, |gamma|, of a unit in batch, instance and group normalisation.

    The mean, because channels that many layers normalise, as in a DenseNet, would seem to matter for that alone. It
    says most where training has drawn the scales towards zero (slimming). Groups without scales are ranked by the size
    of their weights, and the plan's notes name them.

    References
    ----------
    Z. Liu et al., Learning efficient convolutional networks through network slimming, ICCV 2017, arXiv:1708.06519.
    """

    def unit_importance(self, model: nn.Module, graph: ChannelGraph, evidence: Evidence) -> UnitImportance:  # noqa: ARG002
        """Return the mean of |gamma| over all normalisations of a unit."""
        totals, known = np.zeros(graph.units + 1), np.zeros(graph.units + 1)
        for path, module in model.named_modules():
            weight = plain(module) if isinstance(module, (_NormBase, nn.GroupNorm)) else None
            if weight is None:
                continue
            name = f"{path}.weight" if path else "weight"
            if name in graph.tensors and 0 in graph.tensors[name].units:
                scale = weight.detach().abs()
                totals += per_unit(graph, name, 0, scale)
                known += per_unit(graph, name, 0, scale.new_ones(scale.shape))
        totals[0] = known[0] = 0.0
        totals = np.divide(totals, known, out=np.zeros_like(totals), where=known > 0)
        return filled(graph, model, totals, known, "no normalisation with scales")
