"""A pruning plan: which units stay, chosen by importance to meet an amount or a budget."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.config import Budget, PruningConfig
from medprune_gui.engine.errors import BudgetError
from medprune_gui.engine.models.complexity import Complexity
from medprune_gui.engine.pruning.criteria import CriterionData, ImportanceTable, importance_table, weight_importance
from medprune_gui.engine.pruning.graph import ChannelGraph, ChannelGroup
from medprune_gui.engine.pruning.masking import WeightMasks
from medprune_gui.engine.pruning.masks import choose_masks
from medprune_gui.engine.pruning.rebuilding import manifest_of
from medprune_gui.engine.pruning.shrinking import Cut, cuts_of
from medprune_gui.engine.pruning.unit_ids import Ids

#: Halvings in the search for the smallest amount that meets a budget: finer than one unit in any network.
BISECTIONS = 40


@dataclass(frozen=True, eq=False)
class PruningPlan:
    """What is to be pruned of one network.

    Attributes
    ----------
    graph
        The network's channel graph.
    kept
        Group name -> numbers of the units that stay, rising. Frozen groups are listed whole.
    amount
        Share of the units of all prunable groups (or of the weights) that goes; of the unpruned network where a graph
        of it was given.
    masks
        Single weights that are set to zero; None: whole channels only.
    notes
        What the user should know about the choice, in words.
    """

    graph: ChannelGraph = field(repr=False)
    kept: dict[str, list[int]] = field(repr=False)
    amount: float
    masks: WeightMasks | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()

    def cuts(self) -> dict[str, Cut]:
        """Return what `shrink` takes out of each tensor."""
        return cuts_of(self.graph, self.kept)

    def manifest(self) -> dict[str, Any]:
        """Return what stays of each tensor as a dict for ``json``; see `rebuild`."""
        return manifest_of(self.cuts())


def plan_pruning(
    model: nn.Module,
    graph: ChannelGraph,
    config: PruningConfig,
    data: CriterionData | None = None,
    *,
    reference: ChannelGraph | Complexity | None = None,
    importance: ImportanceTable | None = None,
    before: WeightMasks | None = None,
) -> PruningPlan:
    """Choose what to prune. Schedules are not followed here: the plan goes all the way (see `schedule.step_configs`).

    Parameters
    ----------
    model
        The network.
    graph
        Its channel graph.
    config
        Amount or budget, criterion, scope, rounding.
    data
        Labelled cases for criteria that look at them.
    reference
        The unpruned network, where ``model`` has been pruned before: amounts (with its graph) and budgets (with its
        graph or complexity) then refer to it.
    importance
        From an earlier call for the same weights; it saves most of the time.
    before
        Masks of an earlier step: what they zeroed stays zero, whatever the criterion makes of it now.

    Raises
    ------
    BudgetError
        The budget cannot be met; the message says what can.
    ConfigError
        The criterion is unknown, cannot be computed or needs cases that are not given, or the granularity fits no layer
        of the network.
    """
    if config.zeroes:
        weights = weight_importance(model, graph, config.criterion, config.seed, data)
        return plan_masks(model, graph, config, weights, before)
    table = importance or importance_table(model, graph, config.criterion, config.seed, data, config.normalisation)
    chooser = _UnitChooser(graph, config, table, reference if isinstance(reference, ChannelGraph) else None)
    if config.budget is not None:
        counts = _meet_budget(graph, chooser, config.budget, reference or graph)
    else:
        assert config.amount is not None
        counts = chooser.counts(config.amount)
    notes = (*table.notes, *chooser.notes(counts))
    return PruningPlan(graph, chooser.kept(counts), chooser.amount(counts), notes=notes)


def plan_masks(
    model: nn.Module,
    graph: ChannelGraph,
    config: PruningConfig,
    importance: Mapping[str, torch.Tensor],
    before: WeightMasks | None = None,
) -> PruningPlan:
    """Choose what is zeroed by the importance of each weight; see `masks.choose_masks`."""
    choice = choose_masks(model, graph, config, importance, before)
    kept = {group.name: list(range(group.size)) for group in graph.groups}
    return PruningPlan(graph, kept, choice.amount, choice.masks, choice.notes)


class _UnitChooser:
    """Turns an amount into how many units of each group stay; a larger amount never keeps more of any group."""

    def __init__(
        self, graph: ChannelGraph, config: PruningConfig, table: ImportanceTable, original: ChannelGraph | None
    ) -> None:
        self._graph = graph
        self._config = config
        self._sizes = np.array([group.size for group in graph.groups], dtype=np.int64)
        before = {group.name: group.size for group in (original or graph).groups}
        self._sizes_before = np.array([before.get(group.name, group.size) for group in graph.groups], dtype=np.int64)
        self._steps = np.array([_step(group, config.round_to) for group in graph.groups], dtype=np.int64)
        self._least = np.array(
            [_least(group, config.min_channels, step) for group, step in zip(graph.groups, self._steps, strict=True)],
            dtype=np.int64,
        )
        # Groups that an earlier step used up are frozen in the graph at hand but count in the original amount.
        self._units_before = (original or graph).prunable_units
        self._gone_before = self._units_before - sum(
            group.size for group in graph.groups if group.prunable or (original and _was_prunable(original, group))
        )
        self._rank_units(table)

    def _rank_units(self, table: ImportanceTable) -> None:
        units, offsets = table.units[1:], self._graph.offsets
        self._ranked = [np.argsort(-units[start:end], kind="stable") for start, end in pairwise(offsets)]
        # Units beyond each group's minimum, least important first; of equals the later one goes first.
        spare = [
            (ranked + start)[least:] for ranked, start, least in zip(self._ranked, offsets, self._least, strict=False)
        ]
        candidates = np.concatenate(spare) if spare else np.zeros(0, dtype=np.int64)
        self._order = candidates[np.lexsort((-candidates, units[candidates]))]

    def counts(self, amount: float) -> Ids:
        """Return how many units of each group stay."""
        if self._config.scope == "layer":
            counts = np.rint((1.0 - amount) * self._sizes_before).astype(np.int64)
            counts = np.clip(counts, self._least, self._sizes)
        else:
            gone = max(round(amount * self._units_before) - self._gone_before, 0)
            groups = self._graph.costs.group_of[self._order[:gone]]
            counts = self._sizes - np.bincount(groups, minlength=self._sizes.size)
        return self._rounded(counts)

    def _rounded(self, counts: Ids) -> Ids:
        """Round to the nearest multiple; a group that was cut stays cut as far as its size allows."""
        down = counts // self._steps * self._steps
        nearest = np.where(counts - down >= self._steps - (counts - down), down + self._steps, down)
        rounded = np.clip(nearest, self._least, None)
        over = rounded > self._sizes
        rounded = np.where(over, np.maximum(self._sizes // self._steps * self._steps, self._least), rounded)
        return np.where((counts == self._sizes) | (self._steps == 1), counts, np.minimum(rounded, self._sizes))

    def kept(self, counts: Ids) -> dict[str, list[int]]:
        """Return the most important units of each group, in rising order."""
        return {
            group.name: sorted(ranked[:count].tolist())
            for group, ranked, count in zip(self._graph.groups, self._ranked, counts.tolist(), strict=True)
        }

    def amount(self, counts: Ids) -> float:
        """Return the share of prunable units that is gone."""
        gone = self._gone_before + int((self._sizes - counts).sum())
        return gone / self._units_before if self._units_before else 0.0

    def notes(self, counts: Ids) -> tuple[str, ...]:
        """Say which groups the rounding does not reach."""
        if self._config.round_to == 1:
            return ()
        small = [
            group.name for group, step in zip(self._graph.groups, self._steps.tolist(), strict=True)
            if group.prunable and step == 1 and group.width % self._config.round_to
        ]  # fmt: skip
        whole = [
            group.name for group, count in zip(self._graph.groups, counts.tolist(), strict=True)
            if group.prunable and count == group.size
        ]  # fmt: skip
        notes = []
        if small:
            notes.append(f"too small to be rounded to {self._config.round_to}, pruned as they are: {', '.join(small)}")
        if whole:
            notes.append(f"nothing is removed from: {', '.join(whole)}")
        return tuple(notes)


def _was_prunable(original: ChannelGraph, group: ChannelGroup) -> bool:
    return any(before.name == group.name and before.prunable for before in original.groups)


def _step(group: ChannelGroup, round_to: int) -> int:
    """Return the multiple, in units, that makes channels a multiple of ``round_to``; 1 for groups too small for it."""
    step = round_to // math.gcd(round_to, group.width)
    return step if step < group.size else 1


def _least(group: ChannelGroup, min_channels: int, step: int) -> int:
    if not group.prunable:
        return group.size
    least = math.ceil(min_channels / group.width)
    return min(math.ceil(least / step) * step, group.size)


def _meet_budget(
    graph: ChannelGraph, chooser: _UnitChooser, budget: Budget, reference: ChannelGraph | Complexity
) -> Ids:
    """Return the counts of the smallest amount after which no more than the budget remains."""
    whole = reference.macs if budget.quantity == "macs" else reference.parameters

    def remaining(counts: Ids) -> float:
        parameters, macs = graph.costs.after(graph.costs.first_units(counts))
        return (macs if budget.quantity == "macs" else parameters) / max(whole, 1)

    return _smallest(chooser.counts, remaining, budget)


def _smallest(counts: Callable[[float], Ids], remaining: Callable[[Ids], float], budget: Budget) -> Ids:
    least = remaining(counts(1.0))
    if least > budget.share:
        what = "MACs" if budget.quantity == "macs" else "parameters"
        raise BudgetError(
            f"no more than {budget.share:.1%} of the {what} cannot be reached: {least:.1%} is the least",
            where="budget",
            remedy=f"Allow {math.ceil(least * 1000) / 10:.1f} % or more, or fewer channels per layer",
        )
    low, high = 0.0, 1.0
    if remaining(counts(low)) <= budget.share:
        return counts(low)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if remaining(counts(middle)) <= budget.share else (middle, high)
    return counts(high)
