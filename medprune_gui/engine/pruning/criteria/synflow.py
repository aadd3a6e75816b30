"""Strength of all paths from input to output through a weight."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm, _NormBase
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.pruning.criteria.base import Criterion
from medprune_gui.engine.pruning.criteria.evidence import Evidence, as_plain
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion, gradients, weights_of
from medprune_gui.engine.pruning.criteria.registry import criterion


@criterion("synflow")
class SynapticFlow(Criterion):
    """|w dR/dw|, where R is the sum of what the network puts out for ones, with absolute weights and without biases.

    The flow into a unit equals the flow out of it, so that in many small steps no layer is emptied. Normalisation is
    reduced to its scale, over the running deviation where it has one: its own statistics would level the flow.

    References
    ----------
    H. Tanaka et al., Pruning neural networks without any data by iteratively conserving synaptic flow, NeurIPS 2020,
    arXiv:2006.05467, eq. 2 and theorem 1.
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:
        """Return the flow through each weight."""
        with copy_for_criterion(model, self.name, evidence.seed) as private:
            # Products over many layers leave the range of single precision.
            private.double()
            with torch.no_grad():
                for name, parameter in private.named_parameters():
                    is_bias = parameter.ndim == 1 and name.rpartition(".")[2].endswith("bias")
                    parameter.zero_() if is_bias else parameter.abs_()
            for module in private.modules():
                if isinstance(module, (_NormBase, nn.GroupNorm, nn.LayerNorm)):
                    module.forward = partial(_scaled, module)  # type: ignore[method-assign]
            outputs = private(*evidence.ones_for(self.name, private))
            flow = torch.stack([
                x.sum() for x in tree_leaves(outputs) if isinstance(x, torch.Tensor) and x.requires_grad
            ]).sum()  # fmt: skip
            weights = weights_of(private)
            return {name: (as_plain(weights[name]) * as_plain(g)).abs() for name, g in gradients(flow, weights).items()}


def _scaled(norm: Any, x: torch.Tensor) -> torch.Tensor:
    """Return the input times the scale of a normalisation."""
    if isinstance(norm, nn.LayerNorm):
        return x if norm.weight is None else x * norm.weight
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if norm.weight is not None:
        x = x * norm.weight.reshape(shape)
    if isinstance(norm, _BatchNorm) and norm.running_var is not None:
        x = x / torch.sqrt(norm.running_var + norm.eps).reshape(shape)
    return x
