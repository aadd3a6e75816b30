"""How good a network is on the cases of a split, and the verdict between two networks."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import nn

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.data.loading import CaseArrays
from medprune_gui.engine.evaluation.comparing import Metric, compare_predictions
from medprune_gui.engine.evaluation.metrics import classification_metrics, segmentation_metrics
from medprune_gui.engine.evaluation.skill import chance_level, guarded, told_apart
from medprune_gui.engine.models.prediction import predict
from medprune_gui.engine.records import Estimate, Task, VerdictRecord
from medprune_gui.engine.training.dice import dice_per_case, overlap_per_case


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """One network on the cases of a split.

    Attributes
    ----------
    output
        As `medprune_gui.engine.models.prediction.predict` returns it.
    scores
        What networks are compared by: probabilities (case, class), or Dice (case, foreground class).
    metrics
        Name -> value with its 95 % interval.
    """

    output: NDArray[Any]
    scores: NDArray[Any]
    metrics: dict[str, Estimate]


def measure_quality(
    network: nn.Module, cases: CaseArrays, task: Task, classes: tuple[str, ...], seed: int, device: torch.device
) -> Generator[tuple[int, int], None, Quality]:
    """Run a network over prepared cases; yields (cases done, cases in all). The network ends on the CPU.

    Raises
    ------
    ComputeError
        The network's output is not a number.
    """
    output = yield from predict(network, cases.images, task, device=device)
    network.to("cpu")
    patients = [case.patient for case in cases.cases]
    if task == "classification":
        return Quality(output, output, classification_metrics(cases.targets, output, classes, patients, seed))
    dice = dice_per_case(cases.targets, output, classes)
    overlaps = overlap_per_case(cases.targets, output, classes)
    return Quality(output, dice, segmentation_metrics(dice, classes, patients, seed, overlaps))


def verdict_between(
    original: Quality,
    other: Quality,
    metric: Metric,
    cases: CaseArrays,
    classes: tuple[str, ...],
    config: ExperimentConfig,
) -> VerdictRecord:
    """Judge another network against the original on the same cases by the experiment's margin.

    Raises
    ------
    InputError
        The metric is undefined on these cases.
    """
    truth = None if metric == "dice" else cases.targets
    patients = [case.patient for case in cases.cases]
    verdict = compare_predictions(
        metric,
        config.evaluation.margin,
        original.scores,
        other.scores,
        patients=patients,
        truth=truth,
        seed=config.seed,
    )
    verdict = guarded(verdict, original.metrics[metric], chance_level(metric, truth))
    if truth is not None:
        verdict = told_apart(verdict, [one.output.argmax(axis=1) for one in (original, other)], classes)
    return verdict
