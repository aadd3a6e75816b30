"""Every network that can be chosen goes the whole way: trained, pruned, fine-tuned, compared, stored and loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import torch
from picture_runs import carry_out, experiment, write_pictures

from medprune_gui.engine.models.registry import architectures
from medprune_gui.engine.models.trust import trust
from medprune_gui.engine.pruning.stored import load_network

EXAMPLE = Path(__file__).parents[2] / "resources" / "examples" / "own_network.py"

#: Small settings of each network; the article network is what most other runs of these tests have.
CLASSIFIERS = {
    "DenseNet121": {"init_features": 8, "growth_rate": 4, "block_config": [2, 2]},
    "resnet18": {"widen_factor": 0.0625},
    "resnet34": {"widen_factor": 0.0625},
    "resnet50": {"widen_factor": 0.0625},
    "SEResNet50": {"layers": [1, 1, 1, 1], "inplanes": 16, "reduction": 4},
    "EfficientNetBN": {},
    "ViT": {"patch_size": 8, "hidden_size": 24, "mlp_dim": 48, "num_layers": 2, "num_heads": 3},
}
SEGMENTERS = {
    "UNet": {"channels": [4, 8, 8], "strides": [2, 2], "num_res_units": 1},
    "BasicUNet": {"features": [4, 4, 8, 8, 8, 4]},
    "AttentionUnet": {"channels": [4, 8, 8], "strides": [2, 2]},
    "SegResNet": {"init_filters": 8, "blocks_down": [1, 1], "blocks_up": [1]},
    "DynUNet": {"filters": [4, 8, 8], "strides": [1, 2, 2]},
    "VNet": {},
    "UNETR": {"feature_size": 4, "hidden_size": 12, "mlp_dim": 24, "num_heads": 2},
    "SwinUNETR": {"feature_size": 12, "depths": [1, 1, 1, 1]},
}
LONG = ("resnet34", "resnet50", "VNet")


def test_no_network_is_left_out() -> None:
    assert {"article", *CLASSIFIERS, *SEGMENTERS} == {known.name for known in architectures()}


def named(settings: dict[str, dict]) -> list:
    """Return the names; those that take long and resemble another one run with the slow tests."""
    return [pytest.param(n, marks=pytest.mark.slow) if n in LONG else n for n in settings]


@pytest.mark.parametrize("name", named(CLASSIFIERS))
def test_a_classifier_goes_the_whole_way(name: str, tmp_path: Path) -> None:
    data = {"kind": "table", "path": write_pictures(tmp_path / "pictures"), "size": (32, 32)}
    _goes_the_whole_way(name, CLASSIFIERS[name], data, tmp_path / "run")


@pytest.mark.parametrize("name", named(SEGMENTERS))
def test_a_segmenter_goes_the_whole_way(name: str, tmp_path: Path) -> None:
    write_volumes(tmp_path)
    data = {"kind": "volumes", "path": tmp_path / "images", "label_maps": tmp_path / "labels", "size": (64, 64)}
    _goes_the_whole_way(name, SEGMENTERS[name], data, tmp_path / "run")


def write_volumes(root: Path) -> None:
    """Write four volumes of three slices with a bright disc, and the disc as their label map."""
    random = np.random.default_rng(0)
    grid = np.mgrid[:64, :64]
    for number in range(4):
        disc = np.hypot(grid[0] - 20 - 6 * number, grid[1] - 32) < 12
        labels = np.repeat(disc[..., np.newaxis], 3, axis=2).astype(np.uint8)
        image = (random.normal(100, 20, labels.shape) + 80 * labels).astype(np.int16)
        for folder, array in (("images", image), ("labels", labels)):
            (root / folder).mkdir(exist_ok=True)
            nib.save(nib.Nifti1Image(array, np.eye(4)), root / folder / f"case-{number}.nii.gz")


def _goes_the_whole_way(name: str, parameters: dict, data: dict, run: Path) -> None:
    config = experiment(
        Path(),
        data=data,
        model={"architecture": name, "parameters": parameters},
        training={"epochs": 1},
        pruning={"steps": 1},
        fine_tuning={"epochs": 1},
    )
    _, comparison = carry_out(config, run)
    assert comparison is not None
    assert comparison.pruned.parameters < comparison.original.parameters
    assert comparison.pruned.macs <= 0.5 * comparison.original.macs
    network, _ = load_network(run / "pruned")
    size = data["size"]
    logits = network.eval()(torch.rand(1, 1, *size))
    assert sum(p.numel() for p in network.parameters()) == comparison.pruned.parameters
    assert logits.shape[2:] == (() if data["kind"] == "table" else size)
    assert torch.isfinite(logits).all()


def test_a_network_of_the_users_own_goes_the_whole_way(tmp_path: Path) -> None:
    own = Path(shutil.copy(EXAMPLE, tmp_path / "own.py"))
    trust(own.read_text(), "own")
    data = {"kind": "table", "path": write_pictures(tmp_path / "pictures"), "size": (32, 32)}
    _goes_the_whole_way(f"{own}:small", {"width": 4}, data, tmp_path / "run")
