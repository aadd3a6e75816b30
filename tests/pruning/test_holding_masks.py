"""Masked weights stay zero through every step of every optimiser, and in a running mean of the network."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from medprune_gui.engine.errors import CheckpointError
from medprune_gui.engine.pruning import PruningConfig, plan_pruning, trace_channels
from medprune_gui.engine.pruning.masks import hold

X, Y = torch.rand(8, 4, 8, 8), torch.arange(8) % 3
OPTIMISERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01),
    "sgd-momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "sgd-nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.1),
    "adam-amsgrad": lambda p: torch.optim.Adam(p, lr=0.01, amsgrad=True, weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "adamw-fused": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1, fused=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.9, centered=True, weight_decay=0.1),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.05, weight_decay=0.1),
    "adadelta": lambda p: torch.optim.Adadelta(p, lr=1.0, weight_decay=0.1),
    "nadam": lambda p: torch.optim.NAdam(p, lr=0.01, weight_decay=0.1),
    "radam": lambda p: torch.optim.RAdam(p, lr=0.01, weight_decay=0.1),
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.01, weight_decay=0.1),
    "asgd": lambda p: torch.optim.ASGD(p, lr=0.05, weight_decay=0.1, t0=2),
    "rprop": lambda p: torch.optim.Rprop(p, lr=0.01),
    "lbfgs": lambda p: torch.optim.LBFGS(p, lr=0.5, max_iter=4, line_search_fn="strong_wolfe"),
}


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(4, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.Flatten(), nn.Linear(128, 3))


def masks_of(model, granularity="weight"):
    graph = trace_channels(copy.deepcopy(model).eval(), X[:1], certify=False)
    return plan_pruning(model, graph, PruningConfig(granularity=granularity, amount=0.5)).masks


def step(model, optimiser) -> None:
    def closure():
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(model(X), Y)
        loss.backward()
        return loss

    if isinstance(optimiser, torch.optim.LBFGS):
        optimiser.step(closure)
    else:
        closure()
        optimiser.step()


def revived(model, masks) -> int:
    return sum(int(torch.count_nonzero(model.get_parameter(name)[~keep])) for name, keep in masks.keep.items())


@pytest.mark.parametrize("name", OPTIMISERS)
def test_no_step_of_any_optimiser_revives_a_weight(model, name):
    optimiser = OPTIMISERS[name](model.parameters())
    for _ in range(3):
        step(model, optimiser)  # what it remembers is of all weights
    masks = masks_of(model)
    # In a copy nothing is held: the test would prove nothing if the optimiser left the weights alone anyway.
    free = copy.deepcopy(model)
    masks.apply_(free)
    loose = OPTIMISERS[name](free.parameters())
    loose.load_state_dict(copy.deepcopy(optimiser.state_dict()))
    step(free, loose)
    assert revived(free, masks) > 0

    held = hold(masks, model, optimiser)
    before = {name: value.detach().clone() for name, value in model.named_parameters()}
    for _ in range(4):
        step(model, optimiser)
        assert revived(model, masks) == 0
    assert any(not torch.equal(before[name], value) for name, value in model.named_parameters()), "the others learn"
    for parameter_name, keep in masks.keep.items():
        parameter = model.get_parameter(parameter_name)
        for value in optimiser.state.get(parameter, {}).values():
            if isinstance(value, torch.Tensor) and value.shape == keep.shape:
                assert torch.count_nonzero(value[~keep]) == 0, "nothing is remembered of a masked weight"
    held.release()
    step(model, optimiser)
    assert revived(model, masks) > 0, "released weights are as free as any"


@pytest.mark.parametrize("granularity", ["n:m", "block", "kernel", "filter"])
def test_all_granularities_are_held(model, granularity):
    optimiser = OPTIMISERS["sgd-nesterov"](model.parameters())
    step(model, optimiser)
    masks = masks_of(model, granularity)
    hold(masks, model, optimiser)
    for _ in range(3):
        step(model, optimiser)
    assert revived(model, masks) == 0
    assert masks.zeroed > 0


@pytest.mark.parametrize("multi", [True, False])
def test_a_running_mean_cannot_revive_a_weight(model, multi):
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9)) if multi else AveragedModel(model)
    optimiser = OPTIMISERS["adamw"](model.parameters())
    step(model, optimiser)
    averaged.update_parameters(model)  # it has seen all weights
    masks = masks_of(model)
    held, loose = hold(masks, model, optimiser), copy.deepcopy(averaged)
    for _ in range(3):
        step(model, optimiser)
        loose.update_parameters(model)
        assert revived(loose.module, masks) > 0
        averaged.update_parameters(model)
        held.average(averaged)
        assert revived(averaged.module, masks) == 0


def test_the_held_network_is_a_plain_one(model):
    keys = list(model.state_dict())
    masks, optimiser = masks_of(model), OPTIMISERS["adamw"](model.parameters())
    held = hold(masks, model, optimiser)
    step(model, optimiser)
    assert list(model.state_dict()) == keys
    held.release()
    fresh = copy.deepcopy(model)
    fresh.load_state_dict(model.state_dict())
    assert torch.equal(fresh(X), model(X))


def test_gradients_of_masked_weights_are_zero(model):
    masks = masks_of(model)
    hold(masks, model, OPTIMISERS["sgd"](model.parameters()))
    nn.functional.cross_entropy(model(X), Y).backward()
    assert all(torch.count_nonzero(model.get_parameter(name).grad[~keep]) == 0 for name, keep in masks.keep.items())


def test_masks_of_another_network_are_refused(model):
    other = nn.Sequential(nn.Conv2d(4, 6, 3))
    with pytest.raises(CheckpointError, match="another network"):
        hold(masks_of(model), other, OPTIMISERS["sgd"](other.parameters()))
