"""Every criterion on networks as they are used: finite, repeatable, and without a trace left behind."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from monai.losses import DiceCELoss
from monai.networks import nets
from pydantic import ValidationError
from torch import nn
from torch.nn import functional

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.pruning import (
    ChannelGraph,
    CriterionData,
    PruningConfig,
    importance_table,
    plan_pruning,
    shrink,
    trace_channels,
)
from medprune_gui.engine.pruning.criteria import CRITERIA, weight_importance
from medprune_gui.engine.settings.criterion_names import BUILT_IN

Network = tuple[nn.Module, ChannelGraph, CriterionData]
NEED_DATA = [name for name, info in BUILT_IN.items() if info.needs_data]
FIT_WEIGHTS = [name for name, info in BUILT_IN.items() if "weight" in info.granularities]

dice = DiceCELoss(to_onehot_y=True, softmax=True, batch=True)


def article() -> tuple[nn.Module, torch.Tensor, torch.Tensor, Callable[..., torch.Tensor]]:
    model = ArticleNetwork(1, 2, (64, 64), filters=(4, 6, 8, 10, 12), dense=16)
    return model, torch.rand(6, 1, 64, 64), torch.arange(6) % 2, functional.cross_entropy


def unet() -> tuple[nn.Module, torch.Tensor, torch.Tensor, Callable[..., torch.Tensor]]:
    model = nets.UNet(2, 1, 3, (4, 6, 8), (2, 2), num_res_units=2)
    return model, torch.rand(6, 1, 32, 32), torch.randint(0, 3, (6, 1, 32, 32)), dice


def densenet() -> tuple[nn.Module, torch.Tensor, torch.Tensor, Callable[..., torch.Tensor]]:
    model = nets.DenseNet121(spatial_dims=2, in_channels=1, out_channels=2, init_features=8, growth_rate=4)
    return model, torch.rand(6, 1, 32, 32), torch.arange(6) % 2, functional.cross_entropy


@pytest.fixture(scope="module", params=[article, unet, densenet], ids=lambda make: make.__name__)
def network(request: pytest.FixtureRequest) -> Network:
    torch.manual_seed(0)
    model, x, y, loss = request.param()
    graph = trace_channels(model, x, certify=False)
    return model.train(), graph, CriterionData(((x[:4], y[:4]), (x[4:], y[4:])), loss)


def test_every_criterion_of_the_catalogue_exists() -> None:
    assert set(CRITERIA) == set(BUILT_IN)
    assert all(CRITERIA[name].name == name and CRITERIA[name].__doc__ for name in BUILT_IN)


@pytest.mark.parametrize("name", FIT_WEIGHTS)
def test_weights_are_ranked_each_by_itself(network: Network, name: str) -> None:
    model, graph, data = network
    wrapped = CriterionData(tuple((MetaTensor(x[0]), MetaTensor(y)) for x, y in data.batches), data.loss)
    found = weight_importance(model, graph, name, 0, wrapped)
    expected = {n: p.shape for n, p in model.named_parameters() if p.ndim > 1}
    assert {n: values.shape for n, values in found.items()} == expected
    assert all(type(values) is torch.Tensor and not values.requires_grad for values in found.values())
    assert all(bool(torch.isfinite(values).all()) for values in found.values())


@pytest.mark.parametrize("name", BUILT_IN)
def test_importance_is_finite_repeatable_and_leaves_no_trace(network: Network, name: str) -> None:
    model, graph, data = network
    next(iter(model.children())).eval()
    frozen = next(model.parameters()).requires_grad_(False)
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter) if parameter.requires_grad else None
    before = {key: value.clone() for key, value in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    torch.manual_seed(5)
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    try:
        with torch.no_grad():
            table = importance_table(model, graph, name, 1, data)
        assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
        assert [module.training for module in model.modules()] == modes
        for parameter in model.parameters():
            assert parameter.requires_grad == (parameter is not frozen)
            assert parameter.grad is None if parameter is frozen else bool((parameter.grad == 1).all())
        assert torch.equal(states[0], torch.get_rng_state())
        assert states[1:] == (random.getstate(), np.random.get_state()[1].tolist())  # noqa: NPY002
        assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    finally:
        frozen.requires_grad_(True)
        model.zero_grad(set_to_none=True)
        model.train()
    assert np.isfinite(table.units).all()
    assert table.units.min() >= 0
    if name not in ("hrank", "bn-scale"):
        # Feature maps of an untrained network may all be of full rank, and its scales are all 1.
        assert len(np.unique(table.units[1 : 1 + graph.prunable_units])) > graph.prunable_units // 3

    # Again with other random numbers around it, and with MONAI's tensors.
    torch.rand(3)
    wrapped = CriterionData(tuple((MetaTensor(x[0]), MetaTensor(y)) for x, y in data.batches), data.loss)
    assert np.array_equal(table.units, importance_table(model, graph, name, 1, wrapped).units)


@pytest.mark.parametrize("name", NEED_DATA)
def test_cases_that_are_missing_are_asked_for(network: Network, name: str) -> None:
    model, graph, _ = network
    with pytest.raises(ConfigError, match=f"{name} looks at training cases.*data"):
        plan_pruning(model, graph, PruningConfig(criterion=name, amount=0.5))


@pytest.mark.parametrize("name", ["taylor", "grasp", "wanda", "hrank"])
def test_plans_follow_the_cases(network: Network, name: str) -> None:
    model, graph, data = network
    plan = plan_pruning(model, graph, PruningConfig(criterion=name, amount=0.4), data)
    assert 0.3 < plan.amount <= 0.4 + 1 / graph.prunable_units
    small = shrink(model, plan).eval()
    with torch.no_grad():
        assert small(data.batches[0][0][0]).shape == model(data.batches[0][0][0]).shape
    if name in FIT_WEIGHTS:
        masks = plan_pruning(model, graph, PruningConfig(granularity="weight", criterion=name, amount=0.4), data).masks
        weights = sum(p.numel() for p in model.parameters() if p.ndim > 1)
        assert masks is not None
        assert masks.zeroed == round(0.4 * weights)


def test_a_loss_that_does_not_fit_is_said_in_words(network: Network) -> None:
    model, graph, data = network
    odd = CriterionData(data.batches, lambda output, targets: functional.mse_loss(output, torch.ones(1, 99)))
    with pytest.warns(UserWarning, match="target size"), pytest.raises(ConfigError, match="taylor cannot be computed"):
        importance_table(model, graph, "taylor", 0, odd)
    endless = CriterionData(data.batches, lambda output, targets: output.sum() / 0.0)
    with pytest.raises(ConfigError, match="not finite"):
        importance_table(model, graph, "taylor", 0, endless)


def test_cases_have_to_fit_together() -> None:
    with pytest.raises(ConfigError, match="no cases"):
        CriterionData((), functional.cross_entropy)
    with pytest.raises(ConfigError, match="3 inputs and 2 targets"):
        CriterionData(((torch.rand(3, 1, 8, 8), torch.zeros(2)),), functional.cross_entropy)


@pytest.mark.parametrize("name", sorted(set(BUILT_IN) - set(FIT_WEIGHTS)))
def test_criteria_of_channels_refuse_single_weights(network: Network, name: str) -> None:
    with pytest.raises(ValidationError, match=f"{name} ranks whole channels"):
        PruningConfig(granularity="weight", criterion=name, amount=0.5)
    model, graph, data = network
    with pytest.raises(ConfigError, match="ranks channels"):
        weight_importance(model, graph, name, 0, data)
