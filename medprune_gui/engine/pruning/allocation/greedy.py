"""Amounts per group decided one small step at a time, each by what scores best.

Yang et al. 2018 (NetAdapt: platform-aware neural network adaptation for mobile applications, algorithm 1). In each
round every group that can proposes to lose just as many of its least important units as lower the cost by a step; the
proposal that scores best is taken, and the next step is smaller. Unlike there, proposals are scored as they are:
training each of them for a short while first would cost as many trainings as there are groups, a round. Fine-tuning
follows after each step of the schedule instead, and the next step's decisions are made on the network that it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.pruning.budgets import out_of_reach
from medprune_gui.engine.pruning.criteria import CriterionData, importance_table
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.latency.comparing import measuring_beside
from medprune_gui.engine.pruning.latency.model import images_for, modelling
from medprune_gui.engine.pruning.measured_budgets import meet_measured_budget
from medprune_gui.engine.pruning.planning import PruningPlan
from medprune_gui.engine.pruning.sensitivity import Score
from medprune_gui.engine.pruning.shrinking import shrink
from medprune_gui.engine.pruning.unit_choice import UnitChooser
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.settings.budgets import in_quantity
from medprune_gui.engine.steps import Telling

#: How many units of each group stay -> what that costs; fewer units never cost more.
Cost: TypeAlias = Callable[[Ids], float]

#: What a round lowers the cost by: a share of what is still to go, but no less than a share of all that was to go.
_OF_THE_REST, _OF_ALL = 0.2, 0.1
#: Costs this close, as a share of all that is to go, are equal.
_TINY = 1e-9
#: How far decisions go beyond a target that is only predicted, as a share of it.
_BEYOND = 0.75


@dataclass(frozen=True, slots=True)
class GreedyDecision:
    """One round's choice: the group that gave, the units of it that stay, and the cost and the score of that."""

    group: str
    kept: int
    cost: float
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as a dict for ``json``."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> GreedyDecision:
        """Return what `to_dict` wrote; KeyError, TypeError or ValueError where it is none."""
        return cls(str(values["group"]), int(values["kept"]), float(values["cost"]), float(values["score"]))


def plan_greedily(
    model: nn.Module,
    graph: ChannelGraph,
    config: PruningConfig,
    score: Score,
    data: CriterionData | None = None,
    *,
    reference: ChannelGraph | None = None,
    original: nn.Module | None = None,
    taken: Sequence[GreedyDecision] = (),
    keep: Callable[[tuple[GreedyDecision, ...]], None] | None = None,
) -> Generator[tuple[int, int] | str, None, PruningPlan]:
    """Plan what `plan_pruning` plans for the other allocations.

    For a budget in milliseconds the decisions follow predicted times, somewhat beyond the target; where on their way
    the network takes what is asked for is then measured.

    Parameters
    ----------
    model, graph, config, data, reference, original
        As in `plan_pruning`.
    score, taken, keep
        As in `share_greedily`.

    Yields
    ------
    done, total
        As in `share_greedily`.

    Raises
    ------
    BudgetError
        The budget cannot be met.
    ConfigError
        ``taken`` is of another network, or the criterion cannot be computed.
    """
    table = importance_table(model, graph, config.criterion, config.seed, data, config.normalisation)
    chooser = UnitChooser(graph, config, table, reference)
    timed = config.budget is not None and config.budget.measured
    if timed:
        cost, most = yield from _predicted_cost_and_most(model, graph, config, original or model)
    else:
        cost, most = _cost_and_most(graph, chooser, config, reference or graph)
    decisions = yield from share_greedily(model, graph, chooser, cost, most, score, taken, keep)
    counts, measured = _counts_after(graph, chooser, decisions), tuple[str, ...]()
    if timed:
        way = [_counts_after(graph, chooser, decisions[:number]) for number in range(len(decisions) + 1)]
        counts, measured = yield from meet_measured_budget(
            model,
            graph,
            config,
            lambda _: (chooser, lambda level: way[round(level * len(decisions))]),
            lambda counts: shrink(model, PruningPlan(graph, chooser.kept(counts), 0.0)),
            original or model,
            multiples=(1,),
        )
    notes = (*table.notes, *chooser.notes(counts), *measured)
    return PruningPlan(graph, chooser.kept(counts), chooser.amount(counts), notes=notes, measured=measured)


def share_greedily(
    model: nn.Module,
    graph: ChannelGraph,
    chooser: UnitChooser,
    cost: Cost,
    most: float,
    score: Score,
    taken: Sequence[GreedyDecision] = (),
    keep: Callable[[tuple[GreedyDecision, ...]], None] | None = None,
) -> Generator[tuple[int, int], None, tuple[GreedyDecision, ...]]:
    """Take the best-scoring proposal of one round after another until the cost is low enough, or nothing can go.

    Of proposals that score alike, the one that leaves most of its group is taken.

    Parameters
    ----------
    model
        The network; left as found.
    graph
        Its channels.
    chooser
        Of the same network; it heeds what holds for single groups.
    cost
        In any unit.
    most
        The cost that may remain.
    score
        Of a network from which a proposal's units are removed: as good as masked, and faster to run the less is left.
        More is better, NaN is worst.
    taken
        Decisions of an earlier call that was broken off.
    keep
        Called with all decisions after each.

    Yields
    ------
    done, total
        Networks scored, and about how many there are to score in all.

    Raises
    ------
    ConfigError
        ``taken`` is of another network.
    """
    ladders = chooser.ladders()
    counts = _counts_after(graph, chooser, taken)
    decisions = list(taken)
    all_to_go = cost(_counts_after(graph, chooser, ())) - most
    now, done = cost(counts), 0
    while (rest := now - most) > _TINY * all_to_go:
        open_groups = [number for number, ladder in enumerate(ladders) if ladder[-1] < counts[number]]
        ends = [cost(_with(counts, number, ladders[number][-1])) for number in open_groups]
        furthest = max((now - end for end in ends), default=0.0)
        if furthest <= 0.0:
            break
        step = min(rest, max(_OF_THE_REST * rest, _OF_ALL * all_to_go), furthest)
        able = [number for number, end in zip(open_groups, ends, strict=True) if _reaches(end, now - step, all_to_go)]
        total = done + len(able) + len(open_groups) * _rounds((rest - step) / all_to_go)
        best: tuple[float, float, GreedyDecision] | None = None
        for number in able:
            proposal = _smallest_step(counts, number, ladders[number], cost, now - step, all_to_go)
            plan = PruningPlan(graph, chooser.kept(proposal), chooser.amount(proposal))
            with torch.no_grad():
                value = float(score(shrink(model, plan)))
            value = -np.inf if np.isnan(value) else value
            group, kept = graph.groups[number], int(proposal[number])
            left = kept / group.size
            if best is None or (value, left) > best[:2]:
                best = value, left, GreedyDecision(group.name, kept, cost(proposal), value)
            done += 1
            if number != able[-1]:  # The last is told once the decision is kept.
                yield done, total
        assert best is not None
        decisions.append(best[2])
        counts = _counts_after(graph, chooser, decisions)
        now = best[2].cost
        if keep is not None:
            keep(tuple(decisions))
        yield done, total if now - most > _TINY * all_to_go else done
    return tuple(decisions)


def _cost_and_most(
    graph: ChannelGraph, chooser: UnitChooser, config: PruningConfig, reference: ChannelGraph
) -> tuple[Cost, float]:
    """Return what a configuration's amount or budget limits, as a share of the original, and its limit."""
    if config.budget is None:
        assert config.amount is not None
        return lambda counts: 1.0 - chooser.amount(counts), 1.0 - config.amount
    budget = config.budget
    whole = max(in_quantity(budget.quantity, reference.parameters, reference.macs), 1.0)
    most = budget.most_of(whole)

    def remaining(counts: Ids) -> float:
        return in_quantity(budget.quantity, *graph.costs.after(graph.costs.first_units(counts))) / whole

    least = remaining(np.array([ladder[-1] for ladder in chooser.ladders()], dtype=np.int64)) * whole
    if least > most:
        raise out_of_reach(budget, least, whole, remedy="fewer channels per layer")
    return remaining, most / whole


def _predicted_cost_and_most(
    model: nn.Module, graph: ChannelGraph, config: PruningConfig, original: nn.Module
) -> Telling[tuple[Cost, float]]:
    """Return the predicted share of the original's milliseconds, and a limit somewhat below what is asked for."""
    budget = config.budget
    assert budget is not None
    predicted = yield from modelling(model, graph, budget.runtime, budget.batch)
    images = images_for(model, graph, budget.batch)
    with measuring_beside(original, images, budget.runtime) as beside:
        pair = beside.measure(model)
    predicted_whole = predicted.milliseconds / pair.share
    return lambda counts: predicted.after(counts) / predicted_whole, _BEYOND * budget.most_of(
        pair.original
    ) / pair.original


def _counts_after(graph: ChannelGraph, chooser: UnitChooser, decisions: Sequence[GreedyDecision]) -> Ids:
    ladders = chooser.ladders()
    counts = np.array([ladder[0] for ladder in ladders], dtype=np.int64)
    numbers = {group.name: number for number, group in enumerate(graph.groups)}
    for decision in decisions:
        number = numbers.get(decision.group)
        if number is None or decision.kept not in ladders[number] or decision.kept >= counts[number]:
            raise ConfigError(
                f"the decisions that were kept are of another network: {decision.group} cannot keep {decision.kept}",
                where="pruning.allocation",
                remedy="Begin anew",
            )
        counts[number] = decision.kept
    return counts


def _smallest_step(counts: Ids, number: int, ladder: Sequence[int], cost: Cost, wanted: float, all_to_go: float) -> Ids:
    """Return the counts after a group has lost as few units as bring the cost to ``wanted``; its last rung does."""
    low = next(rung for rung, count in enumerate(ladder) if count < counts[number])
    high = len(ladder) - 1
    while low < high:
        middle = (low + high) // 2
        if _reaches(cost(_with(counts, number, ladder[middle])), wanted, all_to_go):
            high = middle
        else:
            low = middle + 1
    return _with(counts, number, ladder[high])


def _with(counts: Ids, number: int, count: int) -> Ids:
    changed = counts.copy()
    changed[number] = count
    return changed


def _reaches(value: float, wanted: float, all_to_go: float) -> bool:
    return value <= wanted + _TINY * all_to_go


def _rounds(rest: float) -> int:
    """Return how many rounds it takes at most to go the share ``rest`` of the way, where groups can carry each step."""
    number = 0
    while rest > _TINY:
        rest -= max(_OF_THE_REST * rest, _OF_ALL)
        number += 1
    return number
