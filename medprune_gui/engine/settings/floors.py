"""What pruning must not cost on the validation split."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from medprune_gui.engine.settings.frozen import FrozenSettings

#: Absolute points of a metric that goes from 0 to 1.
Drop = Annotated[float, Field(ge=0.0, lt=1.0)]


class FloorSettings(FrozenSettings):
    """How far a metric may fall on the validation split, ``pruning.floor``; looked at after each step.

    A step before the last is looked at after its ``epochs_per_step`` epochs; smaller ones that follow one that fell are
    fine-tuned in full, for each may be the last.

    Attributes
    ----------
    metric
        What is looked at; None: the metric of the verdict. Of a single class it is the AUC against the rest, the
        recall (of ``accuracy``), or the Dice.
    drop
        The most that it may fall below the original's, in absolute points; None: no floor over all classes.
    classes
        Class -> the most that its own part may fall.
    tries
        How many smaller steps are tried after one that fell below, each half way between the last that held and the
        last that did not.
    """

    metric: Literal["auc", "accuracy", "dice"] | None = None
    drop: Drop | None = None
    classes: dict[str, Drop] = Field(default_factory=dict)
    tries: Annotated[int, Field(ge=0, le=10)] = 3

    @model_validator(mode="after")
    def _any_floor(self) -> Self:
        if self.drop is None and not self.classes:
            raise ValueError("give drop (over all classes), classes, or both")
        return self
