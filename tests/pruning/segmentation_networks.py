"""The networks of MONAI that segment and register, small."""

from __future__ import annotations

from monai.networks import nets
from network_case import DEEP_VOLUME, FLAT_VOLUME, LONG_VOLUME, PAIR, PAIR_OF_VOLUMES, PICTURE, VOLUME, Network


def _unet(dims: int, residual: int, norm: str | tuple[str, dict[str, int]], **options: object) -> Network:
    return Network(
        lambda: nets.UNet(dims, 1, 4, (8, 12, 16), (2, 2), num_res_units=residual, norm=norm, **options),  # type: ignore[arg-type]
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


def _topology(dims: int, search: bool) -> Network:
    kind = nets.TopologySearch if search else nets.TopologyInstance
    options = {"channel_mul": 0.2, "num_blocks": 3} if dims == 2 else {"channel_mul": 0.1, "num_blocks": 2}
    return Network(
        lambda: nets.DiNTS(kind(**options, num_depths=2, spatial_dims=dims), 1, 3, spatial_dims=dims),
        (PICTURE if dims == 2 else VOLUME,),
    )


SEGMENTATION: dict[str, Network] = {
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
    # Of its four last convolutions only one is handed out.
    "basicunetplusplus": Network(
        lambda: nets.BasicUNetPlusPlus(2, 1, 2, features=(4, 4, 6, 8, 8, 4)),
        whole={"final_conv_0_?": "nothing that comes out depends on it"},
    ),
    "basicunetplusplus-deep": Network(
        lambda: nets.BasicUNetPlusPlus(2, 1, 2, features=(4, 4, 6, 8, 8, 4), deep_supervision=True)
    ),
    "basicunetplusplus-3d": Network(
        lambda: nets.BasicUNetPlusPlus(3, 1, 2, features=(2, 2, 3, 4, 4, 2)), (LONG_VOLUME,),
        {"final_conv_0_?": "nothing that comes out depends on it"},
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
        lambda: nets.GlobalNet([16] * 3, 3, 2, 4, 2), (PAIR_OF_VOLUMES,), {"output_block.fc": "does not run"},
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
}  # fmt: skip
