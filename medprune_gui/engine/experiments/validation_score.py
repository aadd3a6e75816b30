"""How good a network is on the validation split, by the verdict's metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.data.loading import CaseArrays
from medprune_gui.engine.evaluation.metrics import dice_per_case, mean_over_foreground
from medprune_gui.engine.experiments.comparison import primary_metric
from medprune_gui.engine.experiments.training_stage import TrainingStage
from medprune_gui.engine.models.prediction import predict_at_once
from medprune_gui.engine.records import Task
from medprune_gui.engine.training.macro_area import macro_auc


def validation_score(config: ExperimentConfig, stage: TrainingStage) -> tuple[str, Callable[[nn.Module], float]]:
    """Return the verdict's metric and what measures it, 0 to 1, on the validation cases; NaN where it is undefined.

    A network that is measured ends on the CPU.

    Raises
    ------
    ConfigError
        The metric does not fit the task.
    """
    return score_on(config, stage.validation, stage.task, stage.classes, stage.device)


def score_on(
    config: ExperimentConfig, cases: CaseArrays, task: Task, classes: Sequence[str], device: torch.device
) -> tuple[str, Callable[[nn.Module], float]]:
    """Return what `validation_score` does, on these cases."""
    metric = primary_metric(config)

    def score(network: nn.Module) -> float:
        output = predict_at_once(network, cases.images, task, config.training.batch_size, device)
        network.to("cpu")
        if metric == "accuracy":
            return float(np.mean(output.argmax(axis=1) == cases.targets))
        if metric == "auc":
            return macro_auc(cases.targets, output)
        dice = mean_over_foreground(dice_per_case(cases.targets, output, classes))
        return float("nan") if np.isnan(dice).all() else float(np.nanmean(dice))

    return metric, score
