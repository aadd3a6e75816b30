"""Weights of layers as (output, input, kernel), however their layer stores them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd

from medprune_gui.engine.pruning.masking import maskable_weights
from medprune_gui.engine.pruning.stored_weights import stored


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
    lengths
        In how many equal parts, each of whole rows, it is divided by the part's length, so that a part may not be all
        zero; 0: in none.
    """

    shape: tuple[int, ...]
    groups: int = 1
    transposed: bool = False
    convolution: bool = False
    lengths: int = 0

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
    """Return the layout of every weight that multiplies inputs; position embeddings and the like are left out.

    A weight that is computed from another is listed by that one where both have the same zeros.
    """
    by_identity = {id(weight): layout for _, weight, layout in _found(model) if weight is not None}
    return {
        name: by_identity[id(weight)] for name, weight in maskable_weights(model).items() if id(weight) in by_identity
    }


def without_layout(model: nn.Module) -> tuple[str, ...]:
    """Return the names of computed weights that multiply inputs and whose zeros cannot be laid out in rows."""
    return tuple(name for name, weight, _ in _found(model) if weight is None)


def _found(model: nn.Module) -> Iterator[tuple[str, torch.Tensor | None, Layout]]:
    """Yield the name of each weight that multiplies inputs, what it is kept as, and its layout."""
    for path, module in model.named_modules():
        names: tuple[str, ...] = ("weight",)
        groups, transposed, convolution = 1, False, False
        if isinstance(module, _ConvNd):
            groups, transposed, convolution = module.groups, isinstance(module, _ConvTransposeNd), True
        elif isinstance(module, nn.MultiheadAttention):
            names = ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight")
        elif not isinstance(module, nn.Linear):
            continue
        for name in names:
            kept = stored(module, name)
            weight = kept.tensors.get(kept.zeros or "")
            layout = Layout(tuple(weight.shape) if weight is not None else (), groups, transposed, convolution)
            if kept.lengths is not None:
                parts = _parts(kept.lengths, layout)
                weight, layout = weight if parts else None, replace(layout, lengths=parts)
            if kept.tensors:
                yield f"{path}.{name}" if path else name, weight, layout


def _parts(lengths: tuple[int, ...], layout: Layout) -> int:
    """Return how many lengths there are: one of all, or one of each row; 0: they measure something else."""
    if prod(lengths) == 1:
        return 1
    output = int(layout.transposed)
    of_rows = tuple(size if axis == output else 1 for axis, size in enumerate(layout.shape))
    return lengths[output] if lengths == of_rows and not (layout.transposed and layout.groups > 1) else 0
