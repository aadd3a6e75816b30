"""Single weights, wherever they stand (Han et al. 2015, arXiv:1506.02626; Zhu and Gupta 2017, arXiv:1710.01878)."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from medprune_gui.engine.pruning.masking import WeightMasks
from medprune_gui.engine.settings.allocations import Allocation


def zero_weights(
    importance: Mapping[str, torch.Tensor], amount: float, allocation: Allocation
) -> dict[str, torch.Tensor]:
    """Zero round(amount x weights) of the least important weights; see `WeightMasks.from_importance`."""
    return WeightMasks.from_importance(importance, amount, allocation).keep
