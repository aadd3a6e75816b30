"""The gradient of the loss over all cases."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.evidence import CriterionData, as_plain
from medprune_gui.engine.pruning.criteria.gradients import gradients_by_batch


def mean_gradient(
    model: nn.Module, data: CriterionData, parameters: Mapping[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """Return the mean of the batches' gradients, each weighted by its cases."""
    totals = {name: torch.zeros_like(as_plain(parameter)) for name, parameter in parameters.items()}
    shares = [len(targets) / data.cases for _, targets in data.batches]
    for share, found in zip(shares, gradients_by_batch(model, data.on(model), data.loss, parameters), strict=True):
        for name, gradient in found.items():
            totals[name] += share * gradient
    return totals
