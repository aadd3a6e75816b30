"""What a network says about prepared images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from medprune_gui.engine.errors import ComputeError
from medprune_gui.engine.models.failures import failures_in_words
from medprune_gui.engine.models.modes import evaluation_mode

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray
    from torch import nn

    from medprune_gui.engine.records import Task


def predict(
    model: nn.Module,
    images: NDArray[np.float32],
    task: Task,
    batch_size: int = 64,
    device: torch.device | str = "cpu",
) -> Generator[tuple[int, int], None, NDArray[Any]]:
    """Run a network over images in evaluation mode; its training mode is put back afterwards.

    Parameters
    ----------
    model
        Gives logits (batch, classes) or, in segmentation, (batch, classes, row, column); moved to ``device``.
    images
        (n, channel, row, column), as `medprune_gui.engine.data.preprocess` makes them.

    Yields
    ------
    done, total
        Images after each batch.

    Returns
    -------
    NDArray
        Classification: probabilities (n, classes), float32. Segmentation: classes (n, row, column), uint8.

    Raises
    ------
    ArchitectureError
        The network does not run on images of this size.
    ComputeError
        The network's output is not a number, or there is too little memory for a batch.
    """
    total = len(images)
    results: list[NDArray[Any]] = []
    model.to(device)
    with evaluation_mode(model):
        for start in range(0, total, batch_size):
            batch = torch.tensor(images[start : start + batch_size], device=device)
            results.append(_predict_batch(model, batch, task))
            yield min(start + batch_size, total), total
    return np.concatenate(results)


def predict_at_once(
    model: nn.Module,
    images: NDArray[np.float32],
    task: Task,
    batch_size: int = 64,
    device: torch.device | str = "cpu",
) -> NDArray[Any]:
    """Return what `predict` returns, without telling how far it is."""
    steps = predict(model, images, task, batch_size, device)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: NDArray[Any] = stop.value
            return result


# Around one batch only: a generator that pauses inside leaves its caller without gradients. No inference mode: a tensor
# that the network's code keeps for its next run could never be trained with.
@torch.no_grad()
def _predict_batch(model: nn.Module, batch: torch.Tensor, task: Task) -> NDArray[Any]:
    with failures_in_words(model, (batch,)):
        logits = model(batch)
    if not torch.isfinite(logits).all():
        raise ComputeError(
            "the network's output is not a number",
            remedy="Its weights are damaged, or its training went astray with too high a learning rate",
        )
    if task == "classification":
        probabilities: NDArray[np.float32] = torch.softmax(logits.float(), dim=1).cpu().numpy()
        return probabilities
    classes: NDArray[np.uint8] = logits.argmax(dim=1).to(torch.uint8).cpu().numpy()
    return classes
