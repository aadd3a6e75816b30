"""Convolutions and dense layers: which axis of a weight its outputs lie along."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd


def output_axis(transposed: bool, groups: int) -> int:
    """Return the axis of a weight that its outputs lie along; a transposed convolution in groups has it first."""
    return int(transposed and groups == 1)


def outputs_first(model: nn.Module) -> dict[str, tuple[int, torch.Tensor]]:
    """Return each layer's weight as (axis of its outputs, its filters as rows in double precision)."""
    rows: dict[str, tuple[int, torch.Tensor]] = {}
    for path, module in model.named_modules():
        if not isinstance(module, (_ConvNd, nn.Linear)):
            continue
        axis = output_axis(module.transposed, module.groups) if isinstance(module, _ConvNd) else 0
        weight = module.weight.detach().double().transpose(0, axis)
        rows[f"{path}.weight" if path else "weight"] = axis, weight.reshape(weight.shape[0], -1)
    return rows
