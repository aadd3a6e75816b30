"""What the child processes of the accuracy bench do: train an original, or prune, fine-tune and score a copy of it."""

from __future__ import annotations

import warnings
from collections import deque
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import nn

from medprune_gui.engine.config import Budget, PruningConfig, TrainingConfig
from medprune_gui.engine.experiments.benches.accuracy.cases import ProblemCases, SplitArrays, read_problem_cases
from medprune_gui.engine.experiments.benches.accuracy.contenders import CONTENDERS, pruned_by
from medprune_gui.engine.experiments.benches.accuracy.problems import Problem
from medprune_gui.engine.experiments.comparison import primary_metric
from medprune_gui.engine.experiments.criterion_sample import criterion_sample
from medprune_gui.engine.experiments.validation_score import scores_on
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.checkpoints import load_weights
from medprune_gui.engine.models.complexity import count_macs, output_channels
from medprune_gui.engine.models.registry import build_network
from medprune_gui.engine.training.loop import train


def train_original(problem: Problem, cases_file: Path, weights: Path, seed: int) -> dict[str, Any]:
    """Train the original of a seed and write its weights.

    Returns
    -------
    dict
        ``val``, ``test`` (the problem's metric), ``macs`` and ``parameters``.
    """
    cases = _begin(cases_file)
    network = _built(problem, cases, seed)
    _train(network, problem, cases, problem.config.training, seed)
    complexity = count_macs(network, torch.from_numpy(cases.train.images[:1]))
    write_whole(weights, save(network.state_dict()))
    return {
        "val": _score(network, problem, cases, cases.val),
        "test": _score(network, problem, cases, cases.test),
        "macs": complexity.macs,
        "parameters": complexity.parameters,
    }


def measure(
    problem: Problem, cases_file: Path, weights: Path, contender: str, removed: float, seed: int
) -> dict[str, Any]:
    """Prune the original of a seed by one contender, fine-tune it (or train it from scratch), and score it.

    Parameters
    ----------
    weights
        Of the original.
    removed
        Share of the MACs that goes, 0 to 1.

    Returns
    -------
    dict
        ``val_before`` (before fine-tuning), ``val`` and ``test`` (the problem's metric), ``macs_share`` and
        ``parameters_share`` (of the original), ``widths`` (layer -> output channels), ``note``.
    """
    cases = _begin(cases_file)
    original = _built(problem, cases, seed)
    load_weights(original, weights)
    chosen, config = CONTENDERS[contender], problem.config
    example = torch.from_numpy(cases.train.images[:1])
    before = count_macs(original, example)
    # The same cases for all: drawn for a criterion that looks at some.
    looking = config.model_copy(update={"seed": seed, "pruning": PruningConfig(criterion="taylor", budget=Budget())})
    data = criterion_sample(looking, cases.train, config.data.task, cases.classes)
    assert data is not None
    network, note = pruned_by(chosen, original, 1.0 - removed, data, seed)
    after = count_macs(network, example)
    before_tuning = _score(network, problem, cases, cases.val)
    settings = config.fine_tuning
    if chosen.fresh:
        epochs = config.training.epochs + config.fine_tuning.epochs
        settings = config.training.model_copy(update={"epochs": epochs})
    _train(network, problem, cases, settings, seed + 1)
    return {
        "val_before": before_tuning,
        "val": _score(network, problem, cases, cases.val),
        "test": _score(network, problem, cases, cases.test),
        "macs_share": after.macs / before.macs,
        "parameters_share": after.parameters / before.parameters,
        "widths": _widths(network),
        "note": note,
    }


def _begin(cases_file: Path) -> ProblemCases:
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    return read_problem_cases(cases_file)


def _built(problem: Problem, cases: ProblemCases, seed: int) -> nn.Module:
    data = problem.config.data
    return build_network(problem.config.model, data.task, len(cases.classes), data.size, seed=seed).eval()


def _train(network: nn.Module, problem: Problem, cases: ProblemCases, settings: TrainingConfig, seed: int) -> None:
    steps = train(
        network, cases.train, cases.val, settings, task=problem.config.data.task, classes=cases.classes, seed=seed
    )
    deque(steps, maxlen=0)
    network.eval()


def _score(network: nn.Module, problem: Problem, cases: ProblemCases, split: SplitArrays) -> float:
    config = problem.config
    scores = scores_on(
        primary_metric(config), split, config.data.task, cases.classes, config.training.batch_size, torch.device("cpu")
    )
    return scores(network).whole


def _widths(network: nn.Module) -> dict[str, int]:
    layers = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
    return {name: output_channels(module) for name, module in network.named_modules() if isinstance(module, layers)}
