"""Two networks on the same test cases: the verdict on the primary metric, and the cases behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.metrics import check_predictions, macro_auc, mean_over_foreground, resampling_units
from medprune_gui.engine.evaluation.resampling import paired_bootstrap, paired_estimate, resampled, unit_codes
from medprune_gui.engine.evaluation.statistics import delong_test, mcnemar_exact, non_inferiority
from medprune_gui.engine.records import CaseRecord, PairedTest, VerdictRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Metric = Literal["auc", "accuracy", "dice"]

_FEW_PATIENTS = 10


class CaseSource(Protocol):
    """Where a test case comes from, as the data room describes it."""

    @property
    def name(self) -> str:
        """Unique within the set."""
        ...

    @property
    def image(self) -> Path:
        """The file."""
        ...

    @property
    def patient(self) -> str:
        """The patient's name within the set."""
        ...

    @property
    def slice(self) -> int | None:
        """Index of the slice in a volume."""
        ...


def compare_predictions(
    metric: Metric,
    margin: float,
    original: NDArray[np.floating],
    pruned: NDArray[np.floating],
    *,
    patients: Sequence[str],
    truth: NDArray[np.int64] | None = None,
    seed: int = 0,
) -> VerdictRecord:
    """Say whether the pruned network is non-inferior to the original on the test cases.

    ``auc``: DeLong's test with two classes, else a paired bootstrap over patients of the macro area. ``accuracy``:
    exact McNemar test. ``dice``: paired bootstrap over patients of the mean over cases; over single slices where all
    are of one patient. What the reader must know about this stands in the verdict's notes.

    Parameters
    ----------
    original, pruned
        (n, class) probabilities; for ``dice`` (n, foreground class) coefficients from `dice_per_case`.
    patients
        (n,).
    truth
        (n,) index of the class; not needed for ``dice``.

    Raises
    ------
    InputError
        Shapes differ, the truth is missing, or the metric is undefined on these cases.
    """
    if original.shape != pruned.shape:
        raise InputError(f"predictions of the shapes {original.shape} and {pruned.shape} cannot be paired")
    units = resampling_units(patients, len(original))
    notes = []
    if metric == "dice":
        a, b = (mean_over_foreground(np.asarray(dice, dtype=np.float64)) for dice in (original, pruned))
        if np.isnan(a).all() or np.isnan(b).all():
            raise InputError("the Dice coefficient is undefined: no test case holds a structure")
        test = paired_bootstrap(a, b, units, seed=seed)
        if units is None:
            notes.append(
                "All test slices are of one patient: the interval is over slices and says nothing about other patients."
            )
    else:
        if truth is None:
            raise InputError(f"the {metric} needs the true classes")
        names = [str(index) for index in range(original.shape[1])]
        check_predictions(truth, original, names)
        check_predictions(truth, pruned, names)
        if metric == "accuracy":
            test = _accuracy_test(truth, original, pruned)
        elif len(names) == 2:
            test = delong_test(truth, original[:, 1], pruned[:, 1])
        else:
            test = _macro_auc_test(truth, original, pruned, units, seed)
        if len(set(patients)) < len(patients) and (metric == "accuracy" or len(names) == 2):
            notes.append("Some patients have several test images; the interval counts each image by itself.")
    if 1 < len(set(patients)) < _FEW_PATIENTS:
        notes.append(f"The test cases are of {len(set(patients))} patients only: the interval is uncertain itself.")
    verdict = non_inferiority(test, margin)
    return VerdictRecord(
        metric=metric,
        margin=margin,
        difference=verdict.difference,
        ci_low=verdict.low,
        ci_high=verdict.high,
        decision=verdict.decision,
        notes=tuple(notes),
    )


def classification_cases(
    cases: Sequence[CaseSource],
    truth: NDArray[np.int64],
    classes: Sequence[str],
    original: NDArray[np.floating],
    pruned: NDArray[np.floating],
) -> tuple[CaseRecord, ...]:
    """Put each case's truth and both predictions together.

    Parameters
    ----------
    original, pruned
        (n, class) probabilities.
    """
    return tuple(
        CaseRecord(
            case=case.name,
            file=str(case.image),
            patient=case.patient,
            slice=case.slice,
            truth=classes[int(label)],
            original=classes[int(before.argmax())],
            pruned=classes[int(after.argmax())],
            original_scores=tuple(before.tolist()),
            pruned_scores=tuple(after.tolist()),
        )
        for case, label, before, after in zip(cases, truth, original, pruned, strict=True)
    )


def segmentation_cases(
    cases: Sequence[CaseSource],
    original: NDArray[np.floating],
    pruned: NDArray[np.floating],
    arrays: Sequence[str | None] | None = None,
) -> tuple[CaseRecord, ...]:
    """Put both networks' Dice coefficients per case together.

    Parameters
    ----------
    original, pruned
        (n, foreground class) from `dice_per_case`.
    arrays
        (n,) files with the label maps, relative to the run folder; None: not stored.
    """
    files = [None] * len(cases) if arrays is None else arrays
    return tuple(
        CaseRecord(
            case=case.name,
            file=str(case.image),
            patient=case.patient,
            slice=case.slice,
            truth="",
            original="",
            pruned="",
            original_scores=tuple(before.tolist()),
            pruned_scores=tuple(after.tolist()),
            arrays=file,
        )
        for case, before, after, file in zip(cases, original, pruned, files, strict=True)
    )


def _accuracy_test(
    truth: NDArray[np.int64], original: NDArray[np.floating], pruned: NDArray[np.floating]
) -> PairedTest:
    correct_a, correct_b = original.argmax(axis=1) == truth, pruned.argmax(axis=1) == truth
    if np.array_equal(correct_a, correct_b) and not np.array_equal(original, pruned):
        # Different networks that were right on the same cases: 0 of n is no proof of 0. The exact limit for a rate
        # that was not seen in n cases (Clopper and Pearson, Biometrika 26 (1934) 404-413), either way.
        limit = 1 - 0.025 ** (1 / truth.size)
        return PairedTest(0.0, -limit, limit, 1.0)
    return mcnemar_exact(correct_a, correct_b)


def _macro_auc_test(
    truth: NDArray[np.int64],
    original: NDArray[np.floating],
    pruned: NDArray[np.floating],
    units: Sequence[str] | None,
    seed: int,
) -> PairedTest:
    if np.array_equal(original, pruned):
        return PairedTest(0.0, 0.0, 0.0, 1.0)

    def difference(index: NDArray[np.int64]) -> float:
        return macro_auc(truth[index], pruned[index]) - macro_auc(truth[index], original[index])

    samples = resampled(difference, unit_codes(units, truth.size), seed=seed)
    return paired_estimate(difference(np.arange(truth.size)), samples)
