"""MONAI's diffusion networks: layers that check how many channels they are given."""

from __future__ import annotations

from typing import Any

from medprune_gui.engine.pruning.module_patches.registry import module_patch
from medprune_gui.engine.pruning.stored_weights import widths


@module_patch("monai.networks.nets.diffusion_model_unet.DiffusionUnetDownsample")
def patch_diffusion_downsample(layer: Any) -> None:
    """Take both widths from the convolution; a layer that only pools must see what it saw."""
    found = widths(layer.op.conv) if layer.use_conv else None
    if found is not None:
        layer.out_channels, layer.num_channels = found
