"""The learning rate's course: functions of the step and of the validation so far, so that there is nothing to save."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medprune_gui.engine.config import TrainingConfig

#: On a plateau: epochs without a better score until the rate is halved.
_PLATEAU_EPOCHS = 3


def learning_rate(config: TrainingConfig, step: int, steps: int, scores: Sequence[tuple[float, float]] = ()) -> float:
    """Learning rate of a step (from 0): a linear warm-up, then as ``config.schedule`` says.

    ``cosine``: half a cosine down towards 0. ``plateau``: halved after each `_PLATEAU_EPOCHS` epochs in a row without a
    better validation score. ``constant``: the peak.

    Parameters
    ----------
    steps
        Of the whole training.
    scores
        Of the epochs that are done, larger is better.

    References
    ----------
    I. Loshchilov and F. Hutter, SGDR, ICLR 2017, arXiv:1608.03983; P. Goyal et al., arXiv:1706.02677 (warm-up).
    """
    peak = config.learning_rate
    warm_up = max(1, round(config.warm_up * steps)) if config.warm_up else 0
    if step < warm_up:
        return peak * (step + 1) / warm_up
    if config.schedule == "cosine":
        return peak * 0.5 * (1 + math.cos(math.pi * (step - warm_up + 1) / (steps - warm_up + 1)))
    if config.schedule == "plateau":
        return peak * 0.5 ** plateaus(scores)
    return peak


def plateaus(scores: Sequence[tuple[float, float]]) -> int:
    """Return how often `_PLATEAU_EPOCHS` epochs in a row brought no better score."""
    best, waiting, found = (-math.inf, -math.inf), 0, 0
    for score in scores:
        if score > best:
            best, waiting = score, 0
        else:
            waiting += 1
        if waiting == _PLATEAU_EPOCHS:
            found, waiting = found + 1, 0
    return found
