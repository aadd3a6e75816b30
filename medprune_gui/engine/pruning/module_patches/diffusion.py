"""MONAI's diffusion networks: layers that check how many channels they are given."""

from __future__ import annotations

from typing import Any

from medprune_gui.engine.pruning.module_patches.registry import module_patch


@module_patch("monai.networks.nets.diffusion_model_unet.DiffusionUnetDownsample")
def patch_diffusion_downsample(layer: Any) -> None:
    """Take both widths from the convolution; a layer that only pools must see what it saw."""
    if layer.use_conv:
        layer.out_channels, layer.num_channels = layer.op.conv.weight.shape[:2]
