"""What a layer keeps its weight as: a parameter of that name, or what the weight is computed from at each call.

Reading a computed weight computes it, and may change the network: spectral normalisation in training moves its estimate
on. Nothing is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import _SpectralNorm, _WeightNorm
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm


def plain(module: nn.Module, name: str = "weight") -> torch.Tensor | None:
    """Return a parameter or buffer of a module; None: it has none of that name that it reads as it is."""
    tensor = module._parameters.get(name)
    return tensor if tensor is not None else module._buffers.get(name)


@dataclass(frozen=True)
class Stored:
    """What a weight is kept as.

    Attributes
    ----------
    tensors
        Names within the module and tensors, of which there is one if the weight is plain.
    zeros
        Name of the one whose zeros, and only they, are zeros of the weight; None: none is known to be.
    lengths
        Shape of the lengths that ``zeros`` is divided by, with 1 along the axes that each of them measures, or () for
        one of all: none of what they measure may be all zero. None: it is not divided.
    """

    tensors: dict[str, torch.Tensor]
    zeros: str | None = None
    lengths: tuple[int, ...] | None = None


def stored(module: nn.Module, name: str = "weight") -> Stored:
    """Return what a weight is kept as; without any tensors if the module has none, or none that is known."""
    own = plain(module, name)
    if own is not None:
        return Stored({name: own}, name)
    if parametrize.is_parametrized(module, name):
        prefix = f"parametrizations.{name}"
        held = module.get_submodule(prefix)
        of_list = (*held.named_parameters(recurse=False), *held.named_buffers(recurse=False))
        tensors = {f"{prefix}.{part}": tensor for part, tensor in of_list}
        if not all(isinstance(step, _WeightNorm | _SpectralNorm) for step in held.children()):
            return Stored(tensors)
        if len(tensors) == 1:
            return Stored(tensors, f"{prefix}.original", ())
        return Stored(tensors, f"{prefix}.original1", tuple(tensors[f"{prefix}.original0"].shape))
    for hook in module._forward_pre_hooks.values():
        if isinstance(hook, SpectralNorm) and hook.name == name:
            part = f"{name}_orig"
            return Stored({part: module.get_parameter(part)}, part, ())
        if isinstance(hook, WeightNorm) and hook.name == name:
            magnitude, direction = module.get_parameter(f"{name}_g"), module.get_parameter(f"{name}_v")
            tensors = {f"{name}_g": magnitude, f"{name}_v": direction}
            return Stored(tensors, f"{name}_v", tuple(magnitude.shape))
    return Stored({})


def computed(module: nn.Module) -> tuple[str, ...]:
    """Return the names of a module's weights that are computed from others at each call."""
    names = list(module.get_submodule("parametrizations")._modules) if parametrize.is_parametrized(module) else []
    hooks = module._forward_pre_hooks.values()
    return (*names, *(hook.name for hook in hooks if isinstance(hook, WeightNorm | SpectralNorm)))


def widths(module: nn.Module, name: str = "weight") -> tuple[int, int] | None:
    """Return the first two sizes of a matrix or kernel; None: it cannot be told without computing it.

    A computed weight is as large as what it is kept as, a magnitude having size 1 along the axes that it spans.
    """
    try:
        shape = torch.broadcast_shapes(*(t.shape for t in stored(module, name).tensors.values()))  # type: ignore[no-untyped-call]
    except RuntimeError:
        return None
    return (shape[0], shape[1]) if len(shape) >= 2 else None
