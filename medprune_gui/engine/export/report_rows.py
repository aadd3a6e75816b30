"""The report's tables as plain values: key figures, agreement, classes, cases worth a look, layers in all."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from medprune_gui.engine.export import report_words as words
from medprune_gui.engine.export.case_selection import (
    by_loss,
    disagreements,
    foreground_classes,
    mean_score,
    score_change,
)
from medprune_gui.engine.export.hidden_paths import case_name
from medprune_gui.engine.export.tables import NONE, TIMES, metric_name, ratio, signed, times_text

if TYPE_CHECKING:
    from medprune_gui.engine.records import Comparison

MOST_CASES_LISTED = 20


def score_text(value: float) -> str:
    """Return a score with three decimals, a dash for NaN."""
    return NONE if math.isnan(value) else f"{value:.3f}"


def key_figures(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Return (name, number, word) of what a reader asks first."""
    original, pruned = comparison.original, comparison.pruned
    changes = (
        ("Parameters", times_text(ratio(original.parameters, pruned.parameters), "fewer", "more")),
        ("MACs", times_text(ratio(original.macs, pruned.macs), "fewer", "more")),
        ("Latency, pair by pair", words.speed_text(comparison)),
    )
    return [
        (f"Change in {metric_name(comparison.verdict.metric)}", signed(comparison.verdict.difference), ""),
        *((name, *(text.split(" ") if TIMES in text else (text, ""))) for name, text in changes),
    ]


def agreement(comparison: Comparison) -> dict[str, int]:
    """Count the cases by which of the two networks classifies them rightly."""
    counted = Counter((case.original == case.truth, case.pruned == case.truth) for case in comparison.cases)
    return {
        "both": counted[True, True],
        "only_original": counted[True, False],
        "only_pruned": counted[False, True],
        "neither": counted[False, False],
        "different": sum(case.original != case.pruned for case in comparison.cases),
    }


def class_dice(comparison: Comparison) -> list[tuple[str, int, float, float]]:
    """Return (class, cases in which it occurs, mean Dice original, mean Dice pruned); nothing in classification."""
    if comparison.task != "segmentation":
        return []
    rows = []
    for index, name in enumerate(foreground_classes(comparison.classes, comparison.cases)):
        original = [case.original_scores[index] for case in comparison.cases]
        pruned = [case.pruned_scores[index] for case in comparison.cases]
        scored = sum(not (math.isnan(a) and math.isnan(b)) for a, b in zip(original, pruned, strict=True))
        rows.append((name, scored, mean_score(original), mean_score(pruned)))
    return rows


def listed(comparison: Comparison) -> list[dict[str, str]]:
    """Return the cases worth looking at: classified differently, or with the largest loss of Dice."""
    if comparison.task == "classification":
        positive = len(comparison.classes) - 1
        return [
            {
                "case": case_name(case),
                "truth": case.truth,
                "original": f"{case.original} ({case.original_scores[positive]:.3f})",
                "pruned": f"{case.pruned} ({case.pruned_scores[positive]:.3f})",
                "change": signed(case.pruned_scores[positive] - case.original_scores[positive]),
            }
            for case in disagreements(comparison.cases)[:MOST_CASES_LISTED]
        ]
    listed = [
        (case, mean_score(case.original_scores), mean_score(case.pruned_scores)) for case in by_loss(comparison.cases)
    ]
    return [
        {
            "case": case_name(case),
            "truth": "",
            "original": score_text(original),
            "pruned": score_text(pruned),
            "change": signed(score_change(original, pruned)),
        }
        for case, original, pruned in listed[: MOST_CASES_LISTED // 2]
    ]


def totals(comparison: Comparison) -> dict[str, int]:
    """Return the sums over all layers."""
    layers = comparison.layers
    return {
        name: sum(getattr(layer, name) for layer in layers)
        for name in ("parameters_before", "removed", "zeroed", "parameters_after", "macs_before", "macs_after")
    }
