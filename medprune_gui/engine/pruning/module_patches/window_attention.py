"""Swin transformers' attention in windows: whole heads go, and the width of a head is no longer that of the tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from medprune_gui.engine.pruning.module_patches.registry import module_patch
from medprune_gui.engine.pruning.module_patches.replaced_code import ReplacedCode, replace_code
from medprune_gui.engine.pruning.stored_weights import widths

if TYPE_CHECKING:

    class _Base(ReplacedCode, nn.Module): ...
else:
    _Base = ReplacedCode


@module_patch("monai.networks.nets.swin_unetr.WindowAttention")
def patch_window_attention(attention: Any) -> None:
    """Each head has a column of position biases of its own; MONAI's code derives a head's width from the tokens'."""
    biases, found = widths(attention, "relative_position_bias_table"), widths(attention.qkv)
    if biases is None or found is None:
        return
    attention.num_heads = biases[1]
    attention.dim = found[1]
    attention.head_dim = found[0] // (3 * attention.num_heads)
    if attention.dim != attention.num_heads * attention.head_dim:
        replace_code(attention, WindowHeadsOfOwnWidth)


class WindowHeadsOfOwnWidth(_Base):
    """Attention in windows whose heads together may be narrower or wider than the tokens (Liu et al., ICCV 2021)."""

    qkv: nn.Linear
    proj: nn.Linear
    attn_drop: nn.Dropout
    proj_drop: nn.Dropout
    relative_position_bias_table: torch.Tensor
    relative_position_index: torch.Tensor
    num_heads: int
    head_dim: int
    scale: float

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Attend within each window.

        Parameters
        ----------
        x
            (cases x windows, tokens, channels).
        mask
            (windows, tokens, tokens) with large negative numbers between tokens that were not neighbours before the
            shift; None: no shift.
        """
        windows, tokens, _ = x.shape
        heads = self.qkv(x).reshape(windows, tokens, 3, self.num_heads, self.head_dim).permute(2, 0, 3, 1, 4)
        query, key, value = heads[0], heads[1], heads[2]
        places = self.relative_position_index[:tokens, :tokens].reshape(-1)
        bias = self.relative_position_bias_table[places].reshape(tokens, tokens, -1).permute(2, 0, 1).unsqueeze(0)
        if mask is not None:
            own = mask.shape[0]
            bias = (bias + mask.unsqueeze(1)).repeat(windows // own, 1, 1, 1)
        weights = functional.softmax(query * self.scale @ key.transpose(-2, -1) + bias, dim=-1)
        mixed = (self.attn_drop(weights).to(value.dtype) @ value).transpose(1, 2).reshape(windows, tokens, -1)
        out: torch.Tensor = self.proj_drop(self.proj(mixed))
        return out
