"""Proof by trial: a network without some channels must compute what it computes with them at zero."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias
from zlib import crc32

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.models.failures import NETWORK_FAILURES
from medprune_gui.engine.pruning.graph import ChannelGraph, ChannelGroup
from medprune_gui.engine.pruning.trial import Trial

#: Called with how many channel groups have been decided on, and how many there are.
Progress: TypeAlias = Callable[[int, int], None]

#: Most sets of groups that are tried on one network. One is enough where all is well; each group that fails costs about
#: twice the binary logarithm of the number of groups.
MOST_TRIALS = 96

#: A wrong cut shows by more than this. Smaller differences may be rounding errors that the network amplifies, which
#: more cases calm down.
AMPLIFIED = 1e-3

UNSEEN = "nothing that comes out depends on it here, so that its removal cannot be checked"

NOT_TRIED = "it was not tried, for too many other groups of this network had failed before"


def trial_choices(groups: Sequence[ChannelGroup], seed: int) -> list[dict[str, list[int]]]:
    """Return three choices of what stays; over them each group keeps few units, all but the first, and all.

    Neighbours are never treated alike, for what holds when all groups shrink together need not hold for one alone.

    * Few: a random quarter at most, and neither the first nor the last. Code that asks for a number of channels meets a
      small one, and code that counts from the back meets other channels.
    * All but the first: all others move up by one place. Code that means channels by their places meets others, and
      code that needs its channels in equal parts (a shuffle, say) does not run.
    """
    ways = (partial(_few, seed=seed), _all_but_first, _all)
    return [{g.name: ways[(turn + i) % 3](g) for i, g in enumerate(groups)} for turn in range(3)]


def _few(group: ChannelGroup, seed: int) -> list[int]:
    if group.size < 3:
        return [0]
    # Random numbers of its own: groups of one size must not keep the same units.
    generator = np.random.default_rng([seed, crc32(group.name.encode())])
    count = int(generator.integers(1, max(group.size // 4, 1) + 1))
    chosen: list[int] = (1 + generator.choice(group.size - 2, size=count, replace=False)).tolist()
    return sorted(chosen)


def _all_but_first(group: ChannelGroup) -> list[int]:
    return list(range(min(1, group.size - 1), group.size))


def _all(group: ChannelGroup) -> list[int]:
    return list(range(group.size))


def certify_graph(
    model: nn.Module,
    graph: ChannelGraph,
    inputs: Sequence[torch.Tensor],
    progress: Progress | None = None,
    training: bool = True,
) -> ChannelGraph:
    """Freeze the groups that cannot be removed exactly, and say how exact the others are.

    Where no group is left nothing was proven: the graph is not exact, and its error is unknown.

    A trial removes channels of all groups together, as `trial_choices` says, once in training mode where the network
    does other things there. Only when it fails are the groups halved, the largest set first, in `MOST_TRIALS` trials at
    most. A group is accepted together with those accepted before it, so that in the end all accepted ones have passed
    in common. Those are frozen that the result does not depend on (behind a gate of zero, say): what is wrong with them
    would not show.

    Parameters
    ----------
    model
        The network; left as found.
    inputs
        Small random inputs on the CPU.
    progress
        Told how many groups are decided on, from 0 to all.
    training
        Whether the network does other things in training mode, which must then be exact too.
    """
    candidates = [group for group in graph.groups if group.prunable]
    tell = progress or _nothing
    tell(0, len(candidates))
    if not candidates:
        return graph
    trial = Trial(model, graph, inputs, training)
    accepted: list[ChannelGroup] = []
    reasons: dict[str, str] = {}
    errors: list[float] = []
    waiting = deque([candidates])
    for _ in range(MOST_TRIALS):
        if not waiting:
            break
        groups = waiting.popleft()
        reason = _failure(trial, [*accepted, *groups], errors)
        if reason is None:
            accepted.extend(groups)
        elif len(groups) == 1:
            reasons[groups[0].name] = reason
        else:
            middle = len(groups) // 2
            # Halves wait behind other sets: large sets come first, and most groups are decided on before few ones.
            waiting += (groups[:middle], groups[middle:])
        tell(len(accepted) + len(reasons), len(candidates))
    reasons |= {group.name: NOT_TRIED for groups in waiting for group in groups}
    unseen = {group.name for group in _unseen(trial, accepted, errors)}
    reasons |= dict.fromkeys(unseen, UNSEEN)
    accepted = [group for group in accepted if group.name not in unseen]
    tell(len(candidates), len(candidates))
    exact = bool(accepted) and all(group.exact for group in accepted)
    return replace(graph.frozen(reasons), exact=exact, max_error=errors[-1] if accepted else math.nan)


def _nothing(_done: int, _total: int) -> None:
    """Listen to progress that nobody follows."""


def _unseen(trial: Trial, groups: Sequence[ChannelGroup], errors: list[float]) -> Sequence[ChannelGroup]:
    """Return the groups that no trial proves a thing of.

    In evaluation, random running statistics may leave no unit of a group alive behind its activation. In training they
    are those of the cases, so that such groups are tried there.
    """
    unseen = trial.unseen(groups)
    if (
        any(trial.is_reached(group) for group in unseen)
        and trial.add_training()
        and _failure(trial, groups, errors, (True, True)) is None
    ):
        return trial.unseen(unseen)
    return unseen


def _failure(
    trial: Trial, groups: Sequence[ChannelGroup], errors: list[float], modes: tuple[bool, bool] | None = None
) -> str | None:
    """Try to remove groups together; return what went wrong in words, or None and note the error."""
    try:
        error = _error(trial, groups, modes)
        if trial.tolerance < error < AMPLIFIED and trial.widen(4):
            error = _error(trial, groups, modes)
    except (*NETWORK_FAILURES, MedPruneError) as failure:
        return f"the network does not run without some of its channels: {trial.place_of(failure)} needs them all"
    if error != error:
        return UNSEEN
    if math.isinf(error):
        return "removing its channels changes the result, or its shape"
    if error > trial.tolerance:
        return f"removing its channels changes the result (by {error:.1g})"
    errors.append(error)
    return None


def _error(trial: Trial, groups: Sequence[ChannelGroup], modes: tuple[bool, bool] | None) -> float:
    """Return the largest error over all choices, or the first that is too large.

    ``modes``: whether in training, for all choices but one, and for that one; None: only that one, where it is tried.
    """
    usual, once = modes or (trial.modes[0], trial.modes[-1])
    worst = 0.0
    for number, kept in enumerate(trial_choices(groups, seed=0)):
        cut = [group for group in groups if len(kept[group.name]) < group.size]
        if not cut:
            continue
        error = trial.error(cut, kept, once if number == 1 else usual)
        if not error <= trial.tolerance:
            return error
        worst = max(worst, error)
    return worst
