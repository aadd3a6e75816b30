"""What a plan would leave of a network, worked out from the channel graph without building anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.models.complexity import output_channels, own_parameters
from medprune_gui.engine.pruning.costs import Axes, Keep
from medprune_gui.engine.pruning.depth.removing import is_within
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.records import LayerRecord, PlanEstimate

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.planning import PruningPlan


def _zeros_left(parameter: torch.Tensor, axes: Axes | None, keep: Keep) -> int:
    zeros = parameter == 0
    if not bool(zeros.any()):
        return 0
    for axis, ids in axes.units.items() if axes else ():
        zeros = zeros.index_select(axis, torch.from_numpy(np.flatnonzero(keep[ids])).to(zeros.device))
    return int(torch.count_nonzero(zeros))


def _channels_left(module: nn.Module, prefix: str, before: int, graph: ChannelGraph, keep: Keep) -> int:
    """Return the output channels that are left of a layer."""
    axis = int(bool(getattr(module, "transposed", False)) and getattr(module, "groups", 1) == 1)
    for name in ("weight", "num_features", "num_channels"):
        axes = graph.tensors.get(prefix + name)
        if axes is not None and axis in axes.units:
            kept = keep[axes.units[axis]]
            return before * int(kept.sum()) // kept.size
    return before


def estimate_plan(model: nn.Module, graph: ChannelGraph, plan: PruningPlan) -> PlanEstimate:
    """Say what a plan leaves of each layer, before it is carried out.

    The numbers equal those that `engine.models.complexity.compare_layers` counts on the shrunk network.

    Parameters
    ----------
    model
        The network that ``graph`` and ``plan`` were made for.
    """
    costs = graph.costs
    keep = graph.keep_units(plan.kept)
    whole = np.ones_like(keep)
    sizes, macs, macs_before = costs.parameters_after(keep), costs.macs_after(keep), costs.macs_after(whole)
    owned = own_parameters(model)
    layers = []
    for name, module in model.named_modules():
        if not owned[name] and name not in macs_before:
            continue
        before = output_channels(module)
        zeroed, gone = 0, is_within(name, plan.layers)
        for parameter_name, parameter in () if gone else owned[name]:
            values = parameter.detach()
            if plan.masks is not None and parameter_name in plan.masks.keep:
                values = values * plan.masks.keep[parameter_name].to(values.device)
            zeroed += _zeros_left(values, graph.tensors.get(parameter_name), keep)
        layers.append(
            LayerRecord(
                name=name,
                kind=type(module).__name__,
                channels_before=before,
                channels_after=0 if gone else _channels_left(module, f"{name}." if name else "", before, graph, keep),
                parameters_before=sum(p.numel() for _, p in owned[name]),
                parameters_after=0 if gone else sum(sizes[n] for n, _ in owned[name]),
                zeroed=zeroed,
                macs_before=macs_before.get(name, 0),
                macs_after=0 if gone else macs.get(name, 0),
            )
        )
    parameters = sum(layer.parameters_after for layer in layers)
    return PlanEstimate(
        parameters_before=graph.parameters,
        parameters_after=parameters,
        nonzero_after=parameters - sum(layer.zeroed for layer in layers),
        macs_before=graph.macs,
        macs_after=sum(layer.macs_after for layer in layers),
        layers=tuple(layers),
    )
