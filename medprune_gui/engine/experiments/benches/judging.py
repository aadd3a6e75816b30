"""One judge for all tools: a pruned network must compute what the original does with the removed weights at zero."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.models.randomness import private_random
from medprune_gui.engine.pruning.still_mode import StillMode
from medprune_gui.engine.pruning.trial import TOLERANCE

Finding = Literal["exact", "inexact", "nothing removed"]

#: Zeroing changes the result by more than this share of it, or an equal result proves nothing.
VISIBLE = 1e-8


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the comparison found.

    Attributes
    ----------
    finding
        ``exact``: removed equals zeroed, up to rounding.
    error
        Largest difference, relative to the largest output; NaN where nothing could be compared.
    reason
        Why it is not exact, in words; empty where it is.
    """

    finding: Finding
    error: float = math.nan
    reason: str = ""


def make_distinct_(model: nn.Module, seed: int = 0) -> None:
    """Give every element of a weight another value, in place, so that those that stay can be told by their values.

    Weights keep about their mean and spread; constant ones (fresh biases and norms) get a spread, without which a
    wrong cut would not show.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for tensor in (*model.parameters(), *model.buffers()):
            if not tensor.is_floating_point() or not tensor.numel():
                continue
            values = tensor.double()
            spread = math.sqrt(3.0) * float(values.std(correction=0))
            if spread == 0.0:
                fan_in = tensor[0].numel() if tensor.ndim >= 2 else 1
                spread = 0.3 / math.sqrt(fan_in)
            count = tensor.numel()
            ranks = torch.randperm(count, generator=generator).double().reshape(tensor.shape)
            tensor.copy_(values.mean() + spread * ((2 * ranks + 1) / count - 1))


def judge(original: nn.Module, pruned: nn.Module, example: tuple[torch.Tensor, ...]) -> Judgement:
    """Find the weights that are gone, zero them in a copy of the original, and compare.

    Nothing that the tool says about itself is used: weights are recognised by their values.

    Parameters
    ----------
    original
        With distinct weights (see `make_distinct_`), in evaluation mode; left as found.
    pruned
        The same network after pruning, all weights that it kept unchanged.
    example
        In the precision of the networks.
    """
    masked = copy.deepcopy(original)
    before = _outputs(masked, example)
    try:
        removed = _zero_missing_(masked, pruned)
    except ValueError as changed:
        return Judgement("inexact", reason=str(changed))
    if not removed:
        return Judgement("nothing removed", 0.0, "no weight was removed")
    expected = _outputs(masked, example)
    found = _outputs(copy.deepcopy(pruned).eval(), example)
    if [y.shape for y in expected] != [y.shape for y in found]:
        return Judgement("inexact", reason="the outputs have other shapes")
    error = _difference(found, expected)
    precision = torch.float64 if all(y.dtype == torch.float64 for y in expected if y.is_floating_point()) else (
        torch.float32
    )  # fmt: skip
    if not error <= TOLERANCE[precision]:
        return Judgement("inexact", error, f"the results differ from zeroing by {error:.1g}")
    if not _difference(expected, before) > VISIBLE:
        return Judgement("inexact", error, "zeroing changes nothing, so that nothing is proven")
    return Judgement("exact", error)


def _zero_missing_(masked: nn.Module, pruned: nn.Module) -> int:
    """Set to zero what the pruned network lacks; return how many elements that are.

    Raises
    ------
    ValueError
        The pruned network holds weights that the original does not have.
    """
    kept = {**dict(pruned.named_parameters()), **dict(pruned.named_buffers())}
    removed = 0
    for name, tensor in (*masked.named_parameters(), *masked.named_buffers()):
        if not tensor.is_floating_point() or not tensor.numel():
            continue
        if name not in kept:
            raise ValueError(f"{name} is missing")
        own, left = tensor.detach(), kept[name].detach()
        stays = _rows_and_columns(own, left)
        if stays is None:
            stays = _elements(own, left)
        if stays is None:
            raise ValueError(f"{name} has other values than before")
        removed += own.numel() - left.numel()
        if not name.endswith("running_var"):  # It is divided by.
            own.masked_fill_(~stays, 0.0)
    return removed


def _rows_and_columns(original: torch.Tensor, pruned: torch.Tensor) -> torch.Tensor | None:
    """Return which elements stay where whole indices along axes were cut, as nearly always; None: it is not so."""
    if original.shape == pruned.shape:
        return torch.ones(original.shape, dtype=torch.bool) if torch.equal(original, pruned) else None
    if original.ndim != pruned.ndim or not pruned.numel():
        return None
    places = (original == pruned.flatten()[0]).nonzero()
    if len(places) != 1:
        return None
    stays, gathered = torch.ones((), dtype=torch.bool), original
    for axis in range(original.ndim):
        others = [other for other in range(original.ndim) if other != axis]
        line = original[tuple(slice(None) if a == axis else places[0, a] for a in range(original.ndim))].contiguous()
        wanted = pruned[tuple(slice(None) if a == axis else 0 for a in range(original.ndim))].contiguous()
        ordered, order = line.sort()
        indices = order[torch.searchsorted(ordered, wanted).clamp_(max=line.numel() - 1)]
        gathered = gathered.index_select(axis, indices)
        own = torch.zeros(line.numel(), dtype=torch.bool).index_fill_(0, indices, True)
        stays = stays & own.reshape([1 if other in others else -1 for other in range(original.ndim)])
    return stays if torch.equal(gathered, pruned) else None


def _elements(original: torch.Tensor, pruned: torch.Tensor) -> torch.Tensor | None:
    """Return which elements stay, each by itself; None: there are values that the original does not have."""
    ordered, order = original.flatten().sort()
    values = pruned.flatten()
    place = torch.searchsorted(ordered, values).clamp_(max=ordered.numel() - 1)
    if not torch.equal(ordered[place], values):
        return None
    stays = torch.zeros(original.numel(), dtype=torch.bool)
    stays[order[place]] = True
    return stays.reshape(original.shape)


def _outputs(model: nn.Module, example: tuple[torch.Tensor, ...]) -> list[torch.Tensor]:
    with private_random((0,)), torch.no_grad(), StillMode():  # A network may shuffle, which the mode lets through.
        out = model(*(x.clone() for x in example))
    return [y for y in tree_leaves(out) if isinstance(y, torch.Tensor)]


def _difference(values: list[torch.Tensor], reference: list[torch.Tensor]) -> float:
    worst = 0.0
    for value, expected in zip(values, reference, strict=True):
        if not expected.is_floating_point() or not expected.numel():
            continue
        scale = float(expected.abs().max()) or 1.0
        difference = float((value - expected).abs().max()) / scale
        worst = max(worst, difference if not math.isnan(difference) else math.inf)
    return worst
