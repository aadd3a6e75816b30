"""Networks that tell classes apart: pictures in, logits (batch, classes) out."""

from __future__ import annotations

from typing import Any

import torch
from monai.networks import nets
from torch import nn

from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.models.builders.checks import Builder, Parameters, Size, at_least, divides, multiples_of


class ViTClassifier(nets.ViT):  # type: ignore[misc]
    """MONAI's vision transformer, whose result are the logits alone: not the values between its blocks as well."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits (batch, classes) of pictures (batch, channel, row, column)."""
        logits: torch.Tensor = super().forward(x)[0]
        return logits


def article(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build the article network."""
    return ArticleNetwork(channels, classes, size, **parameters)


def densenet121(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's DenseNet-121, which halves the picture twice and then once between blocks: five times."""
    at_least(2 ** (len(parameters["block_config"]) + 1), size, "DenseNet121")
    network: nn.Module = nets.DenseNet121(spatial_dims=2, in_channels=channels, out_channels=classes, **parameters)
    return network


def _resnet(name: str) -> Builder:
    def build(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
        at_least(32, size, name)
        network: nn.Module = getattr(nets, name)(
            spatial_dims=2, n_input_channels=channels, num_classes=classes, **parameters
        )
        return network

    return build


def seresnet50(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's ResNet-50 with squeeze and excitation."""
    at_least(32, size, "SEResNet50")
    settings: dict[str, Any] = {**parameters, "dropout_prob": parameters["dropout_prob"] or None}
    network: nn.Module = nets.SEResNet50(spatial_dims=2, in_channels=channels, num_classes=classes, **settings)
    return network


def efficientnet(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build one of MONAI's EfficientNets."""
    at_least(32, size, "EfficientNetBN")
    network: nn.Module = nets.EfficientNetBN(
        pretrained=False, spatial_dims=2, in_channels=channels, num_classes=classes, **parameters
    )
    return network


def vit(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's vision transformer; the size must be a multiple of the patch."""
    divides(parameters, "num_heads", "hidden_size")
    multiples_of(parameters["patch_size"], size, "ViT")
    return ViTClassifier(
        channels, size, classification=True, num_classes=classes, spatial_dims=2, post_activation="", **parameters
    )


CLASSIFIERS: dict[str, Builder] = {
    "article": article,
    "DenseNet121": densenet121,
    "resnet18": _resnet("resnet18"),
    "resnet34": _resnet("resnet34"),
    "resnet50": _resnet("resnet50"),
    "SEResNet50": seresnet50,
    "EfficientNetBN": efficientnet,
    "ViT": vit,
}
