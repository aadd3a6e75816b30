"""MONAI's networks at the sizes that are in use: too slow for every test run."""

from __future__ import annotations

from monai.networks import nets
from network_case import DEEP_VOLUME, LARGE, VOLUME, Network

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
