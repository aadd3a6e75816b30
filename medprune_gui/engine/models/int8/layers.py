"""A layer that computes with int8 weights and a uint8 input, emulated in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

# Registers torch's operators quantized_decomposed, which the ONNX exporter writes as (De)QuantizeLinear.
import torch.ao.quantization.fx._decomposed
from torch import Tensor, nn
from torch.nn import functional

from medprune_gui.engine.models.int8 import activations, weights
from medprune_gui.engine.models.int8.activations import AffineRange
from medprune_gui.engine.models.int8.weights import quantise_weight

if TYPE_CHECKING:
    from collections.abc import Callable

Convolution = nn.Conv1d | nn.Conv2d | nn.Conv3d
Transposed = nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d
Quantisable = Convolution | Transposed | nn.Linear

#: Subclasses may compute something else.
QUANTISABLE: tuple[type[nn.Module], ...] = (
    nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d, nn.Linear
)  # fmt: skip

_TRANSPOSED = {
    nn.ConvTranspose1d: functional.conv_transpose1d,
    nn.ConvTranspose2d: functional.conv_transpose2d,
    nn.ConvTranspose3d: functional.conv_transpose3d,
}


class Int8Layer(nn.Module):
    """A convolution, transposed convolution or linear layer whose weight and input hold integers.

    The sums are those of the integer layer, computed in float32: products of integers and their sums are exact up to
    the rounding of float32. The bias stays float32; integer runtimes round it to the step of the sums, which is far
    below the step of any input.

    Parameters
    ----------
    layer
        Of a type in `QUANTISABLE`; not changed.
    entering
        The range of its input.
    """

    weight_values: Tensor
    weight_scales: Tensor
    weight_zero_points: Tensor
    input_scale: Tensor
    input_zero_point: Tensor

    def __init__(self, layer: Quantisable, entering: AffineRange) -> None:
        super().__init__()
        self.kind = type(layer).__name__
        self.axis = int(type(layer) in _TRANSPOSED)
        found = quantise_weight(layer.weight, self.axis)
        self.register_buffer("weight_values", found.values)
        self.register_buffer("weight_scales", found.scales)
        # A constant of the operator, not stored.
        self.register_buffer("weight_zero_points", torch.zeros_like(found.scales, dtype=torch.int64), persistent=False)
        self.bias = None if layer.bias is None else nn.Parameter(layer.bias.detach().float().clone(), False)
        self.register_buffer("input_scale", torch.tensor(entering.scale))
        self.register_buffer("input_zero_point", torch.tensor(entering.zero_point, dtype=torch.uint8))
        self._entering = entering
        # The geometry alone: the weight in float is not kept.
        self._geometry = _without_weight(layer)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (torch's layers call it so, and callers may name it)
        """Return what the layer puts out for an input of any batch size."""
        ops, entering = torch.ops.quantized_decomposed, self._entering
        limits = (entering.scale, entering.zero_point, 0, activations.LARGEST, torch.uint8)
        stored = ops.dequantize_per_tensor(ops.quantize_per_tensor(input.float(), *limits), *limits)
        weight = ops.dequantize_per_channel(
            self.weight_values,
            self.weight_scales,
            self.weight_zero_points,
            self.axis,
            -weights.LARGEST,
            weights.LARGEST,
            torch.int8,
        )
        layer = self._geometry
        result: Tensor
        if isinstance(layer, nn.Linear):
            result = functional.linear(stored, weight, self.bias)
        elif isinstance(layer, Convolution):
            result = layer._conv_forward(stored, weight, self.bias)
        else:
            transposed: Callable[..., Tensor] = _TRANSPOSED[type(layer)]
            geometry = (layer.stride, layer.padding, layer.output_padding, layer.groups, layer.dilation)
            result = transposed(stored, weight, self.bias, *geometry)
        return result

    def extra_repr(self) -> str:
        """Say what was quantised, for the printed network."""
        return f"{self.kind}, weight {tuple(self.weight_values.shape)}, input scale {self._entering.scale:.3g}"


def _without_weight(layer: Quantisable) -> Quantisable:
    geometry = object.__new__(type(layer))
    nn.Module.__init__(geometry)
    own = {name: value for name, value in vars(layer).items() if name not in vars(geometry)}
    vars(geometry).update(own)
    geometry.register_parameter("weight", None)
    geometry.register_parameter("bias", None)
    return geometry.eval()
