"""How good a network is on the validation split: over all, and class by class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.evaluation.comparing import Metric
from medprune_gui.engine.evaluation.macro_area import class_areas, macro_auc
from medprune_gui.engine.evaluation.metrics import class_recalls, dice_per_case, mean_over_foreground
from medprune_gui.engine.experiments.comparison import primary_metric
from medprune_gui.engine.experiments.training_stage import TrainingStage
from medprune_gui.engine.models.prediction import predict_at_once


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


def validation_score(config: ExperimentConfig, stage: TrainingStage) -> tuple[str, Callable[[nn.Module], float]]:
    """Return the verdict's metric and what measures it, 0 to 1, on the validation cases; NaN where it is undefined.

    A network that is measured ends on the CPU.

    Raises
    ------
    ConfigError
        The metric does not fit the task.
    """
    metric = primary_metric(config)
    scores = validation_scores(metric, stage, config.training.batch_size)
    return metric, lambda network: scores(network).whole


def validation_scores(metric: Metric, stage: TrainingStage, batch_size: int) -> Callable[[nn.Module], ValidationScores]:
    """Return what measures a metric that fits the task on the validation cases; a network ends on the CPU."""
    cases, classes = stage.validation, stage.classes

    def scores(network: nn.Module) -> ValidationScores:
        output = predict_at_once(network, cases.images, stage.task, batch_size, stage.device)
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
