"""Numbers of channels that a module keeps in Python attributes, put right after a cut: one small patch per class.

A file holds the patches of one family; importing it registers them.
"""

from __future__ import annotations

from medprune_gui.engine.pruning.module_patches import (  # noqa: F401 (they register their patches)
    channel_attention,
    diffusion,
    layers,
    multihead_attention,
    resnet,
    self_attention,
    token_grids,
    window_attention,
)
from medprune_gui.engine.pruning.module_patches.registry import PATCHES, ModulePatch, module_patch, patch_modules

__all__ = ["PATCHES", "ModulePatch", "module_patch", "patch_modules"]
