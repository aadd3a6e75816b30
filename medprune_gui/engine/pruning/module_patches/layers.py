"""torch's own layers: each takes its widths from its weight."""

from __future__ import annotations

from typing import Any

from medprune_gui.engine.pruning.module_patches.registry import module_patch
from medprune_gui.engine.pruning.stored_weights import plain, widths


@module_patch("torch.nn.modules.conv._ConvNd")
def patch_convolution(conv: Any) -> None:
    """Whole groups go, so the channels within a group stay."""
    found = widths(conv)
    if found is None:
        return
    first, second = found
    if conv.groups > 1:
        per_group = (conv.in_channels if conv.transposed else conv.out_channels) // conv.groups
        conv.groups = max(first // per_group, 1)
    inputs, outputs = (first, second * conv.groups) if conv.transposed else (second * conv.groups, first)
    conv.in_channels, conv.out_channels = inputs, outputs


@module_patch("torch.nn.modules.linear.Linear")
def patch_linear(linear: Any) -> None:
    """Take both widths from the weight."""
    found = widths(linear)
    if found is not None:
        linear.out_features, linear.in_features = found


@module_patch("torch.nn.modules.batchnorm._NormBase")
def patch_norm(norm: Any) -> None:
    """Batch and instance normalisation: the width of the weight or of the running statistics."""
    for tensor in (plain(norm), plain(norm, "running_mean")):
        if tensor is not None:
            norm.num_features = tensor.shape[0]
            return


@module_patch("torch.nn.modules.normalization.GroupNorm")
def patch_group_norm(norm: Any) -> None:
    """Whole norm groups go, so the channels within a norm group stay."""
    scale = plain(norm)
    if scale is not None:
        per_group = norm.num_channels // norm.num_groups
        norm.num_channels = scale.shape[0]
        norm.num_groups = max(norm.num_channels // per_group, 1)


@module_patch("torch.nn.modules.normalization.LayerNorm", "torch.nn.modules.normalization.RMSNorm")
def patch_layer_norm(norm: Any) -> None:
    """Take the normalised shape from the weight."""
    scale = plain(norm)
    if scale is not None:
        norm.normalized_shape = tuple(scale.shape)


@module_patch("torch.nn.modules.activation.PReLU")
def patch_prelu(prelu: Any) -> None:
    """Take the number of slopes from the weight."""
    slopes = plain(prelu)
    if slopes is not None:
        prelu.num_parameters = slopes.shape[0]


@module_patch("torch.nn.modules.sparse.Embedding")
def patch_embedding(embedding: Any) -> None:
    """Take the width from the table."""
    found = widths(embedding)
    if found is not None:
        embedding.embedding_dim = found[1]
