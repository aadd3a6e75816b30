"""Figures of measured times: no torch, so that the window and the run folder can use them."""

from __future__ import annotations

import numpy as np

from medprune_gui.engine.records import LatencySamples, LatencySummary


def summarise(samples: LatencySamples) -> tuple[LatencySummary, LatencySummary]:
    """Return the percentiles of the original's and of the pruned network's times."""
    return _summary(samples.original, samples), _summary(samples.pruned, samples)


def latency_ratio(samples: LatencySamples) -> float:
    """Time of the pruned network as a share of the original's, the median over pairs: below 1 is faster.

    Pairs, because a machine that is busy for a while slows both runs of a pair: a network against itself, ten times on
    processors shared with two busy processes, gave 0.94 to 1.04 by pairs and 0.49 to 1.88 by the quotient of medians.
    """
    return float(np.median(np.divide(samples.pruned, samples.original)))


def _summary(times: tuple[float, ...], samples: LatencySamples) -> LatencySummary:
    p50, p90, p99 = (float(value) for value in np.percentile(times, [50, 90, 99]))
    return LatencySummary(p50, p90, p99, samples.runtime, samples.threads, samples.batch)
