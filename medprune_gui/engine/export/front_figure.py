"""A search's networks by cost and score, with the line of the best ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.export.figure_style import FAINT, INK, ORIGINAL, PRUNED, figure
from medprune_gui.engine.export.tables import metric_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    Points = Sequence[tuple[float, float]]


def front_figure(
    complete: Points, stopped: Points, front: Points, original: tuple[float, float], metric: str, quantity: str
) -> Figure:
    """Draw trials, front and original.

    Parameters
    ----------
    complete, stopped, front, original
        (score, cost), cost as a share of the original; stopped ones with the score that they were stopped at.
    front
        By rising cost; the line between two of its points shows the best score that may be had for less than the
        dearer one.
    metric
        The score's name.
    quantity
        What the cost counts, in words.
    """
    drawn = figure(3.4)
    axes = drawn.add_subplot()
    for points, look in (
        (stopped, {"marker": "x", "color": FAINT, "label": "stopped early"}),
        (complete, {"marker": "o", "color": FAINT, "s": 16, "label": "fine-tuned to the end"}),
    ):
        if points:
            scores, costs = np.array(points).T
            axes.scatter(100 * costs, scores, linewidths=0.9, zorder=2, **look)
    if front:
        scores, costs = np.array(front).T
        axes.plot(
            100 * costs,
            scores,
            "-D",
            drawstyle="steps-post",
            color=PRUNED,
            markeredgecolor=INK,
            markersize=6,
            zorder=3,
            label="front: none smaller is as good",
        )
    axes.plot([100 * original[1]], [original[0]], "*", color=ORIGINAL, markersize=13, zorder=4, label="original")
    axes.set_xlabel(f"{quantity} left, % of the original")
    axes.set_ylabel(f"{metric_name(metric)} on the validation cases")
    axes.set_xlim(0, 103)
    axes.grid()
    axes.legend(loc="lower right")
    return drawn
