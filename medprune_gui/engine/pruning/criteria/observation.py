"""Watch a network while it runs: what goes into its layers, and which feature map belongs to which channels.

Functions are watched rather than modules, so that activations that a network's code calls itself are seen as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakTensorKeyDictionary

from medprune_gui.engine.pruning.criteria.evidence import as_plain
from medprune_gui.engine.pruning.graph import ChannelGraph

_CONVOLUTIONS = frozenset({"conv1d", "conv2d", "conv3d"})
_TRANSPOSED = frozenset({"conv_transpose1d", "conv_transpose2d", "conv_transpose3d"})
#: Place of the weight among the arguments of functions that put out as many channels as it has entries.
_NORMS = {"batch_norm": 3, "instance_norm": 3, "group_norm": 2, "layer_norm": 2}
_ACTIVATIONS = frozenset({
    "relu", "relu_", "relu6", "prelu", "leaky_relu", "leaky_relu_", "elu", "elu_", "selu", "selu_", "celu", "celu_",
    "gelu", "silu", "mish", "hardtanh", "hardtanh_", "hardswish", "hardsigmoid", "logsigmoid", "softplus", "softsign",
    "softshrink", "hardshrink", "threshold", "threshold_", "rrelu", "rrelu_", "sigmoid", "sigmoid_", "tanh", "tanh_",
    "clamp", "clamp_", "clamp_min", "clamp_min_",
})  # fmt: skip
#: Functions that leave every channel where it is.
_CARRYING = _ACTIVATIONS | {
    "add", "add_", "__add__", "__iadd__", "__radd__", "sub", "sub_", "__sub__", "mul", "mul_", "__mul__", "__imul__",
    "__rmul__", "div", "__truediv__", "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_dropout",
    "alpha_dropout", "clone", "contiguous", "to", "float", "double", "interpolate", "max_pool1d", "max_pool2d",
    "max_pool3d", "_max_pool1d", "_max_pool2d", "_max_pool3d", "avg_pool1d", "avg_pool2d", "avg_pool3d",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class LayerCall:
    """One use of a convolution or dense layer.

    Attributes
    ----------
    name
        Of its weight.
    inputs
        What it is applied to.
    channel_axis
        Axis of ``inputs`` that the channels lie along.
    shape, groups, transposed
        Of the weight.
    """

    name: str
    inputs: torch.Tensor
    channel_axis: int
    shape: tuple[int, ...]
    groups: int = 1
    transposed: bool = False

    def along_inputs(self, values: torch.Tensor) -> torch.Tensor:
        """Lay one value per input channel along the weight, so that it can be multiplied with it."""
        kernel = (1,) * (len(self.shape) - 2)
        if self.transposed:
            return values.reshape(-1, 1, *kernel)
        outputs, inputs = self.shape[:2]
        rows = values.reshape(self.groups, inputs).repeat_interleave(outputs // self.groups, dim=0)
        return rows.reshape(outputs, inputs, *kernel)


@dataclass(frozen=True, eq=False)
class FeatureMap:
    """What a layer or an activation puts out.

    Attributes
    ----------
    name, axis
        A parameter and the axis of it that has the same channels.
    values
        The map itself.
    channel_axis
        Axis of ``values`` that the channels lie along.
    """

    name: str
    axis: int
    values: torch.Tensor
    channel_axis: int

    @property
    def cases(self) -> int:
        """How many cases ran."""
        return len(self.values)

    def channels_first(self) -> torch.Tensor:
        """Return the map as (channel, case, *positions)."""
        return self.values.movedim(self.channel_axis, 0)

    def belongs_to(self, graph: ChannelGraph) -> bool:
        """Whether a graph knows the units of these channels."""
        axes = graph.tensors.get(self.name)
        ids = axes.units.get(self.axis) if axes else None
        return ids is not None and ids.size == self.values.shape[self.channel_axis] and bool(ids.any())


class _Watching(TorchFunctionMode):
    """Reads the arguments of functions by the names of a network's parameters."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._names = {id(parameter): name for name, parameter in model.named_parameters()}

    def name_of(self, place: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
        """Return the name of the weight that a function got."""
        weight = kwargs["weight"] if "weight" in kwargs else args[place] if len(args) > place else None
        return self._names.get(id(weight))

    def layer_call(self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> LayerCall | None:
        """Return the use of a layer that a call is, if it is one of a named weight."""
        convolution, transposed = function in _CONVOLUTIONS, function in _TRANSPOSED
        if not (convolution or transposed or function == "linear"):
            return None
        name = self.name_of(1, args, kwargs)
        inputs = kwargs["input"] if "input" in kwargs else args[0] if args else None
        if name is None or not isinstance(inputs, torch.Tensor):
            return None
        weight = kwargs["weight"] if "weight" in kwargs else args[1]
        shape = tuple(weight.shape)
        if function == "linear":
            return LayerCall(name, inputs, inputs.ndim - 1, shape)
        # (input, weight, bias, stride, padding, dilation, groups); transposed ones have (..., output_padding, groups).
        groups = int(kwargs.get("groups", args[6] if len(args) > 6 else 1))
        return LayerCall(name, inputs, inputs.ndim - len(shape) + 1, shape, groups, transposed)


class _LayerWatching(_Watching):
    def __init__(self, model: nn.Module, visit: Callable[[LayerCall], None]) -> None:
        super().__init__(model)
        self._visit = visit

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        call = self.layer_call(getattr(func, "__name__", ""), args, kwargs)
        if call is not None:
            self._visit(call)
        return func(*args, **kwargs)


class _MapWatching(_Watching):
    def __init__(
        self, model: nn.Module, kind: Literal["activation", "layer"], visit: Callable[[FeatureMap], None]
    ) -> None:
        super().__init__(model)
        self._kind, self._visit = kind, visit
        #: Value -> (parameter, its axis, axis of the value).
        self._sources = WeakTensorKeyDictionary()

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        function = getattr(func, "__name__", "")
        call = self.layer_call(function, args, kwargs)
        carried = None if call else self._carried(function, args, kwargs)
        out = func(*args, **kwargs)
        if not isinstance(out, torch.Tensor):
            return out
        source: tuple[str, int, int] | None = carried
        if call is not None:
            source = (call.name, _output_axis(call.transposed, call.groups), call.channel_axis)
        if source is not None and source[2] < out.ndim:
            self._sources[out] = source
            wanted = function in _ACTIVATIONS if self._kind == "activation" else function not in _CARRYING
            if wanted:
                self._visit(FeatureMap(source[0], source[1], as_plain(out), source[2]))
        elif out in self._sources:
            # Written in place by something that is not followed: it is no longer what it was.
            del self._sources[out]
        return out

    def _carried(self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, int, int] | None:
        """Return where the channels of the result come from: a normalisation's weight, else an operand."""
        if function in _NORMS:
            name = self.name_of(_NORMS[function], args, kwargs)
            value = args[0] if args else kwargs.get("input")
            if name is not None and isinstance(value, torch.Tensor):
                return name, 0, value.ndim - 1 if function == "layer_norm" else 1
        elif function not in _CARRYING:
            return None
        tensors = [x for x in (*args, *kwargs.values()) if isinstance(x, torch.Tensor)]
        largest = max((x.numel() for x in tensors), default=0)
        for tensor in tensors:
            if tensor.numel() == largest and tensor in self._sources:
                source: tuple[str, int, int] = self._sources[tensor]
                return source
        return None


def watch_layers(model: nn.Module, visit: Callable[[LayerCall], None]) -> TorchFunctionMode:
    """Return a context in which every use of a convolution or dense layer of the network is visited."""
    return _LayerWatching(model, visit)


def watch_maps(
    model: nn.Module, kind: Literal["activation", "layer"], visit: Callable[[FeatureMap], None]
) -> TorchFunctionMode:
    """Return a context in which feature maps are visited: those after activations, or those that layers put out."""
    return _MapWatching(model, kind, visit)


def _output_axis(transposed: bool, groups: int) -> int:
    """Return the axis of a weight that its outputs lie along; a transposed convolution in groups has it first."""
    return int(transposed and groups == 1)
