"""How a network is pruned."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.settings.allocations import MEASURED, Allocation, GroupSettings
from medprune_gui.engine.settings.budgets import Budget
from medprune_gui.engine.settings.criterion_names import Normalisation, criterion_info
from medprune_gui.engine.settings.floors import FloorSettings
from medprune_gui.engine.settings.frozen import FrozenSettings
from medprune_gui.engine.settings.granularities import ZEROED, Granularity, numbers_of
from medprune_gui.engine.settings.schedules import (
    PREPARED,
    GrowthSettings,
    RewindingSettings,
    Schedule,
    SoftSettings,
)


class PruningConfig(FrozenSettings):
    """How a network is pruned.

    Attributes
    ----------
    granularity
        ``channel`` removes units of channel groups (attention heads among them), ``layer`` whole layers or residual
        blocks whose output has the shape of their input. The others set to zero and remove nothing: single weights
        (``weight``), weights in an N:M pattern along a layer's inputs (``n:m``), blocks of a layer's matrix
        (``block``), single kernels of convolutions (``kernel``), or all weights of a layer's output (``filter``).
    pattern
        Of ``n:m``: of each M weights N stay. It says the amount where none is given.
    block
        Of ``block``: (rows, columns).
    criterion
        Importance, by a name of `medprune_gui.engine.settings.criterion_names.catalogue`, such as ``l1``.
    normalisation
        What the importance of a group's channels is divided by before groups are compared: their ``mean``, their
        largest (``max``), or ``none``; not given: what suits the criterion.
    allocation
        How much each group gives up; see `settings.allocations`.
    groups
        Channel group -> what holds for it alone.
    amount
        Share of units to remove, 0 to 1; not with ``budget``.
    budget
        What may remain instead of an amount.
    schedule, steps
        How the amount is reached; see `medprune_gui.engine.pruning.schedule`.
    epochs_per_step
        Epochs of fine-tuning after each step but the last; of ``growing`` and ``soft``, which cut once, ``steps`` times
        as many epochs prepare the cut.
    round_to
        Channels kept in a group are a multiple of this, never fewer than ``min_channels``.
    floor
        What pruning must not cost on the validation split; None: it may cost what it will.
    """

    granularity: Granularity = "channel"
    pattern: str = "2:4"
    block: tuple[Annotated[int, Field(ge=1, le=1024)], Annotated[int, Field(ge=1, le=1024)]] = (4, 4)
    criterion: str = "l1"
    normalisation: Normalisation | None = None
    allocation: Allocation = "global"
    groups: dict[str, GroupSettings] = Field(default_factory=dict)
    amount: Annotated[float, Field(ge=0.0, lt=1.0)] | None = None
    budget: Budget | None = None
    schedule: Schedule = "cubic"
    steps: Annotated[int, Field(ge=1, le=100)] = 3
    epochs_per_step: Annotated[int, Field(ge=0, le=1000)] = 1
    round_to: Annotated[int, Field(ge=1, le=64)] = 1
    min_channels: Annotated[int, Field(ge=1)] = 2
    seed: int = 0
    floor: FloorSettings | None = None
    soft: SoftSettings = SoftSettings()
    growth: GrowthSettings = GrowthSettings()
    rewinding: RewindingSettings = RewindingSettings()

    @property
    def zeroes(self) -> bool:
        """Whether pruning sets to zero and removes nothing."""
        return self.granularity in ZEROED

    @property
    def greatest_amount(self) -> float:
        """The most that the granularity can prune."""
        if self.granularity != "n:m":
            return 1.0
        kept, group = numbers_of(self.pattern)
        return 1.0 - kept / group

    @field_validator("criterion")
    @classmethod
    def _is_a_criterion(cls, name: str) -> str:
        try:
            criterion_info(name)
        except ConfigError as error:
            raise ValueError(f"there is no such criterion ({error.remedy})") from error
        return name

    @field_validator("pattern")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        numbers_of(pattern)
        return pattern

    @model_validator(mode="before")
    @classmethod
    def _pattern_says_the_amount(cls, values: Any) -> Any:
        if not isinstance(values, dict) or values.get("granularity") != "n:m":
            return values
        if values.get("amount") is not None or values.get("budget") is not None:
            return values
        kept, group = numbers_of(str(values.get("pattern", cls.model_fields["pattern"].default)))
        return {**values, "amount": 1.0 - kept / group}

    @model_validator(mode="after")
    def _amount_or_budget(self) -> Self:
        if (self.amount is None) == (self.budget is None):
            raise ValueError("give either amount (a share to remove) or budget (what may remain)")
        if self.zeroes and self.budget is not None:
            raise ValueError("zeroed weights cost as much as before: give amount instead of budget")
        if self.granularity != "channel" and self.allocation in MEASURED:
            raise ValueError(f"allocation: {self.allocation} is for channels: choose global or uniform")
        if self.schedule in PREPARED and self.allocation in MEASURED:
            raise ValueError(f"allocation: {self.allocation} does not go with the schedule {self.schedule}")
        if self.granularity == "layer" and self.schedule in PREPARED:
            raise ValueError(f"schedule: {self.schedule} prepares channels and weights, not whole layers")
        if self.budget is not None and self.budget.measured:
            self._check_measured(self.budget)
        if self.granularity != "channel" and self.groups:
            raise ValueError("groups: limits of single channel groups go with the granularity channel only")
        if self.zeroes and self.granularity not in criterion_info(self.criterion).granularities:
            raise ValueError(f"criterion: {self.criterion} ranks whole channels, not what {self.granularity} zeroes")
        if self.amount is not None and self.amount > self.greatest_amount + 1e-6:
            raise ValueError(f"amount: the pattern {self.pattern} can zero no more than {self.greatest_amount:.4g}")
        if self.schedule in PREPARED and self.epochs_per_step == 0:
            raise ValueError(f"epochs_per_step: the schedule {self.schedule} needs at least 1")
        return self

    @model_validator(mode="after")
    def _steps_that_a_floor_can_look_at(self) -> Self:
        if self.floor is None:
            return self
        if self.schedule in PREPARED:
            raise ValueError(
                f"floor: the schedule {self.schedule} trains towards one cut and then makes it, so there is no smaller "
                "step to go back to: choose another schedule"
            )
        if self.epochs_per_step == 0:
            raise ValueError("floor: each step is looked at once it was fine-tuned: give epochs_per_step at least 1")
        return self

    def _check_measured(self, budget: Budget) -> None:
        if self.granularity == "layer":
            raise ValueError(f"budget.quantity: {budget.quantity} is for channels: choose macs or parameters")
        if self.schedule in PREPARED:
            raise ValueError(f"budget.quantity: {budget.quantity} does not go with the schedule {self.schedule}")
        if self.allocation == "greedy" and budget.quantity == "memory":
            raise ValueError("budget.quantity: memory does not go with the allocation greedy: choose macs or latency")
