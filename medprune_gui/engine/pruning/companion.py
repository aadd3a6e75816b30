"""What takes part in a training: it sees gradients and weights at each step, and is saved and resumed with it."""

from __future__ import annotations

from torch import Tensor, nn


class TrainingCompanion:
    """Does nothing; what follows a training overrides what it needs.

    Whatever it changes must be a function of the training so far: a training that was broken off and resumed calls
    `begin`, then `restore`, and has to go on exactly as it would have.
    """

    def begin(self, model: nn.Module, steps: int) -> None:
        """Get ready: the network is where it is trained, in ``steps`` optimiser steps in all; `restore` may follow."""

    def before_step(self, model: nn.Module) -> None:
        """See or change the gradients, after they were clipped and before the optimiser uses them."""

    def after_step(self, model: nn.Module) -> None:
        """See or change the weights after the optimiser."""

    def after_epoch(self, model: nn.Module, epoch: int) -> None:
        """See the weights after an epoch, counted from 1, before the state of the training is saved."""

    def end(self, model: nn.Module) -> None:
        """Take away what `begin` put on the network; called in any case."""

    def state(self) -> dict[str, Tensor]:
        """Return what `restore` needs, by name."""
        return {}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from what `state` returned at the end of an epoch."""
