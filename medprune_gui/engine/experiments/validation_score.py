"""How good a network is on the validation split: over all, and class by class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.data.loading import CaseArrays
from medprune_gui.engine.evaluation.comparing import Metric
from medprune_gui.engine.evaluation.metrics import class_recalls, dice_per_case, mean_over_foreground
from medprune_gui.engine.experiments.comparison import primary_metric
from medprune_gui.engine.experiments.training_stage import TrainingStage
from medprune_gui.engine.models.prediction import predict_at_once
from medprune_gui.engine.records import Task
from medprune_gui.engine.training.batches import LabelledImages
from medprune_gui.engine.training.macro_area import class_areas, macro_auc


@dataclass(frozen=True, slots=True)
class ValidationScores:
    """A metric on the validation cases, 0 to 1; NaN where it is undefined.

    Attributes
    ----------
    whole
        Over all classes.
    classes
        Class -> its own part: AUC against the rest, recall (of ``accuracy``), or Dice of a foreground class.
    """

    whole: float
    classes: dict[str, float]


def validation_score(
    config: ExperimentConfig, stage: TrainingStage, most: int | None = None
) -> tuple[str, Callable[[nn.Module], float]]:
    """Return the verdict's metric and what measures it, 0 to 1, on the validation cases; NaN where it is undefined.

    A network that is measured ends on the CPU.

    Parameters
    ----------
    most
        How many cases to measure it on, drawn by `sample_of` with the experiment's seed; None: all.

    Raises
    ------
    ConfigError
        The metric does not fit the task.
    """
    cases = stage.validation
    if most is not None and most < len(cases.images):
        chosen = sample_of(cases.targets, most, len(stage.classes), config.seed)
        cases = CaseArrays(cases.images[chosen], cases.targets[chosen], tuple(cases.cases[i] for i in chosen))
    return score_on(config, cases, stage.task, stage.classes, stage.device)


def score_on(
    config: ExperimentConfig, cases: CaseArrays, task: Task, classes: Sequence[str], device: torch.device
) -> tuple[str, Callable[[nn.Module], float]]:
    """Return what `validation_score` does, on these cases."""
    metric = primary_metric(config)
    scores = scores_on(metric, cases, task, classes, config.training.batch_size, device)
    return metric, lambda network: scores(network).whole


def validation_scores(metric: Metric, stage: TrainingStage, batch_size: int) -> Callable[[nn.Module], ValidationScores]:
    """Return what measures a metric that fits the task on the validation cases; a network ends on the CPU."""
    return scores_on(metric, stage.validation, stage.task, stage.classes, batch_size, stage.device)


def scores_on(
    metric: Metric, cases: LabelledImages, task: Task, classes: Sequence[str], batch_size: int, device: torch.device
) -> Callable[[nn.Module], ValidationScores]:
    """Return what `validation_scores` does, on these cases."""

    def scores(network: nn.Module) -> ValidationScores:
        output = predict_at_once(network, cases.images, task, batch_size, device)
        network.to("cpu")
        if metric == "dice":
            dice = dice_per_case(cases.targets, output, classes)
            own = [_mean(dice[:, index]) for index in range(dice.shape[1])]
            return ValidationScores(_mean(mean_over_foreground(dice)), dict(zip(classes[1:], own, strict=True)))
        if metric == "auc":
            whole, each = macro_auc(cases.targets, output), class_areas(cases.targets, output)
        else:
            predicted = output.argmax(axis=1)
            whole, each = (
                float(np.mean(predicted == cases.targets)),
                class_recalls(cases.targets, predicted, len(classes)),
            )
        return ValidationScores(whole, dict(zip(classes, each.tolist(), strict=True)))

    return scores


def _mean(values: NDArray[np.float64]) -> float:
    return float("nan") if np.isnan(values).all() else float(np.nanmean(values))


def sample_of(targets: NDArray[np.int64], most: int, classes: int, seed: int) -> NDArray[np.int64]:
    """Return the numbers, rising, of at most so many cases; classes have the shares that they have in all cases.

    Each class has one case at least, where there is room. Segmentation's cases are drawn whatever their labels.

    Parameters
    ----------
    targets
        (case,) class numbers below ``classes``, or (case, row, column).
    """
    order = np.random.default_rng([seed, len(targets)]).permutation(len(targets))
    if targets.ndim == 1:
        place = np.zeros(len(targets))
        for number in range(classes):
            own = targets[order] == number
            place[own] = np.arange(own.sum()) / max(own.sum(), 1)
        order = order[np.argsort(place, kind="stable")]
    return np.sort(order[:most])
