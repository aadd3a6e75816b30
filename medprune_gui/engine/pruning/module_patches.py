"""Numbers of channels that a module keeps in Python attributes, put right after a cut: one patch per class."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from torch import nn

#: A patch reads the shapes of the module's own (already cut) tensors and corrects its attributes; run twice, it changes
#: nothing the second time.
ModulePatch: TypeAlias = Callable[[Any], None]

PATCHES: dict[str, ModulePatch] = {}


def module_patch(*class_names: str) -> Callable[[ModulePatch], ModulePatch]:
    """Register a patch for classes and their subclasses by qualified name, so that nothing need be imported for it."""

    def register(function: ModulePatch) -> ModulePatch:
        PATCHES.update(dict.fromkeys(class_names, function))
        return function

    return register


def patch_modules(model: nn.Module) -> None:
    """Apply to every module the patch of its most special registered class; inner modules come first."""
    for module in reversed(list(model.modules())):
        for cls in type(module).__mro__:
            patch = PATCHES.get(f"{cls.__module__}.{cls.__qualname__}")
            if patch is not None:
                patch(module)
                break


@module_patch("torch.nn.modules.conv._ConvNd")
def patch_convolution(conv: Any) -> None:
    """Whole groups go, so the channels within a group stay."""
    first, second = conv.weight.shape[:2]
    if conv.groups > 1:
        per_group = (conv.in_channels if conv.transposed else conv.out_channels) // conv.groups
        conv.groups = max(first // per_group, 1)
    inputs, outputs = (first, second * conv.groups) if conv.transposed else (second * conv.groups, first)
    conv.in_channels, conv.out_channels = inputs, outputs


@module_patch("torch.nn.modules.linear.Linear")
def patch_linear(linear: Any) -> None:
    """Take both widths from the weight."""
    linear.out_features, linear.in_features = linear.weight.shape


@module_patch("torch.nn.modules.batchnorm._NormBase")
def patch_norm(norm: Any) -> None:
    """Batch and instance normalisation: the width of the weight or of the running statistics."""
    for tensor in (norm.weight, norm.running_mean):
        if tensor is not None:
            norm.num_features = tensor.shape[0]
            return


@module_patch("torch.nn.modules.normalization.GroupNorm")
def patch_group_norm(norm: Any) -> None:
    """Whole norm groups go, so the channels within a norm group stay."""
    if norm.weight is not None:
        per_group = norm.num_channels // norm.num_groups
        norm.num_channels = norm.weight.shape[0]
        norm.num_groups = norm.num_channels // per_group


@module_patch("torch.nn.modules.normalization.LayerNorm", "torch.nn.modules.normalization.RMSNorm")
def patch_layer_norm(norm: Any) -> None:
    """Take the normalised shape from the weight."""
    if norm.weight is not None:
        norm.normalized_shape = tuple(norm.weight.shape)


@module_patch("torch.nn.modules.activation.PReLU")
def patch_prelu(prelu: Any) -> None:
    """Take the number of slopes from the weight."""
    prelu.num_parameters = prelu.weight.shape[0]


@module_patch("torch.nn.modules.sparse.Embedding")
def patch_embedding(embedding: Any) -> None:
    """Take the width from the table."""
    embedding.embedding_dim = embedding.weight.shape[1]


@module_patch("monai.networks.nets.resnet.ResNetBlock", "monai.networks.nets.resnet.ResNetBottleneck")
def patch_resnet_block(block: Any) -> None:
    """Shortcut A fills the shortcut with zero channels up to a fixed number: that of the block's last convolution."""
    if isinstance(block.downsample, partial):
        last = block.conv3 if hasattr(block, "conv3") else block.conv2
        keywords = {**block.downsample.keywords, "planes": last.weight.shape[0]}
        block.downsample = partial(block.downsample.func, *block.downsample.args, **keywords)


@module_patch("monai.networks.blocks.selfattention.SABlock")
def patch_self_attention(attention: Any) -> None:
    """Whole heads go: their number stands in the block and in the layer that folds channels into heads.

    A block with one head may lose channels within it; the scale of its products stays what it was.
    """
    combined = attention.use_combined_linear
    width = attention.qkv.weight.shape[0] // 3 if combined else attention.to_q.weight.shape[0]
    attention.inner_dim = width
    attention.num_heads = max(width // attention.dim_head, 1)
    attention.dim_head = width // attention.num_heads
    fold = attention.input_rearrange
    lengths = {**fold.axes_lengths, "l": attention.num_heads}
    attention.input_rearrange = type(fold)(fold.pattern, **lengths)
