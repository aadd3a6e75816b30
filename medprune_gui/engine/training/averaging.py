"""The moving average of a network's weights over the steps of a training."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn


class WeightAverage:
    """Exponential moving average of weights and running statistics; what is validated and kept in their place.

    Early on it forgets faster, by (1 + n) / (10 + n) at step n, so that the weights it began with do not linger.

    Parameters
    ----------
    model
        On the device that it is trained on.
    decay
        Share of the average that a step leaves, such as 0.999.

    References
    ----------
    B. Polyak and A. Juditsky, Acceleration of stochastic approximation by averaging, SIAM J. Control Optim. 30 (1992)
    838-855; S. Morales-Brotons et al., Exponential moving average of weights in deep learning, TMLR 2024,
    arXiv:2411.18704.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._decay = decay
        self.values = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def follow(self, model: nn.Module, step: int) -> None:
        """Take in the weights after a step, counted from 0; what is no number with a fraction is taken over."""
        share = 1.0 - min(self._decay, (1 + step) / (10 + step))
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                self.values[name].lerp_(value, share)
            else:
                self.values[name].copy_(value)

    @contextmanager
    def in_place_of_weights(self, model: nn.Module) -> Iterator[None]:
        """Let a network have the averages, and its own weights again at the end."""
        own = {name: value.detach().clone() for name, value in model.state_dict().items()}
        model.load_state_dict(self.values)
        try:
            yield
        finally:
            model.load_state_dict(own)

    def restore(self, values: dict[str, Tensor]) -> None:
        """Go on from stored averages."""
        for name, value in values.items():
            self.values[name].copy_(value)
