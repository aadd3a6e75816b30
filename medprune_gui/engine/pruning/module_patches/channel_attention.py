"""Restormer's attention between channels: whole heads go."""

from __future__ import annotations

from typing import Any

from medprune_gui.engine.pruning.module_patches.registry import module_patch
from medprune_gui.engine.pruning.stored_weights import plain


@module_patch("monai.networks.blocks.cablock.CABlock")
def patch_channel_attention(attention: Any) -> None:
    """Each head has a temperature of its own, so there are as many heads as temperatures."""
    temperature = plain(attention, "temperature")
    if temperature is not None:
        attention.num_heads = temperature.shape[0]
