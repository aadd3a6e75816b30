"""Networks that lay their tokens out as a picture again, by the width of the tokens."""

from __future__ import annotations

from typing import Any

from medprune_gui.engine.pruning.module_patches.registry import module_patch


@module_patch("monai.networks.nets.unetr.UNETR")
def patch_unetr(network: Any) -> None:
    """Take the width of the tokens from the transformer's last normalisation."""
    width = network.vit.norm.weight.shape[0]
    network.hidden_size = width
    network.proj_view_shape = [*network.feat_size, width]


@module_patch("monai.networks.blocks.patchembedding.PatchEmbed")
def patch_patch_embedding(embedding: Any) -> None:
    """Take the width of the tokens from the convolution."""
    embedding.embed_dim = embedding.proj.weight.shape[0]
