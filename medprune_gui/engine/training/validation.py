"""How well a network does on the validation split, between epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from medprune_gui.engine.training.batches import in_order, to_tensors
from medprune_gui.engine.training.dice import dice_per_case, mean_over_foreground
from medprune_gui.engine.training.macro_area import macro_auc

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from medprune_gui.engine.records import Task
    from medprune_gui.engine.training.batches import LabelledImages
    from medprune_gui.engine.training.losses import Loss
    from medprune_gui.engine.training.problem import TrainingProblem


def validate(
    forward: Callable[[Tensor, Tensor], Tensor],
    model: nn.Module,
    problem: TrainingProblem,
    loss: Loss,
    device: torch.device,
) -> Generator[None, None, dict[str, float]]:
    """Measure loss and quality in evaluation mode; yields after each batch.

    Parameters
    ----------
    forward
        (images, targets) -> logits.

    Returns
    -------
    ``val_loss``, and ``val_auc`` (binary: of the last class; else the mean of each class against the rest) and
    ``val_accuracy``, or ``val_dice`` (mean over cases of the mean over foreground classes). What is undefined is
    absent.
    """
    model.eval()
    data = problem.val_data
    total_loss = 0.0
    parts: list[NDArray[np.float64]] = []
    for which in in_order(len(data.images), problem.config.batch_size):
        # Not around the loop: it must not reach whoever runs between two batches. No inference mode: a tensor that the
        # network's code keeps for its next run could never be trained with.
        with torch.no_grad():
            images, targets = to_tensors(data, which, device)
            logits = forward(images, targets).float()
            total_loss += float(loss(logits, targets)) * len(images)
            if problem.task == "classification":
                parts.append(logits.softmax(dim=1).cpu().double().numpy())
            else:
                predicted = logits.argmax(dim=1).cpu().numpy()
                parts.append(dice_per_case(targets.cpu().numpy(), predicted, problem.classes))
        yield
    metrics = {"val_loss": total_loss / len(data.images)}
    values = np.concatenate(parts)
    if problem.task == "classification":
        if not np.isnan(area := macro_auc(data.targets, values)):
            metrics["val_auc"] = area
        metrics["val_accuracy"] = float(np.mean(values.argmax(axis=1) == data.targets))
    else:
        per_case = mean_over_foreground(values)
        if not np.isnan(per_case).all():
            metrics["val_dice"] = float(np.nanmean(per_case))
    return metrics


def deciding_metric(data: LabelledImages, task: Task) -> str:
    """Name of the metric that the best weights are chosen by: the loss where quality is undefined on these cases."""
    if task == "classification":
        return "val_auc" if len(np.unique(data.targets)) > 1 else "val_loss"
    return "val_dice" if np.any(data.targets > 0) else "val_loss"
