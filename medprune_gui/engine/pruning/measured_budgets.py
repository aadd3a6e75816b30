"""Budgets that only a run of the network can tell: milliseconds and peak memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from torch import nn

from medprune_gui.engine.config import Budget, PruningConfig
from medprune_gui.engine.models.memory import peak_memory
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.latency import Candidates, CountsOf, LatencyModel, latency_model, meet_latency
from medprune_gui.engine.pruning.latency.comparing import measuring_beside
from medprune_gui.engine.pruning.latency.meeting import predicted_counts, too_slow
from medprune_gui.engine.pruning.latency.model import images_for, modelling
from medprune_gui.engine.pruning.peak_memory import meet_memory
from medprune_gui.engine.pruning.shrinking import shrink
from medprune_gui.engine.pruning.unit_choice import UnitChooser
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.settings.budgets import MEASURED, Quantity, in_quantity
from medprune_gui.engine.settings.runtimes import Runtime
from medprune_gui.engine.steps import Telling

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.planning import PruningPlan

#: What channel counts are tried as multiples of, for milliseconds: vector units and kernels take so many at a time.
MULTIPLES = (1, 4, 8, 16)

#: How far beyond a target a prediction may be before the target is refused without measuring.
LEEWAY = 1.25


def whole_of(model: nn.Module, graph: ChannelGraph, budget: Budget) -> float:
    """Return what a network comes to in a budget's quantity, counted or measured.

    Raises
    ------
    ConfigError
        The network takes several inputs.
    InputError
        The runtime is not installed.
    """
    if not budget.measured:
        return in_quantity(budget.quantity, graph.parameters, graph.macs)
    if budget.quantity == "memory":
        return float(peak_memory(model, images_for(model, graph, budget.batch)))
    return latency_model(model, graph, budget.runtime, budget.batch).milliseconds


def share_left(
    plan: PruningPlan, original: nn.Module, graph: ChannelGraph, quantity: Quantity, runtime: Runtime, batch: int
) -> float:
    """Return what a plan leaves of the unpruned network, counted or measured in turns, as a share of the original.

    Raises
    ------
    ConfigError
        The network takes several inputs.
    InputError
        The runtime is not installed.
    """
    if quantity not in MEASURED:
        left = in_quantity(quantity, *graph.costs.after(graph.keep_units(plan.kept)))
        return left / max(in_quantity(quantity, graph.parameters, graph.macs), 1.0)
    small, images = shrink(original, plan), images_for(original, graph, batch)
    if quantity == "memory":
        return peak_memory(small, images) / peak_memory(original, images)
    with measuring_beside(original, images, runtime) as beside:
        return beside.measure(small).share


def meet_measured_budget(
    model: nn.Module,
    graph: ChannelGraph,
    config: PruningConfig,
    rounded_to: Callable[[int], tuple[UnitChooser, CountsOf]],
    network: Callable[[Ids], nn.Module],
    original: nn.Module,
    latency: LatencyModel | None = None,
    multiples: Sequence[int] = MULTIPLES,
) -> Telling[tuple[Ids, tuple[str, ...]]]:
    """Say what is measured, and return how many units of each group stay, and what was measured in words.

    Parameters
    ----------
    model, graph, original, latency
        As in `planning.plan_pruning`.
    rounded_to
        Multiple of channels -> the chooser and its counts by level.
    network
        Builds the network of some counts.
    multiples
        What ``rounded_to`` is asked for, as multiples of the configuration's own.

    Raises
    ------
    BudgetError
        The budget cannot be met; the message says what can.
    ConfigError
        The network takes several inputs.
    """
    budget = config.budget
    assert budget is not None
    images = images_for(model, graph, budget.batch)
    chooser, counts_of = rounded_to(config.round_to)
    if budget.quantity == "memory":
        return meet_memory(budget, counts_of, network, original, images)
    ways = {multiple: rounded_to(multiple) for multiple in sorted({math.lcm(config.round_to, m) for m in multiples})}
    candidates = Candidates(
        {multiple: way for multiple, (_, way) in ways.items()},
        {multiple: own.steps for multiple, (own, _) in ways.items()},
        chooser.importance_left,
        network,
    )
    if latency is not None:
        most = budget.most_of(latency.milliseconds)
        _, counts = yield from predicted_counts(candidates, latency, most)
        if latency.after(counts) > LEEWAY * most:
            raise too_slow(budget, latency.after(counts), latency.milliseconds, "predicted")
        return counts, ()
    predicted = yield from modelling(model, graph, budget.runtime, budget.batch)
    choice = yield from meet_latency(budget, candidates, predicted, original, images)
    return choice.counts, choice.notes
