"""The soft rule against magnitude pruning on 8 x 8 digits: accuracy at equal sparsity and equal training.

Run: ``python -m pytest tests/benchmarks/test_soft_rule.py -s``
"""

from __future__ import annotations

import copy
import statistics
import time
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from torch import nn

from medprune_gui.engine.config import PruningConfig, TrainingConfig
from medprune_gui.engine.experiments.preparation import Preparation
from medprune_gui.engine.experiments.pruning_steps import PrunedNetwork
from medprune_gui.engine.pruning import step_configs, trace_channels
from medprune_gui.engine.pruning.criteria import CriterionData
from medprune_gui.engine.settings.schedules import PREPARED
from medprune_gui.engine.training import train

SEEDS = (0, 1, 2)
# As many epochs after the training of the original for every method: STEPS on the way, the rest at the end.
STEPS, EPOCHS = 4, 8
METHODS: dict[str, dict[str, object]] = {
    "one-shot magnitude": {"schedule": "one-shot", "criterion": "l1"},
    "cubic magnitude": {"schedule": "cubic", "criterion": "l1"},
    "one-shot taylor": {"schedule": "one-shot", "criterion": "taylor"},
    "cubic taylor": {"schedule": "cubic", "criterion": "taylor"},
    "growing penalty, magnitude": {"schedule": "growing", "criterion": "l1", "growth": {"ceiling": 1.0}},
    "rule, magnitude, a = 1": {"schedule": "soft", "soft": {"sensitivity": "magnitude", "shrink": 1.0}},
    "rule, magnitude, a = 0.3": {"schedule": "soft", "soft": {"sensitivity": "magnitude"}},
    "rule, fisher, a = 0.3": {"schedule": "soft", "soft": {"sensitivity": "fisher"}},
    "rule, taylor, a = 0.3": {"schedule": "soft", "soft": {"sensitivity": "taylor"}},
    "rule, wanda, a = 0.3": {"schedule": "soft", "soft": {"sensitivity": "wanda"}},
}
TARGETS = {"weight": (0.9, 0.95, 0.98), "channel": (0.5, 0.75)}


@dataclass(frozen=True)
class Cases:
    images: NDArray[np.float32]
    targets: NDArray[np.int64]


def digits(seed: int) -> tuple[Cases, Cases, Cases]:
    images, targets = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(images))
    images = (images[order].reshape(-1, 1, 8, 8) / 16 - 0.3).astype(np.float32)
    targets = targets[order].astype(np.int64)
    parts = np.split(np.arange(len(images)), [1000, 1250])
    return tuple(Cases(images[part], targets[part]) for part in parts)  # type: ignore[return-value]


def small_cnn(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip


def run_training(model, cases, epochs, seed, **further) -> None:
    settings = TrainingConfig(epochs=epochs, learning_rate=2e-3, augment=False, class_weights=False)
    classes = tuple(map(str, range(10)))
    for _ in train(model, *cases[:2], settings, task="classification", classes=classes, seed=seed, **further):
        pass


def accuracy(model, cases: Cases) -> float:
    with torch.no_grad():
        found = model.eval()(torch.from_numpy(cases.images)).argmax(1).numpy()
    return float(np.mean(found == cases.targets))


def pruned_accuracy(original, cases, config: PruningConfig, seed: int) -> float:
    graph = trace_channels(original.eval(), torch.from_numpy(cases[0].images[:1]), certify=False)
    current = PrunedNetwork(original)
    images, targets = torch.from_numpy(cases[0].images), torch.from_numpy(cases[0].targets)
    batches = tuple(zip(images.split(250), targets.split(250), strict=True))
    data = CriterionData(batches, nn.functional.cross_entropy)
    steps, plan, left = step_configs(config), None, EPOCHS
    if config.schedule in PREPARED:
        preparation = Preparation.of(config, original, graph)
        network = copy.deepcopy(original)
        run_training(network, cases, STEPS, seed, companion=preparation.companion, choose="last")
        current, plan = PrunedNetwork(network.eval()), preparation.plan(network)
        left -= STEPS
    for number, step in enumerate(steps, 1):
        current = current.pruned_further(step, graph, plan, data)
        epochs = left if number == len(steps) else 1
        left -= epochs
        run_training(current.network, cases, epochs, seed + number, masks=current.masks)
    if config.granularity == "weight":
        weights = [p for p in current.network.parameters() if p.ndim > 1]
        zeros = sum(int((p == 0).sum()) for p in weights)
        assert zeros == round(config.amount * sum(p.numel() for p in weights))
    else:
        left_units = sum(len(current.kept[group.name]) for group in graph.groups if group.prunable)
        assert graph.prunable_units - left_units == round(config.amount * graph.prunable_units)
    return accuracy(current.network, cases[2])


@pytest.mark.timeout(3600)
def test_the_rule_beside_magnitude_pruning():
    started, dense = time.perf_counter(), []
    found: dict[tuple[str, str, float], list[float]] = {}
    for seed in SEEDS:
        cases, original = digits(seed), small_cnn(seed)
        run_training(original, cases, 10, seed)
        dense.append(accuracy(original, cases[2]))
        for granularity, amounts in TARGETS.items():
            for amount in amounts:
                for method, settings in METHODS.items():
                    config = PruningConfig.model_validate(
                        {"granularity": granularity, "amount": amount, "steps": STEPS, "min_channels": 1, **settings}
                    )
                    found.setdefault((method, granularity, amount), []).append(
                        pruned_accuracy(original, cases, config, seed)
                    )
    columns = [(granularity, amount) for granularity, amounts in TARGETS.items() for amount in amounts]
    print(f"\nTest accuracy, mean (standard deviation) of {len(SEEDS)} seeds, torch {torch.__version__}")
    print(f"{'method':28}" + "".join(f"{granularity} {amount:.0%}".rjust(16) for granularity, amount in columns))
    print(f"{'dense':28}" + f"{statistics.mean(dense):.3f} ({statistics.stdev(dense):.3f})".rjust(16))
    for method in METHODS:
        cells = (found[method, *column] for column in columns)
        print(f"{method:28}" + "".join(f"{np.mean(c):.3f} ({np.std(c, ddof=1):.3f})".rjust(16) for c in cells))
    print(f"{time.perf_counter() - started:.0f} s")
    # No claim of an order: only that every method learns what one digit in ten would not give.
    assert statistics.mean(dense) == pytest.approx(0.97, abs=0.03)
    assert all(np.mean(values) > 0.3 for values in found.values())
