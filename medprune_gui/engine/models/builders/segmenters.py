"""Networks that mark structures: pictures in, logits (batch, classes, row, column) of the same size out."""

from __future__ import annotations

import math
from typing import Any

from monai.networks import nets
from torch import nn

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.builders.checks import (
    Builder,
    Parameters,
    Size,
    at_least,
    divides,
    more_than_one_place,
    multiples_of,
    normalisation,
    same_length,
)


def unet(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's U-Net; the size must be a multiple of all strides together."""
    same_length(parameters, "channels", "strides", fewer=1)
    multiples_of(math.prod(parameters["strides"]), size, f"UNet with strides {tuple(parameters['strides'])}")
    settings = dict(parameters)
    if settings["norm"] == "group":
        # With residual units the last level, whose channels are the classes, is normalised as well.
        last = (classes,) if settings["num_res_units"] else ()
        settings["norm"] = normalisation("group", (*settings["channels"], *last))
    network: nn.Module = nets.UNet(spatial_dims=2, in_channels=channels, out_channels=classes, **settings)
    return network


def basic_unet(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's plain U-Net of four levels, which takes any size and pads where halving leaves a rest."""
    at_least(16, size, "BasicUNet")
    more_than_one_place(16, size, "BasicUNet")
    settings = {**parameters, "norm": normalisation(parameters["norm"], parameters["features"])}
    network: nn.Module = nets.BasicUNet(spatial_dims=2, in_channels=channels, out_channels=classes, **settings)
    return network


def attention_unet(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's U-Net with attention gates; the size must be a multiple of all strides together."""
    same_length(parameters, "channels", "strides", fewer=1)
    multiples_of(math.prod(parameters["strides"]), size, "AttentionUnet")
    if min(parameters["channels"]) < 2:
        raise ArchitectureError(
            "the gates of AttentionUnet halve the channels of a level, and one level has a single one",
            where="model.parameters",
            remedy="Give each level 2 channels or more",
        )
    network: nn.Module = nets.AttentionUnet(spatial_dims=2, in_channels=channels, out_channels=classes, **parameters)
    return network


def segresnet(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's residual encoder and decoder, which doubles channels and halves the picture at each level."""
    same_length(parameters, "blocks_down", "blocks_up", fewer=1)
    step = 2 ** len(parameters["blocks_up"])
    multiples_of(step, size, "SegResNet")
    more_than_one_place(step, size, "SegResNet")
    settings: dict[str, Any] = {
        **parameters,
        "norm": normalisation(parameters["norm"], (parameters["init_filters"],)),
        "dropout_prob": parameters["dropout_prob"] or None,
    }
    network: nn.Module = nets.SegResNet(spatial_dims=2, in_channels=channels, out_channels=classes, **settings)
    return network


def dynunet(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's nnU-Net, with kernels of three places at each level."""
    same_length(parameters, "filters", "strides")
    filters, strides = parameters["filters"], tuple(parameters["strides"])
    step = math.prod(strides)
    if len(strides) < 3:
        raise ArchitectureError(
            f"DynUNet has three levels at least, and {len(strides)} are given",
            where="model.parameters",
            remedy="Give filters and strides three numbers or more",
        )
    if strides[0] != 1:
        raise ArchitectureError(
            f"the first level of DynUNet works at full size, and its stride is {strides[0]}",
            where="model.parameters",
            remedy="Let strides begin with 1",
        )
    most = 2 if parameters["res_block"] else 4  # what MONAI can pad kernels of 1 and of 3 places for
    if max(strides) > most:
        raise ArchitectureError(
            f"DynUNet cannot step {max(strides)} places at once",
            where="model.parameters",
            remedy=f"Choose strides up to {most}",
        )
    multiples_of(step, size, "DynUNet")
    more_than_one_place(step, size, "DynUNet")
    network: nn.Module = nets.DynUNet(
        spatial_dims=2, in_channels=channels, out_channels=classes, kernel_size=[3] * len(filters), strides=strides,
        upsample_kernel_size=strides[1:], filters=filters, norm_name=normalisation(parameters["norm"], filters),
        dropout=parameters["dropout"] or None, res_block=parameters["res_block"],
    )  # fmt: skip
    return network


def vnet(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's V-Net, which halves the picture four times."""
    multiples_of(16, size, "VNet")
    if 16 % channels:
        raise ArchitectureError(
            f"VNet repeats the channels of a picture to 16, which {channels} channels do not divide",
            where="model.architecture",
            remedy="Use pictures of 1, 2, 4 or 8 channels, or another network",
        )
    drop = parameters["dropout"] or None
    network: nn.Module = nets.VNet(
        spatial_dims=2, in_channels=channels, out_channels=classes, dropout_dim=2, dropout_prob_down=drop,
        dropout_prob_up=(drop, drop or 0.0),
    )  # fmt: skip
    return network


def unetr(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's UNETR, a vision transformer with the decoder of a U-Net; its patches are 16 x 16."""
    divides(parameters, "num_heads", "hidden_size")
    multiples_of(16, size, "UNETR")
    more_than_one_place(16, size, "UNETR")
    network: nn.Module = nets.UNETR(channels, classes, size, spatial_dims=2, **parameters)
    return network


def swin_unetr(parameters: Parameters, classes: int, size: Size, channels: int) -> nn.Module:
    """Build MONAI's SwinUNETR, which halves the picture five times."""
    multiples_of(32, size, "SwinUNETR")
    more_than_one_place(32, size, "SwinUNETR")
    if parameters["feature_size"] % 12:
        raise ArchitectureError(
            f"SwinUNETR shares {parameters['feature_size']} features out over groups of twelve",
            where="model.parameters",
            remedy="Choose feature_size as a multiple of 12",
        )
    network: nn.Module = nets.SwinUNETR(channels, classes, spatial_dims=2, **parameters)
    return network


SEGMENTERS: dict[str, Builder] = {
    "UNet": unet,
    "BasicUNet": basic_unet,
    "AttentionUnet": attention_unet,
    "SegResNet": segresnet,
    "DynUNet": dynunet,
    "VNet": vnet,
    "UNETR": unetr,
    "SwinUNETR": swin_unetr,
}
