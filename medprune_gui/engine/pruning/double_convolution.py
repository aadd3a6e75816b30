"""Convolution of volumes in double precision as matrix products, one for each place of the kernel.

torch has no fast kernel for it on a processor. On volumes of some size this takes less than half the time and does not
write the kernel's neighbourhoods out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
    size = [(n - k) // step + 1 for n, k, step in zip(padded.shape[2:], weight.shape[2:], stride, strict=True)]
    if math.prod(size) < FEWEST_PLACES:
        return None
    if all(step == 1 for step in stride):
        out = _by_shifts(padded, weight, size)
    else:
        out = _by_windows(padded, weight, size, stride)
    if bias is not None:
        out += bias.reshape(-1, 1, 1, 1)
    return out


def _by_shifts(padded: torch.Tensor, weight: torch.Tensor, size: Sequence[int]) -> torch.Tensor:
    """Convolve with steps of one: in memory, all places that one place of the kernel meets are one shifted run."""
    cases, channels, _, rows, columns = padded.shape
    run = ((size[0] - 1) * rows + size[1] - 1) * columns + size[2]
    flat, out = padded.reshape(cases, channels, -1), padded.new_zeros(cases, weight.shape[0], size[0] * rows * columns)
    for z, y, x in product(*map(range, weight.shape[2:])):
        shift = (z * rows + y) * columns + x
        for case, values in zip(out, flat, strict=True):
            case[:, :run].addmm_(weight[:, :, z, y, x], values[:, shift : shift + run])
    # Places at the ends of rows, where the kernel would reach into the next ones, are no results.
    return out.reshape(*out.shape[:2], size[0], rows, columns)[..., : size[1], : size[2]].contiguous()


def _by_windows(padded: torch.Tensor, weight: torch.Tensor, size: Sequence[int], stride: Sequence[int]) -> torch.Tensor:
    """Convolve with any steps: the places that one place of the kernel meets are copied."""
    out = padded.new_zeros(padded.shape[0], weight.shape[0], math.prod(size))
    for place in product(*map(range, weight.shape[2:])):
        z, y, x = place
        depth, rows, columns = (
            slice(first, first + (n - 1) * step + 1, step) for first, n, step in zip(place, size, stride, strict=True)
        )
        met = padded[:, :, depth, rows, columns].reshape(*padded.shape[:2], -1)
        for case, values in zip(out, met, strict=True):
            case.addmm_(weight[:, :, z, y, x], values)
    return out.reshape(*out.shape[:2], *size)
