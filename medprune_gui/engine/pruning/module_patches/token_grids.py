"""Networks that lay their tokens out as a picture again, by the width of the tokens."""

from __future__ import annotations

from typing import Any

from medprune_gui.engine.pruning.module_patches.registry import module_patch
from medprune_gui.engine.pruning.stored_weights import plain, widths


@module_patch("monai.networks.nets.unetr.UNETR")
def patch_unetr(network: Any) -> None:
    """Take the width of the tokens from the transformer's last normalisation."""
    scale = plain(network.vit.norm)
    if scale is not None:
        network.hidden_size = scale.shape[0]
        network.proj_view_shape = [*network.feat_size, scale.shape[0]]


@module_patch("monai.networks.blocks.patchembedding.PatchEmbed")
def patch_patch_embedding(embedding: Any) -> None:
    """Take the width of the tokens from the convolution."""
    found = widths(embedding.proj)
    if found is not None:
        embedding.embed_dim = found[0]
