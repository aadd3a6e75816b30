"""The article's rule W_k = W_{k-1} - a X_k, as a gradual pruning that follows the inputs.

Read here as X_k = W_{k-1} [S_k < t_k]: S_k is a running mean over the input batches of each weight's sensitivity
(`running_sensitivity`), t_k the threshold under which a share of the weights lies that grows cubically (Zhu and Gupta
2017, arXiv:1710.01878). With a = 1 this is hard gradual pruning, of which a weight may come back; with a < 1 weights
below the threshold shrink, which is a proximal step of an L2 penalty on them (compare Wang et al. 2021,
arXiv:2012.09243). A hard cut and fine-tuning of what is left end it. ``resources/help/soft-rule.md`` says why the rule
is read in this way.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.pruning.companion import TrainingCompanion
from medprune_gui.engine.pruning.criteria import ImportanceTable, unit_importance
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.growing_penalty import RAMP, pruned_places
from medprune_gui.engine.pruning.planning import PruningPlan, plan_masks, plan_pruning
from medprune_gui.engine.pruning.running_sensitivity import RunningSensitivity
from medprune_gui.engine.pruning.schedule import at_fraction, fraction

# What lies below the threshold is looked up this often in a training: ranking all weights takes longer than a step.
_RENEWALS = 100
_PREFIX = "sensitivity."


class SoftRule(TrainingCompanion):
    """Shrinks what lies below the threshold after each optimiser step.

    Parameters
    ----------
    config
        Granularity, allocation, amount or budget, and ``soft``.
    graph
        The network's channels.
    """

    def __init__(self, config: PruningConfig, graph: ChannelGraph) -> None:
        self._config, self._graph = config, graph
        self._sensitivity = RunningSensitivity(config.soft.sensitivity, config.soft.memory)
        self._step, self._steps, self._next_renewal = 0, 1, 0
        self._below: dict[str, Tensor] = {}

    @property
    def share(self) -> float:
        """Share of the amount that lies below the current threshold."""
        return fraction("cubic", min(1.0, self._step / max(1.0, RAMP * self._steps)))

    def begin(self, model: nn.Module, steps: int) -> None:
        """Start with a threshold that nothing lies below."""
        self._step, self._steps, self._next_renewal = 0, steps, 0
        self._below = {}
        self._sensitivity.watch(model)

    def before_step(self, model: nn.Module) -> None:
        """Take in the batch's gradients and inputs."""
        self._sensitivity.update(model)

    def after_step(self, model: nn.Module) -> None:
        """Take a share of everything below the threshold away."""
        self._step += 1
        if self._step >= self._next_renewal:
            self._below = self._look_up(model)
            self._next_renewal = self._step + max(1, self._steps // _RENEWALS)
        parameters = dict(model.named_parameters())
        with torch.no_grad():
            for name, below in self._below.items():
                weight = parameters[name]
                weight.sub_(weight * below.to(weight.dtype), alpha=self._config.soft.shrink)

    def after_epoch(self, model: nn.Module, epoch: int) -> None:  # noqa: ARG002
        """Look up anew in the next step, as a training that is resumed here does."""
        self._next_renewal = self._step

    def end(self, model: nn.Module) -> None:  # noqa: ARG002
        """Stop listening to the network."""
        self._sensitivity.ignore()

    def state(self) -> dict[str, Tensor]:
        """Return the sensitivities and how far the threshold has come."""
        values = {_PREFIX + name: value.clone() for name, value in self._sensitivity.values.items()}
        return {"step": torch.tensor(self._step), **values}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from there."""
        self._step = self._next_renewal = int(state["step"])
        self._sensitivity.values = {
            name.removeprefix(_PREFIX): value.clone() for name, value in state.items() if name.startswith(_PREFIX)
        }

    def plan(self, model: nn.Module) -> PruningPlan:
        """Return the hard cut that ends the rule: the amount or budget exactly, by the sensitivities reached.

        Raises
        ------
        BudgetError
            The budget cannot be met.
        """
        return self._plan(model, self._config)

    def _look_up(self, model: nn.Module) -> dict[str, Tensor]:
        if self.share == 0.0:
            return {}
        devices = {name: parameter.device for name, parameter in model.named_parameters()}
        places = pruned_places(model, self._plan(model, at_fraction(self._config, self.share)))
        return {name: below.to(devices[name]) for name, below in places.items()}

    def _plan(self, model: nn.Module, config: PruningConfig) -> PruningPlan:
        values = {name: value.cpu() for name, value in self._sensitivity.values.items()}
        if config.zeroes:
            return plan_masks(model, self._graph, config, values)
        table = ImportanceTable(config.soft.sensitivity, config.seed, unit_importance(self._graph, values))
        return plan_pruning(model, self._graph, config, importance=table)
