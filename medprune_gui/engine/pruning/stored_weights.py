"""What a layer keeps its weight as: a parameter of that name, or what the weight is computed from at each call.

Reading a computed weight computes it, and may change the network: spectral normalisation in training moves its estimate
on. Nothing is computed here.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils import parametrize
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm


def plain(module: nn.Module, name: str = "weight") -> torch.Tensor | None:
    """Return a parameter or buffer of a module; None: it has none of that name that it reads as it is."""
    tensor = module._parameters.get(name)
    return tensor if tensor is not None else module._buffers.get(name)


def stored(module: nn.Module, name: str = "weight") -> dict[str, torch.Tensor]:
    """Return what a weight is kept as: names within the module and tensors, of which there is one if it is plain."""
    own = plain(module, name)
    if own is not None:
        return {name: own}
    if parametrize.is_parametrized(module, name):
        held = module.get_submodule(f"parametrizations.{name}")
        tensors = (*held.named_parameters(recurse=False), *held.named_buffers(recurse=False))
        return {f"parametrizations.{name}.{part}": tensor for part, tensor in tensors}
    parts: tuple[str, ...] = ()
    for hook in module._forward_pre_hooks.values():
        if isinstance(hook, WeightNorm | SpectralNorm) and hook.name == name:
            parts = (f"{name}_g", f"{name}_v") if isinstance(hook, WeightNorm) else (f"{name}_orig",)
    return {part: module.get_parameter(part) for part in parts}


def widths(module: nn.Module, name: str = "weight") -> tuple[int, int] | None:
    """Return the first two sizes of a matrix or kernel; None: it cannot be told without computing it.

    A computed weight is as large as what it is kept as, a magnitude having size 1 along the axes that it spans.
    """
    try:
        shape = torch.broadcast_shapes(*(t.shape for t in stored(module, name).values()))  # type: ignore[no-untyped-call]
    except RuntimeError:
        return None
    return (shape[0], shape[1]) if len(shape) >= 2 else None
