"""Floors: what pruning must not cost on the validation split, over all classes and of single ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from torch import nn

from medprune_gui.engine.config import ExperimentConfig, PruningConfig
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.evaluation.comparing import Metric
from medprune_gui.engine.experiments.comparison import fitting_metric
from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.experiments.training_stage import TrainingStage
from medprune_gui.engine.experiments.validation_score import ValidationScores, validation_scores
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.pruning.schedule import at_fraction
from medprune_gui.engine.settings.budgets import QUANTITY_NAMES
from medprune_gui.engine.settings.floors import FloorSettings

#: A difference of two floats may be this far from what their decimals say.
_ROUNDING = 1e-9

_METRIC_NAMES: dict[Metric, tuple[str, str]] = {
    "auc": ("AUC", "AUC"),
    "accuracy": ("accuracy", "recall"),
    "dice": ("Dice", "Dice"),
}
_UNIT_NAMES = {
    "channel": "channels",
    "layer": "removable layers",
    "weight": "weights",
    "n:m": "weights",
    "block": "blocks",
    "kernel": "kernels",
    "filter": "filters",
}


@dataclass(frozen=True, slots=True)
class Loss:
    """What pruning cost of one figure on the validation split, and the most that it may cost; all 0 to 1."""

    name: str
    before: float
    after: float
    allowed: float

    @property
    def excess(self) -> float:
        """How much more it cost than it may."""
        return self.before - self.after - self.allowed

    @property
    def holds(self) -> bool:
        """Whether it cost no more than it may."""
        return self.excess <= _ROUNDING


class FloorWatch:
    """Holds the networks of a run against the original; what was measured is kept, and found by a run that is resumed.

    Parameters
    ----------
    config
        With ``pruning.floor``.
    stage
        Holds the validation cases.
    original
        The trained network.
    folder
        Of what only a run that goes on needs.
    """

    def __init__(self, config: ExperimentConfig, stage: TrainingStage, original: nn.Module, folder: Path) -> None:
        assert config.pruning.floor is not None
        self._floor, self._folder = config.pruning.floor, folder
        self._metric = floor_metric(config, self._floor)
        self._scores = validation_scores(self._metric, stage, config.training.batch_size)
        self._original = self._measured(original, 0)

    def losses(self, network: nn.Module, number: int) -> tuple[Loss, ...]:
        """Return what a network lost, floor by floor.

        Parameters
        ----------
        number
            Of the step that made it, from 1 on.

        Raises
        ------
        InputError
            What an earlier session measured is damaged.
        ComputeError
            The network's output is not a number.
        """
        before, after = self._original, self._measured(network, number)
        whole, own = _METRIC_NAMES[self._metric]
        losses = [] if self._floor.drop is None else [Loss(whole, before.whole, after.whole, self._floor.drop)]
        losses += [
            Loss(f"{own} of class {name}", before.classes[name], after.classes[name], allowed)
            for name, allowed in self._floor.classes.items()
        ]
        return tuple(losses)

    def _measured(self, network: nn.Module, number: int) -> ValidationScores:
        file = self._folder / f"floor-{number}.json"
        if file.is_file():
            try:
                values = json.loads(read_stored(file))
                classes = {str(name): float(value) for name, value in values["classes"].items()}
                return ValidationScores(float(values["whole"]), classes)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise damaged(file, error) from error
        scores = self._scores(network)
        write_whole(file, json.dumps(asdict(scores)).encode())
        return scores


def floor_metric(config: ExperimentConfig, floor: FloorSettings) -> Metric:
    """Return the metric that a floor is about: its own, else the verdict's.

    Raises
    ------
    ConfigError
        It does not fit the task.
    """
    if floor.metric is not None:
        return fitting_metric(floor.metric, config.data.task, "pruning.floor.metric")
    return fitting_metric(config.evaluation.metric, config.data.task, "evaluation.metric")


def check_floor(config: ExperimentConfig, stage: TrainingStage) -> None:
    """Refuse a floor that cannot be measured on the validation cases, before anything is trained.

    Raises
    ------
    ConfigError
        A class is unknown, or the validation split does not tell how good a network is at it.
    """
    floor = config.pruning.floor
    if floor is None:
        return
    metric = floor_metric(config, floor)
    known = stage.classes[1:] if metric == "dice" else stage.classes
    for name in floor.classes:
        if name not in known:
            raise ConfigError(
                f"there is no class {name!r} with a floor",
                where="pruning.floor.classes",
                remedy=f"The classes are {', '.join(known)}",
            )
    # Classes of pictures are in every split, or the data would have been refused; those of label maps need not be.
    present = {stage.classes[index] for index in np.unique(stage.validation.targets)}
    missing = [name for name in floor.classes if name not in present]
    if missing or not present.intersection(known):
        raise ConfigError(
            f"no validation case shows {' or '.join(missing or known)}, so its {_METRIC_NAMES[metric][1]} is undefined",
            where="pruning.floor",
            remedy="Give no floor for it, or put cases with it into the validation split",
        )


def worst(losses: Sequence[Loss]) -> Loss:
    """Return the loss that lies furthest below its own floor, or is nearest to it."""
    return max(losses, key=lambda loss: loss.excess)


def fallen_in_words(loss: Loss) -> str:
    """Say why a step is taken back."""
    return (
        f"validation {loss.name} fell by {loss.before - loss.after:.3f} to {loss.after:.3f}, and {loss.allowed:.3f} "
        "is the most"
    )


def share_in_words(config: PruningConfig, done: float) -> str:
    """Say what was to go after the share ``done`` of the way: ``38 % of the MACs``.

    Parameters
    ----------
    config
        Its budget is a share of the original.
    """
    return f"{_percent(config, done)} of the {_what(config)}"


def held_in_words(losses: Sequence[Loss]) -> str:
    """Say that the target was reached, and what it cost."""
    figures = "; ".join(
        f"{loss.name} {loss.before:.3f} before and {loss.after:.3f} after pruning, {loss.allowed:.3f} allowed"
        for loss in losses
    )
    return f"The floor held on the validation split: {figures}."


def missed_in_words(config: PruningConfig, reached: float, failed: float, loss: Loss) -> str:
    """Say by how much a floor kept a run from its target.

    Parameters
    ----------
    config
        With the target; its budget is a share of the original.
    reached
        Share of the way at which the last network that held stands.
    failed, loss
        Share of the way at which the nearest network stood that did not hold, and what it lost.
    """
    verb = "set to zero" if config.zeroes else "removed"
    got = f"{_percent(config, reached)} {verb}" if reached else f"none {verb}: the original is kept as it is"
    return (
        f"The floor was in the way: {share_in_words(config, 1.0)} asked for, {got}{':' if reached else ';'} "
        f"{_percent(config, failed)} would have cost {loss.before - loss.after:.3f} {loss.name} "
        f"(floor {loss.allowed:.3f})."
    )


def _percent(config: PruningConfig, done: float) -> str:
    step = at_fraction(config, done)
    gone = 1.0 - (step.budget.share or 0.0) if step.budget is not None else step.amount or 0.0
    return f"{100 * gone:.3g} %"


def _what(config: PruningConfig) -> str:
    return _UNIT_NAMES[config.granularity] if config.budget is None else QUANTITY_NAMES[config.budget.quantity][0]
