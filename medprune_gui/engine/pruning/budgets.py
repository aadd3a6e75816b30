"""The smallest pruning after which no more than a budget remains."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from medprune_gui.engine.config import Budget, PruningConfig
from medprune_gui.engine.errors import BudgetError
from medprune_gui.engine.models.complexity import Complexity
from medprune_gui.engine.pruning.costs import Keep
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.settings.budgets import QUANTITY_NAMES, Quantity

#: Of a model file, which holds single precision; its header and the buffers of normalisation come on top.
BYTES_PER_PARAMETER = 4

#: Halvings in the search for the smallest amount that meets a budget: finer than one unit in any network.
BISECTIONS = 40


class Cost(Protocol):
    """What a choice of units costs, in the unit of a budget's quantity: a number, bytes or milliseconds.

    Attributes
    ----------
    name
        For people, such as ``MACs``.
    whole
        What the unpruned network costs.
    """

    name: str
    whole: float

    def after(self, keep: Keep) -> float:
        """Return what is left when only the units of ``keep`` are."""


class Counted:
    """MACs, parameters or bytes, which follow from the channel graph.

    Parameters
    ----------
    graph
        Of the network at hand.
    reference
        The unpruned network.
    """

    def __init__(self, quantity: Quantity, graph: ChannelGraph, reference: ChannelGraph | Complexity) -> None:
        self.name = QUANTITY_NAMES[quantity][0]
        self._quantity = quantity
        self._costs = graph.costs
        whole = reference.macs if quantity == "macs" else reference.parameters
        self.whole = float(whole * (BYTES_PER_PARAMETER if quantity == "bytes" else 1))

    def after(self, keep: Keep) -> float:
        """Return the MACs, parameters or bytes that are left."""
        parameters, macs = self._costs.after(keep)
        return float(
            {"macs": macs, "parameters": parameters, "bytes": parameters * BYTES_PER_PARAMETER}[self._quantity]
        )


def cost_of(budget: Budget, graph: ChannelGraph, reference: ChannelGraph | Complexity) -> Cost:
    """Return what a budget limits, counted from the channel graph."""
    return Counted(budget.quantity, graph, reference)


def most_of(budget: Budget, cost: Cost) -> float:
    """Return the most that may remain, in the cost's unit."""
    if budget.most is not None:
        return budget.most
    assert budget.share is not None
    return budget.share * cost.whole


def as_share(config: PruningConfig, graph: ChannelGraph) -> PruningConfig:
    """Return the configuration with an outright budget as a share of the original, which steps can follow.

    Parameters
    ----------
    graph
        Of the unpruned network.
    """
    budget = config.budget
    if budget is None or budget.most is None:
        return config
    whole = Counted(budget.quantity, graph, graph).whole
    if budget.most >= whole:  # Met already.
        return config.model_copy(update={"budget": None, "amount": 0.0})
    share = budget.model_copy(update={"share": budget.most / whole, "most": None})
    return config.model_copy(update={"budget": share})


def meet_budget(graph: ChannelGraph, counts: Callable[[float], Ids], budget: Budget, cost: Cost) -> Ids:
    """Return the counts of the smallest amount after which no more than the budget remains.

    Parameters
    ----------
    counts
        Amount, 0 to 1 -> how many units of each group stay; a larger amount never keeps more of any group.

    Raises
    ------
    BudgetError
        The budget cannot be met; the message says what can.
    """
    most, whole = most_of(budget, cost), max(cost.whole, 1e-12)

    def remaining(amount: float) -> float:
        return cost.after(graph.costs.first_units(counts(amount)))

    least = remaining(1.0)
    if least > most:
        raise BudgetError(
            f"no more than {most / whole:.1%} of the {cost.name} cannot be reached: {least / whole:.1%} is the least",
            where="budget",
            remedy=f"Allow {math.ceil(least / whole * 1000) / 10:.1f} % or more, or fewer channels per layer",
        )
    low, high = 0.0, 1.0
    if remaining(low) <= most:
        return counts(low)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if remaining(middle) <= most else (middle, high)
    return counts(high)
