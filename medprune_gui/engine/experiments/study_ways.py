"""The ways to prune that a study compares: each allocation at each budget, as experiments of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from medprune_gui.engine.config import ExperimentConfig, PruningConfig, config_error
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.settings.allocations import Allocation

ALLOCATIONS: tuple[str, ...] = get_args(Allocation)
REMOVED = (0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of a study.

    Attributes
    ----------
    removed
        Share of the budget's quantity that goes, above 0 and below 1.
    pruning
        The experiment's pruning with this allocation and budget.
    """

    allocation: str
    removed: float
    pruning: PruningConfig

    @property
    def name(self) -> str:
        """Such as ``global-75``: also the name of its run folder."""
        return f"{self.allocation}-{100 * self.removed:g}"

    def experiment(self, config: ExperimentConfig, weights: Path | None) -> ExperimentConfig:
        """Return the study's experiment in this way; ``weights``: of an original that is trained already."""
        update: dict[str, object] = {"pruning": self.pruning, "name": f"{config.name}, {self.name}"}
        if weights is not None:
            update["model"] = config.model.model_copy(update={"weights": weights})
        return config.model_copy(update=update)


def ways_of(
    config: ExperimentConfig, allocations: Sequence[str] = ALLOCATIONS, removed: Sequence[float] = REMOVED
) -> tuple[tuple[Way, ...], tuple[str, ...]]:
    """Return the ways, budget by budget within each allocation, and why some that were asked for are not among them.

    The quantity is that of the experiment's budget, or MACs; its amount or share is replaced.

    Raises
    ------
    ConfigError
        An allocation is unknown, a share is not between 0 and 1, or none of the ways fits the experiment.
    """
    for name in allocations:
        if name not in ALLOCATIONS:
            raise ConfigError(
                f"there is no allocation called {name!r}", remedy=f"Choose among {', '.join(ALLOCATIONS)}"
            )
    for share in removed:
        if not 0.0 < share < 1.0:
            raise ConfigError(f"{share:g} cannot be removed", remedy="Give shares above 0 and below 1, such as 0.75")
    budget = config.pruning.budget
    quantity = "macs" if budget is None else budget.quantity
    ways, notes = [], []
    refusal: ConfigError | None = None
    for allocation in dict.fromkeys(allocations):
        for share in sorted(set(removed)):
            values = config.pruning.model_dump() | {
                "allocation": allocation,
                "amount": None,
                "budget": {"quantity": quantity, "share": round(1.0 - share, 9)},
            }
            try:
                ways.append(Way(allocation, share, PruningConfig.model_validate(values)))
            except ValidationError as error:
                refusal = config_error(error)
                notes.append(f"{allocation} at {share:.0%} removed is left out: {refusal.what}.")
    if not ways:
        raise refusal or ConfigError("there is nothing to compare", remedy="Give an allocation and a share")
    return tuple(ways), tuple(dict.fromkeys(notes))
