"""Mean area under the ROC curves of several classes, each against the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray


def macro_auc(truth: NDArray[np.int64], probabilities: NDArray[np.floating]) -> float:
    """Mean of each class's area under the ROC curve against the rest, by ranks; classes without cases are left out.

    Parameters
    ----------
    truth
        (n,); index of the class.
    probabilities
        (n, classes). With two classes the last one's ranks decide: they are the first one's turned round, but for
        rounding.

    Returns
    -------
    NaN where fewer than two classes occur or a probability is not a number.

    References
    ----------
    J. A. Hanley and B. J. McNeil, Radiology 143 (1982) 29-36 (the area as a rank sum).
    """
    if np.isnan(probabilities).any():
        return float("nan")
    areas = class_areas(truth, probabilities)[-1 if probabilities.shape[1] == 2 else 0 :]
    return float("nan") if np.isnan(areas).all() else float(np.nanmean(areas))


def class_areas(truth: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Area under the ROC curve of each class against the rest, as the share of pairs that are ranked rightly.

    Parameters
    ----------
    truth, probabilities
        As in `macro_auc`.

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
