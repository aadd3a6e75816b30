"""Cases that are not independent: several images of one patient count together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from medprune_gui.engine.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Groups = Sequence[object]


def unit_codes(groups: Groups | None, n: int) -> NDArray[np.int64]:
    """Return (n,) numbers of the independent units, from 0: of the groups, or of single cases where there are none.

    Raises
    ------
    InputError
        ``groups`` has another length.
    """
    if groups is None:
        return np.arange(n, dtype=np.int64)
    if len(groups) != n:
        raise InputError(f"{len(groups)} groups and {n} values do not match")
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.int64)


def unit_sums(values: NDArray[np.float64], codes: NDArray[np.int64], units: int | None = None) -> NDArray[np.float64]:
    """Add up the values (n,) of each of so many units (None: of those that occur)."""
    return np.asarray(np.bincount(codes, weights=values, minlength=units or 0), dtype=np.float64)


def cluster_covariance(a: NDArray[np.float64], b: NDArray[np.float64], units: int) -> NDArray[np.float64]:
    """Covariance of two sums over independent units whose parts are centred on 0, with the usual n / (n - 1).

    Parameters
    ----------
    a, b
        (k, any number of units); units that are left out count as 0.
    units
        How many units there are.

    Returns
    -------
    (k, k); zeros where there is one unit only, which says nothing about the spread.
    """
    if units < 2:
        return np.zeros((len(a), len(b)))
    return np.asarray(units / (units - 1) * (a @ b.T))


def reference(units: int | None = None) -> Any:
    """Return the distribution that an estimate divided by its standard error is held against.

    The normal one, and Student's where the error itself is estimated from a number of groups: with 15 patients of 8
    images each, the normal one held a true area in 91 % of samples instead of 95 %, Student's in 93 to 96 %.
    """
    return stats.norm if units is None else stats.t(units - 1)


def quantile(level: float, units: int | None = None) -> float:
    """Return how many standard errors a two-sided interval reaches to either side.

    Raises
    ------
    InputError
        ``level`` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise InputError(f"a confidence level of {level} is not between 0 and 1")
    return float(reference(units).ppf((1 + level) / 2))
