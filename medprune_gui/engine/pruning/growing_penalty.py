"""Growing regularisation: a penalty that drives units to zero before they are cut.

H. Wang et al., Neural pruning via growing regularization, ICLR 2021, arXiv:2012.09243 (GReg-1): the units are chosen at
the start, an L2 penalty on them alone grows steadily, and by the cut they hold next to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from medprune_gui.engine.pruning.companion import TrainingCompanion

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.planning import PruningPlan

#: Share of a training after which thresholds and penalties have reached their end; the rest is for settling.
RAMP = 0.8


def pruned_places(model: nn.Module, plan: PruningPlan) -> dict[str, Tensor]:
    """Return parameter name -> True where a plan removes or zeroes an element; parameters left whole are left out."""
    places = {} if plan.masks is None else {name: ~keep for name, keep in plan.masks.keep.items()}
    parameters = dict(model.named_parameters())
    for name, cut in plan.cuts().items():
        if name not in parameters:
            continue
        gone = torch.zeros(cut.shape, dtype=torch.bool)
        for axis, keep in cut.keep.items():
            gone.index_fill_(axis, torch.from_numpy(np.setdiff1d(np.arange(cut.shape[axis]), keep)), True)
        places[name] = places[name] | gone if name in places else gone
    return {name: gone for name, gone in places.items() if bool(gone.any())}


class GrowingPenalty(TrainingCompanion):
    """Adds the gradient of an L2 penalty that grows linearly, from nothing to its ceiling at `RAMP` of the training.

    Parameters
    ----------
    places
        From `pruned_places`: what the penalty is on.
    ceiling
        Its greatest strength: the loss grows by half of it times the sum of squares.
    """

    def __init__(self, places: Mapping[str, Tensor], ceiling: float) -> None:
        self._places = dict(places)
        self._ceiling = ceiling
        self._step, self._steps = 0, 1

    @property
    def penalty(self) -> float:
        """Strength at the current step."""
        return self._ceiling * min(1.0, (self._step + 1) / max(1.0, RAMP * self._steps))

    def begin(self, model: nn.Module, steps: int) -> None:
        """Start without a penalty."""
        self._step, self._steps = 0, steps
        parameters = dict(model.named_parameters())
        self._places = {name: gone.to(parameters[name].device) for name, gone in self._places.items()}

    def before_step(self, model: nn.Module) -> None:
        """Add the penalty's gradient."""
        parameters = dict(model.named_parameters())
        for name, gone in self._places.items():
            parameter = parameters[name]
            if parameter.grad is not None:
                parameter.grad.addcmul_(parameter.detach(), gone.to(parameter.dtype), value=self.penalty)

    def after_step(self, model: nn.Module) -> None:  # noqa: ARG002
        """Let the penalty grow."""
        self._step += 1

    def state(self) -> dict[str, Tensor]:
        """Return how far the growth is."""
        return {"step": torch.tensor(self._step)}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from there."""
        self._step = int(state["step"])
