"""How much each channel group gives up."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from medprune_gui.engine.settings.frozen import FrozenSettings

#: ``global``: all groups ranked together; ``uniform``: the same share of each; ``sensitivity``: groups whose pruning
#: costs less on the validation split give more; ``greedy``: in many small steps, each by the group whose loss scores
#: best on the validation split.
Allocation = Literal["global", "uniform", "sensitivity", "greedy"]

#: Allocations that rest on scores of networks from which some channels were taken.
MEASURED: frozenset[str] = frozenset({"sensitivity", "greedy"})


class GroupSettings(FrozenSettings):
    """What holds for one channel group alone, ``pruning.groups."name"``.

    Attributes
    ----------
    locked
        Nothing of it is removed.
    amount
        Share of its units that goes, whatever the allocation says; None: as the allocation says.
    min_channels
        The fewest channels that stay; None: as for all groups.
    """

    locked: bool = False
    amount: Annotated[float, Field(ge=0.0, lt=1.0)] | None = None
    min_channels: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _locked_or_amount(self) -> Self:
        if self.locked and self.amount:
            raise ValueError("a locked group loses nothing: give locked or amount, not both")
        return self
