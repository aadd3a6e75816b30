"""Original and pruned network on the test cases: quality, verdict, size and speed, put together."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.data.cases import CaseSet
from medprune_gui.engine.data.loading import CaseArrays
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.evaluation.comparing import Metric, classification_cases, segmentation_cases
from medprune_gui.engine.evaluation.latency import measure_in_turns, summarise
from medprune_gui.engine.experiments.progress import RunProgress
from medprune_gui.engine.experiments.quality import Quality, measure_quality, verdict_between
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.models.complexity import compare_layers, count_macs
from medprune_gui.engine.records import (
    CaseRecord,
    Comparison,
    Estimate,
    JobEvent,
    LatencySummary,
    NetworkSummary,
    Task,
)
from medprune_gui.engine.settings.runtimes import Runtime


def compare_networks(
    config: ExperimentConfig,
    folder: RunFolder,
    case_set: CaseSet,
    test: CaseArrays,
    original: nn.Module,
    pruned: nn.Module,
    device: torch.device,
    progress: RunProgress,
) -> Generator[JobEvent, None, Comparison]:
    """Run both networks over the test cases, measure them in turns, and put everything together.

    Label maps of segmentation go to the run folder, a file a case. The comparison has no provenance yet.

    Parameters
    ----------
    original, pruned
        On the CPU.

    Raises
    ------
    ConfigError
        The primary metric does not fit the task.
    OutputError
        The run folder cannot be written to.
    """
    metric = primary_metric(config)
    found: list[Quality] = []
    for number, network in enumerate((original, pruned)):
        steps = measure_quality(network, test, case_set.task, case_set.classes, config.seed, device)
        found.append((yield from progress.follow(steps, 0.6 + 0.2 * number, 0.2)))
    outputs, scores = [one.output for one in found], [one.scores for one in found]
    if case_set.task == "classification":
        cases = classification_cases(test.cases, test.targets, case_set.classes, outputs[0], outputs[1])
    else:
        cases = _segmentation_cases(folder, test, outputs, scores)
    verdict = verdict_between(found[0], found[1], metric, test, case_set.classes, config)

    yield progress.begin("latency", "Measuring both networks in turns")
    batch = torch.from_numpy(np.resize(test.images, (config.evaluation.latency_batch, *test.images.shape[1:])))
    samples = yield from progress.follow(
        measure_in_turns(
            original,
            pruned,
            batch,
            warm_up=config.evaluation.latency_warm_up,
            repeats=config.evaluation.latency_repeats,
            device=device,
            runtime=_runtime(config),
        )
    )
    latencies = summarise(samples)

    example = torch.from_numpy(test.images[:1].copy())
    return Comparison(
        name=config.name,
        task=case_set.task,
        classes=case_set.classes,
        primary_metric=metric,
        original=_summary(original, example, folder, "original", found[0].metrics, latencies[0]),
        pruned=_summary(pruned, example, folder, "pruned", found[1].metrics, latencies[1]),
        verdict=verdict,
        layers=compare_layers(original, pruned, example),
        latency=samples,
        cases=cases,
        provenance={},
        notes=(*config.notes, *(note for note in case_set.notes if note not in config.notes), *verdict.notes),
    )


def _runtime(config: ExperimentConfig) -> Runtime:
    """Return the runtime that a budget in milliseconds is met in, so that the comparison speaks of the same times."""
    budget = config.pruning.budget
    return budget.runtime if budget is not None else "eager"


def primary_metric(config: ExperimentConfig) -> Metric:
    """Return the metric of the verdict: the chosen one, else AUC, or Dice in segmentation.

    Raises
    ------
    ConfigError
        The chosen one does not fit the task.
    """
    return fitting_metric(config.evaluation.metric, config.data.task, "evaluation.metric")


def fitting_metric(chosen: Metric | None, task: Task, where: str) -> Metric:
    """Return a metric that fits the task: the chosen one, else AUC, or Dice in segmentation.

    Parameters
    ----------
    where
        The key that it was chosen by.

    Raises
    ------
    ConfigError
        The chosen one does not fit the task.
    """
    fitting: tuple[Metric, ...] = ("dice",) if task == "segmentation" else ("auc", "accuracy")
    chosen = chosen or fitting[0]
    if chosen not in fitting:
        raise ConfigError(f"{where}: {chosen} cannot be measured in {task}", remedy=f"Choose {' or '.join(fitting)}")
    return chosen


def _segmentation_cases(
    folder: RunFolder,
    test: CaseArrays,
    outputs: Sequence[NDArray[Any]],
    scores: Sequence[NDArray[np.floating]],
) -> tuple[CaseRecord, ...]:
    files = [
        folder.write_case_arrays(
            case.name,
            {
                "image": np.round(test.images[index, 0] * 255).astype(np.uint8),
                "truth": test.targets[index].astype(np.uint8),
                "original": outputs[0][index],
                "pruned": outputs[1][index],
            },
        )
        for index, case in enumerate(test.cases)
    ]
    return segmentation_cases(test.cases, scores[0], scores[1], files)


def _summary(
    network: nn.Module,
    example: torch.Tensor,
    folder: RunFolder,
    name: str,
    metrics: dict[str, Estimate],
    latency: LatencySummary,
) -> NetworkSummary:
    cost = count_macs(network, example)
    return NetworkSummary(
        parameters=cost.parameters,
        nonzero_parameters=cost.nonzero_parameters,
        macs=cost.macs,
        size_bytes=(folder.path / name / "model.safetensors").stat().st_size,
        metrics=metrics,
        latency_ms=latency,
    )
