"""Proportions and their paired differences: single cases, or several of a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.clusters import (
    Groups,
    cluster_covariance,
    quantile,
    reference,
    unit_codes,
    unit_sums,
)
from medprune_gui.engine.records import Estimate, Interval, PairedTest

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def wilson_interval(successes: int, n: int, level: float = 0.95) -> Interval:
    """Interval for a proportion by Wilson's score method.

    Raises
    ------
    InputError
        ``n`` is below 1, or ``successes`` is not between 0 and ``n``.

    References
    ----------
    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212.
    """
    if not 0 <= successes <= n or n < 1:
        raise InputError(f"{successes} successes of {n} are no proportion")
    return _wilson(successes / n, n, quantile(level))


def proportion(hits: ArrayLike, groups: Groups | None = None, level: float = 0.95) -> Estimate:
    """Estimate a proportion with Wilson's interval.

    Where groups have several cases, the number of cases is divided by the design effect (the variance between groups of
    the ratio estimator, over that of independent cases; never below 1), and Student's quantile with one degree of
    freedom less than there are groups takes the place of the normal one. A proportion of 0 or 1 shows no variance:
    each group then counts as one case.

    Parameters
    ----------
    hits
        (n,) bool.
    groups
        (n,) labels such as patients; None: each case by itself.

    Raises
    ------
    InputError
        There is no case, lengths differ, or a value is neither true nor false.

    References
    ----------
    J. N. K. Rao and A. J. Scott, Biometrics 48 (1992) 577-585; E. L. Korn and B. I. Graubard, Survey Methodology 24
    (1998) 193-201 (degrees of freedom).
    """
    answers = truth_values(hits)
    if answers.size == 0:
        raise InputError("there are no cases to take a proportion of")
    codes = unit_codes(groups, answers.size)
    units = int(codes.max()) + 1
    share, z = float(answers.mean()), quantile(level)
    size: float = answers.size
    if units < answers.size:
        binomial = share * (1 - share) / size
        size = (
            _effective_size(answers.astype(np.float64) - share, binomial, codes, level)
            if binomial > 0 and units > 1
            else units
        )
    interval = _wilson(share, size, z)
    return Estimate(share, interval.low, interval.high)


def mcnemar_exact(correct_a: ArrayLike, correct_b: ArrayLike, level: float = 0.95) -> PairedTest:
    """Compare two accuracies on the same cases by McNemar's exact test.

    ``p_value`` is the two-sided binomial test on the cases that only one network got right. The interval of the
    difference of accuracies is Newcombe's (Wilson limits, square-and-add, with his corrected phi); where no case is
    judged differently it is 0 wide, for then nothing but equality was seen.

    Parameters
    ----------
    correct_a, correct_b
        (n,) bool: which cases each network got right.

    Raises
    ------
    InputError
        Lengths differ, there is no case, or a value is neither true nor false.

    References
    ----------
    Q. McNemar, Psychometrika 12 (1947) 153-157; R. G. Newcombe, Statistics in Medicine 17 (1998) 2635-2650 (method 10).
    """
    a, b = _paired(correct_a, correct_b)
    only_a, only_b = int(np.sum(a & ~b)), int(np.sum(b & ~a))
    if only_a + only_b == 0:
        return PairedTest(0.0, 0.0, 0.0, 1.0)
    p_value = float(stats.binomtest(only_b, only_a + only_b, 0.5).pvalue)
    interval = _newcombe(a, b, a.size, quantile(level))
    return PairedTest((only_b - only_a) / a.size, interval.low, interval.high, p_value)


def compare_proportions(
    correct_a: ArrayLike, correct_b: ArrayLike, groups: Groups | None = None, level: float = 0.95
) -> PairedTest:
    """Compare two accuracies on the same cases, of which groups may have several.

    Without such groups: `mcnemar_exact`. Else the difference's variance is that of the ratio estimator between groups,
    which gives ``p_value`` by Student's distribution; the interval is Newcombe's with the number of cases divided by
    the difference's design effect, as in `proportion`.

    Parameters
    ----------
    correct_a, correct_b
        (n,) bool.
    groups
        As in `proportion`.

    Raises
    ------
    InputError
        As `mcnemar_exact`, or ``groups`` has another length.

    References
    ----------
    N. A. Obuchowski, Statistics in Medicine 17 (1998) 1495-1507; as `proportion` and `mcnemar_exact`.
    """
    a, b = _paired(correct_a, correct_b)
    codes = unit_codes(groups, a.size)
    units = int(codes.max()) + 1
    change = b.astype(np.float64) - a
    difference = float(change.mean())
    if units == a.size or not change.any():
        return mcnemar_exact(a, b, level)
    if units == 1:
        return PairedTest(difference, -1.0, 1.0, 1.0)
    binomial = float(np.var(change)) / a.size
    if binomial == 0:  # every case changed, and the same way
        interval = _newcombe(a, b, units, quantile(level))
        return PairedTest(difference, interval.low, interval.high, 2.0 * 0.5**units)
    interval = _newcombe(a, b, _effective_size(change - difference, binomial, codes, level), quantile(level))
    error = max(_ratio_variance(change - difference, codes), binomial) ** 0.5
    p_value = float(2 * reference(units).sf(abs(difference) / error))
    return PairedTest(difference, interval.low, interval.high, p_value)


def truth_values(values: ArrayLike) -> NDArray[np.bool_]:
    """Return the values as bool.

    Raises
    ------
    InputError
        One is neither 0 nor 1, neither true nor false.
    """
    array = np.asarray(values).ravel()
    if not np.isin(array, (0, 1)).all():
        raise InputError("answers must be true or false")
    return array.astype(np.bool_)


def _paired(correct_a: ArrayLike, correct_b: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    a, b = truth_values(correct_a), truth_values(correct_b)
    if a.size != b.size or a.size == 0:
        raise InputError(f"{a.size} and {b.size} answers cannot be paired")
    return a, b


def _ratio_variance(residuals: NDArray[np.float64], codes: NDArray[np.int64]) -> float:
    """Variance of a mean over cases (n,) whose deviations from it are given, of independent units."""
    sums = unit_sums(residuals, codes)[None]
    return float(cluster_covariance(sums, sums, sums.size)[0, 0]) / residuals.size**2


def _effective_size(residuals: NDArray[np.float64], binomial: float, codes: NDArray[np.int64], level: float) -> float:
    """How many independent cases would leave the same doubt."""
    design = max(1.0, _ratio_variance(residuals, codes) / binomial)
    return float(residuals.size / design * (quantile(level) / quantile(level, int(codes.max()) + 1)) ** 2)


def _wilson(share: float, n: float, z: float) -> Interval:
    z2 = z**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (share * (1 - share) + z2 / (4 * n)) / n) / (1 + z2 / n)
    # Rounding must not push a limit past the estimate where both are 0 or 1.
    return Interval(max(0.0, min(float(centre - half), share)), min(1.0, max(float(centre + half), share)))


def _newcombe(a: NDArray[np.bool_], b: NDArray[np.bool_], n: float, z: float) -> Interval:
    """Interval of the difference b minus a, as of ``n`` cases with the shares that are found."""
    share_a, share_b = float(a.mean()), float(b.mean())
    both, neither = n * float(np.mean(a & b)), n * float(np.mean(~a & ~b))
    only_a, only_b = n * float(np.mean(a & ~b)), n * float(np.mean(b & ~a))
    limits_a, limits_b = _wilson(share_a, n, z), _wilson(share_b, n, z)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    association = both * neither - only_a * only_b
    if association > 0:
        association = max(association - n / 2, 0.0)
    phi = association / margins**0.5 if margins > 0 else 0.0

    def combined(towards_b: float, towards_a: float) -> float:
        square = towards_b**2 - 2 * phi * towards_b * towards_a + towards_a**2
        return float(np.sqrt(max(square, 0.0)))

    difference = share_b - share_a
    low = difference - combined(share_b - limits_b.low, limits_a.high - share_a)
    high = difference + combined(limits_b.high - share_b, share_a - limits_a.low)
    return Interval(max(-1.0, low), min(1.0, high))
