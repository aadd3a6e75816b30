"""Optimisers and the learning rate's course."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import nn

    from medprune_gui.engine.config import TrainingConfig

_WARM_UP = 0.05  # of all steps


def make_optimiser(model: nn.Module, config: TrainingConfig) -> torch.optim.Optimizer:
    """AdamW, or SGD with Nesterov momentum 0.9; weights decay, biases and normalisation parameters do not.

    References
    ----------
    I. Loshchilov and F. Hutter, Decoupled weight decay regularization, ICLR 2019, arXiv:1711.05101; Y. Nesterov, Soviet
    Mathematics Doklady 27 (1983) 372-376.
    """
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    if config.optimiser == "sgd":
        return torch.optim.SGD(groups, lr=config.learning_rate, momentum=0.9, nesterov=True, fused=True)
    return torch.optim.AdamW(groups, lr=config.learning_rate, fused=True)


def learning_rate(step: int, steps: int, peak: float) -> float:
    """Learning rate of a step (from 0): a short linear warm-up, then half a cosine down towards 0.

    A function of the step alone, so there is nothing to save for a resumed run.

    References
    ----------
    I. Loshchilov and F. Hutter, SGDR, ICLR 2017, arXiv:1608.03983; P. Goyal et al., arXiv:1706.02677 (warm-up).
    """
    warm_up = max(1, round(_WARM_UP * steps))
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warm_up + 1) / (steps - warm_up + 1)))
