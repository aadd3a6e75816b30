"""A pruning plan: which units stay, chosen by importance to meet an amount or a budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.models.complexity import Complexity
from medprune_gui.engine.pruning.allocation.by_sensitivity import SensitivityChooser
from medprune_gui.engine.pruning.budgets import meet_budget
from medprune_gui.engine.pruning.criteria import CriterionData, ImportanceTable, importance_table, weight_importance
from medprune_gui.engine.pruning.depth.choosing import choose_layers
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.latency import CountsOf, LatencyModel
from medprune_gui.engine.pruning.masking import WeightMasks
from medprune_gui.engine.pruning.masks import choose_masks
from medprune_gui.engine.pruning.measured_budgets import meet_measured_budget
from medprune_gui.engine.pruning.rebuilding import manifest_of
from medprune_gui.engine.pruning.shrinking import Cut, cuts_of, shrink
from medprune_gui.engine.pruning.unit_choice import UnitChooser
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.records import SensitivityCurves
from medprune_gui.engine.steps import Telling, carried_out


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
        Share of the units of all prunable groups that goes, of the unpruned network where a graph of it was given; with
        masks, share of the blocks, kernels or filters in them, or else of the weights, that is zeroed.
    masks
        Single weights that are set to zero; None: whole channels only.
    notes
        What the user should know about the choice, in words.
    layers
        Names of the layers that are removed whole; ``amount`` is then their share of the removable ones.
    measured
        Those of the notes that say what was measured; the others say what did not go as asked.
    """

    graph: ChannelGraph = field(repr=False)
    kept: dict[str, list[int]] = field(repr=False)
    amount: float
    masks: WeightMasks | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()

    def cuts(self) -> dict[str, Cut]:
        """Return what `shrink` takes out of each tensor."""
        return cuts_of(self.graph, self.kept)

    def manifest(self) -> dict[str, Any]:
        """Return what stays of each tensor as a dict for ``json``; see `rebuild`."""
        return manifest_of(self.cuts(), self.layers)


def plan_pruning(
    model: nn.Module,
    graph: ChannelGraph,
    config: PruningConfig,
    data: CriterionData | None = None,
    *,
    reference: ChannelGraph | Complexity | None = None,
    importance: ImportanceTable | None = None,
    before: WeightMasks | None = None,
    sensitivity: SensitivityCurves | None = None,
    original: nn.Module | None = None,
    latency: LatencyModel | None = None,
) -> PruningPlan:
    """Choose what to prune. Schedules are not followed here: the plan goes all the way (see `schedule.step_configs`).

    Parameters
    ----------
    model
        The network.
    graph
        Its channel graph.
    config
        Amount or budget, criterion, allocation, rounding.
    data
        Labelled cases for criteria that look at them.
    reference
        The unpruned network, where ``model`` has been pruned before: amounts (with its graph) and budgets (with its
        graph or complexity) then refer to it.
    importance
        From an earlier call for the same weights; it saves most of the time.
    before
        Masks of an earlier step: what they zeroed stays zero, whatever the criterion makes of it now.
    sensitivity
        Of the unpruned network; the allocation ``sensitivity`` needs it.
    original
        The unpruned network, where ``model`` has been pruned before: budgets in time and memory then refer to it.
    latency
        Of ``model``. A budget in milliseconds is then met as far as it predicts, at once; without it, networks are
        built and measured, which takes seconds to minutes.

    Raises
    ------
    BudgetError
        The budget cannot be met; the message says what can.
    ConfigError
        The criterion is unknown, cannot be computed or needs cases that are not given, or the granularity fits no layer
        of the network.
    """
    return carried_out(
        planning(
            model,
            graph,
            config,
            data,
            reference=reference,
            importance=importance,
            before=before,
            sensitivity=sensitivity,
            original=original,
            latency=latency,
        )
    )


def planning(
    model: nn.Module,
    graph: ChannelGraph,
    config: PruningConfig,
    data: CriterionData | None = None,
    *,
    reference: ChannelGraph | Complexity | None = None,
    importance: ImportanceTable | None = None,
    before: WeightMasks | None = None,
    sensitivity: SensitivityCurves | None = None,
    original: nn.Module | None = None,
    latency: LatencyModel | None = None,
) -> Telling[PruningPlan]:
    """Plan as `plan_pruning` does, and say what is measured meanwhile."""
    if config.zeroes:
        weights = weight_importance(model, graph, config.criterion, config.seed, data)
        return plan_masks(model, graph, config, weights, before)
    if config.granularity == "layer":
        layers = choose_layers(model, graph, config, data, reference)
        kept = {group.name: list(range(group.size)) for group in graph.groups}
        return PruningPlan(graph, kept, layers.amount, notes=layers.notes, layers=layers.layers)
    if config.allocation == "greedy":
        raise ConfigError(
            "the allocation greedy needs a score of the networks on the way",
            where="pruning.allocation",
            remedy="Plan with allocation.greedy.plan_greedily, or choose global or uniform",
        )
    table = importance or importance_table(model, graph, config.criterion, config.seed, data, config.normalisation)
    before_any = reference if isinstance(reference, ChannelGraph) else None

    def rounded_to(multiple: int) -> tuple[UnitChooser, UnitChooser | SensitivityChooser]:
        own = config.model_copy(update={"round_to": multiple})
        chooser = UnitChooser(graph, own, table, before_any)
        by_drop = config.allocation == "sensitivity"
        return chooser, SensitivityChooser(graph, chooser, sensitivity) if by_drop else chooser

    def way_of(multiple: int) -> tuple[UnitChooser, CountsOf]:
        chooser, allocated = rounded_to(multiple)
        return chooser, allocated.counts

    chooser, allocated = rounded_to(config.round_to)
    measured: tuple[str, ...] = ()
    if config.budget is not None and config.budget.measured:

        def network(counts: Ids) -> nn.Module:
            return shrink(model, PruningPlan(graph, chooser.kept(counts), 0.0))

        counts, measured = yield from meet_measured_budget(
            model, graph, config, way_of, network, original or model, latency
        )
    elif config.budget is not None:
        counts = meet_budget(graph, allocated.counts, config.budget, reference or graph)
    else:
        assert config.amount is not None
        counts = allocated.counts_for(config.amount)
    notes = (*table.notes, *chooser.notes(counts), *measured)
    return PruningPlan(graph, chooser.kept(counts), chooser.amount(counts), notes=notes, measured=measured)


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
