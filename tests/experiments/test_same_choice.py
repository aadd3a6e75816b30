"""Two prunings of one original are the same where the same is left, whatever its values."""

from __future__ import annotations

import pytest
import torch

from medprune_gui.engine.config import ModelConfig
from medprune_gui.engine.experiments.pruning_steps import PrunedNetwork
from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.models.registry import build_network
from medprune_gui.engine.pruning import PruningConfig, trace_channels


def network(granularity):
    if granularity == "layer":
        config = ModelConfig(architecture="resnet18", parameters={"widen_factor": 0.0625})
        return build_network(config, "classification", 2, (32, 32), seed=0).eval()
    torch.manual_seed(0)
    return ArticleNetwork(1, 2, (32, 32), filters=(4, 6), dense=8).eval()


@pytest.mark.parametrize("granularity", ["channel", "layer", "weight", "kernel"])
def test_the_same_amount_of_one_network_is_the_same_choice(granularity):
    original = network(granularity)
    graph = trace_channels(original, torch.rand(1, 1, 32, 32), certify=False)
    whole = PrunedNetwork(original)

    def pruned(amount):
        config = PruningConfig(granularity=granularity, amount=amount, min_channels=1)
        return whole.pruned_further(config, graph)

    half, again, more = pruned(0.5), pruned(0.5), pruned(0.8)
    with torch.no_grad():
        for parameter in again.network.parameters():
            parameter.add_(1.0)
    assert half.has_choice_of(again)
    assert not half.has_choice_of(more)
    assert not half.has_choice_of(whole)
    assert not whole.has_choice_of(half)
    if granularity in ("channel", "layer"):
        assert pruned(0.0).has_choice_of(whole)
        assert whole.has_choice_of(pruned(0.0))
