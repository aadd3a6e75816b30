"""New running statistics for batch normalisation, whose old ones are of a network that was larger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.modules.batchnorm import _BatchNorm

from medprune_gui.engine.models.modes import evaluation_mode
from medprune_gui.engine.training.batches import shuffled, to_tensors

if TYPE_CHECKING:
    from torch import nn

    from medprune_gui.engine.training.batches import LabelledImages

#: Cases that are looked at: means and variances of a thousand hardly change with more.
MOST_CASES = 1024


@torch.no_grad()
def recalibrate(
    model: nn.Module, data: LabelledImages, batch_size: int, *, seed: int, device: torch.device | str = "cpu"
) -> int:
    """Measure the running statistics of batch normalisation anew, in plain means over batches of training cases.

    Nothing else of the network changes: weights, modes and its device are as before, and dropout drops nothing.

    Parameters
    ----------
    data
        Training cases, `MOST_CASES` of which are drawn by ``seed``; they are not augmented.

    Returns
    -------
    int
        How many layers were recalibrated; 0 for a network without batch normalisation.

    References
    ----------
    B. Li et al., EagleEye, ECCV 2020, arXiv:2007.02491: pruned networks with adapted statistics.
    """
    layers = [m for m in model.modules() if isinstance(m, _BatchNorm) and m.running_mean is not None]
    if not layers:
        return 0
    place = next(model.parameters()).device
    momenta = [layer.momentum for layer in layers]
    with evaluation_mode(model):
        model.to(device)
        for layer in layers:
            layer.reset_running_stats()
            layer.momentum = None  # a plain mean over batches
            layer.train()
        try:
            seen = 0
            for chosen in shuffled(len(data.images), batch_size, seed, 0):
                images, _ = to_tensors(data, chosen, torch.device(device))
                model(images)
                seen += len(chosen)
                if seen >= MOST_CASES:
                    break
        finally:
            for layer, momentum in zip(layers, momenta, strict=True):
                layer.momentum = momentum
            model.to(place)
    return len(layers)
