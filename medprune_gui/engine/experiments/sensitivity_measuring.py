"""Measures what pruning each channel group of a trained network costs on the validation split."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.data.loading import CaseArrays, load_arrays
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.experiments.criterion_sample import criterion_sample
from medprune_gui.engine.experiments.model_folders import describe, load_original, untrained_network
from medprune_gui.engine.experiments.progress import RunProgress
from medprune_gui.engine.experiments.validation_score import score_on
from medprune_gui.engine.export.tables import metric_name
from medprune_gui.engine.models.devices import choose_device
from medprune_gui.engine.pruning import trace_channels
from medprune_gui.engine.pruning.criteria import CriterionData, importance_table
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.sensitivity import AMOUNTS, sensitivity_curves
from medprune_gui.engine.records import JobEvent, SensitivityCurves
from medprune_gui.engine.settings.criterion_names import criterion_info

#: Of the time that one case takes in training, what it takes to be predicted: training goes forward and back.
_PREDICTING = 1 / 3


def curves_of(
    config: ExperimentConfig,
    network: nn.Module,
    graph: ChannelGraph,
    data: CriterionData | None,
    metric: str,
    score: Callable[[nn.Module], float],
) -> Generator[tuple[int, int], None, SensitivityCurves]:
    """Measure a network's curves as the experiment ranks channels; yields (networks scored, networks in all).

    Parameters
    ----------
    data
        Training cases for a criterion that looks at them.
    metric, score
        As `validation_score` returns them.
    """
    pruning = config.pruning
    table = importance_table(network, graph, pruning.criterion, pruning.seed, data, pruning.normalisation)
    curves = yield from sensitivity_curves(network, graph, table, score, metric=metric)
    return replace(curves, criterion=pruning.criterion)


def expected_epochs(graph: ChannelGraph, training_cases: int, validation_cases: int) -> float:
    """Return how long the measuring takes, in epochs of the network's training."""
    networks = 1 + len(AMOUNTS) * sum(group.prunable for group in graph.groups)
    return _PREDICTING * networks * validation_cases / training_cases


def measure_sensitivity(
    config: ExperimentConfig, original: Path | None = None, *, device: str = "auto"
) -> Generator[JobEvent, None, SensitivityCurves]:
    """Measure the curves of an experiment's trained network.

    Parameters
    ----------
    config
        The experiment; its validation cases, criterion and metric are used.
    original
        Weights of its original, such as the folder ``original`` of a run; None: ``model.weights``.

    Raises
    ------
    MedPruneError
        There are no trained weights, or they, the data or the network cannot be used.
    """
    weights = original or config.model.weights
    if weights is None:
        raise ConfigError(
            "sensitivity is measured on a trained network, and this one has no trained weights",
            where="model.weights",
            remedy="Give a file or folder of trained weights, or carry the experiment out once and open its run",
        )
    chosen = choose_device(device)
    progress = RunProgress({"data": 1.0, "analyse": 1.0, "sensitivity": 8.0})
    yield progress.begin("data", "Reading the cases")
    case_set = read_cases(config.data, config.seed)
    loading = 0.5 if criterion_info(config.pruning.criterion).needs_data else 0.0
    sample = None
    if loading:
        training: CaseArrays = yield from progress.follow(load_arrays(case_set, "train", config.data), 0.0, loading)
        sample = criterion_sample(config, training, case_set.task, case_set.classes)
        del training
    validation = yield from progress.follow(load_arrays(case_set, "val", config.data), loading, 1.0 - loading)
    yield progress.begin("analyse", "Loading the trained network and tracing its channels")
    network = untrained_network(config, case_set)
    load_original(network, weights, describe(config, case_set))
    network.eval()
    graph = trace_channels(network, torch.from_numpy(validation.images[:1].copy()), cache=True)
    metric, score = score_on(config, validation, case_set.task, case_set.classes, chosen)
    cases = len(validation.images)
    yield progress.begin(
        "sensitivity", f"Zeroing one channel group at a time: {metric_name(metric)} on {cases} validation cases"
    )
    return (yield from progress.follow(curves_of(config, network, graph, sample, metric, score)))
