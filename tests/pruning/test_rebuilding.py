"""A damaged, foreign or absurd manifest is refused in words."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch

from medprune_gui.engine.errors import CheckpointError
from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.pruning import PruningConfig, compose_manifests, plan_pruning, rebuild, trace_channels


@pytest.fixture(scope="module")
def model() -> ArticleNetwork:
    return ArticleNetwork(1, 2, (32, 32), filters=(4, 6), dense=8)


@pytest.fixture(scope="module")
def manifest(model: ArticleNetwork) -> dict[str, Any]:
    graph = trace_channels(model, torch.rand(1, 1, 32, 32), certify=False)
    return plan_pruning(model, graph, PruningConfig(amount=0.5, allocation="uniform")).manifest()


WEIGHT = "features.conv2.weight"
DAMAGE = {
    "no-manifest": lambda m: m.clear(),
    "newer": lambda m: m.update(version=99),
    "no-list": lambda m: m.update(cuts=[1]),
    "unknown-name": lambda m: m["cuts"].update({"features.conv9.weight": m["cuts"][WEIGHT]}),
    "unknown-layer": lambda m: m["cuts"].update(
        {"ghost.num_features": {"shape": [4], "attribute": True, "keep": {"0": [0]}}}
    ),
    "any-attribute": lambda m: m["cuts"].update(
        {"features.conv2.training": {"shape": [1], "attribute": True, "keep": {"0": [0]}}}
    ),
    "absurd-size": lambda m: m["cuts"][WEIGHT].update(shape=[10**12, 4, 3, 3]),
    "other-shape": lambda m: m["cuts"][WEIGHT].update(shape=[7, 4, 3, 3]),
    "negative": lambda m: m["cuts"][WEIGHT]["keep"].update({"0": [-1, 2]}),
    "too-large": lambda m: m["cuts"][WEIGHT]["keep"].update({"0": [1, 6]}),
    "twice": lambda m: m["cuts"][WEIGHT]["keep"].update({"0": [1, 1]}),
    "nothing": lambda m: m["cuts"][WEIGHT]["keep"].update({"0": []}),
    "no-numbers": lambda m: m["cuts"][WEIGHT]["keep"].update({"0": ["1"]}),
    "no-axis": lambda m: m["cuts"][WEIGHT]["keep"].update({"4": [0]}),
    "no-entry": lambda m: m["cuts"].update({WEIGHT: 3}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named(model, manifest, damage) -> None:
    damaged = copy.deepcopy(manifest)
    DAMAGE[damage](damaged)
    with pytest.raises(CheckpointError) as caught:
        rebuild(model, damaged)
    assert caught.value.where
    assert model.features.conv2.weight.shape == (6, 4, 3, 3)


def test_manifests_that_do_not_follow_each_other_are_refused(manifest) -> None:
    with pytest.raises(CheckpointError, match="do not follow"):
        compose_manifests(manifest, manifest)
