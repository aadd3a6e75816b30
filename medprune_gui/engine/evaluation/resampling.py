"""Percentile bootstrap over groups of cases: whole patients are drawn, with all their images.

Reference: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapters 13 and 16; groups as the
unit of resampling: C. A. Field and A. H. Welsh, J. R. Stat. Soc. B 69 (2007) 369-390.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.clusters import Groups, unit_codes
from medprune_gui.engine.records import Estimate, PairedTest

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Statistic = Callable[["NDArray[np.float64]"], float]

_DRAWS_AT_ONCE = 4_000_000  # bounds the memory: 32 MB of 64-bit numbers


def mean(values: NDArray[np.float64]) -> float:
    """Mean of what is not NaN; NaN where nothing is left."""
    present = values[~np.isnan(values)]
    return float(present.mean()) if present.size else float("nan")


def bootstrap_interval(
    values: ArrayLike,
    groups: Groups | None = None,
    statistic: Statistic = mean,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Estimate a statistic of one value per case with a percentile bootstrap interval.

    Parameters
    ----------
    values
        (n,); NaN: missing (`mean` leaves it out; another ``statistic`` must do so itself).
    groups
        (n,) labels such as patients; cases of one group are drawn together. None: each case by itself.

    Raises
    ------
    InputError
        Lengths differ, or there are fewer than two groups (or cases) to draw from.
    """
    column = _column(values)
    if statistic is mean:
        samples = resampled_ratios(*_mean_as_ratio(column[:, None]), groups, resamples, seed)[:, 0]
    else:
        samples = resampled(lambda index: statistic(column[index]), unit_codes(groups, column.size), resamples, seed)
    return percentile_estimate(statistic(column), samples, level)


def paired_bootstrap(
    values_a: ArrayLike,
    values_b: ArrayLike,
    groups: Groups | None = None,
    statistic: Statistic = mean,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> PairedTest:
    """Compare a statistic of two networks' values on the same cases; difference is b minus a.

    Each resample takes the same cases from both. ``p_value`` is twice the smaller share of resamples on either side of
    0 (both counting ties, with one added so that it is never 0).

    Parameters
    ----------
    values_a, values_b
        (n,) each, such as Dice per case; NaN as in `bootstrap_interval`.
    groups
        As in `bootstrap_interval`.

    Raises
    ------
    InputError
        As `bootstrap_interval`.
    """
    a, b = _column(values_a), _column(values_b)
    if a.size != b.size:
        raise InputError(f"{a.size} and {b.size} values cannot be paired")
    codes = unit_codes(groups, a.size)
    check_units(int(codes.max(initial=-1)) + 1)
    if np.array_equal(a, b, equal_nan=True):
        # Said outright: rounding in the sums below could tell equal columns apart.
        return PairedTest(0.0, 0.0, 0.0, 1.0)
    if statistic is mean:
        means = resampled_ratios(*_mean_as_ratio(np.stack([a, b], axis=1)), groups, resamples, seed)
        samples = means[:, 1] - means[:, 0]
    else:
        samples = resampled(lambda index: statistic(b[index]) - statistic(a[index]), codes, resamples, seed)
    return paired_estimate(statistic(b) - statistic(a), samples, level)


def draws(units: int, resamples: int, seed: int, at_once: int = _DRAWS_AT_ONCE) -> Iterator[NDArray[np.int64]]:
    """Draw as many units as there are, with replacement, again and again.

    Parameters
    ----------
    at_once
        Bounds the size of a part.

    Yields
    ------
    (some resamples, units); how often each unit was drawn.

    Raises
    ------
    InputError
        There are fewer than two units.
    """
    check_units(units)
    random = np.random.default_rng(seed)
    chunk = max(1, at_once // units)
    for start in range(0, resamples, chunk):
        rows = min(chunk, resamples - start)
        drawn = random.integers(units, size=(rows, units))
        drawn += np.arange(rows)[:, None] * units
        yield np.bincount(drawn.ravel(), minlength=rows * units).reshape(rows, units)


def check_units(units: int) -> None:
    """Refuse to draw from fewer than two units.

    Raises
    ------
    InputError
        There are fewer.
    """
    if units < 2:
        raise InputError(
            f"a bootstrap needs at least two groups of cases, and there are {units}",
            remedy="Test on more patients, or draw single cases instead.",
        )


def resampled_ratios(
    above: NDArray[np.float64],
    below: NDArray[np.float64],
    groups: Groups | None,
    resamples: int = 2000,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Bootstrap of sum(above) / sum(below) per column, as matrix products.

    Means, shares, recalls and pooled Dice coefficients all are such ratios.

    Parameters
    ----------
    above, below
        (n, k) each.

    Returns
    -------
    (resamples, k); NaN where a resample has nothing to divide by.
    """
    codes = unit_codes(groups, len(above))
    totals = np.zeros((int(codes.max(initial=-1)) + 1, 2 * above.shape[1]))
    np.add.at(totals, codes, np.concatenate([above, below], axis=1))
    parts = [counts.astype(np.float64) @ totals for counts in draws(len(totals), resamples, seed)]
    sums = np.concatenate(parts)
    numerators, denominators = np.split(sums, 2, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(denominators > 0, numerators / denominators, np.nan))


def resampled(
    statistic: Callable[[NDArray[np.int64]], float],
    codes: NDArray[np.int64],
    resamples: int = 2000,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Bootstrap of any function of the drawn cases' indices: (resamples,)."""
    units = int(codes.max(initial=-1)) + 1
    check_units(units)
    members = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes, minlength=units))[:-1])
    random = np.random.default_rng(seed)
    return np.array(
        [
            statistic(np.concatenate([members[unit] for unit in random.integers(units, size=units)]))
            for _ in range(resamples)
        ]
    )


def percentile_estimate(value: float, samples: NDArray[np.float64], level: float = 0.95) -> Estimate:
    """Wrap the percentiles of ``samples`` round ``value``; resamples without a value (NaN) are left out."""
    present = samples[~np.isnan(samples)]
    if present.size == 0 or np.isnan(value):
        raise InputError("there is nothing to measure in these cases")
    if not 0 < level < 1:
        raise InputError(f"a confidence level of {level} is not between 0 and 1")
    low, high = np.quantile(present, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(value), min(float(low), value), max(float(high), value))


def paired_estimate(difference: float, samples: NDArray[np.float64], level: float = 0.95) -> PairedTest:
    """Turn resampled differences into a `PairedTest`."""
    estimate = percentile_estimate(difference, samples, level)
    present = samples[~np.isnan(samples)]
    tail = 1 + min(int(np.sum(present <= 0)), int(np.sum(present >= 0)))
    return PairedTest(estimate.value, estimate.low, estimate.high, min(1.0, 2 * tail / (present.size + 1)))


def _column(values: ArrayLike) -> NDArray[np.float64]:
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1:
        raise InputError(f"values must be one number per case, not an array of {column.ndim} dimensions")
    return column


def _mean_as_ratio(columns: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.nan_to_num(columns, nan=0.0), (~np.isnan(columns)).astype(np.float64)
