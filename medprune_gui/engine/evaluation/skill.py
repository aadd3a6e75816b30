"""Whether a verdict means anything: a network that knows nothing is easily matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from medprune_gui.engine.records import Estimate, VerdictRecord

# At least this share of what the original can do beyond chance has to be kept.
_KEPT_SHARE = 0.5


def chance_level(metric: str, truth: NDArray[np.int64] | None) -> float:
    """Return what a network reaches that knows nothing: AUC 0.5, accuracy of naming the commonest class, Dice 0."""
    if metric == "auc":
        return 0.5
    if metric == "accuracy" and truth is not None and truth.size:
        return float(np.bincount(truth).max() / truth.size)
    return 0.0


def guarded(verdict: VerdictRecord, original: Estimate, chance: float) -> VerdictRecord:
    """Withdraw a claim of non-inferiority that the original's own quality does not bear.

    The accepted loss must leave at least half of what the original proved to do beyond chance, as non-inferiority
    trials require of their margin (FDA, Non-Inferiority Clinical Trials to Establish Effectiveness, 2016, section
    IV: M2 against M1). Otherwise the verdict is inconclusive, with a note. A pruned network that is certainly worse,
    but within the margin, gets a note as well.

    Parameters
    ----------
    original
        The original's metric with its interval.
    chance
        From `chance_level`.
    """
    notes = list(verdict.notes)
    decision = verdict.decision
    if verdict.margin > (1.0 - _KEPT_SHARE) * max(original.low - chance, 0.0):
        notes.insert(
            0,
            f"The original itself is not good enough for a verdict: its {verdict.metric} is only proven to be above "
            f"{original.low:.3f}, chance is {chance:.3f}, and losing {verdict.margin:g} would leave less than half of "
            "that. Train it better first.",
        )
        if decision == "non-inferior":
            decision = "inconclusive"
    elif decision == "non-inferior" and verdict.ci_high < 0:
        notes.insert(0, "The pruned network is certainly worse than the original, but by less than the margin.")
    return replace(verdict, decision=decision, notes=tuple(notes))


def told_apart(
    verdict: VerdictRecord, predictions: Sequence[NDArray[np.int64]], classes: Sequence[str]
) -> VerdictRecord:
    """Withdraw a claim of non-inferiority to an original that names one and the same class for every case.

    Its AUC may be well above chance all the same: that looks at thresholds which nobody chose. Whichever of the two
    networks names one class only, a note says so first.

    Parameters
    ----------
    predictions
        (n,) index of the predicted class, for the original and the pruned network.
    """
    notes = list(one_sided_notes(predictions, classes))
    decision = verdict.decision
    if _one_sided(predictions[0]):
        notes[0] = (
            f"{notes[0].removesuffix('.')}, and matching it proves nothing. Train it longer, or let rare classes weigh "
            "more (class_weights = true). A case is given its most probable class; no other threshold is tried."
        )
        if decision == "non-inferior":
            decision = "inconclusive"
    return replace(verdict, decision=decision, notes=(*notes, *verdict.notes))


def one_sided_notes(predictions: Sequence[NDArray[np.int64]], classes: Sequence[str]) -> tuple[str, ...]:
    """Say which of the two networks, original and pruned, names one and the same class for every case.

    Parameters
    ----------
    predictions
        (n,) index of the predicted class, for each network.
    """
    return tuple(
        f"The {name} network calls every test case {classes[int(predicted[0])]}: it does not tell the classes apart."
        for name, predicted in zip(("original", "pruned"), predictions, strict=True)
        if _one_sided(predicted)
    )


def _one_sided(predicted: NDArray[np.int64]) -> bool:
    return bool(predicted.size and (predicted == predicted[0]).all())
