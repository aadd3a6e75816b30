"""The loss of each task."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from monai.losses import DiceCELoss, DiceFocalLoss
from torch import Tensor, nn
from torch.nn import functional

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.settings.training import LOSSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medprune_gui.engine.records import Task
    from medprune_gui.engine.settings.training import LossName

Loss = Callable[[Tensor, Tensor], Tensor]


#: How fast focal loss turns away from what is right already; the value that Lin et al. recommend.
_FOCUS = 2.0


def make_loss(task: Task, weights: Tensor | None = None, name: LossName | None = None) -> Loss:
    """Return the loss of (logits, targets).

    Parameters
    ----------
    weights
        (class,); of cross entropy and focal loss for classes.
    name
        ``cross-entropy`` or ``focal`` for classes; ``dice-ce`` or ``dice-focal`` for label maps, where soft Dice loss
        is taken over the whole batch (a class may be absent from single slices). None: the first of the task.

    Raises
    ------
    ConfigError
        The loss is not one of the task.

    References
    ----------
    T.-Y. Lin et al., Focal loss for dense object detection, ICCV 2017, arXiv:1708.02002; F. Milletari et al., V-Net,
    3DV 2016 (soft Dice); F. Isensee et al., nnU-Net, Nature Methods 18 (2021) 203-211 (Dice and cross entropy together,
    Dice over the batch).
    """
    fitting = LOSSES[task]
    name = name or fitting[0]
    if name not in fitting:
        raise ConfigError(
            f"the loss {name} is not for {task}", where="training.loss", remedy=f"Choose {' or '.join(fitting)}"
        )
    if name == "cross-entropy":
        return nn.CrossEntropyLoss(weight=weights)
    if name == "focal":
        return partial(_focal, weights=weights)
    kind = DiceCELoss if name == "dice-ce" else DiceFocalLoss
    dice = cast("Loss", kind(to_onehot_y=True, softmax=True, batch=True))
    return lambda logits, targets: dice(logits, targets.unsqueeze(1))


def _focal(logits: Tensor, targets: Tensor, weights: Tensor | None) -> Tensor:
    """Return focal loss with softmax, in the weighted mean over cases that cross entropy has too."""
    log_share = functional.log_softmax(logits, dim=1).gather(1, targets.unsqueeze(1)).squeeze(1)
    losses = -((1 - log_share.exp()) ** _FOCUS) * log_share
    if weights is None:
        return losses.mean()
    own = weights[targets]
    return (losses * own).sum() / own.sum()


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
