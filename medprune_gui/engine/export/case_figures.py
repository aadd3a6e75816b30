"""Test cases as both networks saw them: scores of all, images of a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from medprune_gui.engine.export.case_selection import mean_score
from medprune_gui.engine.export.figure_style import (
    CLASS_COLOURS,
    DIFFERENT,
    FAINT,
    INK,
    ORIGINAL,
    WIDTH_INCHES,
    figure,
)
from medprune_gui.engine.export.tables import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from medprune_gui.engine.records import CaseRecord, Comparison

_LABEL_OPACITY = 0.6
_COLUMNS = ("Image", "Reference", "Original", "Pruned", "Original \N{NOT EQUAL TO} pruned")


def scores_figure(comparison: Comparison, positive: str) -> Figure:
    """Draw each test case's probability of ``positive`` by the original against that by the pruned network.

    Cases that the two classify differently are ringed.
    """
    index = comparison.classes.index(positive)
    drawn = figure(4.1)
    axes = drawn.add_subplot()
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8, zorder=1)
    for truth_is_positive, label, marker, face, edge in (
        (False, f"reference: not {positive}", "o", "white", ORIGINAL),
        (True, f"reference: {positive}", "^", ORIGINAL, "white"),
    ):
        chosen = [case for case in comparison.cases if (case.truth == positive) == truth_is_positive]
        axes.scatter(
            [case.original_scores[index] for case in chosen],
            [case.pruned_scores[index] for case in chosen],
            s=20,
            marker=marker,
            facecolor=face,
            edgecolor=edge,
            linewidth=0.7,
            zorder=2,
            label=f"{label} ({len(chosen)})",
        )
    different = [case for case in comparison.cases if case.original != case.pruned]
    axes.scatter(
        [case.original_scores[index] for case in different],
        [case.pruned_scores[index] for case in different],
        s=80,
        facecolor="none",
        edgecolor=DIFFERENT,
        linewidth=1.5,
        zorder=3,
        label=f"the networks disagree ({len(different)})",
    )
    axes.set(
        xlim=(-0.03, 1.03),
        ylim=(-0.03, 1.03),
        xlabel=f"Probability of {positive}, original",
        ylabel=f"Probability of {positive}, pruned",
        aspect="equal",
    )
    axes.grid(visible=True)
    drawn.legend(loc="outside right upper")
    return drawn


def segmentation_figure(
    cases: Sequence[tuple[CaseRecord, Mapping[str, NDArray[Any]]]], classes: Sequence[str]
) -> Figure:
    """Draw cases in rows: image, reference, original, pruned, and the pixels where the networks differ.

    Parameters
    ----------
    cases
        Each with its ``image``, ``truth``, ``original`` and ``pruned``, (row, column); labels count from 1 in the
        order of ``classes``, 0 is the background.
    classes
        Foreground classes.
    """
    shapes = [arrays["image"].shape[:2] for _, arrays in cases]
    panel_width = WIDTH_INCHES / 5.6
    # Tall images would make a figure of many pages.
    heights = [min(panel_width * rows / columns, 1.5 * panel_width) + 0.06 for rows, columns in shapes]
    drawn = figure(sum(heights) + 0.65)
    panels = drawn.subplots(len(cases), 5, squeeze=False, height_ratios=heights)
    for row, (case, arrays) in enumerate(cases):
        grey = _grey(arrays["image"])
        differs = np.asarray(arrays["original"]) != np.asarray(arrays["pruned"])
        pictures = (
            grey,
            _overlay(grey, arrays["truth"]),
            _overlay(grey, arrays["original"]),
            _overlay(grey, arrays["pruned"]),
            np.where(differs[..., None], to_rgb(DIFFERENT), 0.55 * grey),
        )
        for axes, picture, title in zip(panels[row], pictures, _COLUMNS, strict=True):
            axes.imshow(picture, interpolation="none")
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
            if row == 0:
                axes.set_title(title, loc="center")
        panels[row, 0].set_ylabel(_short(case.case), fontsize=7)
        panels[row, 2].set_xlabel(_dice(case.original_scores), fontsize=7)
        panels[row, 3].set_xlabel(_dice(case.pruned_scores), fontsize=7)
        panels[row, 4].set_xlabel(f"{differs.mean():.1%} of pixels".replace("%", " %"), fontsize=7)
    colours = (CLASS_COLOURS[index % len(CLASS_COLOURS)] for index in range(len(classes)))
    drawn.legend(
        handles=[
            Patch(facecolor=colour, edgecolor=INK, linewidth=0.5, label=name)
            for name, colour in zip(classes, colours, strict=True)
        ],
        loc="outside lower center",
        ncols=6,
    )
    return drawn


def _grey(image: NDArray[Any]) -> NDArray[np.float64]:
    values = np.asarray(image, dtype=np.float64)
    if values.ndim == 2:
        values = np.repeat(values[..., None], 3, axis=2)
    low, high = np.percentile(values, (0.5, 99.5))
    return np.asarray(np.clip((values - low) / max(float(high - low), 1e-12), 0.0, 1.0))


def _overlay(grey: NDArray[np.float64], labels: NDArray[Any]) -> NDArray[np.float64]:
    picture = grey.copy()
    for label in np.unique(labels):
        if label > 0:
            colour = np.array(to_rgb(CLASS_COLOURS[(int(label) - 1) % len(CLASS_COLOURS)]))
            inside = np.asarray(labels) == label
            picture[inside] = (1 - _LABEL_OPACITY) * picture[inside] + _LABEL_OPACITY * colour
    return picture


def _dice(scores: Sequence[float]) -> str:
    mean = mean_score(scores)
    return f"Dice {NONE}" if np.isnan(mean) else f"Dice {mean:.3f}"


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:10]}\N{HORIZONTAL ELLIPSIS}{name[-13:]}"
