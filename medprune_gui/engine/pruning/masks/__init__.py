"""What is set to zero and stays in place: one file a granularity, all of them as `WeightMasks`."""

from __future__ import annotations

from medprune_gui.engine.pruning.masks.choosing import MaskChoice, choose_masks
from medprune_gui.engine.pruning.masks.holding import Hold, hold

__all__ = ["Hold", "MaskChoice", "choose_masks", "hold"]
