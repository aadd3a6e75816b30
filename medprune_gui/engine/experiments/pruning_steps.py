"""Gradual pruning: one network after another, each smaller or sparser than the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.models.complexity import Complexity, count_macs
from medprune_gui.engine.pruning import apply_mask, plan_pruning, shrink, trace_channels
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.masking import WeightMasks, maskable_weights
from medprune_gui.engine.pruning.rebuilding import compose_manifests


@dataclass(frozen=True, slots=True, eq=False)
class PrunedNetwork:
    """A network on the way from the original to the pruned one.

    Attributes
    ----------
    manifest
        What was kept of the original's channels; None: all.
    masks
        Which weights stay, where single weights are zeroed.
    graph
        Channels of ``network``; None: not traced yet.
    """

    network: nn.Module
    manifest: dict[str, Any] | None = None
    masks: WeightMasks | None = None
    graph: ChannelGraph | None = None

    @classmethod
    def restored(cls, network: nn.Module, manifest: dict[str, Any] | None, config: PruningConfig) -> PrunedNetwork:
        """Return a network that was saved after a step; its masks are where its weights are zero."""
        masks = None
        if config.granularity == "weight":
            masks = WeightMasks({name: weight.detach() != 0 for name, weight in maskable_weights(network).items()})
        return cls(network, manifest, masks)

    @property
    def keep_zero(self) -> Callable[[nn.Module], None] | None:
        """What sets masked weights to zero again after an optimiser step; None: nothing is masked."""
        return None if self.masks is None else self.masks.apply_

    def pruned_further(self, step: PruningConfig, example: torch.Tensor, reference: ChannelGraph) -> PrunedNetwork:
        """Carry out one step of a schedule.

        Parameters
        ----------
        step
            From `medprune_gui.engine.pruning.schedule.step_configs`.
        example
            One input (1, channel, row, column).
        reference
            The original's channels, which the step's amount or budget refers to.

        Raises
        ------
        BudgetError
            The budget cannot be met.
        """
        graph = self.graph or trace_channels(self.network, example)
        plan = plan_pruning(self.network, graph, step, reference=reference)
        if step.granularity == "weight":
            return PrunedNetwork(apply_mask(self.network, plan), self.manifest, plan.masks, graph)
        manifest = plan.manifest()
        if self.manifest is not None:
            manifest = compose_manifests(self.manifest, manifest)
        return PrunedNetwork(shrink(self.network, plan), manifest, None, graph.shrunk(plan.kept))

    def in_words(self, whole: Complexity, example: torch.Tensor) -> str:
        """Say what is left of the original."""
        left = count_macs(self.network, example)
        if self.masks is not None:
            return f"{left.nonzero_parameters:,} of {whole.parameters:,} parameters are not zero"
        return (
            f"{left.parameters:,} of {whole.parameters:,} parameters left ({left.parameters / whole.parameters:.0%}), "
            f"{left.macs / whole.macs:.0%} of the MACs"
        )
