"""Normalisation over the channels that are there: what a shrunk network does, done in the masked one.

Layer normalisation divides by what all channels have in common, so that zeroing channels is not the same as removing
them. That everything else was cut rightly can still be proven: with statistics over the channels that are left, masked
and shrunk must agree.
"""

from __future__ import annotations

from typing import Any

import torch

aten = torch.ops.aten


def normalised_without(packet: Any, args: tuple[Any, ...]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor] | None:
    """Return what a layer normalisation, or a group normalisation with one group, puts out without its zero channels.

    None: the operation is another one, or no channel is zero everywhere.

    Parameters
    ----------
    packet, args
        The ATen operation and its arguments.
    """
    x = args[0]
    if packet is aten.native_layer_norm:
        axes = tuple(range(x.ndim - len(args[1]), x.ndim))
        present = (x != 0).any(dim=tuple(range(axes[0])), keepdim=True) if axes[0] else x != 0
        weight, bias, eps = args[2:5]
    elif packet is aten.native_group_norm and args[6] == 1:
        axes = tuple(range(1, x.ndim))
        present = (x != 0).any(dim=(0, *range(2, x.ndim)), keepdim=True)
        shape = (1, -1, *([1] * (x.ndim - 2)))
        weight, bias = (None if tensor is None else tensor.reshape(shape) for tensor in args[1:3])
        eps = args[7]
    else:
        return None
    if bool(present.all()):
        return None
    share = present.expand(x[:1].shape if axes[0] else x.shape).to(x.dtype).mean(dim=axes, keepdim=True)
    mean = x.mean(dim=axes, keepdim=True) / share
    centred = torch.where(present, x - mean, 0.0)
    scale = (centred.square().mean(dim=axes, keepdim=True) / share + eps).rsqrt()
    out = centred * scale
    if weight is not None:
        out = out * weight
    if bias is not None:
        out = out + bias
    return out, mean, scale
