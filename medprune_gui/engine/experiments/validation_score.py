"""How good a network is on the validation split, or another, by the verdict's metric."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.evaluation.comparing import Metric
from medprune_gui.engine.evaluation.macro_area import macro_auc
from medprune_gui.engine.evaluation.metrics import dice_per_case, mean_over_foreground
from medprune_gui.engine.experiments.comparison import primary_metric
from medprune_gui.engine.experiments.training_stage import TrainingStage
from medprune_gui.engine.models.prediction import predict_at_once
from medprune_gui.engine.records import Task
from medprune_gui.engine.training.batches import LabelledImages


def validation_score(config: ExperimentConfig, stage: TrainingStage) -> tuple[str, Callable[[nn.Module], float]]:
    """Return the verdict's metric and what measures it, 0 to 1, on the validation cases; NaN where it is undefined.

    A network that is measured ends on the CPU.

    Raises
    ------
    ConfigError
        The metric does not fit the task.
    """
    metric, cases = primary_metric(config), stage.validation

    def score(network: nn.Module) -> float:
        return split_score(network, cases, metric, stage.classes, config.training.batch_size, stage.device)

    return metric, score


def split_score(
    network: nn.Module,
    cases: LabelledImages,
    metric: Metric,
    classes: tuple[str, ...],
    batch_size: int = 64,
    device: torch.device | str = "cpu",
) -> float:
    """Return a network's AUC, accuracy or Dice, 0 to 1, on the cases of a split; NaN where it is undefined.

    Dice is the mean over the cases of the mean over the foreground classes. The network ends on the CPU.
    """
    task: Task = "segmentation" if metric == "dice" else "classification"
    output = predict_at_once(network, cases.images, task, batch_size, device)
    network.to("cpu")
    if metric == "accuracy":
        return float(np.mean(output.argmax(axis=1) == cases.targets))
    if metric == "auc":
        return macro_auc(cases.targets, output)
    dice = mean_over_foreground(dice_per_case(cases.targets, output, classes))
    return float("nan") if np.isnan(dice).all() else float(np.nanmean(dice))
