"""Zeros instead of removal: whole channels for proofs and trials, single weights as a granularity of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.errors import CheckpointError
from medprune_gui.engine.pruning.depth.removing import skip_layers_
from medprune_gui.engine.pruning.shrinking import Cut, copy_of
from medprune_gui.engine.settings.allocations import Allocation

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.planning import PruningPlan


def zero_(model: nn.Module, cuts: Mapping[str, Cut]) -> None:
    """Set to zero, in place, what `shrinking.cut_` would take out. Running variances stay, for they are divided by."""
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    with torch.no_grad():
        for name, cut in cuts.items():
            if cut.attribute or name.endswith("running_var"):
                continue
            if name not in tensors or tuple(tensors[name].shape) != cut.shape:
                raise CheckpointError("the plan was made for another network", where=name)
            for axis, keep in cut.keep.items():
                gone = np.ones(cut.shape[axis], dtype=np.bool_)
                gone[keep] = False
                indices = torch.from_numpy(np.flatnonzero(gone)).to(tensors[name].device)
                tensors[name].index_fill_(axis, indices, 0.0)


def apply_mask(model: nn.Module, plan: PruningPlan) -> nn.Module:
    """Return a copy of a network in which everything that a plan removes is zero; it is as large and slow as before.

    No zeros stand for a whole layer: what it puts out is replaced by what it was given.

    Raises
    ------
    CheckpointError
        The plan was made for another network.
    """
    masked: nn.Module = copy_of(model)
    if plan.masks is not None:
        plan.masks.apply_(masked)
    zero_(masked, plan.cuts())
    skip_layers_(masked, plan.layers)
    return masked


def maskable_weights(model: nn.Module) -> dict[str, nn.Parameter]:
    """Return the weights of which single ones may be zeroed: matrices and kernels, no biases or norms."""
    return {name: p for name, p in model.named_parameters() if p.ndim >= 2 and p.is_floating_point()}


@dataclass(frozen=True, eq=False)
class WeightMasks:
    """Which single weights stay.

    An optimiser's momentum and weight decay move zeroed weights: `masks.hold` keeps them at zero in a training.

    Attributes
    ----------
    keep
        Parameter name -> tensor of the parameter's shape, True: stays.
    """

    keep: dict[str, torch.Tensor]

    @property
    def zeroed(self) -> int:
        """How many weights are set to zero."""
        return sum(mask.numel() - int(torch.count_nonzero(mask)) for mask in self.keep.values())

    def apply_(self, model: nn.Module) -> None:
        """Set the masked weights of a network to zero, in place.

        Raises
        ------
        CheckpointError
            The network has other weights.
        """
        parameters = dict(model.named_parameters())
        with torch.no_grad():
            for name, mask in self.keep.items():
                if name not in parameters or parameters[name].shape != mask.shape:
                    raise CheckpointError("the masks were made for another network", where=name)
                parameters[name].masked_fill_(~mask.to(parameters[name].device), 0.0)

    @classmethod
    def from_importance(
        cls, importance: Mapping[str, torch.Tensor], amount: float, allocation: Allocation
    ) -> WeightMasks:
        """Zero the share ``amount`` of weights that matter least, exactly: round(amount x weights) of them.

        Parameters
        ----------
        importance
            Parameter name -> importance of each weight.
        allocation
            ``global`` ranks all weights together, ``uniform`` zeroes the same share in each parameter.
        """
        flat = {name: values.detach().double().flatten().cpu() for name, values in importance.items()}
        if allocation == "uniform":
            keep = {name: _keep_highest(values, amount) for name, values in flat.items()}
        else:
            joint = _keep_highest(torch.cat(list(flat.values())), amount) if flat else torch.empty(0)
            parts = torch.split(joint, [values.numel() for values in flat.values()])
            keep = dict(zip(flat, parts, strict=True))
        return cls({name: keep[name].reshape(importance[name].shape) for name in importance})


def _keep_highest(importance: torch.Tensor, amount: float) -> torch.Tensor:
    # Stable, so that equal values fall the same way each time and a larger amount zeroes a superset.
    order = torch.argsort(importance, stable=True)
    keep = torch.ones(importance.numel(), dtype=torch.bool)
    keep[order[: round(amount * importance.numel())]] = False
    return keep
