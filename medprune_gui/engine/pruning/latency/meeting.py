"""How many units stay so that a network takes the milliseconds asked for: predicted first, then measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.errors import BudgetError
from medprune_gui.engine.models.runtimes import runtime_in_words
from medprune_gui.engine.models.timing import threads_in_words
from medprune_gui.engine.pruning.budgets import narrowing
from medprune_gui.engine.pruning.latency.comparing import InTurns, Pair, measuring_beside
from medprune_gui.engine.pruning.latency.model import LatencyModel
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.settings.budgets import Budget
from medprune_gui.engine.settings.runtimes import RUNTIME_NAMES
from medprune_gui.engine.steps import Seldom, Telling

#: Level, 0 to 1 -> how many units of each group stay.
CountsOf = Callable[[float], Ids]

# A candidate is taken when it comes to this share of the target; what is measured next aims at the middle.
_LEAST, _AIM = 0.96, 0.98
# Whole networks that are measured: while the prediction is corrected, and then between a slow and a fast one.
_CORRECTIONS, _HALVINGS = 6, 7
# Halvings of the level in the predictions: finer than a unit in most networks.
_LEVELS = 14


@dataclass(frozen=True)
class LatencyChoice:
    """What meets the target.

    Attributes
    ----------
    counts
        How many units of each group stay.
    pair
        What was measured of it beside the original.
    notes
        The same in words.
    """

    counts: Ids
    pair: Pair
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Candidates:
    """What may be chosen.

    Attributes
    ----------
    ways
        Multiple that channel counts are rounded to -> counts by level. Which multiple runs fast depends on the machine.
    steps
        Multiple -> for each group the number of units that its count moves by.
    worth
        How good the counts are; the best of equally fast ones is taken.
    network
        Builds the network of some counts.
    """

    ways: Mapping[int, CountsOf]
    steps: Mapping[int, Ids]
    worth: Callable[[Ids], float]
    network: Callable[[Ids], nn.Module]


def predicted_counts(candidates: Candidates, model: LatencyModel, most: float) -> Telling[tuple[int, Ids]]:
    """Return the multiple and the counts that are predicted to take no more than ``most`` ms, and are worth the most.

    Where nothing is predicted to be that fast, they are those of the fastest.
    """
    seldom, found = Seldom(), dict[int, Ids]()
    for multiple, way in candidates.ways.items():
        found[multiple] = yield from _smallest_cut(way, model, most, seldom)
    times = {multiple: model.after(counts) for multiple, counts in found.items()}
    fitting = [multiple for multiple, time in times.items() if time <= most]
    if fitting:
        best = max(fitting, key=lambda multiple: candidates.worth(found[multiple]))
    else:
        best = min(times, key=lambda multiple: times[multiple])
    model.keep_times()
    return best, found[best]


def _smallest_cut(way: CountsOf, model: LatencyModel, most: float, seldom: Seldom) -> Telling[Ids]:
    search = narrowing(lambda level: model.after(way(level)) <= most, _LEVELS)
    while True:
        try:
            next(search)
        except StopIteration as stop:
            return way(stop.value)
        if seldom.due():
            yield f"Measuring layers in other widths: {model.kinds_of_layers} so far"


def meet_latency(
    budget: Budget, candidates: Candidates, model: LatencyModel, original: nn.Module, images: torch.Tensor
) -> Telling[LatencyChoice]:
    """Return the counts whose network, measured in turns with the original, takes what is asked for or little less.

    Parameters
    ----------
    budget
        A share of the original's time, or milliseconds.
    candidates
        What may be chosen.
    model
        Of the network at hand.
    original
        The unpruned network, which a share refers to.
    images
        (batch, channel, ...), on the original's device.

    Raises
    ------
    BudgetError
        The fastest network takes longer; the message says how long.
    """
    with measuring_beside(original, images, budget.runtime) as beside:
        return (yield from _Search(budget, candidates, model, beside).found())


class _Search:
    """Measured candidates by how much of the target they take: the slowest that is fast enough, and the next slower."""

    def __init__(self, budget: Budget, candidates: Candidates, model: LatencyModel, beside: InTurns) -> None:
        self._budget, self._candidates, self._model, self._beside = budget, candidates, model, beside
        self._measured: dict[bytes, float] = {}
        self._pairs: dict[bytes, Pair] = {}
        self._fast: tuple[float, Ids] | None = None
        self._slow: tuple[float, Ids] | None = None

    def found(self) -> Telling[LatencyChoice]:
        whole = self._candidates.ways[min(self._candidates.ways)](0.0)
        taken = yield from self._taken(whole)
        most = self._budget.most_of(self._original_ms)
        if self._met(taken):
            return self._choice(whole)
        correction, multiple = 1.0, min(self._candidates.ways)
        for _ in range(_CORRECTIONS):
            multiple, counts = yield from predicted_counts(self._candidates, self._model, _AIM * most / correction)
            if counts.tobytes() in self._measured:
                break
            taken = yield from self._taken(counts)
            if self._met(taken):
                return self._choice(counts)
            correction = taken * most / self._model.after(counts)
        return (yield from self._between(multiple))

    @property
    def _original_ms(self) -> float:
        return next(iter(self._pairs.values())).original

    def _taken(self, counts: Ids) -> Telling[float]:
        """Say what was measured, and return the share of the target that some counts take, measured once."""
        key = counts.tobytes()
        if key not in self._measured:
            pair = self._beside.measure(self._candidates.network(counts), self._met_by)
            taken = self._of_target(pair)
            self._measured[key], self._pairs[key] = taken, pair
            if taken <= 1.0 and (self._fast is None or taken > self._fast[0]):
                self._fast = taken, counts
            if taken > 1.0 and (self._slow is None or taken < self._slow[0]):
                self._slow = taken, counts
            yield self._so_far(pair)
        return self._measured[key]

    def _so_far(self, pair: Pair) -> str:
        number, runtime = len(self._pairs), RUNTIME_NAMES[self._budget.runtime]
        networks = "1 network" if number == 1 else f"{number} networks"
        return f"Measuring in {runtime}: {networks} so far, the last at {pair.share:.0%} of the original's time"

    def _met_by(self, pair: Pair) -> bool:
        return self._met(self._of_target(pair))

    def _of_target(self, pair: Pair) -> float:
        budget = self._budget
        return pair.candidate / budget.most if budget.most is not None else pair.share / (budget.share or 1.0)

    def _met(self, taken: float) -> bool:
        return _LEAST <= taken <= 1.0

    def _between(self, multiple: int) -> Telling[LatencyChoice]:
        """Halve the way between the slowest that is fast enough and the fastest that is not."""
        way = self._candidates.ways[multiple]
        if self._fast is None:
            fastest = way(1.0)
            if (yield from self._taken(fastest)) > 1.0:
                pair = min(self._pairs.values(), key=lambda pair: pair.share)
                raise too_slow(self._budget, pair.candidate, pair.original, "measured")
        assert self._fast is not None
        if self._slow is None:  # The network at hand is fast enough.
            return self._choice(self._fast[1])
        moves = _moves(self._fast[1], self._slow[1], self._candidates.steps[multiple])
        start, low, high = self._fast[1], 0, len(moves)
        for _ in range(_HALVINGS):
            if high - low < 2:
                break
            middle = (low + high) // 2
            counts = _moved(start, moves[:middle])
            taken = yield from self._taken(counts)
            if self._met(taken):
                return self._choice(counts)
            low, high = (middle, high) if taken <= 1.0 else (low, middle)
        return self._choice(self._fast[1])

    def _choice(self, counts: Ids) -> LatencyChoice:
        pair, runtime = self._pairs[counts.tobytes()], runtime_in_words(self._budget.runtime)
        cases = "case" if self._budget.batch == 1 else "cases"
        threads = threads_in_words(torch.get_num_threads())
        note = (
            f"{pair.candidate:.3g} ms for {self._budget.batch} {cases} in {runtime} with {threads}, "
            f"{pair.share:.1%} of the original's {pair.original:.3g} ms, measured in turns"
        )
        return LatencyChoice(counts, pair, (note,))


def too_slow(budget: Budget, fastest: float, whole: float, how: str) -> BudgetError:
    """Return the error that says what is asked for and what can be reached.

    Parameters
    ----------
    fastest, whole
        Milliseconds of the fastest network and of the original.
    how
        Whether they are ``measured`` or ``predicted``.
    """
    asked = f"{budget.most:g} ms" if budget.most is not None else f"{budget.share:.1%} of its time"
    return BudgetError(
        f"the network cannot be pruned to {asked}: {fastest:.3g} ms of {whole:.3g} ms ({fastest / whole:.1%}) is the "
        f"least that was {how} in {runtime_in_words(budget.runtime)}",
        where="budget",
        remedy="Allow more, or fewer channels per layer, or choose another runtime",
    )


def _moves(few: Ids, many: Ids, steps: Ids) -> list[tuple[int, int]]:
    """Return (group, count) for each step from the smaller counts up to the larger ones, all groups side by side."""
    moves: list[tuple[float, int, int]] = []
    for group, (low, high, step) in enumerate(zip(few.tolist(), many.tolist(), steps.tolist(), strict=True)):
        counts = [*range(low + step, high, step), high] if high > low else []
        moves.extend((number / len(counts), group, count) for number, count in enumerate(counts, 1))
    return [(group, count) for _, group, count in sorted(moves)]


def _moved(counts: Ids, moves: list[tuple[int, int]]) -> Ids:
    moved = np.array(counts)
    for group, count in moves:
        moved[group] = count
    return moved
