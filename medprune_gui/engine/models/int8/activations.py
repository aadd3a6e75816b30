"""Inputs of layers as uint8: one scale and zero point a tensor, of least squared error over calibration cases."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from medprune_gui.engine.errors import ComputeError, InputError
from medprune_gui.engine.models.failures import failures_in_words
from medprune_gui.engine.models.modes import evaluation_mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LARGEST = 255

# Several bins to a step of the coarsest clipping, so that a bin's middle may stand for what falls into it.
_BINS = 4096
_CLIPPING = torch.linspace(0.3, 1.0, 29, dtype=torch.float64)


@dataclass(frozen=True, slots=True)
class AffineRange:
    """A float x is stored as ``round(x / scale) + zero_point``, clipped to 0 to 255; 0.0 is stored without error."""

    scale: float
    zero_point: int


def calibrated_ranges(
    network: nn.Module, layers: Mapping[str, nn.Module], batches: Sequence[Tensor]
) -> dict[str, AffineRange]:
    """Run the network over the calibration cases and return a range for the input of each layer that was reached.

    Two passes: the extremes of each input, then its histogram between them, so that memory does not grow with the
    cases. Of a grid of clipped ranges the one with the least squared error over the histogram is taken (Sung et al.,
    arXiv 1511.06488; Nagel et al., arXiv 2106.08295, section 3.1). Zeros, such as ReLU and padding leave many of,
    are stored exactly by every range and are not counted.

    Parameters
    ----------
    layers
        Name -> a layer of the network that takes one tensor; its input in all calls together is looked at.
    batches
        (case, channel, ...) each, on the network's device.

    Raises
    ------
    InputError
        There are no calibration cases.
    ArchitectureError
        The network does not run on the cases.
    ComputeError
        An input is not finite, or there is too little memory for a batch.
    """
    if not sum(len(batch) for batch in batches):
        raise InputError("int8 needs calibration cases, and there are none", remedy="Give at least one training case")
    extremes: dict[str, tuple[float, float]] = {}

    def widen(name: str, values: Tensor) -> None:
        low, high = (float(end) for end in torch.aminmax(values))
        if not (torch.isfinite(torch.tensor([low, high])).all()):
            raise ComputeError("the input of this layer is not a number for a calibration case", where=name)
        before = extremes.get(name, (0.0, 0.0))
        extremes[name] = (min(before[0], low), max(before[1], high))

    histograms: dict[str, Tensor] = {}

    def count(name: str, values: Tensor) -> None:
        low, high = extremes[name]
        counts = torch.histc(values[values != 0].float(), _BINS, low, high) if low < high else torch.zeros(_BINS)
        histograms[name] = histograms.get(name, torch.zeros(_BINS, dtype=torch.float64)) + counts.cpu().double()

    for look in (widen, count):
        with _inputs_seen(layers, look), evaluation_mode(network):
            for batch in batches:
                with torch.inference_mode(), failures_in_words(network, (batch,)):
                    network(batch)
    return {name: best_range(histograms[name], *ends) for name, ends in extremes.items()}


def best_range(counts: Tensor, low: float, high: float) -> AffineRange:
    """Return the range of least squared error for values that a histogram describes.

    Parameters
    ----------
    counts
        (bin,), of equal bins from ``low`` to ``high``.
    low, high
        At most 0, and at least 0.
    """
    if low == high:
        return AffineRange(1.0, 0)
    width = (high - low) / len(counts)
    filled = counts.nonzero()[:, 0]
    weights = counts[filled].double()
    middles = low + (filled.double() + 0.5) * width
    lows = low * _CLIPPING if low < 0 else torch.zeros(1, dtype=torch.float64)
    highs = high * _CLIPPING if high > 0 else torch.zeros(1, dtype=torch.float64)
    ends = torch.cartesian_prod(lows, highs)
    # As the layer stores it: single precision.
    scales = ((ends[:, 1] - ends[:, 0]) / LARGEST).float().clamp_min(torch.finfo().tiny).double()
    zero_points = (-ends[:, 0] / scales).round().clamp(0, LARGEST)
    # The widest range is the last; of equally good ones it is preferred.
    best, least = len(ends) - 1, float("inf")
    for index in reversed(range(len(ends))):
        scale, zero_point = scales[index], zero_points[index]
        stored = ((middles / scale).round() + zero_point).clamp(0, LARGEST)
        error = float(weights @ ((stored - zero_point) * scale - middles).square())
        if error < least:
            best, least = index, error
    return AffineRange(float(scales[best]), int(zero_points[best]))


@contextmanager
def _inputs_seen(layers: Mapping[str, nn.Module], look: Callable[[str, Tensor], None]) -> Iterator[None]:
    def hook_of(name: str) -> Callable[[nn.Module, tuple[Any, ...], dict[str, Any]], None]:
        def hook(_: nn.Module, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
            (values,) = (*arguments, *named.values())
            if values.numel():
                look(name, values.detach())

        return hook

    handles = [layer.register_forward_pre_hook(hook_of(name), with_kwargs=True) for name, layer in layers.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
