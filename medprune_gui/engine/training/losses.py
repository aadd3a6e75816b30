"""The loss of each task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from monai.losses import DiceCELoss
from torch import Tensor, nn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medprune_gui.engine.records import Task

Loss = Callable[[Tensor, Tensor], Tensor]


def make_loss(task: Task, weights: Tensor | None = None) -> Loss:
    """Return the loss of (logits, targets).

    Classification: cross entropy, weighted per class where ``weights`` (class,) are given. Segmentation: the sum of
    soft Dice loss over the whole batch (a class may be absent from single slices) and cross entropy.

    References
    ----------
    F. Milletari et al., V-Net, 3DV 2016 (soft Dice); F. Isensee et al., nnU-Net, Nature Methods 18 (2021) 203-211
    (Dice and cross entropy together, Dice over the batch).
    """
    if task == "classification":
        return nn.CrossEntropyLoss(weight=weights)
    dice = cast("Loss", DiceCELoss(to_onehot_y=True, softmax=True, batch=True))
    return lambda logits, targets: dice(logits, targets.unsqueeze(1))


def inverse_frequency(targets: NDArray[np.int64], classes: int) -> Tensor:
    """Weights per class that make rare classes count as much as frequent ones; 1 in mean over the cases.

    Returns
    -------
    (classes,); 1 for a class without cases.
    """
    counts = np.bincount(targets.ravel(), minlength=classes)
    present = np.count_nonzero(counts)
    weights = np.divide(targets.size / present, counts, out=np.ones(classes), where=counts > 0)
    return torch.from_numpy(weights.astype(np.float32))
