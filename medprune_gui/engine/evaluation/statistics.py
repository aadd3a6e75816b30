"""Intervals and paired tests: numpy and scipy only.

Every difference is *b minus a*: network b is the pruned one where networks are compared. Every interval holds its
estimate and stays within the range that the quantity has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.proportions import compare_proportions, mcnemar_exact, proportion, wilson_interval
from medprune_gui.engine.evaluation.resampling import (
    Statistic,
    bootstrap_interval,
    mean,
    paired_bootstrap,
)
from medprune_gui.engine.evaluation.roc import delong_interval, delong_test
from medprune_gui.engine.records import Estimate, Interval, PairedTest, Verdict

if TYPE_CHECKING:
    from medprune_gui.engine.records import Decision

__all__ = [
    "Estimate",
    "Interval",
    "PairedTest",
    "Statistic",
    "Verdict",
    "bootstrap_interval",
    "compare_proportions",
    "delong_interval",
    "delong_test",
    "mcnemar_exact",
    "mean",
    "non_inferiority",
    "paired_bootstrap",
    "proportion",
    "wilson_interval",
]


def non_inferiority(test: PairedTest, margin: float) -> Verdict:
    """Say whether b is non-inferior to a: worse by less than ``margin`` with the interval's confidence.

    *Non-inferior*: the whole interval lies above -margin. *Inferior*: the whole interval lies below -margin. Otherwise
    *inconclusive*: there are too few cases to tell.

    Raises
    ------
    InputError
        The margin is not above 0, or the interval is not a number.
    """
    if not margin > 0:
        raise InputError(f"the margin {margin} is not above 0", remedy="Choose the largest loss that is acceptable.")
    if not np.isfinite([test.difference, test.low, test.high]).all():
        raise InputError("the difference between the networks is not a number")
    decision: Decision = "inconclusive"
    if test.low > -margin:
        decision = "non-inferior"
    elif test.high < -margin:
        decision = "inferior"
    return Verdict(decision, test.difference, test.low, test.high, margin)
