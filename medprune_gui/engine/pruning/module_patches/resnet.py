"""MONAI's ResNet: the shortcut that fills up with zeros."""

from __future__ import annotations

from functools import partial
from typing import Any

from medprune_gui.engine.pruning.module_patches.registry import module_patch
from medprune_gui.engine.pruning.stored_weights import widths


@module_patch("monai.networks.nets.resnet.ResNetBlock", "monai.networks.nets.resnet.ResNetBottleneck")
def patch_resnet_block(block: Any) -> None:
    """Shortcut A fills the shortcut with zero channels up to a fixed number: that of the block's last convolution."""
    if isinstance(block.downsample, partial):
        last = block.conv3 if hasattr(block, "conv3") else block.conv2
        found = widths(last)
        if found is not None:
            keywords = {**block.downsample.keywords, "planes": found[0]}
            block.downsample = partial(block.downsample.func, *block.downsample.args, **keywords)
