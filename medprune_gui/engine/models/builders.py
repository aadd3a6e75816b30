"""How each registered network is built: one function per network, called by the registry."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from monai.networks.nets import DenseNet121, UNet
from monai.networks.nets import resnet18 as monai_resnet18
from torch import nn

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.article import ArticleNetwork

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = dict[str, Any]
Size = tuple[int, int]


def build(builder: str, parameters: Parameters, classes: int, size: Size, channels: int, seed: int) -> nn.Module:
    """Call one of the functions below with weights drawn from a seed; the global random state stays as it is."""
    # The CPU's generator alone: torch.manual_seed would reseed the GPU's as well.
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return _BUILDERS[builder](parameters, classes, size, channels)


def article(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build the article network."""
    return ArticleNetwork(channels, classes, size, **parameters)


def unet(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's U-Net; the size must be a multiple of all strides together."""
    settings = dict(parameters)
    strides = tuple(settings["strides"])
    if len(strides) != len(settings["channels"]) - 1:
        raise ArchitectureError(
            f"{len(settings['channels'])} levels of channels need {len(settings['channels']) - 1} strides, "
            f"not {len(strides)}",
            where="model.parameters",
            remedy="Give strides one number fewer than channels: one for each step down",
        )
    step = math.prod(strides)
    if any(length % step for length in size):
        fitting = tuple(max(step, round(length / step) * step) for length in size)
        raise ArchitectureError(
            f"UNet with strides {strides} cannot take pictures of {size[0]} x {size[1]}",
            where="data.size",
            remedy=f"Use rows and columns that are multiples of {step}, such as {fitting[0]} x {fitting[1]}",
        )
    network: nn.Module = UNet(spatial_dims=2, in_channels=channels, out_channels=classes, **settings)
    return network


def densenet121(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's DenseNet-121, which halves the picture twice and then once between blocks: five times."""
    _at_least(2 ** (len(parameters["block_config"]) + 1), size, "DenseNet121")
    network: nn.Module = DenseNet121(spatial_dims=2, in_channels=channels, out_channels=classes, **parameters)
    return network


def resnet18(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's ResNet-18."""
    _at_least(32, size, "resnet18")
    network: nn.Module = monai_resnet18(spatial_dims=2, n_input_channels=channels, num_classes=classes, **parameters)
    return network


def _at_least(least: int, size: Size, name: str) -> None:
    if min(size) < least:
        raise ArchitectureError(
            f"{name} cannot take pictures of {size[0]} x {size[1]}",
            where="data.size",
            remedy=f"Use pictures of at least {least} x {least}",
        )


_BUILDERS: dict[str, Callable[[Parameters, int, Size, int], nn.Module]] = {
    "article": article,
    "unet": unet,
    "densenet121": densenet121,
    "resnet18": resnet18,
}
