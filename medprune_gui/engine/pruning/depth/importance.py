"""How much each removable layer matters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.pruning.criteria import CriterionData, weight_importance
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion, loss_of
from medprune_gui.engine.pruning.depth.removing import is_within, skip_layers_
from medprune_gui.engine.pruning.depth.units import LayerUnit
from medprune_gui.engine.pruning.graph import ChannelGraph


def layer_importance(
    model: nn.Module,
    graph: ChannelGraph,
    config: PruningConfig,
    units: Sequence[LayerUnit],
    data: CriterionData | None = None,
) -> dict[str, float]:
    """Return layer -> importance, higher matters more.

    With cases it is by how much the loss rises when the layer is skipped, in evaluation; it may be below zero. Without,
    it is the mean importance of the layer's weights by the criterion, over the mean of all weights of such layers.

    Raises
    ------
    ConfigError
        The criterion ranks channels only, needs cases, or cannot be computed.
    """
    if data is not None:
        return _loss_rise(model, units, data, config)
    of_weights = weight_importance(model, graph, config.criterion, config.seed)
    means = {unit.name: _mean(v for n, v in of_weights.items() if is_within(n, [unit.name])) for unit in units}
    level = _mean(v for n, v in of_weights.items() if is_within(n, means))
    return {name: mean / level if level > 0 else mean for name, mean in means.items()}


def _loss_rise(
    model: nn.Module, units: Sequence[LayerUnit], data: CriterionData, config: PruningConfig
) -> dict[str, float]:
    with copy_for_criterion(model, config.criterion, config.seed) as private, torch.no_grad():
        whole = _loss(private, data)
        rises = {}
        for unit in units:
            (handle,) = skip_layers_(private, [unit.name])
            rises[unit.name] = _loss(private, data) - whole
            handle.remove()
    return rises


def _loss(model: nn.Module, data: CriterionData) -> float:
    """Return the mean loss of the cases."""
    total = sum(float(loss_of(model, batch, data.loss)) * len(batch[1]) for batch in data.on(model))
    return total / data.cases


def _mean(values: Iterable[torch.Tensor]) -> float:
    total, count = 0.0, 0
    for tensor in values:
        total += float(tensor.double().sum())
        count += tensor.numel()
    return total / count if count else 0.0
