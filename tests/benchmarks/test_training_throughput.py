"""Images per second of MedPrune's training against a bare PyTorch loop on the same network and data.

Run: ``python -m pytest tests/benchmarks/test_training_throughput.py -s``
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from monai.losses import DiceCELoss
from monai.networks.nets import UNet
from numpy.typing import NDArray
from torch import nn

from medprune_gui.engine.config import TrainingConfig
from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.training import train

CASES, BATCH, ROUNDS = 256, 32, 7


@dataclass(frozen=True)
class Cases:
    images: NDArray[np.float32]
    targets: NDArray[np.int64]


def bare(network, images, targets, loss) -> float:
    """The shortest honest loop: tensors, AdamW as it comes, shuffled batches."""
    network.train()
    optimiser = torch.optim.AdamW(network.parameters())
    start = time.perf_counter()
    for chosen in torch.randperm(len(images)).split(BATCH):
        optimiser.zero_grad()
        loss(network(images[chosen]), targets[chosen]).backward()
        optimiser.step()
    return len(images) / (time.perf_counter() - start)


def ours(network, cases, task, augment) -> float:
    config = TrainingConfig(epochs=1, batch_size=BATCH, augment=augment, class_weights=False)
    few = Cases(cases.images[:8], cases.targets[:8])
    steps = list(train(network, cases, few, config, task=task, classes=("a", "b"), seed=0))
    return steps[-1].metrics["images_per_second"]


@pytest.mark.parametrize("task", ["classification", "segmentation"])
def test_throughput_is_that_of_a_bare_loop(task):
    torch.set_num_threads(1)
    random = np.random.default_rng(0)
    images = random.random((CASES, 1, 64, 64), dtype=np.float32)
    if task == "classification":
        network, targets = ArticleNetwork(), random.integers(0, 2, CASES)
        loss, bare_targets = nn.CrossEntropyLoss(), torch.from_numpy(targets)
    else:
        network, targets = UNet(2, 1, 2, (16, 32, 64), (2, 2), num_res_units=2), (images[:, 0] > 0.5).astype(np.int64)
        dice = DiceCELoss(to_onehot_y=True, softmax=True, batch=True)
        loss, bare_targets = dice, torch.from_numpy(targets).unsqueeze(1)
    cases = Cases(images, targets)
    ours(network, cases, task, True)  # warm-up
    speeds: dict[str, list[float]] = {"bare": [], "ours": [], "ours, augmented": []}
    for _ in range(ROUNDS):
        speeds["bare"].append(bare(network, torch.from_numpy(images), bare_targets, loss))
        speeds["ours"].append(ours(network, cases, task, False))
        speeds["ours, augmented"].append(ours(network, cases, task, True))
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    for name, value in medians.items():
        print(f"{task:15} {name:16} {value:8.1f} images/s   {value / medians['bare']:.3f} of bare")
    assert medians["ours"] >= 0.95 * medians["bare"]
