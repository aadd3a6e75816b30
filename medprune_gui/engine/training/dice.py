"""Dice coefficients of label maps: numpy only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def overlap_per_case(
    truth: NDArray[np.integer], predicted: NDArray[np.integer], classes: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count, per case and foreground class, the pixels in both label maps and the pixels in either, added up.

    Parameters
    ----------
    truth, predicted
        (n, row, column); index of the class, 0: background.
    classes
        All classes, the background first.

    Returns
    -------
    shared, sizes
        (n, len(classes) - 1) each; Dice is ``2 * shared / sizes``.

    Raises
    ------
    InputError
        The label maps' shapes differ.
    """
    if truth.shape != predicted.shape:
        raise InputError(f"label maps of the shapes {truth.shape} and {predicted.shape} cannot be compared")
    truth, predicted = (labels.reshape(len(labels), -1) for labels in (truth, predicted))
    shared = np.zeros((len(truth), len(classes) - 1), dtype=np.int64)
    sizes = np.zeros_like(shared)
    for index in range(1, len(classes)):
        in_truth, in_predicted = truth == index, predicted == index
        shared[:, index - 1] = np.count_nonzero(in_truth & in_predicted, axis=1)
        sizes[:, index - 1] = np.count_nonzero(in_truth, axis=1) + np.count_nonzero(in_predicted, axis=1)
    return shared, sizes


def dice_per_case(
    truth: NDArray[np.integer], predicted: NDArray[np.integer], classes: Sequence[str]
) -> NDArray[np.float64]:
    """Dice coefficient per case and foreground class.

    Equal to ``monai.metrics.compute_dice(..., include_background=False, ignore_empty=False)`` but for classes absent
    from both label maps: NaN here (nothing was to be found and nothing was), 1 there. A class that was predicted where
    there is none scores 0.

    Parameters
    ----------
    truth, predicted, classes
        As in `overlap_per_case`.

    Returns
    -------
    (n, len(classes) - 1), from 0 to 1.

    References
    ----------
    L. R. Dice, Ecology 26 (1945) 297-302.
    """
    shared, sizes = overlap_per_case(truth, predicted, classes)
    dice = np.full(sizes.shape, np.nan)
    np.divide(2.0 * shared, sizes, out=dice, where=sizes > 0)
    return dice


def mean_over_foreground(dice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over the foreground classes of each case, NaN left out: (n,); NaN where a case has none."""
    present = np.count_nonzero(~np.isnan(dice), axis=1)
    means = np.full(len(dice), np.nan)
    np.divide(np.nansum(dice, axis=1), present, out=means, where=present > 0)
    return means
