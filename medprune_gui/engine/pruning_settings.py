"""The settings of single granularities and schedules, one small table each: no torch, no Qt."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from medprune_gui.engine.frozen_settings import FrozenSettings

#: How the amount is reached.
Schedule = Literal[
    "one-shot", "linear", "cubic", "exponential", "one-cycle", "growing", "lottery", "soft"
]  # fmt: skip

#: What is set to zero and stays in place, in contrast to what is removed.
ZEROED: frozenset[str] = frozenset({"weight", "n:m", "block", "kernel", "filter"})

#: Schedules that prune once, at the end of a training which prepares the network for it.
PREPARED: frozenset[str] = frozenset({"growing", "soft"})


class SoftSettings(FrozenSettings):
    """The soft rule, ``pruning.soft``.

    Attributes
    ----------
    sensitivity
        What is averaged over the input batches: ``fisher`` (squared weight times squared gradient), ``taylor``
        (absolute weight times gradient), ``wanda`` (absolute weight times the norm of its input) or ``magnitude``.
    shrink
        How much of a weight below the threshold goes at each step, the rule's *a*: 1 sets it to zero at once.
    memory
        Share of the running mean that each batch leaves as it was.
    """

    sensitivity: Literal["fisher", "taylor", "wanda", "magnitude"] = "fisher"
    shrink: Annotated[float, Field(gt=0.0, le=1.0)] = 0.3
    memory: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.95


class GrowthSettings(FrozenSettings):
    """Growing regularisation, ``pruning.growth``; ``ceiling`` is the L2 penalty that the growth ends at."""

    ceiling: Annotated[float, Field(gt=0.0, le=1000.0)] = 1.0


class RewindingSettings(FrozenSettings):
    """What a lottery-ticket round goes back to, ``pruning.rewinding``.

    Attributes
    ----------
    what
        ``weights``: what is left gets the values it had after ``epoch``, and is trained on from there;
        ``learning-rate``: it keeps its values, and only the learning rate goes back.
    epoch
        Epoch of the original's training; 0: before the first.
    """

    what: Literal["weights", "learning-rate"] = "weights"
    epoch: Annotated[int, Field(ge=0, le=10_000)] = 1


def numbers_of(pattern: str) -> tuple[int, int]:
    """Return (N, M) of an N:M pattern: of each M weights N stay.

    Raises
    ------
    ValueError
        It is none.
    """
    left, _, right = pattern.partition(":")
    if not (left.isdecimal() and right.isdecimal() and 1 <= int(left) < int(right) <= 64):
        raise ValueError("pattern must be two whole numbers such as 2:4, the first smaller, the second at most 64")
    return int(left), int(right)
