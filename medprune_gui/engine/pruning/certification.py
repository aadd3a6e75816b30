"""Proof by trial: a network without some channels must compute what it computes with them at zero."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.pruning.graph import ChannelGraph, ChannelGroup
from medprune_gui.engine.pruning.trial import TOLERANCE, StillMode, Trial

__all__ = ["MOST_TRIALS", "TOLERANCE", "Progress", "StillMode", "Trial", "all_but_one", "certify_graph", "random_kept"]

#: Called with how many channel groups have been decided on, and how many there are.
Progress: TypeAlias = Callable[[int, int], None]

#: Most sets of groups that are tried on one network. One is enough where all is well; each group that fails costs about
#: twice the binary logarithm of the number of groups.
MOST_TRIALS = 96

#: A wrong cut shows by more than this. Smaller differences may be rounding errors that the network amplifies, which
#: more cases calm down.
AMPLIFIED = 1e-3

NOT_TRIED = "it was not tried, for too many other groups of this network had failed before"


def random_kept(groups: Sequence[ChannelGroup], seed: int) -> dict[str, list[int]]:
    """Return a random choice of units for each group: at least one is kept and, where there are two, one removed."""
    generator = np.random.default_rng(seed)
    kept = {}
    for group in groups:
        count = int(generator.integers(1, group.size)) if group.size > 1 else 1
        kept[group.name] = sorted(generator.choice(group.size, size=count, replace=False).tolist())
    return kept


def all_but_one(groups: Sequence[ChannelGroup], seed: int) -> dict[str, list[int]]:
    """Return a choice that leaves a random unit out of each group.

    Code that needs its channels in equal parts (a shuffle, say) may survive a lucky random share, but never this.
    """
    generator = np.random.default_rng(seed)
    kept = {}
    for group in groups:
        gone = int(generator.integers(group.size))
        kept[group.name] = [unit for unit in range(group.size) if unit != gone or group.size == 1]
    return kept


def certify_graph(
    model: nn.Module,
    graph: ChannelGraph,
    inputs: Sequence[torch.Tensor],
    progress: Progress | None = None,
    training: bool = True,
) -> ChannelGraph:
    """Freeze the groups that cannot be removed exactly, and say how exact the others are.

    Where no group is left nothing was proven: the graph is not exact, and its error is unknown.

    A trial removes channels of all groups together, once a random share and once a single unit of each; only when it
    fails are the groups halved, the largest set first, in `MOST_TRIALS` trials at most. A group is accepted together
    with those accepted before it, so that in the end all accepted ones have passed in common.

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
    tell(len(candidates), len(candidates))
    exact = bool(accepted) and all(group.exact for group in accepted)
    return replace(graph.frozen(reasons), exact=exact, max_error=errors[-1] if errors else math.nan)


def _nothing(_done: int, _total: int) -> None:
    """Listen to progress that nobody follows."""


def _failure(trial: Trial, groups: Sequence[ChannelGroup], errors: list[float]) -> str | None:
    """Try to remove groups together; return what went wrong in words, or None and note the error."""
    try:
        error = _error(trial, groups)
        if trial.tolerance < error < AMPLIFIED and trial.widen(4):
            error = _error(trial, groups)
    except (RuntimeError, ValueError, IndexError, TypeError, AttributeError, AssertionError, ZeroDivisionError,
            MedPruneError) as failure:  # fmt: skip
        return f"the network does not run without some of its channels: {trial.place_of(failure)} needs them all"
    if error != error:
        return "zeroing it changes nothing, so that its removal cannot be checked"
    if math.isinf(error):
        return "removing its channels changes the result, or its shape"
    if error > trial.tolerance:
        return f"removing its channels changes the result (by {error:.1g})"
    errors.append(error)
    return None


def _error(trial: Trial, groups: Sequence[ChannelGroup]) -> float:
    error = trial.error(groups, random_kept(groups, seed=0))
    return max(error, trial.error(groups, all_but_one(groups, seed=0))) if error <= trial.tolerance else error
