"""Two networks on the same test cases: the verdict on the primary metric, and the cases behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.clusters import unit_codes
from medprune_gui.engine.evaluation.macro_area import macro_auc, resampled_macro_auc
from medprune_gui.engine.evaluation.metrics import check_predictions, mean_over_foreground, resampling_units
from medprune_gui.engine.evaluation.resampling import paired_bootstrap, paired_estimate
from medprune_gui.engine.evaluation.statistics import compare_proportions, delong_test, non_inferiority
from medprune_gui.engine.records import CaseRecord, PairedTest, VerdictRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Metric = Literal["auc", "accuracy", "dice"]

# Simulated with 15 patients and rare errors, 95 % intervals of a difference held it in 88 % of samples.
_FEW_PATIENTS = 20


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
    exact McNemar test. Where patients have several images, both are replaced by their counterparts for clustered data
    (`delong_test` and `compare_proportions` with groups). ``dice``: paired bootstrap over patients of the mean over
    cases. Where all images are of one patient, each counts by itself. What the reader must know about this stands in
    the verdict's notes.

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
    else:
        if truth is None:
            raise InputError(f"the {metric} needs the true classes")
        names = [str(index) for index in range(original.shape[1])]
        check_predictions(truth, original, names)
        check_predictions(truth, pruned, names)
        if metric == "accuracy":
            test = _accuracy_test(truth, original, pruned, units)
        elif len(names) == 2:
            test = delong_test(truth, original[:, 1], pruned[:, 1], groups=units)
        else:
            test = _macro_auc_test(truth, original, pruned, units, seed)
    if units is None:
        kind = "slices" if metric == "dice" else "images"
        notes.append(
            f"All test {kind} are of one patient: the interval is over {kind} and says nothing about other patients."
        )
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
        _case_record(
            case,
            before,
            after,
            truth=classes[int(label)],
            original=classes[int(before.argmax())],
            pruned=classes[int(after.argmax())],
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
        _case_record(case, before, after, arrays=file)
        for case, before, after, file in zip(cases, original, pruned, files, strict=True)
    )


def _case_record(
    case: CaseSource,
    before: NDArray[np.floating],
    after: NDArray[np.floating],
    *,
    truth: str = "",
    original: str = "",
    pruned: str = "",
    arrays: str | None = None,
) -> CaseRecord:
    return CaseRecord(
        case=case.name,
        file=str(case.image),
        patient=case.patient,
        slice=case.slice,
        truth=truth,
        original=original,
        pruned=pruned,
        original_scores=tuple(before.tolist()),
        pruned_scores=tuple(after.tolist()),
        arrays=arrays,
    )


def _accuracy_test(
    truth: NDArray[np.int64],
    original: NDArray[np.floating],
    pruned: NDArray[np.floating],
    units: Sequence[str] | None,
) -> PairedTest:
    correct_a, correct_b = original.argmax(axis=1) == truth, pruned.argmax(axis=1) == truth
    if np.array_equal(correct_a, correct_b) and not np.array_equal(original, pruned):
        # Different networks that were right on the same cases: 0 of n is no proof of 0. The exact limit for a rate
        # that was not seen in n cases (Clopper and Pearson, Biometrika 26 (1934) 404-413), either way; a patient is
        # one case, whose images may all change together.
        limit = 1 - 0.025 ** (1 / len(set(unit_codes(units, truth.size).tolist())))
        return PairedTest(0.0, -limit, limit, 1.0)
    return compare_proportions(correct_a, correct_b, units)


def _macro_auc_test(
    truth: NDArray[np.int64],
    original: NDArray[np.floating],
    pruned: NDArray[np.floating],
    units: Sequence[str] | None,
    seed: int,
) -> PairedTest:
    if np.array_equal(original, pruned):
        return PairedTest(0.0, 0.0, 0.0, 1.0)
    codes = unit_codes(units, truth.size)
    before, after = (resampled_macro_auc(truth, scores, codes, seed=seed) for scores in (original, pruned))
    return paired_estimate(macro_auc(truth, pruned) - macro_auc(truth, original), after - before)
