"""The layers of a network that take most of its time, and what is left of them after a choice of units."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd

from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.failures import failures_in_words
from medprune_gui.engine.pruning.costs import Keep
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.latency.table import LayerTimes
from medprune_gui.engine.pruning.module_patches import patch_modules
from medprune_gui.engine.pruning.unit_ids import Ids


@dataclass(frozen=True, eq=False)
class LayerCall:
    """One call of a convolution or linear layer.

    Attributes
    ----------
    name
        The layer's name within the network.
    layer
        The layer of the network at hand.
    input_shape
        (batch, channel, ...) for a convolution, (..., feature) for a linear layer.
    outputs
        Elements that the call puts out.
    units
        For each of the weight's first two axes the unit at each index; None: the axis stays whole.
    """

    name: str
    layer: nn.Module
    input_shape: tuple[int, ...]
    outputs: int
    units: tuple[Ids | None, Ids | None] = field(repr=False)

    def weight_shape(self, keep: Keep) -> tuple[int, ...]:
        """Return the weight's shape when only some units are kept."""
        shape = list(_weight(self.layer).shape)
        for axis, ids in enumerate(self.units):
            if ids is not None:
                shape[axis] = int(keep[ids].sum())
        return tuple(shape)

    def outputs_left(self, keep: Keep) -> float:
        """Return how many elements the call puts out then."""
        axis = _output_axis(self.layer)
        whole = _weight(self.layer).shape[axis]
        return self.outputs * self.weight_shape(keep)[axis] / whole

    def key(self, weight_shape: tuple[int, ...]) -> str:
        """Say all that the call's time depends on."""
        layer: Any = self.layer
        shape = self.input_shape
        around = (shape[0], *shape[2:]) if isinstance(layer, _ConvNd) else shape[:-1]
        words = [type(layer).__name__, _by(weight_shape), "bias" if _bias(layer) is not None else ""]
        if isinstance(layer, _ConvNd):
            per_group = _per_group(layer)
            words += [
                f"per group {per_group}" if layer.groups > 1 else "",
                f"stride {_by(layer.stride)}", f"dilation {_by(layer.dilation)}",
                f"padding {layer.padding if isinstance(layer.padding, str) else _by(layer.padding)}",
                f"output padding {_by(layer.output_padding)}" if layer.transposed else "",
            ]  # fmt: skip
        return " ".join([*filter(None, words), f"on {_by(around)}"])

    def time_in(self, times: LayerTimes, keep: Keep) -> float:
        """Return the milliseconds that a table has, or measures, for what is left of the layer then."""
        shape = self.weight_shape(keep)
        return times.of(self.key(shape), lambda: self.small(shape))

    def small(self, weight_shape: tuple[int, ...]) -> tuple[nn.Module, torch.Tensor]:
        """Return the layer with random weights of that shape, and an input that fits it."""
        layer: Any = copy.copy(self.layer)
        weight = _weight(self.layer)
        generator = torch.Generator().manual_seed(0)
        values = torch.randn(weight_shape, generator=generator).to(weight.device, weight.dtype)
        layer._parameters = {"weight": nn.Parameter(values / math.sqrt(max(values[0].numel(), 1)), requires_grad=False)}
        layer.__dict__.update(_forward_hooks={}, _forward_pre_hooks={}, _modules={}, _buffers={})
        outputs = weight_shape[_output_axis(self.layer)]
        shape = list(self.input_shape)
        if isinstance(self.layer, _ConvNd):
            patch_modules(layer)
            outputs, shape[1] = layer.out_channels, layer.in_channels
        else:
            layer.out_features, layer.in_features = weight_shape
            shape[-1] = weight_shape[1]
        bias = None if _bias(self.layer) is None else nn.Parameter(values.new_zeros(outputs), requires_grad=False)
        layer._parameters["bias"] = bias
        return layer, torch.rand(shape, generator=generator).to(weight.device, weight.dtype)


def layer_calls(model: nn.Module, graph: ChannelGraph, example: torch.Tensor) -> tuple[LayerCall, ...]:
    """Run a network once in evaluation mode and return its convolutions and linear layers in the order of the calls.

    Parameters
    ----------
    model
        A copy with the same parameters is run, so that it is left as found.
    example
        (batch, channel, ...), on the model's device.

    Raises
    ------
    ArchitectureError
        The network cannot be copied, or does not run on the example.
    OutOfMemoryError
        There is too little memory for it.
    """
    calls: list[LayerCall] = []
    private = private_copy(model).eval()

    def watch(name: str, layer: nn.Module) -> None:
        axes = graph.tensors.get(f"{name}.weight" if name else "weight")
        units = {} if axes is None else axes.units

        def note(_: nn.Module, args: tuple[Any, ...], named: dict[str, Any], out: Any) -> None:
            given = args[0] if args else named["input"]
            calls.append(LayerCall(name, layer, tuple(given.shape), out.numel(), (units.get(0), units.get(1))))

        private.get_submodule(name).register_forward_hook(note, with_kwargs=True)

    for name, layer in _timed_layers(model):
        watch(name, layer)
    with torch.no_grad(), failures_in_words(private, (example,)):
        private(example)
    return tuple(calls)


def _timed_layers(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    for name, module in model.named_modules():
        # A weight that is computed anew at each call (weight norm) is no parameter of that name.
        if isinstance(module, _ConvNd | nn.Linear) and module._parameters.get("weight") is not None:
            yield name, module


def _weight(layer: nn.Module) -> torch.Tensor:
    weight: torch.Tensor = layer.weight  # type: ignore[assignment]
    return weight


def _bias(layer: nn.Module) -> torch.Tensor | None:
    return layer._parameters.get("bias")


def _output_axis(layer: nn.Module) -> int:
    return int(isinstance(layer, _ConvNd) and layer.transposed and layer.groups == 1)


def _per_group(layer: _ConvNd) -> int:
    return (layer.in_channels if layer.transposed else layer.out_channels) // layer.groups


def _by(sizes: tuple[int, ...]) -> str:
    return "x".join(map(str, sizes))
