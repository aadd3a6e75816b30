"""Torch-Pruning's criteria, and how it is brought to a share of the MACs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from medprune_gui.engine.errors import BudgetError
from medprune_gui.engine.experiments.benches.contenders import Example
from medprune_gui.engine.experiments.benches.torch_pruning_tool import AssistedTorchPruning
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.models.modes import evaluation_mode
from medprune_gui.engine.pruning.criteria import CriterionData

#: In how many even steps a share is tried, one after the other: ranked globally at once, it leaves layers whole that
#: would lose all their channels, and may miss a small share; in steps such layers get narrow first.
STEPS = (1, 2, 4, 8, 16, 32)

#: Halvings of the interval of ratios: finer than one channel of the networks here.
HALVINGS = 9


@dataclass(frozen=True, slots=True)
class TorchPruningCriterion:
    """One of its importance classes with its defaults, ranked over the whole network or layer by layer.

    Attributes
    ----------
    importance, arguments
        Name of the class in ``torch_pruning.importance``, and what it is made with.
    globally
        Whether all layers are ranked together.
    needs_gradients
        Whether it looks at the loss of training cases.
    """

    importance: str
    globally: bool
    arguments: tuple[tuple[str, Any], ...] = ()
    needs_gradients: bool = False


CRITERIA: Mapping[str, TorchPruningCriterion] = {
    "l1": TorchPruningCriterion("GroupMagnitudeImportance", True, (("p", 1),)),
    "l1-local": TorchPruningCriterion("GroupMagnitudeImportance", False, (("p", 1),)),
    "l2": TorchPruningCriterion("GroupMagnitudeImportance", True, (("p", 2),)),
    "l2-local": TorchPruningCriterion("GroupMagnitudeImportance", False, (("p", 2),)),
    "taylor": TorchPruningCriterion("GroupTaylorImportance", True, needs_gradients=True),
    "taylor-local": TorchPruningCriterion("GroupTaylorImportance", False, needs_gradients=True),
    "lamp": TorchPruningCriterion("LAMPImportance", True),
    "fpgm": TorchPruningCriterion("FPGMImportance", True),
    "bn-scale": TorchPruningCriterion("BNScaleImportance", True),
}


class RankedTorchPruning(AssistedTorchPruning):
    """Torch-Pruning with one of its criteria."""

    def __init__(self, model: nn.Module, example: Example, criterion: TorchPruningCriterion) -> None:
        super().__init__(model, example)
        self.criterion = criterion
        self.ranks_globally = criterion.globally

    def importance(self) -> Any:
        """Return the criterion's importance."""
        import torch_pruning

        return getattr(torch_pruning.importance, self.criterion.importance)(**dict(self.criterion.arguments))


def prune_to_share(
    original: nn.Module, example: Example, criterion: TorchPruningCriterion, share: float, data: CriterionData
) -> tuple[nn.Module, int]:
    """Prune with Torch-Pruning by the smallest ratio that leaves no more than a share of the MACs.

    Parameters
    ----------
    original
        Left as it is.
    share
        Of the MACs, 0 to 1.
    data
        Training cases, for criteria that look at gradients.

    Returns
    -------
    nn.Module
        The pruned network, all of its parameters trainable.
    int
        In how many steps the share was reached; see `STEPS`.

    Raises
    ------
    BudgetError
        No ratio leaves so little.
    """
    prepared = copy.deepcopy(original)
    if criterion.needs_gradients:
        _add_gradients_(prepared, data)
    most = share * count_macs(original, example).macs

    def attempt(ratio: float, steps: int) -> nn.Module | None:
        worker = RankedTorchPruning(copy.deepcopy(prepared), example, criterion)
        for mine, theirs in zip(worker.model.parameters(), prepared.parameters(), strict=True):
            mine.grad = None if theirs.grad is None else theirs.grad.clone()  # Copies come without.
        worker.prepare()
        worker.analyse()
        pruned = worker.prune(ratio, steps)
        return pruned if count_macs(pruned, example).macs <= most else None

    for steps in STEPS:
        pruned = _smallest(lambda ratio, steps=steps: attempt(ratio, steps), 1.0 - share**0.5)  # type: ignore[misc]
        if pruned is not None:
            pruned.zero_grad(set_to_none=True)
            return pruned.requires_grad_(True), steps
    raise BudgetError(f"Torch-Pruning does not reach {share:.0%} of the MACs at any ratio", where=criterion.importance)


def _smallest(attempt: Callable[[float], nn.Module | None], guess: float) -> nn.Module | None:
    """Return what the smallest ratio that succeeds gives: the interval around a guess is halved; None: none does.

    A ratio that is too large fails as well, so that the search goes up in small steps to find one that succeeds.
    """
    low, high, found = 0.0, guess, attempt(guess)
    for way in (0.15, 0.3, 0.45, 0.6, 0.75, 0.9):
        if found is not None:
            break
        low, high = high, guess + (1.0 - guess) * way
        found = attempt(high)
    if found is None:
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        smaller = attempt(middle)
        low, high = (middle, high) if smaller is None else (low, middle)
        found = smaller or found
    return found


def _add_gradients_(model: nn.Module, data: CriterionData) -> None:
    """Leave the gradient of the cases' loss in each parameter, as its documentation does it."""
    with torch.enable_grad(), evaluation_mode(model):
        for inputs, targets in data.on(model):
            data.loss(model(*inputs), targets).backward()  # type: ignore[no-untyped-call]
