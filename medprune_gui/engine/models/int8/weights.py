"""Weights as int8: symmetric, one scale per output channel, the scale of least squared error."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

#: Symmetric: -128 is not used, so that a weight and its negative are quantised alike.
LARGEST = 127

# Shares of the largest weight that is not clipped; at 1.0 nothing is.
_CLIPPING = torch.linspace(0.4, 1.0, 31)
_REFINEMENTS = 20


@dataclass(frozen=True, slots=True, eq=False)
class QuantisedWeight:
    """A weight as integers: it stands for ``values * scales``, with the scales along ``axis``.

    Attributes
    ----------
    values
        int8, of the weight's shape, from -127 to 127.
    scales
        (channel,), float32, above 0.
    axis
        The axis of the output channels.
    """

    values: Tensor
    scales: Tensor
    axis: int

    def dequantised(self) -> Tensor:
        """Return the float32 weight that the integers stand for."""
        shape = [1] * self.values.ndim
        shape[self.axis] = -1
        return self.values.float() * self.scales.reshape(shape)


def quantise_weight(weight: Tensor, axis: int) -> QuantisedWeight:
    """Return the weight as int8, each output channel with the scale s that minimises the sum of (w - s q)^2.

    The best of a grid of clipping factors (Choukroun et al., ICCV workshops 2019; Nagel et al., arXiv 2106.08295,
    section 3.1) is refined by alternating least squares: the integers that are nearest for a scale, then the scale
    <w, q> / <q, q> that is best for these integers, until they stay (as Zhang et al., LQ-Nets, ECCV 2018). No step
    makes the error larger, and the grid holds the usual scale, the largest weight divided by 127: none is worse.

    Parameters
    ----------
    axis
        The axis of the output channels: 0, or 1 in a transposed convolution, where groups share their scales.
    """
    rows = weight.detach().float().movedim(axis, 0)
    moved = rows.shape
    rows = rows.flatten(1)
    # A channel that is all zero takes any scale.
    peak = rows.abs().amax(dim=1)
    peak = torch.where(peak > 0, peak, torch.full_like(peak, LARGEST)).clamp_min(LARGEST * torch.finfo().tiny)
    scales = peak / LARGEST
    least = _squared_error(rows, scales)
    for factor in _CLIPPING[:-1].tolist():
        scales, least = _better(rows, peak * (factor / LARGEST), scales, least)
    for _ in range(_REFINEMENTS):
        integers = _integers(rows, scales)
        norm = (integers * integers).sum(dim=1)
        fitted = torch.where(norm > 0, (rows * integers).sum(dim=1) / norm.clamp_min(1.0), scales)
        before = scales
        scales, least = _better(rows, fitted, scales, least)
        if torch.equal(scales, before):
            break
    values = _integers(rows, scales).to(torch.int8).reshape(moved).movedim(0, axis)
    return QuantisedWeight(values.contiguous(), scales, axis)


def _integers(rows: Tensor, scales: Tensor) -> Tensor:
    return (rows / scales[:, None]).round_().clamp_(-LARGEST, LARGEST)


def _squared_error(rows: Tensor, scales: Tensor) -> Tensor:
    # In double precision: the refinement compares errors that differ in their last digits.
    return (rows - _integers(rows, scales) * scales[:, None]).square().sum(dim=1, dtype=torch.float64)


def _better(rows: Tensor, candidate: Tensor, scales: Tensor, least: Tensor) -> tuple[Tensor, Tensor]:
    error = _squared_error(rows, candidate)
    better = (error < least) & (candidate > 0)
    return torch.where(better, candidate, scales), torch.where(better, error, least)
