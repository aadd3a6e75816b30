"""The smallest pruning after which no more than a budget remains."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator

from medprune_gui.engine.config import Budget
from medprune_gui.engine.errors import BudgetError
from medprune_gui.engine.models.complexity import Complexity
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.settings.budgets import QUANTITY_NAMES, in_quantity, quantity_in_words
from medprune_gui.engine.steps import carried_out

#: Halvings in the search for the smallest amount that meets a budget: finer than one unit in any network.
BISECTIONS = 40


def smallest_change(reaches: Callable[[float], bool], halvings: int = BISECTIONS) -> float:
    """Return the smallest level, 0 to 1, at which something is reached, or 1 where nothing reaches it.

    Parameters
    ----------
    reaches
        What is reached at one level is reached at every higher one.
    halvings
        How finely levels are told apart.
    """
    return carried_out(narrowing(reaches, halvings))


def narrowing(reaches: Callable[[float], bool], halvings: int = BISECTIONS) -> Generator[None, None, float]:
    """Search as `smallest_change` does, with a pause after each halving."""
    low, high = 0.0, 1.0
    if reaches(low):
        return low
    for _ in range(halvings):
        yield
        middle = (low + high) / 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def meet_budget(
    graph: ChannelGraph, counts: Callable[[float], Ids], budget: Budget, reference: ChannelGraph | Complexity
) -> Ids:
    """Return the counts of the smallest level after which no more than the budget remains.

    Parameters
    ----------
    graph
        Of the network at hand.
    counts
        Level, 0 to 1 -> how many units of each group stay; a higher level never keeps more of any group.
    reference
        The unpruned network, which a share refers to.

    Raises
    ------
    BudgetError
        The budget cannot be met; the message says what can.
    """
    whole = in_quantity(budget.quantity, reference.parameters, reference.macs)
    most = budget.most_of(whole)

    def remaining(level: float) -> float:
        return in_quantity(budget.quantity, *graph.costs.after(graph.costs.first_units(counts(level))))

    least = remaining(1.0)
    if least > most:
        raise out_of_reach(budget, least, whole, remedy="fewer channels per layer")
    return counts(smallest_change(lambda level: remaining(level) <= most))


def refuse_met(budget: Budget, whole: float) -> None:
    """Refuse an outright budget that the original keeps to as it is: nothing would be removed.

    Parameters
    ----------
    whole
        What the original comes to in the budget's quantity.

    Raises
    ------
    BudgetError
        The original takes no more than the budget allows.
    """
    if budget.most is None or whole > budget.most:
        return
    takes = quantity_in_words(budget.quantity, whole)
    raise BudgetError(
        f"nothing would be removed: the original takes {takes}, and {budget.most:,.10g} may remain",
        where="budget",
        remedy=f"Allow less than {takes}, or give a share of the original, such as share = 0.5",
    )


def out_of_reach(budget: Budget, least: float, whole: float, remedy: str) -> BudgetError:
    """Return the error that says what a budget asks for, what can be reached, and what else to do, in its own unit.

    Parameters
    ----------
    least, whole
        What the smallest network and the original come to in the budget's quantity.
    remedy
        What else can be done, but for allowing more.
    """
    if budget.most is not None:
        asked = quantity_in_words(budget.quantity, budget.most)
        can = allowed = quantity_in_words(budget.quantity, least)
    else:
        whole = max(whole, 1.0)
        asked = f"{budget.most_of(whole) / whole:.1%} of the {QUANTITY_NAMES[budget.quantity][0]}"
        can, allowed = f"{least / whole:.1%}", f"{math.ceil(least / whole * 1000) / 10:.1f} %"
    return BudgetError(
        f"no more than {asked} cannot be reached: {can} is the least",
        where="budget",
        remedy=f"Allow {allowed} or more, or {remedy}",
    )
