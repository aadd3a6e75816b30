"""What pruning each channel group alone costs (Li et al. 2017, Pruning filters for efficient ConvNets, section 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.pruning.criteria import ImportanceTable
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.masking import apply_mask
from medprune_gui.engine.pruning.planning import PruningPlan
from medprune_gui.engine.records import SensitivityCurves

#: Scores a network; more is better.
Score = Callable[[nn.Module], float]

AMOUNTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def sensitivity_curves(
    model: nn.Module,
    graph: ChannelGraph,
    table: ImportanceTable,
    score: Score,
    amounts: Sequence[float] = AMOUNTS,
    metric: str = "score",
) -> Generator[tuple[int, int], None, SensitivityCurves]:
    """Mask the least important units of one whole coupled group after another, and score what is left.

    Parameters
    ----------
    model
        The network; left as found.
    graph
        Its channels.
    table
        Importance of its units.
    score
        Such as a metric on the validation split.
    amounts
        Shares of a group's units, rising, 0 to 1; at least one unit of each group stays.
    metric
        The score's name.

    Yields
    ------
    done, total
        Networks scored.
    """
    groups = [(number, group) for number, group in enumerate(graph.groups) if group.prunable]
    done, total = 1, 1 + len(groups) * len(amounts)
    baseline = float(score(model))
    yield done, total
    scores: dict[str, tuple[float, ...]] = {}
    for number, group in groups:
        start = int(graph.offsets[number]) + 1
        ranked = np.argsort(-table.units[start : start + group.size], kind="stable")
        found: list[float] = []
        for amount in amounts:
            stay = max(round((1.0 - amount) * group.size), 1)
            plan = PruningPlan(graph, {group.name: sorted(ranked[:stay].tolist())}, amount)
            with torch.no_grad():
                found.append(float(score(apply_mask(model, plan))))
            done += 1
            yield done, total
        scores[group.name] = tuple(found)
    return SensitivityCurves(metric, baseline, tuple(amounts), scores)
