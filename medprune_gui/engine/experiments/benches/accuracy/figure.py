"""The accuracy bench's figure: the test metric against the share of MACs removed, a panel for each problem."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from medprune_gui.engine.experiments.benches.accuracy.contenders import CONTENDERS, Side
from medprune_gui.engine.experiments.benches.accuracy.summary import Point, points
from medprune_gui.engine.experiments.benches.accuracy.table import UNIFORM
from medprune_gui.engine.experiments.benches.results import Row
from medprune_gui.engine.export.figure_style import FAINT, INK, figure, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

# From the palette of Okabe and Ito (2008); told apart by the marker as well.
_TOOLS: dict[Side, tuple[str, str, str]] = {
    "medprune": ("MedPrune's best", "#1b4f8a", "o"),
    "torch-pruning": ("Torch-Pruning's best", "#d55e00", "s"),
}
_BASELINES = {
    UNIFORM: ("uniform (L1)", "#009e73", "^"),
    "random": ("random", "#e69f00", "v"),
    "scratch": ("from scratch", "#cc79a7", "D"),
}

#: Between bold lines, in steps from one share to the next.
_APART = 0.05


def draw(rows: Sequence[Row], kind: Literal["svg", "png"]) -> bytes:
    """Return the figure; bold: each tool's best and the baselines; thin: every other contender."""
    return render(lambda: _figure(points(rows)), kind)


def _figure(found: Sequence[Point]) -> Figure:
    problems = list(dict.fromkeys(point.problem for point in found))
    drawn = figure(3.6)
    panels = drawn.subplots(1, len(problems), squeeze=False)[0]
    for panel, problem in zip(panels, problems, strict=True):
        own = [point for point in found if point.problem == problem]
        _panel(panel, [point for point in own if point.removed > 0])
        originals = [score.mean for point in own if point.removed == 0 if (score := point.score("original"))]
        if originals:
            panel.axhline(originals[0], color=INK, linestyle=":", linewidth=1.2, label="original")
        panel.set_title(problem)
    handles, labels = panels[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=4)
    return drawn


def _panel(panel: Axes, found: Sequence[Point]) -> None:
    at = np.arange(len(found), dtype=np.float64)
    for number, name in enumerate(name for name in CONTENDERS if name not in _BASELINES):
        dashed = "--" if CONTENDERS[name].side == "torch-pruning" else "-"
        panel.plot(
            at, _means(found, [name] * len(found)), color=FAINT, linewidth=0.6, linestyle=dashed, alpha=0.8,
            label="other contenders (dashed: Torch-Pruning's)" if number == 0 else None,
        )  # fmt: skip
    bold: list[tuple[tuple[str, str, str], list[str | None]]] = [
        (style, [name] * len(found)) for name, style in _BASELINES.items()
    ]
    bold += [(style, [point.best(side) for point in found]) for side, style in _TOOLS.items()]
    for number, (style, names) in enumerate(bold):
        # Side by side, so that equal values do not hide each other.
        _bold(panel, at + _APART * (number - (len(bold) - 1) / 2), found, names, style)
    means = [mean for _, names in bold for mean in _means(found, names) if not np.isnan(mean)]
    if means:
        # The bold lines fill the panel, whatever the worst of the others do.
        room = 0.15 * (max(means) - min(means)) or 0.01
        panel.set_ylim(min(means) - room, max(means) + room)
    panel.set_xticks(at, [f"{point.removed:.0%}" for point in found])
    panel.set_xlabel("MACs removed")
    panel.grid(axis="y")


def _bold(
    panel: Axes,
    at: NDArray[np.floating],
    found: Sequence[Point],
    names: Sequence[str | None],
    style: tuple[str, str, str],
) -> None:
    scores = [point.score(name) if name else None for point, name in zip(found, names, strict=True)]
    if not any(scores):
        return
    label, colour, marker = style
    errors = np.nan_to_num([score.deviation if score else np.nan for score in scores])
    panel.errorbar(
        at, _means(found, names), yerr=errors, color=colour, marker=marker, linewidth=1.6, markersize=4.5,
        elinewidth=0.8, capsize=2.0, label=label,
    )  # fmt: skip


def _means(found: Sequence[Point], names: Sequence[str | None]) -> list[float]:
    scores = [point.score(name) if name else None for point, name in zip(found, names, strict=True)]
    return [score.mean if score else np.nan for score in scores]
