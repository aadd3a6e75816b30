"""Convolution of volumes in double precision as matrix products, one for each place of the kernel.

torch has no fast kernel for it on a processor. On volumes of some size this takes less than half the time and does not
write the kernel's neighbourhoods out.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import torch
from torch.nn import functional

aten = torch.ops.aten

#: Places and input channels from which on it pays.
FEWEST_PLACES, FEWEST_CHANNELS = 4096, 8


def convolved_in_double(packet: Any, args: tuple[Any, ...]) -> torch.Tensor | None:
    """Return the result of a convolution of volumes; None: it is another operation, or torch is as fast.

    Parameters
    ----------
    packet, args
        The ATen operation and its arguments.
    """
    if packet is not aten.convolution or args[0].dtype != torch.float64 or args[0].ndim != 5:
        return None
    x, weight, bias, stride, padding, dilation, transposed, _, groups = args
    if transposed or groups != 1 or any(step != 1 for step in dilation) or x.shape[1] < FEWEST_CHANNELS:
        return None
    padded = functional.pad(x, [amount for axis in reversed(padding) for amount in (axis, axis)])
    kernel = weight.shape[2:]
    size = [(n - k) // step + 1 for n, k, step in zip(padded.shape[2:], kernel, stride, strict=True)]
    places = size[0] * size[1] * size[2]
    if places < FEWEST_PLACES:
        return None
    out = x.new_zeros(x.shape[0], weight.shape[0], places)
    for place in product(*map(range, kernel)):
        window = tuple(
            slice(first, first + (n - 1) * step + 1, step) for first, n, step in zip(place, size, stride, strict=True)
        )
        columns = padded[(slice(None), slice(None), *window)].reshape(*x.shape[:2], places)
        part = weight[(slice(None), slice(None), *place)]
        for case, column in zip(out, columns, strict=True):
            case.addmm_(part, column)
    if bias is not None:
        out += bias[:, None]
    result: torch.Tensor = out.reshape(*out.shape[:2], *size)
    return result
