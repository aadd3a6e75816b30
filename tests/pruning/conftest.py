"""Plans at random amounts, and the proof that masked equals shrunk."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.pruning import ChannelGraph, PruningPlan, apply_mask, shrink, trace_channels


def random_plan(graph: ChannelGraph, seed: int = 0) -> PruningPlan:
    kept = {group.name: list(range(group.size)) for group in graph.groups}
    generator = np.random.default_rng(seed)
    for group in graph.groups:
        if group.prunable:
            count = int(generator.integers(1, group.size)) if group.size > 1 else 1
            kept[group.name] = sorted(generator.choice(group.size, size=count, replace=False).tolist())
    return PruningPlan(graph, kept, amount=0.5)


def outputs(model: nn.Module, x: torch.Tensor) -> list[torch.Tensor]:
    with torch.no_grad():
        return [y for y in tree_leaves(copy.deepcopy(model)(x)) if isinstance(y, torch.Tensor)]


def assert_exact(model: nn.Module, plan: PruningPlan, x: torch.Tensor, tolerance: float) -> nn.Module:
    masked, small = apply_mask(model, plan), shrink(model, plan)
    expected, found, original = outputs(masked, x), outputs(small, x), outputs(model, x)
    for e, f in zip(expected, found, strict=True):
        assert e.shape == f.shape
        assert (e - f).abs().max() <= tolerance * e.abs().max()
    assert any((e - o).abs().max() > 1e-6 * o.abs().max() for e, o in zip(expected, original, strict=True))
    return small


@pytest.fixture
def make_random_plan() -> Callable[..., PruningPlan]:
    return random_plan


@pytest.fixture
def prove_exact() -> Callable[..., nn.Module]:
    return assert_exact


@pytest.fixture(scope="module")
def pair() -> tuple[nn.Module, ChannelGraph]:
    """Three convolutions of 16, 20 and 24 channels and one for the output, with their graph."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 20, 3), nn.ReLU(), nn.Conv2d(20, 24, 3), nn.ReLU(),
        nn.Conv2d(24, 2, 3),
    ).eval()  # fmt: skip
    return model, trace_channels(model, torch.zeros(1, 1, 16, 16))
