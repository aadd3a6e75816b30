"""Single weights: as many as asked for, and zero after every optimiser step."""

from __future__ import annotations

import pytest
import torch

from medprune_gui.engine.errors import CheckpointError
from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.pruning import PruningConfig, apply_mask, plan_pruning, shrink, trace_channels
from medprune_gui.engine.pruning.masking import maskable_weights

X = torch.rand(4, 1, 32, 32)


@pytest.fixture(scope="module")
def model() -> ArticleNetwork:
    torch.manual_seed(0)
    return ArticleNetwork(1, 2, (32, 32), filters=(4, 6, 8), dense=16)


@pytest.mark.parametrize("amount", [0.0, 0.3, 0.5, 0.98])
@pytest.mark.parametrize("allocation", ["global", "uniform"])
def test_amount_is_exact(model, amount, allocation) -> None:
    graph = trace_channels(model, X, certify=False)
    plan = plan_pruning(model, graph, PruningConfig(granularity="weight", amount=amount, allocation=allocation))
    masked, weights = apply_mask(model, plan), {name: p.detach() for name, p in maskable_weights(model).items()}
    zeros = {name: int((p == 0).sum()) for name, p in maskable_weights(masked).items()}
    if allocation == "global":
        assert sum(zeros.values()) == round(amount * sum(p.numel() for p in weights.values()))
    else:
        assert zeros == {name: round(amount * p.numel()) for name, p in weights.items()}
    largest_zeroed = max(
        (float(p[masked.get_parameter(n) == 0].abs().max()) for n, p in weights.items() if zeros[n]), default=0
    )
    if allocation == "global":
        assert all(
            p[masked.get_parameter(n) != 0].abs().min() >= largest_zeroed
            for n, p in weights.items()
            if zeros[n] < p.numel()
        )
    assert sum(p.numel() for p in shrink(model, plan).parameters()) == sum(p.numel() for p in model.parameters())


def test_larger_amounts_zero_a_superset(model) -> None:
    graph = trace_channels(model, X, certify=False)
    few, many = (
        plan_pruning(model, graph, PruningConfig(granularity="weight", amount=amount)).masks for amount in (0.4, 0.7)
    )
    assert all(bool((few.keep[name] | ~many.keep[name]).all()) for name in few.keep)


@pytest.mark.parametrize(
    "optimiser",
    [
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
        lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    ],
    ids=["sgd-momentum", "adamw"],
)
def test_no_optimiser_revives_a_weight(model, optimiser) -> None:
    graph = trace_channels(model, X, certify=False)
    trained = shrink(model, plan_pruning(model, graph, PruningConfig(amount=0.0)))
    warm = optimiser(trained.parameters())  # its momentum has seen all weights
    plan = None
    for step in range(6):
        warm.zero_grad()
        torch.nn.functional.cross_entropy(trained(X), torch.tensor([0, 1, 0, 1])).backward()
        warm.step()
        if step == 1:
            plan = plan_pruning(trained, graph, PruningConfig(granularity="weight", amount=0.8))
        if plan is not None:
            plan.masks.apply_(trained)
    for name, keep in plan.masks.keep.items():
        assert torch.count_nonzero(trained.get_parameter(name)[~keep]) == 0
    assert plan.masks.zeroed == round(0.8 * sum(p.numel() for p in maskable_weights(model).values()))


def test_masks_of_another_network_are_refused(model) -> None:
    graph = trace_channels(model, X, certify=False)
    plan = plan_pruning(model, graph, PruningConfig(granularity="weight", amount=0.5))
    with pytest.raises(CheckpointError, match="another network"):
        plan.masks.apply_(ArticleNetwork(1, 2, (32, 32), filters=(4, 6, 9), dense=16))
