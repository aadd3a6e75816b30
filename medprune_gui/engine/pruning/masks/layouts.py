"""Weights of layers as (output, input, kernel), however their layer stores them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd

from medprune_gui.engine.pruning.masking import maskable_weights


@dataclass(frozen=True)
class Layout:
    """How one weight is stored.

    Attributes
    ----------
    shape
        Of the parameter.
    groups
        Groups of a convolution; 1 for others.
    transposed
        Whether the input comes first, as in a transposed convolution.
    convolution
        Whether it has kernels.
    """

    shape: tuple[int, ...]
    groups: int = 1
    transposed: bool = False
    convolution: bool = False

    def rows(self, values: torch.Tensor) -> torch.Tensor:
        """Return values of the parameter's shape as (output, input of one group, places of the kernel)."""
        first, second = self.shape[:2]
        if not self.transposed:
            return values.reshape(first, second, -1)
        parted = values.reshape(self.groups, first // self.groups, second, -1)
        return parted.transpose(1, 2).reshape(self.groups * second, first // self.groups, -1)

    def stored(self, rows: torch.Tensor) -> torch.Tensor:
        """Return what `rows` gave in the parameter's shape."""
        if not self.transposed:
            return rows.reshape(self.shape)
        first, second = self.shape[:2]
        parted = rows.reshape(self.groups, second, first // self.groups, -1)
        return parted.transpose(1, 2).reshape(self.shape)


def layouts(model: nn.Module) -> dict[str, Layout]:
    """Return the layout of every weight that multiplies inputs; position embeddings and the like are left out."""
    by_identity: dict[int, Layout] = {}
    for module in model.modules():
        if isinstance(module, _ConvNd):
            by_identity[id(module.weight)] = Layout(
                tuple(module.weight.shape), module.groups, isinstance(module, _ConvTransposeNd), convolution=True
            )
        elif isinstance(module, nn.Linear):
            by_identity[id(module.weight)] = Layout(tuple(module.weight.shape))
        elif isinstance(module, nn.MultiheadAttention):
            for name in ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"):
                weight = getattr(module, name)
                if weight is not None:
                    by_identity[id(weight)] = Layout(tuple(weight.shape))
    return {
        name: by_identity[id(weight)] for name, weight in maskable_weights(model).items() if id(weight) in by_identity
    }
