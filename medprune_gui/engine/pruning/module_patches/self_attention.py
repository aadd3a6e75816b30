"""MONAI's self-attention and cross-attention blocks: whole heads go."""

from __future__ import annotations

from typing import Any

from medprune_gui.engine.pruning.module_patches.registry import module_patch
from medprune_gui.engine.pruning.stored_weights import widths


@module_patch("monai.networks.blocks.selfattention.SABlock")
def patch_self_attention(attention: Any) -> None:
    """Correct the number of heads in the block and in the layers that fold channels into heads.

    A block with one head may lose channels within it; the scale of its products stays what it was.
    """
    combined = attention.use_combined_linear
    found = widths(attention.qkv if combined else attention.to_q)
    if found is None:
        return
    width = found[0] // 3 if combined else found[0]
    attention.inner_dim = width
    attention.num_heads = max(width // attention.dim_head, 1)
    attention.dim_head = width // attention.num_heads
    _fold(attention)


@module_patch("monai.networks.blocks.crossattention.CrossAttentionBlock")
def patch_cross_attention(attention: Any) -> None:
    """Correct the number of heads, as in self-attention, and the widths of what is attended to."""
    query, key = widths(attention.to_q), widths(attention.to_k)
    if query is None or key is None:
        return
    attention.num_heads = max(query[0] // attention.head_dim, 1)
    attention.head_dim = query[0] // attention.num_heads
    attention.hidden_input_size, attention.context_input_size = query[1], key[1]
    _fold(attention)


def _fold(attention: Any) -> None:
    fold = attention.input_rearrange
    attention.input_rearrange = type(fold)(fold.pattern, **{**fold.axes_lengths, "l": attention.num_heads})
    if attention.rel_positional_embedding is not None:
        attention.rel_positional_embedding.num_heads = attention.num_heads


@module_patch("monai.networks.nets.navit._NaViTAttention")
def patch_packed_attention(attention: Any) -> None:
    """NaViT unfolds its channels by the number of heads."""
    query = widths(attention.to_q)
    if query is not None:
        attention.num_heads = max(query[0] // attention.dim_head, 1)
        attention.dim_head = query[0] // attention.num_heads
