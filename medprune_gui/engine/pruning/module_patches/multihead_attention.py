"""torch's ``MultiheadAttention``: whole heads go, though its own code wants heads that fill the width of a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from medprune_gui.engine.pruning.module_patches.registry import module_patch
from medprune_gui.engine.pruning.module_patches.replaced_code import ReplacedCode, replace_code
from medprune_gui.engine.pruning.stored_weights import widths


@module_patch("torch.nn.modules.activation.MultiheadAttention")
def patch_multihead_attention(attention: Any) -> None:
    """Correct the number of heads and the widths; where they no longer multiply up, use code that allows it."""
    joint, out = widths(attention, "in_proj_weight"), widths(attention.out_proj)
    query, key, value = (joint or widths(attention, f"{letter}_proj_weight") for letter in "qkv")
    if query is None or key is None or value is None or out is None:
        return
    tokens, width = out
    heads = width // attention.head_dim if attention.num_heads > 1 else 1
    # torch's own code wants queries, heads and output of one width.
    whole = query[1] == tokens == width == heads * attention.head_dim
    if not whole and not isinstance(attention, HeadsOfOwnWidth):
        replace_code(attention, HeadsOfOwnWidth)
        attention.scale = attention.head_dim**-0.5
        # torch's fused encoder layers ask for this and would otherwise reckon with the whole width.
        attention._qkv_same_embed_dim = False
    attention.num_heads, attention.head_dim = heads, width // heads
    attention.embed_dim, attention.kdim, attention.vdim = query[1], key[1], value[1]


@module_patch("torch.nn.modules.transformer.TransformerEncoder")
def patch_transformer_encoder(encoder: Any) -> None:
    """Keep padded tokens: they are dropped, as nested tensors, for torch's fused layers only."""
    if any(isinstance(module, HeadsOfOwnWidth) for module in encoder.modules()):
        encoder.use_nested_tensor = False


if TYPE_CHECKING:

    class _Base(ReplacedCode, nn.MultiheadAttention): ...
else:
    _Base = ReplacedCode


class HeadsOfOwnWidth(_Base):
    """Multi-head attention whose heads together may be narrower than the tokens (Vaswani et al., NeurIPS 2017)."""

    scale: float

    def forward(  # noqa: D102 (that of the class it stands in for)
        self,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        key_padding_mask: torch.Tensor | None = None,
        need_weights: bool = True,
        attn_mask: torch.Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,  # noqa: ARG002 (torch demands the mask beside this hint, so the mask alone will do)
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        batched = query.dim() == 3
        if not batched:
            query, key, value = (x.unsqueeze(0) for x in (query, key, value))
            key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
        elif not self.batch_first:
            query, key, value = (x.transpose(0, 1) for x in (query, key, value))
        q, k, v = self._projected(query, key, value)
        if self.bias_k is not None and self.bias_v is not None:
            k = torch.cat([k, self.bias_k.expand(k.shape[0], -1, -1)], dim=1)
            v = torch.cat([v, self.bias_v.expand(v.shape[0], -1, -1)], dim=1)
        if self.add_zero_attn:
            k, v = (functional.pad(x, (0, 0, 0, 1)) for x in (k, v))
        q, k, v = (x.reshape(*x.shape[:2], self.num_heads, -1).transpose(1, 2) for x in (q, k, v))
        mask = self._mask(attn_mask, key_padding_mask, q, k.shape[2] - key.shape[1])
        dropout = self.dropout if self.training else 0.0
        weights = None
        if need_weights:
            scores = q * self.scale @ k.transpose(-2, -1)
            weights = functional.softmax(scores if mask is None else scores + mask, dim=-1)
            weights = functional.dropout(weights, dropout)
            mixed = weights @ v
        else:
            mixed = functional.scaled_dot_product_attention(q, k, v, mask, dropout, scale=self.scale)
        out = self.out_proj(mixed.transpose(1, 2).flatten(2))
        if weights is not None and average_attn_weights:
            weights = weights.mean(1)
        if not batched:
            return out.squeeze(0), None if weights is None else weights.squeeze(0)
        return out if self.batch_first else out.transpose(0, 1), weights

    def _projected(self, *values: torch.Tensor) -> tuple[torch.Tensor, ...]:
        weights: tuple[torch.Tensor, ...] = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        if self.in_proj_weight is not None:
            weights = self.in_proj_weight.chunk(3)
        biases = (None, None, None) if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        return tuple(functional.linear(x, w, b) for x, w, b in zip(values, weights, biases, strict=True))

    def _mask(
        self, attn_mask: torch.Tensor | None, padding: torch.Tensor | None, query: torch.Tensor, added: int
    ) -> torch.Tensor | None:
        """Return both masks as one that is added to the scores; ``added`` keys at the end are always seen."""
        cases, heads = query.shape[:2]
        joint: torch.Tensor | None = None
        if attn_mask is not None:
            joint = _additive(attn_mask, query.dtype)
            joint = joint.reshape(cases, heads, *joint.shape[1:]) if joint.dim() == 3 else joint[None, None]
        if padding is not None:
            hidden = _additive(padding, query.dtype)[:, None, None]
            joint = hidden if joint is None else joint + hidden
        return joint if joint is None or not added else functional.pad(joint, (0, added))


def _additive(mask: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    if mask.dtype != torch.bool:
        return mask.to(dtype)
    return torch.zeros(mask.shape, dtype=dtype, device=mask.device).masked_fill_(mask, float("-inf"))
