"""Statistics of batch normalisation are those of the cases, and nothing else of the network changes."""

from __future__ import annotations

import torch
from torch import nn
from training_cases import bright_squares, classifier

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.pruning import plan_pruning, shrink, trace_channels
from medprune_gui.engine.training.recalibration import recalibrate

TRAIN = bright_squares(60, 1)


def test_statistics_are_those_of_the_cases_and_nothing_else_changes():
    model = classifier()
    model[1].running_mean.fill_(7.0)
    model[8].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    assert recalibrate(model, TRAIN, 20, seed=0) == 1
    with torch.no_grad():
        values = model[0](torch.tensor(TRAIN.images))
    torch.testing.assert_close(model[1].running_mean, values.mean((0, 2, 3)))
    # Batches have variances of their own; their mean is close to that of all cases.
    torch.testing.assert_close(model[1].running_var, values.var((0, 2, 3)), rtol=0.05, atol=1e-3)
    changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"1.running_mean", "1.running_var", "1.num_batches_tracked"}
    assert model[1].momentum == 0.1
    assert model.training
    assert not model[8].training


def test_a_network_without_batch_normalisation_is_left_alone():
    model = nn.Sequential(nn.Flatten(), nn.Linear(320, 2))
    assert recalibrate(model, TRAIN, 20, seed=0) == 0


def test_a_pruned_network_gets_the_statistics_of_its_own_values():
    model = nn.Sequential(
        nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 5, 3), nn.BatchNorm2d(5),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 2),
    )  # fmt: skip
    recalibrate(model, TRAIN, 20, seed=0)
    graph = trace_channels(model, torch.zeros(1, 1, 16, 20))
    pruned = shrink(model, plan_pruning(model, graph, PruningConfig(amount=0.5, criterion="l1"))).eval()
    images = torch.tensor(TRAIN.images)
    offsets = []
    for _ in range(2):
        with torch.no_grad():
            normalised = pruned[:5](images)
        offsets.append(((normalised - pruned[4].bias.view(-1, 1, 1)).mean((0, 2, 3))).abs().max().item())
        recalibrate(pruned, TRAIN, 20, seed=0)
    assert offsets[1] < 0.02 < offsets[0]
