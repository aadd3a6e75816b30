"""Learning from a larger network as well as from the labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from medprune_gui.engine.settings.distillation import Distillation


class Teacher:
    """The network whose answers are learnt, kept as it is.

    Parameters
    ----------
    network
        With the same classes as the student; it is run in evaluation mode.
    settings
        Weight of its answers, and temperature.
    device
        Where the student is trained.

    References
    ----------
    G. Hinton, O. Vinyals and J. Dean, Distilling the knowledge in a neural network, arXiv:1503.02531: the divergence of
    softened answers, times the squared temperature, so that its gradients keep their size.
    """

    def __init__(self, network: nn.Module, settings: Distillation, device: torch.device) -> None:
        self._network = network.to(device).eval().requires_grad_(False)
        self._settings = settings

    def loss(self, images: Tensor, logits: Tensor, own: Tensor) -> Tensor:
        """Return the loss of a batch with the teacher's part in it.

        Parameters
        ----------
        images
            (n, channel, row, column).
        logits
            The student's, (n, class) or (n, class, row, column).
        own
            The loss against the labels.

        Returns
        -------
        (1 - weight) * own + weight * T^2 * KL(teacher || student), in mean over cases (and pixels).
        """
        temperature, weight = self._settings.temperature, self._settings.weight
        with torch.no_grad():
            answers = (self._network(images).float() / temperature).softmax(dim=1)
        softened = (logits / temperature).log_softmax(dim=1)
        divergence = functional.kl_div(softened, answers, reduction="none").sum(dim=1).mean()
        return (1 - weight) * own + weight * temperature**2 * divergence
