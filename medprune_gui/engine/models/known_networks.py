"""The networks that MedPrune offers by name, with what may be set of each. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from medprune_gui.engine.records import Task


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network as it is offered for choice.

    Attributes
    ----------
    tasks
        What it can be trained for.
    parameters
        Name -> default of what may be set; what else it may be, `parameters.ALLOWED` says.
    note
        One or two plain sentences for the person who chooses.
    origin
        Who brings it: MedPrune, an installed package, or a Python file of the user's.
    """

    name: str
    title: str
    tasks: tuple[Task, ...]
    parameters: dict[str, Any]
    note: str
    origin: Literal["medprune", "package", "file"] = "medprune"


_RESNET = {"conv1_t_size": 7, "conv1_t_stride": 1, "widen_factor": 1.0}

# Widths of the small vision transformer of Touvron et al. 2021 (DeiT-Ti, table 1): MONAI's own defaults are ViT-Base's,
# which few collections of medical images can train.
_TINY = {"hidden_size": 192, "mlp_dim": 768, "num_heads": 3, "dropout_rate": 0.0}

_CLASSIFIERS = (
    Architecture(
        "article",
        "Article network",
        ("classification",),
        {"filters": (32, 64, 128, 256, 512), "dense": 128, "dropout": 0.5},
        "Five 3x3 convolutions with pooling and two dense layers. Small and quick; a good first choice.",
    ),
    Architecture(
        "DenseNet121",
        "DenseNet-121",
        ("classification",),
        {"init_features": 64, "growth_rate": 32, "block_config": (6, 12, 24, 16), "dropout_prob": 0.0},
        "Common for chest X-rays. Many small layers: pruned, it speeds up less than its figures suggest.",
    ),
    Architecture(
        "resnet18",
        "ResNet-18",
        ("classification",),
        dict(_RESNET),
        "A common strong classifier. Speeds up well when channels are removed.",
    ),
    Architecture(
        "resnet34",
        "ResNet-34",
        ("classification",),
        dict(_RESNET),
        "ResNet-18 with twice as many layers.",
    ),
    Architecture(
        "resnet50",
        "ResNet-50",
        ("classification",),
        dict(_RESNET),
        "Deeper, with bottlenecks. For large collections; training takes several times as long as with ResNet-18.",
    ),
    Architecture(
        "SEResNet50",
        "SE-ResNet-50",
        ("classification",),
        {"layers": (3, 4, 6, 3), "inplanes": 64, "reduction": 16, "dropout_prob": 0.0},
        "ResNet-50 that weighs its channels by what the picture holds (squeeze and excitation).",
    ),
    Architecture(
        "EfficientNetBN",
        "EfficientNet",
        ("classification",),
        {"model_name": "efficientnet-b0"},
        "Few parameters and few operations for its accuracy, from b0 (smallest) to b7.",
    ),
    Architecture(
        "ViT",
        "Vision transformer",
        ("classification",),
        {"patch_size": 16, **_TINY, "num_layers": 12},
        "Attention over patches of the picture. Wants many cases; whole heads and hidden widths can be pruned.",
    ),
)

_SEGMENTERS = (
    Architecture(
        "UNet",
        "U-Net with residual units",
        ("segmentation",),
        {"channels": (16, 32, 64, 128), "strides": (2, 2, 2), "num_res_units": 2, "norm": "batch", "dropout": 0.0},
        "The usual network for marking structures, slice by slice.",
    ),
    Architecture(
        "BasicUNet",
        "U-Net, plain",
        ("segmentation",),
        {"features": (32, 32, 64, 128, 256, 32), "norm": "batch", "dropout": 0.0},
        "Two convolutions a level, four levels. Takes pictures of any size.",
    ),
    Architecture(
        "AttentionUnet",
        "Attention U-Net",
        ("segmentation",),
        {"channels": (16, 32, 64, 128), "strides": (2, 2, 2), "dropout": 0.0},
        "U-Net with gates that weigh what the upper levels see, for small structures.",
    ),
    Architecture(
        "SegResNet",
        "SegResNet",
        ("segmentation",),
        {
            "init_filters": 16, "blocks_down": (1, 2, 2, 4), "blocks_up": (1, 1, 1), "norm": "batch",
            "dropout_prob": 0.0,
        },
        "Residual encoder with a light decoder; won the brain tumour challenge of 2018.",
    ),
    Architecture(
        "DynUNet",
        "nnU-Net",
        ("segmentation",),
        {
            "filters": (32, 64, 128, 256), "strides": (1, 2, 2, 2), "norm": "instance", "res_block": False,
            "dropout": 0.0,
        },
        "The network of nnU-Net, with instance normalisation and strided convolutions.",
    ),
    Architecture(
        "VNet",
        "V-Net",
        ("segmentation",),
        {"dropout": 0.5},
        "Residual levels with kernels of five places; large.",
    ),
    Architecture(
        "UNETR",
        "UNETR",
        ("segmentation",),
        {"feature_size": 16, **_TINY},
        "Vision transformer with the decoder of a U-Net. Wants many cases.",
    ),
    Architecture(
        "SwinUNETR",
        "Swin UNETR",
        ("segmentation",),
        {"feature_size": 24, "depths": (2, 2, 2, 2), "window_size": 7, "drop_rate": 0.0},
        "Attention within shifted windows, with the decoder of a U-Net.",
    ),
)  # fmt: skip

#: In the order in which they are offered: the first of a task is its usual choice.
ARCHITECTURES = (*_CLASSIFIERS, *_SEGMENTERS)
