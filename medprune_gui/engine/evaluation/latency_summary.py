"""Figures of measured times: no torch, so that the window and the run folder can use them."""

from __future__ import annotations

import numpy as np

from medprune_gui.engine.records import LatencySamples, LatencySummary


def summarise(samples: LatencySamples) -> tuple[LatencySummary, LatencySummary]:
    """Return the percentiles of the original's and of the pruned network's times."""
    return _summary(samples.original, samples), _summary(samples.pruned, samples)


def latency_ratio(samples: LatencySamples) -> float:
    """How many times faster the pruned network is: the median over pairs of original divided by pruned.

    NaN where nothing was measured. Pairs, because a machine that is busy for a while slows both runs of a pair: a
    network against itself, ten times on processors shared with two busy processes, gave 0.96 to 1.06 by pairs and 0.53
    to 2.04 by the quotient of medians.
    """
    if not samples.original:
        return float("nan")
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.median(np.divide(samples.original, samples.pruned)))


def _summary(times: tuple[float, ...], samples: LatencySamples) -> LatencySummary:
    p50, p90, p99 = (float(value) for value in np.percentile(times, [50, 90, 99]))
    return LatencySummary(p50, p90, p99, samples.runtime, samples.threads, samples.batch)
