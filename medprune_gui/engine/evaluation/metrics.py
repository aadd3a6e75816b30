"""Quality of one network on the test cases, each figure with its 95 % interval: no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.clusters import unit_codes
from medprune_gui.engine.evaluation.macro_area import macro_auc, resampled_macro_auc
from medprune_gui.engine.evaluation.resampling import bootstrap_interval, percentile_estimate, resampled_ratios
from medprune_gui.engine.evaluation.statistics import delong_interval, proportion
from medprune_gui.engine.records import Estimate
from medprune_gui.engine.training.dice import dice_per_case, mean_over_foreground, overlap_per_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "class_recalls",
    "classification_metrics",
    "dice_per_case",
    "mean_over_foreground",
    "overlap_per_case",
    "resampling_units",
    "segmentation_metrics",
]


def classification_metrics(
    truth: NDArray[np.int64],
    probabilities: NDArray[np.floating],
    classes: Sequence[str],
    patients: Sequence[str],
    seed: int = 0,
) -> dict[str, Estimate]:
    """Quality of a classifier.

    Parameters
    ----------
    truth
        (n,); index of the class.
    probabilities
        (n, len(classes)); the predicted class is the most probable one, so with two classes the threshold is 0.5.
    classes
        With two, the last one is positive.
    patients
        (n,); all images of a patient count together in every interval, unless all are of one patient.

    Returns
    -------
    ``accuracy`` (Wilson) and ``balanced_accuracy`` (mean recall of the classes that occur; bootstrap). Two classes:
    ``sensitivity``, ``specificity`` (Wilson), ``auc`` (DeLong). More: ``auc``, the mean over the classes that occur of
    each against the rest (bootstrap). Where patients have several images, Wilson's interval is that of `proportion`
    and DeLong's is Obuchowski's. What is undefined, such as the sensitivity where no case is positive, is absent.

    Raises
    ------
    InputError
        There is no case, lengths differ, or a probability is not a number.
    """
    check_predictions(truth, probabilities, classes)
    n = len(truth)
    predicted = probabilities.argmax(axis=1)
    correct = predicted == truth
    units = resampling_units(patients, n)
    metrics = {"accuracy": proportion(correct, units)}
    of_class = truth[:, None] == np.arange(len(classes))
    occurring = of_class.any(axis=0)
    right_of_class = (of_class & correct[:, None])[:, occurring].astype(np.float64)
    recalls = class_recalls(truth, predicted, len(classes))[occurring]
    if n > 1:
        ratios = resampled_ratios(right_of_class, of_class[:, occurring].astype(np.float64), units, seed=seed)
        # A resample without a single case of a class has no balanced accuracy; it is left out.
        metrics["balanced_accuracy"] = percentile_estimate(float(recalls.mean()), ratios.mean(axis=1))
    else:
        metrics["balanced_accuracy"] = Estimate(float(recalls.mean()), 0.0, 1.0)
    if len(classes) == 2:
        for name, index in (("sensitivity", 1), ("specificity", 0)):
            if occurring[index]:
                own = of_class[:, index]
                metrics[name] = proportion(correct[own], None if units is None else np.asarray(units)[own].tolist())
        if occurring.all():
            metrics["auc"] = delong_interval(of_class[:, 1], probabilities[:, 1], groups=units)
    elif np.count_nonzero(occurring) > 1:
        samples = resampled_macro_auc(truth, probabilities, unit_codes(units, n), seed=seed)
        metrics["auc"] = percentile_estimate(macro_auc(truth, probabilities), samples)
    return metrics


def class_recalls(truth: NDArray[np.int64], predicted: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Share of each class's cases that are called by its name: (classes,), 0 to 1; NaN where there is no case of it.

    Parameters
    ----------
    truth, predicted
        (n,); index of the class.
    """
    of_class = truth[:, None] == np.arange(classes)
    recalls = np.full(classes, np.nan)
    right = (of_class & (truth == predicted)[:, None]).sum(axis=0)
    np.divide(right, of_class.sum(axis=0), out=recalls, where=of_class.any(axis=0))
    return recalls


def segmentation_metrics(
    dice: NDArray[np.float64],
    classes: Sequence[str],
    groups: Sequence[str],
    seed: int = 0,
    overlaps: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
) -> dict[str, Estimate]:
    """Quality of a segmentation.

    The endpoint is the mean over cases (slices, each counting alike). A pooled coefficient, of all voxels together, is
    given beside it: it is governed by the large structures and hides failures on small ones, and the mean over slices
    is governed by slices where little is to be found. They answer different questions, so both are shown.

    Parameters
    ----------
    dice
        (n, len(classes) - 1) from `dice_per_case`; NaN: absent from both label maps, left out of every mean.
    classes
        All classes, the background first.
    groups
        (n,) patients (or whatever the bootstrap shall draw as a whole).
    overlaps
        ``(shared, sizes)`` from `overlap_per_case`, for the pooled coefficient.

    Returns
    -------
    ``dice``: mean over cases of the mean over foreground classes; ``dice <class>``: mean over cases; with ``overlaps``
    ``dice pooled``: mean over foreground classes of 2 * all shared voxels / all voxels in either. All bootstrap. What
    is undefined is absent.

    Raises
    ------
    InputError
        There is no case, or shapes differ.
    """
    n = len(dice)
    if n == 0 or dice.shape != (n, len(classes) - 1):
        raise InputError(f"Dice of the shape {dice.shape} does not fit {len(classes)} classes")
    units = resampling_units(groups, n)
    columns = {"dice": mean_over_foreground(dice)}
    columns |= {f"dice {name}": dice[:, index] for index, name in enumerate(classes[1:])}
    metrics = {}
    for name, column in columns.items():
        if np.isnan(column).all():
            continue
        metrics[name] = bootstrap_interval(column, units, seed=seed) if n > 1 else Estimate(float(column[0]), 0.0, 1.0)
    if overlaps is not None and overlaps[1].any():
        shared, sizes = 2.0 * overlaps[0].astype(np.float64), overlaps[1].astype(np.float64)
        present = sizes.any(axis=0)
        value = float(np.mean(shared.sum(axis=0)[present] / sizes.sum(axis=0)[present]))
        if n > 1:
            samples = resampled_ratios(shared[:, present], sizes[:, present], units, seed=seed).mean(axis=1)
            metrics["dice pooled"] = percentile_estimate(value, samples)
        else:
            metrics["dice pooled"] = Estimate(value, 0.0, 1.0)
    return metrics


def resampling_units(patients: Sequence[str], n: int) -> Sequence[str] | None:
    """Return what the bootstrap draws: patients, or single cases (None) where there is one patient only.

    Raises
    ------
    InputError
        ``patients`` has another length than the cases.
    """
    if len(patients) != n:
        raise InputError(f"{n} cases have {len(patients)} patients")
    return patients if len(set(patients)) > 1 else None


def check_predictions(truth: NDArray[np.int64], probabilities: NDArray[np.floating], classes: Sequence[str]) -> None:
    """Refuse predictions that do not fit the truth.

    Raises
    ------
    InputError
        There is no case, shapes differ, or a probability is not a number.
    """
    if truth.size == 0:
        raise InputError("there are no test cases")
    if probabilities.shape != (truth.size, len(classes)):
        raise InputError(
            f"probabilities of the shape {probabilities.shape} do not fit {truth.size} cases of {len(classes)} classes"
        )
    if np.isnan(probabilities).any():
        raise InputError("the network's output is not a number for some cases")
