"""How the amount is reached, and the settings of single schedules."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from medprune_gui.engine.settings.frozen import FrozenSettings

#: How the amount is reached.
Schedule = Literal[
    "one-shot", "linear", "cubic", "exponential", "one-cycle", "growing", "lottery", "soft"
]  # fmt: skip

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
