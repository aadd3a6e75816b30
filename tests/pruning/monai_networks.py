"""Every convolutional network of MONAI that can be built offline: small, but with all parts that the big ones have."""

from __future__ import annotations

import torch
from monai.networks import nets
from monai.networks.blocks.squeeze_and_excitation import SEResNetBottleneck, SEResNeXtBottleneck
from monai.networks.layers import Conv
from network_case import LARGE, PICTURE, VOLUME, Network
from segmentation_networks import SEGMENTATION
from torch import nn


class Score(nn.Module):
    """A discriminator of which only the score is used; by themselves, they hand out the channels of every layer."""

    def __init__(self, discriminator: nn.Module) -> None:
        super().__init__()
        self.discriminator = discriminator

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.discriminator(x)[-1]


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


def _pooled_backbone() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, 2), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 12, 3, 2), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 16),
    )  # fmt: skip


#: The networks of every test run.
SMALL: dict[str, Network] = SEGMENTATION | {
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
