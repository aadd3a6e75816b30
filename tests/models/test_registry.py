"""Networks by name: shapes, seeds, and errors that say the way out."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
import torch
from torch import nn

from medprune_gui.engine.config import ModelConfig
from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.models.registry import architecture, architectures, build_network


@pytest.mark.parametrize("name", [known.name for known in architectures()])
def test_every_network_builds_trains_and_repeats(name: str) -> None:
    known = architecture(name)
    config, task = ModelConfig(architecture=name), known.tasks[0]
    before = torch.get_rng_state()
    network = build_network(config, task, 3, (32, 64), channels=2, seed=7)
    assert torch.equal(torch.get_rng_state(), before)
    images = torch.randn(2, 2, 32, 64)
    logits = network(images)
    assert logits.shape == ((2, 3) if task == "classification" else (2, 3, 32, 64))
    assert (logits.sum(1) - 1).abs().max() > 1e-3  # logits, not probabilities
    logits.square().mean().backward()
    # MONAI's transformer blocks hold a norm for cross-attention, which these networks have not.
    idle = {n for n, parameter in network.named_parameters() if parameter.grad is None}
    assert all(".norm_cross_attn." in n for n in idle)

    again, other = (build_network(config, task, 3, (32, 64), channels=2, seed=seed) for seed in (7, 8))
    weights, same, others = (dict(built.named_parameters()) for built in (network, again, other))
    # A transformer's class token begins with zeros.
    drawn = [name for name, value in weights.items() if value.ndim > 1 and value.any()]
    assert all(torch.equal(weights[name], same[name]) for name in weights)
    assert drawn
    assert not any(torch.equal(weights[name], others[name]) for name in drawn)


def test_the_article_network_is_the_articles() -> None:
    network = ArticleNetwork()
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    assert [layer.out_channels for layer in convolutions] == [32, 64, 128, 256, 512]
    assert sum(isinstance(layer, nn.MaxPool2d) for layer in network.modules()) == 5
    assert network.classifier.dense.in_features == 512 * 2 * 2
    assert network.classifier.dropout.p == 0.5
    # Weights and biases of 3x3 convolutions 1-32-64-128-256-512, then 2048-128-2.
    widths = [1, 32, 64, 128, 256, 512]
    expected = sum(9 * a * b + b for a, b in pairwise(widths)) + 2048 * 128 + 128 + 258
    assert sum(parameter.numel() for parameter in network.parameters()) == expected
    assert next(iter(network.state_dict())) == "features.conv1.weight"
    assert list(network.state_dict())[-1] == "classifier.output.bias"
    # Sizes that cannot be halved evenly are rounded down, as pooling does.
    assert ArticleNetwork(size=(92, 112), classes=40)(torch.zeros(1, 1, 92, 112)).shape == (1, 40)


@pytest.mark.parametrize(
    ("config", "task", "size", "says"),
    [
        ({"architecture": "unet"}, "segmentation", (64, 64), "did you mean UNet?"),
        ({"architecture": "VGG"}, "classification", (64, 64), "Choose one of article, DenseNet121, resnet18, resnet34"),
        ({"architecture": "UNet"}, "classification", (64, 64), "Choose article or DenseNet121 or resnet18 or"),
        ({"architecture": "article"}, "segmentation", (64, 64), "Choose UNet"),
        ({"parameters": {"filter": [8]}}, "classification", (64, 64), "did you mean filters?"),
        (
            {"parameters": {"filters": ["wide"]}},
            "classification",
            (64, 64),
            "filters must be a list of 1 to 10 whole numbers from 1 to 4,096, not ['wide']",
        ),
        ({"parameters": {"filters": []}}, "classification", (64, 64), "filters must be a list of"),
        ({"parameters": {"filters": [10**12]}}, "classification", (64, 64), "filters must be a list of"),
        ({"parameters": {"dense": True}}, "classification", (64, 64), "dense must be a whole number from 1 to"),
        (
            {"parameters": {"dropout": 1.5}},
            "classification",
            (64, 64),
            "dropout must be a number from 0 to 0.95, not 1.5",
        ),
        (
            {"architecture": "resnet18", "parameters": {"widen_factor": 0}},
            "classification",
            (64, 64),
            "widen_factor must be a number from 0.05 to 8, not 0. The usual value is 1.0",
        ),
        ({"architecture": "resnet18", "parameters": {"conv1_t_size": 0}}, "classification", (64, 64), "conv1_t_size"),
        (
            {"architecture": "DenseNet121", "parameters": {"block_config": []}},
            "classification",
            (64, 64),
            "block_config must be a list of 1 to 6 whole numbers from 1 to 64, not []",
        ),
        (
            {"architecture": "DenseNet121", "parameters": {"block_config": [1, 1, 1, 1, 1]}},
            "classification",
            (32, 64),
            "at least 64 x 64",
        ),
        (
            {"architecture": "UNet", "parameters": {"num_res_units": -1}},
            "segmentation",
            (64, 64),
            "num_res_units must be a whole number from 0 to 8, not -1",
        ),
        ({"architecture": "UNet", "parameters": {"norm": "bach"}}, "segmentation", (64, 64), "batch or instance"),
        ({"architecture": "UNet", "parameters": {"strides": [2, 0, 2]}}, "segmentation", (64, 64), "strides must be"),
        (
            {"architecture": "UNet", "parameters": {"channels": [8], "strides": []}},
            "segmentation",
            (64, 64),
            "channels",
        ),
        ({}, "classification", (16, 64), "at least 32 x 32"),
        ({"architecture": "resnet18"}, "classification", (16, 64), "at least 32 x 32"),
        ({"architecture": "UNet"}, "segmentation", (60, 64), "multiples of 8, such as 64 x 64"),
        (
            {"architecture": "UNet", "parameters": {"strides": [2, 2]}},
            "segmentation",
            (64, 64),
            "need 3 strides, not 2",
        ),
        ({"architecture": "AttentionUnet"}, "segmentation", (60, 64), "multiples of 8, such as 64 x 64"),
        (
            {"architecture": "SegResNet", "parameters": {"blocks_up": [1]}},
            "segmentation",
            (64, 64),
            "3 blocks_up, not 1",
        ),
        (
            {"architecture": "SegResNet", "parameters": {"norm": "group", "init_filters": 12}},
            "segmentation",
            (64, 64),
            "12 channels cannot be shared out evenly",
        ),
        (
            {"architecture": "DynUNet", "parameters": {"strides": [1, 2]}},
            "segmentation",
            (64, 64),
            "need 4 strides, not 2",
        ),
        (
            {"architecture": "DynUNet", "parameters": {"strides": [2, 2, 2, 2]}},
            "segmentation",
            (64, 64),
            "begin with 1",
        ),
        ({"architecture": "DynUNet"}, "segmentation", (8, 8), "a single place of pictures of 8 x 8"),
        ({"architecture": "DynUNet", "parameters": {"res_block": 1}}, "segmentation", (64, 64), "true or false, not 1"),
        (
            {"architecture": "DynUNet", "parameters": {"filters": [8, 8, 8], "strides": [1, 8, 1]}},
            "segmentation",
            (64, 64),
            "cannot step 8 places at once",
        ),
        (
            {"architecture": "AttentionUnet", "parameters": {"channels": [1, 2], "strides": [2]}},
            "segmentation",
            (64, 64),
            "2 channels or more",
        ),
        (
            {"architecture": "UNet", "parameters": {"norm": "group"}},
            "segmentation",
            (64, 64),
            "2 channels cannot be shared out evenly",
        ),
        ({"architecture": "VNet"}, "segmentation", (40, 64), "multiples of 16, such as 32 x 64"),
        ({"architecture": "BasicUNet", "parameters": {"features": [8]}}, "segmentation", (64, 64), "list of 6 to 6"),
        ({"architecture": "UNETR", "parameters": {"num_heads": 5}}, "segmentation", (64, 64), "multiple of num_heads"),
        ({"architecture": "SwinUNETR"}, "segmentation", (48, 64), "multiples of 32, such as 64 x 64"),
        ({"architecture": "SwinUNETR", "parameters": {"feature_size": 16}}, "segmentation", (64, 64), "multiple of 12"),
        ({"architecture": "ViT", "parameters": {"patch_size": 24}}, "classification", (64, 64), "multiples of 24"),
        ({"architecture": "EfficientNetBN"}, "classification", (16, 64), "at least 32 x 32"),
        (
            {"architecture": "EfficientNetBN", "parameters": {"model_name": "efficientnet-b9"}},
            "classification",
            (64, 64),
            "efficientnet-b6 or efficientnet-b7, not 'efficientnet-b9'",
        ),
    ],
)
def test_what_cannot_be_built_is_said(config: dict, task: str, size: tuple[int, int], says: str) -> None:
    with pytest.raises(ArchitectureError) as caught:
        build_network(ModelConfig(**config), task, 2, size)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("article", {"filters": [1], "dense": 1, "dropout": 0}),
        ("UNet", {"channels": [1, 1], "strides": [1], "num_res_units": 0, "norm": "instance", "dropout": 0.95}),
        ("UNet", {"channels": [2, 2, 2], "strides": [8, 8]}),
        ("DenseNet121", {"init_features": 1, "growth_rate": 1, "block_config": [1]}),
        ("DenseNet121", {"init_features": 2, "growth_rate": 2, "block_config": [1] * 5}),
        ("resnet18", {"conv1_t_size": 1, "conv1_t_stride": 8, "widen_factor": 0.05}),
        ("resnet18", {"conv1_t_size": 31, "conv1_t_stride": 1, "widen_factor": 0.05}),
        ("resnet50", {"widen_factor": 0.05}),
        ("SEResNet50", {"layers": [1, 1, 1, 1], "inplanes": 16, "reduction": 4, "dropout_prob": 0.95}),
        ("EfficientNetBN", {"model_name": "efficientnet-b1"}),
        ("ViT", {"patch_size": 8, "hidden_size": 6, "mlp_dim": 1, "num_layers": 1, "num_heads": 2}),
        ("UNet", {"norm": "group", "channels": [8, 16], "strides": [2], "num_res_units": 0}),
        ("BasicUNet", {"features": [8] * 6, "norm": "group", "dropout": 0.5}),
        ("AttentionUnet", {"channels": [2, 3], "strides": [2], "dropout": 0.5}),
        ("SegResNet", {"init_filters": 8, "blocks_down": [1, 1], "blocks_up": [1], "norm": "group"}),
        ("DynUNet", {"filters": [1, 2, 1], "strides": [1, 2, 1], "norm": "batch", "res_block": True, "dropout": 0.5}),
        ("DynUNet", {"filters": [1, 2, 1], "strides": [1, 4, 1]}),
        ("VNet", {"dropout": 0.0}),
        ("UNETR", {"feature_size": 1, "hidden_size": 6, "mlp_dim": 1, "num_heads": 2}),
        ("SwinUNETR", {"feature_size": 12, "depths": [1, 1, 1, 1], "window_size": 1, "drop_rate": 0.5}),
    ],
)
def test_what_is_allowed_can_be_built_and_run(name: str, parameters: dict) -> None:
    task = architecture(name).tasks[0]
    network = build_network(ModelConfig(architecture=name, parameters=parameters), task, 2, (64, 64)).eval()
    assert torch.isfinite(network(torch.rand(1, 1, 64, 64))).all()


def test_listing_networks_and_reading_cases_needs_no_torch() -> None:
    code = (
        "import sys, medprune_gui.engine.models.registry as r, medprune_gui.engine.data.reading; "
        "assert r.architectures() and not {'torch', 'monai'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
