"""Mean area under the ROC curves of several classes, each against the rest, and its bootstrap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from medprune_gui.engine.evaluation.resampling import draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT_ONCE = 160_000  # 1 MB of counts stays in the processor's cache: parts ten times as large took twice as long


def macro_auc(truth: NDArray[np.int64], probabilities: NDArray[np.floating]) -> float:
    """Mean of each class's area under the ROC curve against the rest; classes without cases are left out.

    NaN where fewer than two classes occur. With two classes both areas are the same where probabilities add up to 1.
    """
    areas = class_areas(truth, probabilities)
    return float("nan") if np.isnan(areas).all() else float(np.nanmean(areas))


def class_areas(truth: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Area under the ROC curve of each class against the rest, as the share of pairs that are ranked rightly.

    Parameters
    ----------
    truth
        (n,); index of the class.
    probabilities
        (n, classes).

    Returns
    -------
    (classes,), 0 to 1; NaN where all cases are of a class, or none is.
    """
    areas = np.full(probabilities.shape[1], np.nan)
    ranks = stats.rankdata(probabilities, axis=0)
    for index in range(len(areas)):
        of_class = truth == index
        positives = np.count_nonzero(of_class)
        negatives = truth.size - positives
        if positives and negatives:
            rank_sum = ranks[of_class, index].sum()
            areas[index] = (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)
    return areas


def resampled_macro_auc(
    truth: NDArray[np.int64],
    probabilities: NDArray[np.floating],
    codes: NDArray[np.int64],
    resamples: int = 2000,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Bootstrap of `macro_auc` over units: cases are ordered once, and a drawn unit's cases count as often as drawn.

    Parameters
    ----------
    truth, probabilities
        As in `macro_auc`.
    codes
        (n,) numbers of the units, as `clusters.unit_codes` gives them. The same seed draws the same units, so that
        samples of two networks are paired.

    Returns
    -------
    (resamples,); NaN where a resample has fewer than two classes.

    Raises
    ------
    InputError
        There are fewer than two units.
    """
    classes = [_Ranked(truth == index, probabilities[:, index], codes) for index in range(probabilities.shape[1])]
    parts = []
    for counts in draws(int(codes.max()) + 1, resamples, seed, _AT_ONCE):
        weights = counts.astype(np.float64)
        areas = np.stack([ranked.areas(weights) for ranked in classes])
        occurring = ~np.isnan(areas)
        total = np.where(occurring, areas, 0.0).sum(axis=0)
        parts.append(
            np.divide(total, occurring.sum(axis=0), out=np.full(len(total), np.nan), where=occurring.any(axis=0))
        )
    return np.concatenate(parts)


class _Ranked:
    """One class against the rest: its negative cases in order, and where the positive ones stand among them."""

    def __init__(self, positive: NDArray[np.bool_], scores: NDArray[np.floating], codes: NDArray[np.int64]) -> None:
        order = np.argsort(scores[~positive], kind="stable")
        below = scores[~positive][order]
        self._positive_codes, self._negative_codes = codes[positive], codes[~positive][order]
        self._left = np.searchsorted(below, scores[positive], side="left")
        self._right = np.searchsorted(below, scores[positive], side="right")

    def areas(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Areas of resamples from how often (resample, unit) was drawn; NaN where a class is missing."""
        cumulated = np.zeros((len(weights), len(self._negative_codes) + 1))
        np.cumsum(weights[:, self._negative_codes], axis=1, out=cumulated[:, 1:])
        positives = weights[:, self._positive_codes]
        # Equal scores count half.
        wins = 0.5 * np.einsum("ij,ij->i", positives, cumulated[:, self._left] + cumulated[:, self._right])
        pairs = positives.sum(axis=1) * cumulated[:, -1]
        return np.asarray(np.divide(wins, pairs, out=np.full(len(weights), np.nan), where=pairs > 0))
