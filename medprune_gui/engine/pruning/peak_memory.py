"""How many units stay so that a forward pass holds no more bytes than asked for."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from medprune_gui.engine.models.memory import peak_memory
from medprune_gui.engine.pruning.budgets import out_of_reach, smallest_change
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.settings.budgets import Budget

# Of the level; each costs a forward pass.
_HALVINGS = 12


def meet_memory(
    budget: Budget,
    counts: Callable[[float], Ids],
    network: Callable[[Ids], nn.Module],
    original: nn.Module,
    images: torch.Tensor,
) -> tuple[Ids, tuple[str, ...]]:
    """Return the counts of the smallest level whose network holds no more than the budget, and what it holds in words.

    Every candidate is built and run once; see `models.memory.peak_memory` for what is counted.

    Parameters
    ----------
    budget
        A share of the original's peak, or bytes.
    counts
        Level, 0 to 1 -> how many units of each group stay; a higher level never keeps more of any group.
    network
        Builds the network of some counts.
    original
        The unpruned network, which a share refers to.
    images
        (batch, channel, ...).

    Raises
    ------
    BudgetError
        The budget cannot be met; the message says what can.
    """
    whole = peak_memory(original, images)
    most = budget.most_of(whole)
    known: dict[bytes, int] = {}

    def peak(level: float) -> int:
        stay = counts(level)
        key = stay.tobytes()
        if key not in known:
            known[key] = peak_memory(network(stay), images)
        return known[key]

    least = peak(1.0)
    if least > most:
        raise out_of_reach(budget, least, whole, remedy="fewer channels per layer, or a smaller batch")
    level = smallest_change(lambda level: peak(level) <= most, _HALVINGS)
    note = f"{peak(level):,} bytes at the peak of a forward pass, {peak(level) / whole:.1%} of the original's {whole:,}"
    return counts(level), (note,)
