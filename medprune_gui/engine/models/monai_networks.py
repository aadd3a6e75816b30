"""MONAI's networks, each small enough to build and run quickly: what the pruning engine is proven and timed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import torch
    from torch import nn

Build: TypeAlias = "Callable[[], nn.Module]"
Example: TypeAlias = "Callable[[], tuple[torch.Tensor, ...]]"


@dataclass(frozen=True)
class ReferenceNetwork:
    """A network that can be built, and what it takes.

    Attributes
    ----------
    name
        Such as ``unet-residual``; three-dimensional ones end in ``-3d``.
    build
        Builds it with fresh weights from torch's random numbers, in training mode.
    example
        Returns an example of one case: one tensor for each argument of ``forward``.
    """

    name: str
    build: Build
    example: Example


@cache
def reference_networks(picture: int = 64, volume: int = 32) -> dict[str, ReferenceNetwork]:
    """Return name -> network; nothing is built yet.

    The list holds the networks of ``monai.networks.nets`` that need no other package, in the variants that differ for
    pruning (normalisation, residual units, deep supervision, two and three dimensions), and the article network.

    Parameters
    ----------
    picture, volume
        Rows and columns of pictures, edge of volumes: multiples of 32.
    """
    sizes = (picture, volume)
    parts = (
        _classifiers(*sizes), _unets(*sizes), _segmenters(*sizes), _transformers(*sizes), _registration(*sizes),
        _generative(picture),
    )  # fmt: skip
    return {name: ReferenceNetwork(name, *made) for part in parts for name, made in part.items()}


def _random(*shape: int) -> Example:
    import torch

    return lambda: (torch.randn(shape),)


def _classifiers(size: int, edge: int) -> dict[str, tuple[Build, Example]]:
    from monai.networks import nets

    from medprune_gui.engine.models.article import ArticleNetwork

    picture, volume = _random(1, 1, size, size), _random(1, 1, edge, edge, edge)
    flat = {"spatial_dims": 2, "n_input_channels": 1, "num_classes": 3}
    deep = {"spatial_dims": 3, "n_input_channels": 1, "num_classes": 3}
    named = {"spatial_dims": 2, "in_channels": 1}
    return {
        "article": (lambda: ArticleNetwork(1, 3, (size, size)), picture),
        "densenet121": (lambda: nets.DenseNet121(out_channels=3, **named), picture),
        "densenet121-3d": (lambda: nets.DenseNet121(3, 1, 3), volume),
        "resnet18": (lambda: nets.resnet18(**flat), picture),
        "resnet18-shortcut-a": (lambda: nets.resnet18(shortcut_type="A", **flat), picture),
        "resnet18-3d": (lambda: nets.resnet18(**deep), volume),
        "resnet50": (lambda: nets.resnet50(**flat), picture),
        "seresnet50": (lambda: nets.SEResNet50(num_classes=3, **named), picture),
        "seresnext50": (lambda: nets.SEResNext50(num_classes=3, **named), picture),
        "efficientnet-b0": (
            lambda: nets.EfficientNetBN("efficientnet-b0", num_classes=3, pretrained=False, **named), picture,
        ),
        "regressor": (lambda: nets.Regressor((1, size, size), 2, (8, 16, 32), (2, 2, 2)), picture),
        "classifier": (lambda: nets.Classifier((1, size, size), 3, (8, 16, 32), (2, 2, 2)), picture),
        "discriminator": (lambda: nets.Discriminator((1, size, size), (8, 16, 32), (2, 2, 2)), picture),
        "critic": (lambda: nets.Critic((1, size, size), (8, 16, 32), (2, 2, 2)), picture),
        "fully-connected": (lambda: nets.FullyConnectedNet(32, 3, (64, 32)), _random(1, 32)),
    }  # fmt: skip


def _unets(size: int, edge: int) -> dict[str, tuple[Build, Example]]:
    from monai.networks import nets

    picture, volume = _random(1, 1, size, size), _random(1, 1, edge, edge, edge)
    unet = {"spatial_dims": 2, "in_channels": 1, "out_channels": 3, "channels": (16, 32, 64), "strides": (2, 2)}
    deep = {**unet, "spatial_dims": 3}
    group = ("group", {"num_groups": 4})
    per_channel = ("prelu", {"num_parameters": 16})
    features = (16, 16, 32, 64, 64, 16)
    dynamic = {
        "in_channels": 1, "out_channels": 3, "kernel_size": [3] * 4, "strides": [1, 2, 2, 2],
        "upsample_kernel_size": [2] * 3, "filters": [8, 16, 32, 32],
    }  # fmt: skip
    supervised = {**dynamic, "res_block": True, "deep_supervision": True}
    return {
        "unet": (lambda: nets.UNet(**unet), picture),
        "unet-residual": (lambda: nets.UNet(num_res_units=2, **unet), picture),
        "unet-batch": (lambda: nets.UNet(num_res_units=2, norm="batch", **unet), picture),
        "unet-group": (
            lambda: nets.UNet(num_res_units=2, norm=group, **{**unet, "out_channels": 4}), picture,
        ),
        "unet-prelu-per-channel": (
            lambda: nets.UNet(act=per_channel, **{**unet, "out_channels": 16, "channels": (16, 16, 16)}), picture,
        ),
        "unet-3d": (lambda: nets.UNet(**deep), volume),
        "unet-residual-3d": (lambda: nets.UNet(num_res_units=2, **deep), volume),
        "unet-batch-3d": (lambda: nets.UNet(num_res_units=2, norm="batch", **deep), volume),
        "basicunet": (lambda: nets.BasicUNet(2, 1, 3, features), picture),
        "basicunet-3d": (lambda: nets.BasicUNet(3, 1, 3, features), volume),
        "basicunetplusplus": (lambda: nets.BasicUNetPlusPlus(2, 1, 3, features), picture),
        "attentionunet": (lambda: nets.AttentionUnet(2, 1, 3, (16, 32, 64), (2, 2)), picture),
        "attentionunet-3d": (lambda: nets.AttentionUnet(3, 1, 3, (8, 16, 32), (2, 2)), volume),
        "dynunet": (lambda: nets.DynUNet(2, **dynamic), picture),
        "dynunet-supervised": (lambda: nets.DynUNet(2, **supervised), picture),
        "dynunet-supervised-3d": (lambda: nets.DynUNet(3, **supervised), volume),
        "flexibleunet-efficientnet": (
            lambda: nets.FlexibleUNet(1, 3, "efficientnet-b0", spatial_dims=2, pretrained=False), picture,
        ),
        "flexibleunet-resnet": (
            lambda: nets.FlexibleUNet(1, 3, "resnet18", spatial_dims=2, pretrained=False), picture,
        ),
        "mednext": (lambda: nets.MedNeXt(2, 8, 1, 3), picture),
        "mednext-3d": (lambda: nets.MedNeXt(3, 8, 1, 3), volume),
    }  # fmt: skip


def _segmenters(size: int, edge: int) -> dict[str, tuple[Build, Example]]:
    from monai.networks import nets

    picture, volume = _random(1, 1, size, size), _random(1, 1, edge, edge, edge)
    batch, instance = ("batch", {"affine": True}), ("instance", {"affine": True})

    def dints() -> nn.Module:
        import numpy as np

        codes = [np.ones((2, 10)), np.ones((2, 10))]
        space = nets.TopologyInstance(codes, channel_mul=0.25, num_blocks=2, num_depths=4)
        network: nn.Module = nets.DiNTS(space, 1, 3)
        return network

    return {
        "segresnet": (lambda: nets.SegResNet(2, 16, 1, 3), picture),
        "segresnet-batch": (lambda: nets.SegResNet(2, 16, 1, 3, norm=batch), picture),
        "segresnet-instance": (lambda: nets.SegResNet(2, 16, 1, 3, norm=instance), picture),
        "segresnet-3d": (lambda: nets.SegResNet(3, 8, 1, 3), volume),
        "segresnetds": (lambda: nets.SegResNetDS(2, 16, 1, 3), picture),
        "segresnetds-supervised": (lambda: nets.SegResNetDS(2, 16, 1, 3, dsdepth=2), picture),
        "segresnetds2": (lambda: nets.SegResNetDS2(2, 16, 1, 3), picture),
        "segresnetvae": (
            lambda: nets.SegResNetVAE((size, size), vae_nz=32, spatial_dims=2, init_filters=8, out_channels=3), picture,
        ),
        "vnet": (lambda: nets.VNet(2, 1, 3), picture),
        "vnet-3d": (lambda: nets.VNet(3, 1, 3), volume),
        "highresnet": (lambda: nets.HighResNet(2, 1, 3), picture),
        "highresnet-3d": (lambda: nets.HighResNet(3, 1, 3), volume),
        "quicknat": (lambda: nets.Quicknat(3, 1, 16, 3, 3), picture),
        "ahnet": (lambda: nets.AHNet(psp_block_num=0, spatial_dims=2, in_channels=1, out_channels=3), picture),
        "ahnet-3d": (
            lambda: nets.AHNet(psp_block_num=2, spatial_dims=3, in_channels=1, out_channels=3), volume,
        ),
        "dints": (dints, _random(1, 1, *[max(edge, 64)] * 3)),
        "hovernet": (lambda: nets.HoVerNet("fast", in_channels=3, out_classes=3), _random(1, 3, 256, 256)),
    }  # fmt: skip


def _transformers(size: int, edge: int) -> dict[str, tuple[Build, Example]]:
    import torch
    from monai.networks import nets
    from monai.networks.nets.restormer import Restormer

    picture, volume = _random(1, 1, size, size), _random(1, 1, edge, edge, edge)
    body = {"hidden_size": 64, "mlp_dim": 128, "num_heads": 4}
    layers = {**body, "num_layers": 2, "spatial_dims": 2}
    return {
        "vit": (lambda: nets.ViT(1, (size, size), (16, 16), classification=True, num_classes=3, **layers), picture),
        "vitautoenc": (lambda: nets.ViTAutoEnc(1, (size, size), (16, 16), **layers), picture),
        "masked-autoencoder-vit": (
            lambda: nets.MaskedAutoEncoderViT(
                1, (size, size), (16, 16), decoder_hidden_size=32, decoder_mlp_dim=64, decoder_num_layers=2,
                decoder_num_heads=4, **layers,
            ), picture,
        ),
        "unetr": (lambda: nets.UNETR(1, 3, (size, size), feature_size=8, spatial_dims=2, **body), picture),
        "unetr-3d": (lambda: nets.UNETR(1, 3, (edge, edge, edge), feature_size=8, **body), volume),
        "swinunetr": (lambda: nets.SwinUNETR(1, 3, feature_size=12, spatial_dims=2), picture),
        "swinunetr-v2": (lambda: nets.SwinUNETR(1, 3, feature_size=12, spatial_dims=2, use_v2=True), picture),
        "swinunetr-3d": (lambda: nets.SwinUNETR(1, 3, feature_size=24), _random(1, 1, *[max(edge, 64)] * 3)),
        "restormer": (
            lambda: Restormer(2, 1, 1, dim=16, num_blocks=(1, 1, 1), heads=(2, 2, 4), num_refinement_blocks=1),
            picture,
        ),
        "decoder-only-transformer": (
            lambda: nets.DecoderOnlyTransformer(32, 16, 32, 2, 4), lambda: (torch.arange(16).reshape(1, 16),),
        ),
    }  # fmt: skip


def _registration(size: int, edge: int) -> dict[str, tuple[Build, Example]]:
    from monai.networks import nets

    pair, volumes = _random(1, 2, size, size), _random(1, 2, edge, edge, edge)
    channels = (8, 16, 16, 16)
    return {
        "regunet": (lambda: nets.RegUNet(2, 2, 8, 3, out_channels=2), pair),
        "localnet": (lambda: nets.LocalNet(2, 2, 8, [0, 1, 2], out_channels=2), pair),
        "globalnet": (lambda: nets.GlobalNet([size, size], 2, 2, 8, 3), pair),
        "voxelmorphunet": (lambda: nets.VoxelMorphUNet(2, 2, 8, channels, (8,)), pair),
        "voxelmorphunet-3d": (lambda: nets.VoxelMorphUNet(3, 2, 8, channels, (8,)), volumes),
    }


def _generative(size: int) -> dict[str, tuple[Build, Example]]:
    import torch
    from monai.networks import nets

    picture = _random(1, 1, size, size)
    encoder = {"num_res_units": 1, "inter_channels": [32, 32]}
    diffusion = {
        "num_res_blocks": 1, "channels": (16, 32), "attention_levels": (False, True), "norm_num_groups": 4,
        "num_head_channels": 8,
    }  # fmt: skip
    return {
        "autoencoder": (lambda: nets.AutoEncoder(2, 1, 1, (8, 16, 32), (2, 2, 2), **encoder), picture),
        "varautoencoder": (lambda: nets.VarAutoEncoder(2, (1, size, size), 1, 8, (8, 16, 32), (2, 2, 2)), picture),
        "varfullyconnected": (
            lambda: nets.VarFullyConnectedNet(32, 32, 8, (24, 16), (16, 24)), _random(1, 32),
        ),
        "generator": (lambda: nets.Generator((8,), (16, 8, 8), (32, 16, 1), (2, 2, 2)), _random(1, 8)),
        "patchdiscriminator": (lambda: nets.PatchDiscriminator(2, 16, 1), picture),
        "autoencoderkl": (
            lambda: nets.AutoencoderKL(2, 1, 1, (1, 1), (16, 32), (False, True), latent_channels=4, norm_num_groups=4),
            picture,
        ),
        "vqvae": (
            lambda: nets.VQVAE(
                2, 1, 1, (16, 32), 1, (16, 32), ((2, 4, 1, 1),) * 2, ((2, 4, 1, 1, 0),) * 2, num_embeddings=32,
                embedding_dim=16,
            ), picture,
        ),
        "diffusion-unet": (
            lambda: nets.DiffusionModelUNet(2, 1, 1, **diffusion),
            lambda: (torch.randn(1, 1, size // 2, size // 2), torch.tensor([7])),
        ),
    }  # fmt: skip
