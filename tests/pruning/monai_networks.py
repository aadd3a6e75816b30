"""Every convolutional network of MONAI that can be built offline: small, but with all parts that the big ones have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from monai.networks import nets
from monai.networks.blocks.squeeze_and_excitation import SEResNetBottleneck, SEResNeXtBottleneck
from monai.networks.layers import Conv
from torch import nn

PICTURE = (1, 1, 32, 32)
VOLUME = (1, 1, 16, 16, 16)
DEEP_VOLUME = (1, 1, 32, 32, 32)
LONG_VOLUME = (1, 1, 32, 16, 16)
FLAT_VOLUME = (1, 1, 16, 16, 8)
PAIR = (1, 2, 32, 32)
PAIR_OF_VOLUMES = (1, 2, 16, 16, 16)
LARGE = (1, 1, 64, 64)


@dataclass(frozen=True)
class Network:
    """How to build a network, and what to show it.

    Attributes
    ----------
    build
        Makes it with random weights.
    shapes
        Shape of each input.
    whole
        Groups that cannot lose channels (besides the outputs), with a part of the reason that must be given. Where
        this is empty all of them can.
    double
        Whether it runs in double precision.
    single
        Whether it is compared in single precision: not where it passes on the places of maxima, for rounding decides
        between two that are nearly equal.
    """

    build: Callable[[], nn.Module]
    shapes: tuple[tuple[int, ...], ...] = (PICTURE,)
    whole: dict[str, str] = field(default_factory=dict)
    double: bool = True
    single: bool = True

    def inputs(self) -> tuple[torch.Tensor, ...]:
        """Return random inputs."""
        generator = torch.Generator().manual_seed(7)
        return tuple(torch.rand(shape, generator=generator) for shape in self.shapes)


class Score(nn.Module):
    """A discriminator of which only the score is used; by themselves, they hand out the channels of every layer."""

    def __init__(self, discriminator: nn.Module) -> None:
        super().__init__()
        self.discriminator = discriminator

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.discriminator(x)[-1]


def _unet(dims: int, residual: int, norm: str | tuple[str, dict[str, int]], **options: object) -> Network:
    return Network(
        lambda: nets.UNet(dims, 1, 4, (8, 12, 16), (2, 2), num_res_units=residual, norm=norm, **options),  # type: ignore[arg-type]
        (PICTURE if dims == 2 else VOLUME,),
    )


def _topology(dims: int, search: bool) -> Network:
    kind = nets.TopologySearch if search else nets.TopologyInstance
    options = {"channel_mul": 0.2, "num_blocks": 3} if dims == 2 else {"channel_mul": 0.1, "num_blocks": 2}
    return Network(
        lambda: nets.DiNTS(kind(**options, num_depths=2, spatial_dims=dims), 1, 3, spatial_dims=dims),
        (PICTURE if dims == 2 else VOLUME,),
    )


def _prelu_unet(dims: int) -> Network:
    # The number of slopes is one for all layers, so that all need the same width.
    act = ("prelu", {"num_parameters": 6})
    return Network(
        lambda: nets.UNet(dims, 1, 6, (6, 6, 6), (2, 2), num_res_units=1, act=act),
        (PICTURE if dims == 2 else VOLUME,),
    )


def _segresnet(dims: int, norm: str | tuple[str, dict[str, int]], upsample: str) -> Network:
    return Network(
        lambda: nets.SegResNet(
            dims, 8, 1, 2, norm=norm, blocks_down=(1, 1), blocks_up=(1,), upsample_mode=upsample
        ), (PICTURE if dims == 2 else VOLUME,),
    )  # fmt: skip


def _squeezed(dims: int, block: type[SEResNetBottleneck | SEResNeXtBottleneck], groups: int) -> Network:
    # SENet itself has up to 2048 channels; these are its blocks, with and without a projection on the shortcut.
    options = {"spatial_dims": dims, "planes": 16, "groups": groups, "reduction": 4}
    conv = Conv[Conv.CONV, dims]
    return Network(
        lambda: nn.Sequential(
            conv(1, 8, 3, 2, 1), block(inplanes=8, **options, downsample=conv(8, 64, 1)),
            block(inplanes=64, **options), conv(64, 2, 1),
        ), (PICTURE if dims == 2 else VOLUME,),
    )  # fmt: skip


def _efficient(dims: int) -> Network:
    blocks = [
        "r1_k3_s11_e1_i32_o16_se0.25", "r2_k3_s22_e6_i16_o24_se0.25", "r2_k5_s22_e6_i24_o40_se0.25",
        "r1_k3_s11_e6_i40_o48_se0.25",
    ]  # fmt: skip
    return Network(
        lambda: nets.EfficientNet(list(blocks), dims, 1, 2, width_coefficient=0.25, image_size=32, depth_divisor=4),
        (PICTURE if dims == 2 else VOLUME,),
    )


def _vqvae(dims: int) -> Network:
    return Network(
        lambda: nets.VQVAE(
            dims, 1, 1, (8, 12), 1, (6, 8), ((2, 4, 1, 1),) * 2, ((2, 4, 1, 1, 0),) * 2, num_embeddings=8,
            embedding_dim=4,
        ), (PICTURE if dims == 2 else VOLUME,), {"encoder.blocks.4.conv": "a mean", "quantizer.*": "a mean"},
        double=False,
    )  # fmt: skip


def _dyn(dims: int, **options: object) -> Network:
    return Network(
        lambda: nets.DynUNet(
            dims, 1, 2, [3] * 4, [1, 2, 2, 2], [2] * 3, filters=[6, 8, 12, 12], **options  # type: ignore[arg-type]
        ), (PICTURE if dims == 2 else VOLUME,),
    )  # fmt: skip


def _high_res(dims: int, matching: str) -> Network:
    layers = (
        {"name": "conv_0", "n_features": 6, "kernel_size": 3},
        {"name": "res_1", "n_features": 6, "kernels": (3, 3), "repeat": 2},
        {"name": "res_2", "n_features": 13, "kernels": (3, 3), "repeat": 2},
        {"name": "res_3", "n_features": 20, "kernels": (3, 3), "repeat": 1},
        {"name": "conv_1", "n_features": 10, "kernel_size": 1},
        {"name": "conv_2", "kernel_size": 1},
    )
    return Network(
        lambda: nets.HighResNet(dims, 1, 3, layer_params=layers, channel_matching=matching),
        (PICTURE if dims == 2 else FLAT_VOLUME,),
    )


def _pooled_backbone() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, 2), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 12, 3, 2), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 16),
    )  # fmt: skip


#: The networks of every test run.
SMALL: dict[str, Network] = {
    "unet-instance": _unet(2, 0, "instance"),
    "unet-batch-residual": _unet(2, 2, "batch"),
    "unet-group": _unet(2, 2, ("group", {"num_groups": 4})),
    "unet-batch": _unet(2, 0, "batch"),
    "unet-group-plain": _unet(2, 0, ("group", {"num_groups": 4})),
    "unet-instance-residual": _unet(2, 2, "instance"),
    "unet-prelu-per-channel": _prelu_unet(2),
    "unet-prelu-per-channel-3d": _prelu_unet(3),
    "unet-3d": _unet(3, 0, "instance"),
    "unet-3d-batch": _unet(3, 0, "batch"),
    "unet-3d-group": _unet(3, 0, ("group", {"num_groups": 4})),
    "unet-3d-residual-instance": _unet(3, 2, "instance"),
    "unet-3d-residual-batch": _unet(3, 2, "batch"),
    "unet-3d-residual-group": _unet(3, 2, ("group", {"num_groups": 4})),
    "basicunet": Network(lambda: nets.BasicUNet(2, 1, 2, features=(8, 8, 12, 16, 16, 8))),
    "basicunet-3d": Network(lambda: nets.BasicUNet(3, 1, 2, features=(2, 2, 3, 4, 4, 2)), (DEEP_VOLUME,)),
    "basicunet-nontrainable": Network(
        lambda: nets.BasicUNet(2, 1, 2, features=(8, 8, 12, 16, 16, 8), upsample="nontrainable")
    ),
    "basicunet-pixelshuffle": Network(
        lambda: nets.BasicUNet(2, 1, 2, features=(8, 8, 12, 16, 16, 8), upsample="pixelshuffle")
    ),
    "basicunetplusplus": Network(lambda: nets.BasicUNetPlusPlus(2, 1, 2, features=(4, 4, 6, 8, 8, 4))),
    "basicunetplusplus-deep": Network(
        lambda: nets.BasicUNetPlusPlus(2, 1, 2, features=(4, 4, 6, 8, 8, 4), deep_supervision=True)
    ),
    "basicunetplusplus-3d": Network(
        lambda: nets.BasicUNetPlusPlus(3, 1, 2, features=(2, 2, 3, 4, 4, 2)), (LONG_VOLUME,)
    ),
    "attentionunet": Network(lambda: nets.AttentionUnet(2, 1, 2, (6, 8, 12), (2, 2))),
    "attentionunet-3d": Network(lambda: nets.AttentionUnet(3, 1, 2, (4, 6, 8), (2, 2)), (VOLUME,)),
    "segresnet-group": Network(lambda: nets.SegResNet(2, 8, 1, 2, blocks_down=(1, 1, 1), blocks_up=(1, 1))),
    "segresnet-batch": Network(
        lambda: nets.SegResNet(2, 8, 1, 2, norm="batch", blocks_down=(1, 1, 1), blocks_up=(1, 1))
    ),
    "segresnet-instance-deconv": _segresnet(2, "instance", "deconv"),
    "segresnet-3d-pixelshuffle": _segresnet(3, ("group", {"num_groups": 8}), "pixelshuffle"),
    "segresnet-3d-group": _segresnet(3, ("group", {"num_groups": 4}), "nontrainable"),
    "segresnet-3d-batch": _segresnet(3, "batch", "nontrainable"),
    "segresnet-3d-instance-deconv": _segresnet(3, "instance", "deconv"),
    "segresnetvae": Network(
        lambda: nets.SegResNetVAE(
            (32, 32), vae_estimate_std=True, vae_nz=16, spatial_dims=2, blocks_down=(1, 1, 1), blocks_up=(1, 1)
        ), whole={"vae_fc1": "a mean"}
    ),
    "segresnetvae-3d": Network(
        lambda: nets.SegResNetVAE((16, 16, 16), vae_nz=16, blocks_down=(1, 1), blocks_up=(1,)), (VOLUME,),
        {"vae_fc1": "a mean"},
    ),
    "segresnetds": Network(lambda: nets.SegResNetDS(2, 8, 1, 2, blocks_down=(1, 1, 1), dsdepth=2)),
    "segresnetds-3d-instance": Network(
        lambda: nets.SegResNetDS(3, 4, 1, 2, norm="instance", blocks_down=(1, 1, 1), dsdepth=2), (VOLUME,)
    ),
    "segresnetds-3d-batch": Network(
        lambda: nets.SegResNetDS(3, 4, 1, 2, blocks_down=(1, 1, 1), dsdepth=1), (VOLUME,)
    ),
    "segresnetds2": Network(lambda: nets.SegResNetDS2(2, 8, 1, 2, blocks_down=(1, 1, 1), dsdepth=2)),
    "dynunet": _dyn(2),
    "dynunet-residual-deep": _dyn(2, res_block=True, deep_supervision=True, deep_supr_num=2),
    "dynunet-3d": _dyn(3),
    "dynunet-3d-residual": _dyn(3, res_block=True),
    "dynunet-3d-residual-deep": _dyn(3, res_block=True, deep_supervision=True, deep_supr_num=2),
    "vnet": Network(lambda: nets.VNet(2, 2, 2), (PAIR,)),
    "highresnet-pad": _high_res(2, "pad"),
    "highresnet-project": _high_res(2, "project"),
    "highresnet-3d-pad": _high_res(3, "pad"),
    "highresnet-3d-project": _high_res(3, "project"),
    "regunet": Network(lambda: nets.RegUNet(2, 2, 4, 2, out_channels=2), (PAIR,)),
    "regunet-3d-concat": Network(
        lambda: nets.RegUNet(3, 2, 4, 2, extract_levels=(0, 1, 2), pooling=False, concat_skip=True), (PAIR_OF_VOLUMES,)
    ),
    "localnet": Network(lambda: nets.LocalNet(2, 2, 8, (0, 1, 2), out_channels=2), (PAIR,)),
    "localnet-3d-concat": Network(
        lambda: nets.LocalNet(3, 2, 4, (0, 1, 2), concat_skip=True, use_additive_sampling=True), (PAIR_OF_VOLUMES,)
    ),
    "globalnet": Network(
        lambda: nets.GlobalNet([32, 32], 2, 2, 4, 2), (PAIR,), {"output_block.fc": "does not run"}, double=False
    ),
    "globalnet-3d": Network(
        lambda: nets.GlobalNet([16] * 3, 3, 2, 4, 2), (PAIR_OF_VOLUMES,), {"output_block.fc": "changes the result"},
        double=False,
    ),
    "voxelmorphunet": Network(lambda: nets.VoxelMorphUNet(2, 2, 8, (6, 8, 8, 8, 8, 8), (8, 6)), (PAIR,)),
    "voxelmorph-3d": Network(
        lambda: nets.VoxelMorph(nets.VoxelMorphUNet(3, 2, 8, (4, 6, 6, 8, 6, 6), (6, 4)), integration_steps=2),
        (VOLUME, VOLUME),
    ),
    "quicknat": Network(lambda: nets.Quicknat(3, 1, 8)),
    "quicknat-cse": Network(lambda: nets.Quicknat(3, 1, 8, se_block="CSE")),
    "dints-instance": _topology(2, search=False),
    "dints-search": _topology(2, search=True),
    "dints-3d-instance": _topology(3, search=False),
    "dints-3d-search": _topology(3, search=True),
    "mednext": Network(
        lambda: nets.MedNeXt(2, 8, 1, 2, kernel_size=3, blocks_down=(1,) * 4, blocks_bottleneck=1, blocks_up=(1,) * 4)
    ),
    "mednext-3d-residual-deep": Network(
        lambda: nets.MedNeXt(
            3, 4, 1, 2, kernel_size=3, blocks_down=(1,) * 4, blocks_bottleneck=1, blocks_up=(1,) * 4,
            deep_supervision=True, use_residual_connection=True,
        ), (DEEP_VOLUME,),
    ),
    "mednext-response-norm": Network(
        lambda: nets.MedNeXt(
            2, 8, 1, 2, kernel_size=3, blocks_down=(1,) * 4, blocks_bottleneck=1, blocks_up=(1,) * 4,
            global_resp_norm=True,
        ), whole={"*conv2": "a mean"}
    ),
    "regressor": Network(lambda: nets.Regressor((1, 32, 32), (3, 2), (6, 8, 10), (2, 2, 2))),
    "regressor-3d": Network(lambda: nets.Regressor((1, 16, 16, 16), (3, 2), (6, 8), (2, 2)), (VOLUME,)),
    "classifier-3d": Network(
        lambda: nets.Classifier((1, 16, 16, 16), 3, (6, 8), (2, 2), last_act="softmax"), (VOLUME,)
    ),
    "discriminator": Network(lambda: nets.Discriminator((1, 32, 32), (6, 8, 10), (2, 2, 2))),
    "discriminator-3d": Network(lambda: nets.Discriminator((1, 16, 16, 16), (6, 8), (2, 2)), (VOLUME,)),
    "critic": Network(
        lambda: nets.Critic((1, 32, 32), (6, 8, 10), (2, 2, 2), num_res_units=0), whole={"net.layer_2.conv": "a mean"}
    ),
    "generator": Network(lambda: nets.Generator((6, 2), (10, 4, 4), (8, 6, 1), (2, 2, 2)), ((1, 6, 2),)),
    "generator-3d": Network(
        lambda: nets.Generator((12,), (10, 2, 2, 2), (8, 1), (2, 2), num_res_units=0, norm="batch"), ((1, 12),)
    ),
    "autoencoder": Network(lambda: nets.AutoEncoder(2, 1, 1, (6, 8, 12), (2, 2, 2), num_res_units=2)),
    "autoencoder-3d-inner": Network(
        lambda: nets.AutoEncoder(3, 1, 1, (6, 8), (2, 2), inter_channels=[8, 10], inter_dilations=[1, 2]), (VOLUME,)
    ),
    "varautoencoder": Network(lambda: nets.VarAutoEncoder(2, (1, 32, 32), 1, 6, (6, 8, 10), (2, 2, 2))),
    "varautoencoder-3d": Network(
        lambda: nets.VarAutoEncoder(3, (1, 16, 16, 16), 1, 6, (6, 8), (2, 2), num_res_units=1), (VOLUME,)
    ),
    "fullyconnectednet": Network(
        lambda: nets.FullyConnectedNet(12, 3, (16, 10), dropout=0.1, adn_ordering="NDA"), ((1, 12),)
    ),
    "varfullyconnectednet": Network(lambda: nets.VarFullyConnectedNet(12, 12, 4, (16, 10), (10, 16)), ((1, 12),)),
    "patchdiscriminator": Network(lambda: nets.PatchDiscriminator(2, 8, 1, num_layers_d=2)),
    "patchdiscriminator-score": Network(lambda: Score(nets.PatchDiscriminator(2, 8, 1, num_layers_d=2))),
    "patchdiscriminator-score-3d": Network(lambda: Score(nets.PatchDiscriminator(3, 4, 1, num_layers_d=2)), (VOLUME,)),
    "multiscalepatchdiscriminator": Network(
        lambda: nets.MultiScalePatchDiscriminator(2, 2, 2, 4, 1, minimum_size_im=64), (LARGE,)
    ),
    "resnet10": Network(lambda: nets.resnet10(spatial_dims=2, n_input_channels=1, num_classes=2)),
    "resnet-bottleneck": Network(
        lambda: nets.ResNet(
            "bottleneck", [1, 1, 1, 1], [8, 12, 16, 20], spatial_dims=2, n_input_channels=1, num_classes=2
        )
    ),
    "resnet-shortcut-a": Network(
        lambda: nets.ResNet(
            "basic", [1, 1, 2, 1], [8, 12, 16, 20], spatial_dims=2, n_input_channels=1, num_classes=2, shortcut_type="A"
        )
    ),
    "resnet-3d": Network(
        lambda: nets.ResNet(
            "basic", [1, 1, 2, 1], [4, 6, 8, 10], n_input_channels=1, num_classes=2, conv1_t_stride=2
        ), (VOLUME,),
    ),
    "resnet-bottleneck-3d": Network(
        lambda: nets.ResNet(
            "bottleneck", [1, 2, 1, 1], [4, 6, 8, 10], n_input_channels=1, num_classes=2, conv1_t_stride=2
        ), (VOLUME,),
    ),
    "resnet-shortcut-a-3d": Network(
        lambda: nets.ResNet(
            "basic", [1, 1, 2, 1], [4, 6, 8, 10], n_input_channels=1, num_classes=2, shortcut_type="A",
            conv1_t_stride=2,
        ), (VOLUME,),
    ),
    "resnet-bottleneck-shortcut-a-3d": Network(
        lambda: nets.ResNet(
            "bottleneck", [1, 2, 1, 1], [4, 6, 8, 10], n_input_channels=1, num_classes=2, shortcut_type="A"
        ), (VOLUME,),
    ),
    "densenet": Network(lambda: nets.DenseNet(2, 1, 2, init_features=8, growth_rate=4, block_config=(2, 3, 2))),
    "densenet-3d": Network(
        lambda: nets.DenseNet(3, 1, 2, init_features=8, growth_rate=4, block_config=(2, 2), bn_size=2), (VOLUME,)
    ),
    "seresnet": _squeezed(2, SEResNetBottleneck, 1),
    "seresnet-3d": _squeezed(3, SEResNetBottleneck, 1),
    "seresnext": _squeezed(2, SEResNeXtBottleneck, 4),
    "seresnext-3d": _squeezed(3, SEResNeXtBottleneck, 4),
    "efficientnet": _efficient(2),
    "efficientnet-3d": _efficient(3),
    "vqvae": _vqvae(2),
    "vqvae-3d": _vqvae(3),
    "milmodel-attention": Network(
        lambda: nets.MILModel(2, "att", False, _pooled_backbone(), 16), ((1, 3, 1, 32, 32),)
    ),
    "milmodel-mean": Network(lambda: nets.MILModel(2, "mean", False, _pooled_backbone(), 16), ((1, 3, 1, 32, 32),)),
    "spadenet": Network(
        lambda: nets.SPADENet(
            2, 1, 1, 2, (32, 32), [8, 12], z_dim=4, is_vae=True, spade_intermediate_channels=6
        ), ((1, 2, 32, 32), (1, 1, 32, 32)),
    ),
}  # fmt: skip

#: The same and further networks at the sizes that are in use.
FULL: dict[str, Network] = {
    "densenet121": Network(lambda: nets.DenseNet121(2, 1, 2), (LARGE,)),
    "resnet18": Network(lambda: nets.resnet18(spatial_dims=2, n_input_channels=1, num_classes=2), (LARGE,)),
    "resnet50": Network(lambda: nets.resnet50(spatial_dims=2, n_input_channels=1, num_classes=2), (LARGE,)),
    "resnet18-shortcut-a": Network(
        lambda: nets.resnet18(spatial_dims=2, n_input_channels=1, num_classes=2, shortcut_type="A"), (LARGE,)
    ),
    "densenet121-3d": Network(lambda: nets.DenseNet121(3, 1, 2), (DEEP_VOLUME,)),
    "resnet18-3d": Network(lambda: nets.resnet18(n_input_channels=1, num_classes=2), (DEEP_VOLUME,)),
    "resnet50-3d": Network(lambda: nets.resnet50(n_input_channels=1, num_classes=2), (DEEP_VOLUME,)),
    "resnet18-shortcut-a-3d": Network(
        lambda: nets.resnet18(n_input_channels=1, num_classes=2, shortcut_type="A"), (DEEP_VOLUME,)
    ),
    "seresnet50": Network(lambda: nets.SEResNet50(spatial_dims=2, in_channels=1, num_classes=2), (LARGE,)),
    "seresnext50": Network(lambda: nets.SEResNext50(spatial_dims=2, in_channels=1, num_classes=2), (LARGE,)),
    "seresnet50-3d": Network(lambda: nets.SEResNet50(spatial_dims=3, in_channels=1, num_classes=2), (DEEP_VOLUME,)),
    "seresnext50-3d": Network(lambda: nets.SEResNext50(spatial_dims=3, in_channels=1, num_classes=2), (DEEP_VOLUME,)),
    "senet-short": Network(
        lambda: nets.SENet(
            2, 1, "se_bottleneck", (1, 1, 1, 1), groups=16, reduction=4, inplanes=8, downsample_kernel_size=3,
            input_3x3=True, num_classes=2,
        )
    ),
    "senet154": Network(lambda: nets.SENet154(spatial_dims=2, in_channels=1, num_classes=2), (LARGE,)),
    "efficientnet-b0": Network(
        lambda: nets.EfficientNetBN("efficientnet-b0", pretrained=False, in_channels=1, num_classes=2), (LARGE,)
    ),
    "efficientnet-b0-3d": Network(
        lambda: nets.EfficientNetBN("efficientnet-b0", pretrained=False, spatial_dims=3, in_channels=1, num_classes=2),
        (DEEP_VOLUME,),
    ),
    "efficientnet-features": Network(
        lambda: nets.EfficientNetBNFeatures("efficientnet-b0", pretrained=False, in_channels=1, num_classes=2),
        (LARGE,),
    ),
    "flexibleunet-efficientnet": Network(lambda: nets.FlexibleUNet(1, 2, "efficientnet-b0"), (LARGE,)),
    "flexibleunet-resnet": Network(lambda: nets.FlexibleUNet(1, 2, "resnet18"), (LARGE,)),
    "flexibleunet-efficientnet-3d": Network(
        lambda: nets.FlexibleUNet(1, 2, "efficientnet-b0", spatial_dims=3), (DEEP_VOLUME,)
    ),
    "flexibleunet-3d": Network(
        lambda: nets.FlexibleUNet(1, 2, "resnet10", spatial_dims=3, upsample="deconv"), ((1, 1, 32, 32, 32),)
    ),
    "ahnet": Network(lambda: nets.AHNet((1, 1, 1, 1), 2, 1, 2), ((1, 1, 128, 128),)),
    "ahnet-3d": Network(
        lambda: nets.AHNet((1, 1, 1, 1), 3, 1, 2, psp_block_num=2, upsample_mode="trilinear"), ((1, 1, 64, 64, 32),)
    ),
    "hovernet-fast": Network(lambda: nets.HoVerNet("fast", 1, out_classes=3), ((1, 1, 256, 256),)),
    "hovernet-original": Network(lambda: nets.HoVerNet("original", 1), ((1, 1, 270, 270),)),
    "vnet-3d": Network(lambda: nets.VNet(3, 1, 2), (VOLUME,)),
    "quicknat-full": Network(lambda: nets.Quicknat(33, 1, 32, se_block="CSE"), (LARGE,), single=False),
    "mednext-s": Network(lambda: nets.MedNeXt(2, 32, 1, 2), (LARGE,)),
}  # fmt: skip
