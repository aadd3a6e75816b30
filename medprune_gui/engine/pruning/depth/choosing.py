"""Which layers go: the least important ones, as an amount or a budget asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from torch import nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.models.complexity import Complexity, count_macs
from medprune_gui.engine.pruning.budgets import out_of_reach
from medprune_gui.engine.pruning.criteria import CriterionData
from medprune_gui.engine.pruning.criteria.evidence import place_of
from medprune_gui.engine.pruning.depth.finding import example_of, removable_layers
from medprune_gui.engine.pruning.depth.importance import layer_importance
from medprune_gui.engine.pruning.depth.removing import removed_layers
from medprune_gui.engine.pruning.depth.units import LayerUnit
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.settings.budgets import Budget, in_quantity

_Key = tuple[tuple[tuple[int, ...], ...], tuple[str, ...], tuple[tuple[str, str], ...]]

# Which layers can go follows from a network's modules and input size; the trials take seconds, and a slider asks often.
_FOUND: WeakKeyDictionary[nn.Module, tuple[_Key, tuple[LayerUnit, ...]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class LayerChoice:
    """Layers that go.

    Attributes
    ----------
    layers
        Their names, in the order of ``named_modules``.
    amount
        Share of the original's removable layers that is gone then, with those of earlier steps.
    notes
        What the user should know, in words.
    """

    layers: tuple[str, ...]
    amount: float
    notes: tuple[str, ...] = ()


def choose_layers(
    model: nn.Module,
    graph: ChannelGraph,
    config: PruningConfig,
    data: CriterionData | None = None,
    reference: ChannelGraph | Complexity | None = None,
) -> LayerChoice:
    """Choose the layers that go; parameters as in `planning.plan_pruning`.

    An amount is a share of the removable layers, those of earlier steps among them, rounded to whole layers.

    Raises
    ------
    BudgetError
        The budget cannot be met; the message says what can.
    ConfigError
        No layer can go, or the criterion cannot be computed.
    """
    gone = len(removed_layers(model))
    units = [unit for unit in found_once(model, graph) if unit.removable]
    if not units and not gone:
        raise ConfigError(
            "no layer of this network can be taken out: none turns a tensor into one of the same shape",
            where="granularity",
            remedy="Choose the granularity channel, or a network with residual blocks",
        )
    importance = layer_importance(model, graph, config, units, data)
    ranked = sorted(units, key=lambda unit: importance[unit.name])  # Stable: of equals the first goes first.
    if config.budget is not None:
        out = _within_budget(model, graph, config.budget, ranked, reference or graph)
    else:
        assert config.amount is not None
        out = ranked[: max(round(config.amount * (len(units) + gone)) - gone, 0)]
    names = {unit.name for unit in out}
    layers = tuple(unit.name for unit in units if unit.name in names)
    inexact = [unit.name for unit in out if not unit.exact]
    notes = (f"layers that feed the next ones go, fine-tuning has to follow: {', '.join(inexact)}",) if inexact else ()
    return LayerChoice(layers, (len(layers) + gone) / max(len(units) + gone, 1), notes)


def found_once(model: nn.Module, graph: ChannelGraph) -> tuple[LayerUnit, ...]:
    """Return what `finding.removable_layers` finds, from an earlier call where the network's modules are the same."""
    key = (
        graph.input_shapes,
        graph.input_dtypes,
        tuple((name, type(module).__name__) for name, module in model.named_modules()),
    )
    known = _FOUND.get(model)
    if known is None or known[0] != key:
        known = key, removable_layers(model, example_of(graph, *place_of(model)))
        _FOUND[model] = known
    return known[1]


def _within_budget(
    model: nn.Module,
    graph: ChannelGraph,
    budget: Budget,
    ranked: Sequence[LayerUnit],
    reference: ChannelGraph | Complexity,
) -> list[LayerUnit]:
    """Return the least important layers whose removal meets a budget, and none that need not go for it."""
    quantity = budget.quantity
    now = count_macs(model, example_of(graph, *place_of(model)))
    whole = in_quantity(quantity, reference.parameters, reference.macs)
    left, most = in_quantity(quantity, now.parameters, now.macs), budget.most_of(whole)
    out: list[LayerUnit] = []
    for unit in ranked:
        if left <= most:
            break
        out.append(unit)
        left -= in_quantity(quantity, unit.parameters, unit.macs)
    if left > most:
        raise out_of_reach(budget, left, whole, remedy="prune channels")
    for unit in reversed(out.copy()):
        own = in_quantity(quantity, unit.parameters, unit.macs)
        if left + own <= most:
            out.remove(unit)
            left += own
    return out
