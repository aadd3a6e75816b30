"""Masked weights that stay zero while a network is trained, whatever the optimiser remembers.

Momentum, weight decay and running means move a zeroed weight again: without help one step of an optimiser ends the
sparsity. Three things hold it: gradients of masked weights are zero where they arise (so that line searches and
gradient norms do not see them), the optimiser's memory of them is cleared after each step, and so are the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel
from torch.utils.hooks import RemovableHandle

from medprune_gui.engine.pruning.masking import WeightMasks


@dataclass(frozen=True, eq=False)
class Hold:
    """Masks that are being held; `release` ends it and leaves the network as a plain one."""

    masks: WeightMasks
    handles: tuple[RemovableHandle, ...]

    def release(self) -> None:
        """Take the hooks away; the weights stay as they are."""
        for handle in self.handles:
            handle.remove()

    def average(self, averaged: AveragedModel) -> None:
        """Zero the masked weights in a running mean of the network; call it after each ``update_parameters``."""
        self.masks.apply_(averaged.module)


def hold(masks: WeightMasks, model: nn.Module, optimiser: torch.optim.Optimizer) -> Hold:
    """Hold masked weights at zero through every step of an optimiser.

    The network gets no new parameters or buffers: its state dict has the same keys, and holds plain zeros.

    Parameters
    ----------
    masks
        Of this network.
    model
        On the device that it is trained on.
    optimiser
        Of the network's parameters; it may have taken steps before.

    Raises
    ------
    CheckpointError
        The masks are of another network.
    """
    masks.apply_(model)
    parameters = dict(model.named_parameters())
    gone = {parameters[name]: ~keep.to(parameters[name].device) for name, keep in masks.keep.items()}

    def forget(optimiser: torch.optim.Optimizer, *_: Any) -> None:
        with torch.no_grad():
            for parameter, masked in gone.items():
                parameter.masked_fill_(masked, 0.0)
                for value in optimiser.state.get(parameter, {}).values():
                    if isinstance(value, torch.Tensor) and value.shape == masked.shape:
                        value.masked_fill_(masked, 0.0)

    handles = [
        parameter.register_hook(  # type: ignore[no-untyped-call]
            lambda gradient, masked=masked: gradient.masked_fill(masked, 0.0)
        )
        for parameter, masked in gone.items()
        if parameter.requires_grad
    ]
    handles.append(optimiser.register_step_post_hook(forget))
    if isinstance(optimiser, torch.optim.LBFGS):
        # Its memory is of all parameters in one row, and of a time without masks: it begins anew.
        optimiser.state.clear()
    forget(optimiser)
    return Hold(masks, tuple(handles))
