"""Which test cases a report shows, and in which order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medprune_gui.engine.records import CaseRecord


def foreground_classes(classes: Sequence[str], cases: Sequence[CaseRecord]) -> tuple[str, ...]:
    """Return the classes that segmentation scores stand for, whether or not ``classes`` names the background."""
    scored = len(cases[0].original_scores) if cases else max(len(classes) - 1, 0)
    return tuple(classes[len(classes) - scored :])


def disagreements(cases: Sequence[CaseRecord]) -> list[CaseRecord]:
    """Return the cases that the two networks classify differently, the largest change of a probability first."""
    return sorted(
        (case for case in cases if case.original != case.pruned),
        key=lambda case: (
            -max(
                (abs(a - b) for a, b in zip(case.original_scores, case.pruned_scores, strict=True)),
                default=0.0,
            ),
            case.case,
        ),
    )


def mean_score(scores: Sequence[float]) -> float:
    """Return the mean over the classes that occur; NaN where none does."""
    present = [score for score in scores if not math.isnan(score)]
    return sum(present) / len(present) if present else math.nan


def score_change(original: float, pruned: float) -> float:
    """Return by how much a case's mean Dice changed; NaN where neither network has one.

    A network without a score marked nothing where nothing was to be marked, and so was right: the other, which marked
    something there, lost (or gained) all there is, 1.
    """
    if math.isnan(original) and math.isnan(pruned):
        return math.nan
    before, after = (1.0 if math.isnan(score) else score for score in (original, pruned))
    return after - before


def by_loss(cases: Sequence[CaseRecord]) -> list[CaseRecord]:
    """Return segmented cases from the largest loss of mean Dice to the largest gain, without the unscored ones."""
    changes = [(score_change(mean_score(case.original_scores), mean_score(case.pruned_scores)), case) for case in cases]
    ordered = sorted((pair for pair in changes if not math.isnan(pair[0])), key=lambda pair: (pair[0], pair[1].case))
    return [case for _, case in ordered]


def spread_of_cases(cases: Sequence[CaseRecord], count: int) -> list[CaseRecord]:
    """Return up to ``count`` segmented cases with arrays, evenly spaced from the largest loss to the largest gain.

    Neither the best nor the worst are picked on purpose: both ends are always among them.
    """
    ordered = by_loss([case for case in cases if case.arrays is not None])
    if len(ordered) <= count:
        return ordered
    return [ordered[round(index * (len(ordered) - 1) / (count - 1))] for index in range(count)]
