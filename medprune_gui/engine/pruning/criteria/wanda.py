"""Size of the weights, times the size of what they are multiplied by."""

from __future__ import annotations

import torch
from torch import nn

from medprune_gui.engine.pruning.criteria.base import Criterion
from medprune_gui.engine.pruning.criteria.evidence import Evidence, as_plain
from medprune_gui.engine.pruning.criteria.gradients import copy_for_criterion, weights_of
from medprune_gui.engine.pruning.criteria.observation import LayerCall, watch_layers
from medprune_gui.engine.pruning.criteria.registry import criterion


@criterion("wanda")
class WeightsAndActivations(Criterion):
    """Absolute weight times the norm of its input channel over all cases, |W| ||X||.

    The norm is divided by the root of the number of positions, which changes no ranking within a layer and lets layers
    of different picture sizes be compared. A weight that no convolution or dense layer multiplies by gets the mean norm
    of the network.

    References
    ----------
    M. Sun et al., A simple and effective pruning approach for large language models, ICLR 2024, arXiv:2306.11695,
    eq. 1.
    """

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:
        """Return |W| times the root mean square of the input channel."""
        data = evidence.cases_for(self.name)
        squares: dict[str, torch.Tensor] = {}
        positions: dict[str, int] = {}

        def add(call: LayerCall) -> None:
            moved = as_plain(call.inputs).double().movedim(call.channel_axis, 0).flatten(1)
            of_weight = call.along_inputs(moved.square().sum(dim=1))
            squares[call.name] = squares[call.name] + of_weight if call.name in squares else of_weight
            positions[call.name] = positions.get(call.name, 0) + moved.shape[1]

        with copy_for_criterion(model, self.name, evidence.seed) as private, torch.no_grad():
            for inputs, _ in data.on(private):
                with watch_layers(private, add):
                    private(*inputs)
        norms = {name: (total / positions[name]).sqrt() for name, total in squares.items()}
        usual = torch.stack([norm.mean() for norm in norms.values()]).mean() if norms else torch.ones(())
        return {
            name: weight.detach().abs() * norms.get(name, usual.to(weight.device)).to(weight.dtype)
            for name, weight in weights_of(model).items()
        }
