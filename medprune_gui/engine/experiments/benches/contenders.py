"""The tools that a bench sets side by side, each behind the same two steps: analyse, then prune by a share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeAlias

import torch
from torch import nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.pruning import plan_pruning, shrink, trace_channels

Example: TypeAlias = tuple[torch.Tensor, ...]


class Tool(ABC):
    """A tool at work on one network, which it may change.

    Parameters
    ----------
    model
        In evaluation mode, on the CPU.
    example
        One tensor for each argument of ``forward``.
    """

    title: str
    packages: tuple[str, ...]

    def __init__(self, model: nn.Module, example: Example) -> None:
        self.model = model
        self.example = example

    @abstractmethod
    def prepare(self) -> None:
        """Do what the user has to do for the tool; not counted as its time."""

    @abstractmethod
    def analyse(self) -> None:
        """Find what can be pruned."""

    def follow(self, other: Tool) -> None:  # noqa: ARG002
        """Do as `analyse`; ``other`` has analysed the same network in another precision, which may save the work."""
        self.analyse()

    @abstractmethod
    def prune(self, amount: float) -> nn.Module:
        """Return the network with the same share of its channels removed everywhere."""

    @abstractmethod
    def prune_most(self) -> nn.Module:
        """Return the network with one channel left wherever that is possible; `prune` may have come before."""


class MedPrune(Tool):
    """MedPrune: the analysis includes the proof by trial."""

    title = "MedPrune"
    packages = ("medprune", "torch", "monai")

    def prepare(self) -> None:
        """Nothing: it finds the outputs itself."""

    def analyse(self) -> None:
        """Trace and certify."""
        self.graph = trace_channels(self.model, self.example)

    def follow(self, other: Tool) -> None:
        """Take the graph over: it knows nothing of precision."""
        assert isinstance(other, MedPrune)
        self.graph = other.graph

    def prune(self, amount: float) -> nn.Module:
        """Plan and shrink."""
        config = PruningConfig(criterion="l1", allocation="uniform", amount=amount, min_channels=1)
        return shrink(self.model, plan_pruning(self.model, self.graph, config))

    def prune_most(self) -> nn.Module:
        """Plan for (nearly) everything; the plan keeps one unit of each group."""
        return self.prune(1 - 1e-9)


class AgainMedPrune(MedPrune):
    """MedPrune on an architecture that it has met before, whose graph it has kept."""

    title = "MedPrune, met before"

    def prepare(self) -> None:
        """Meet the architecture."""
        trace_channels(self.model, self.example, cache=True)

    def analyse(self) -> None:
        """Find the graph that was kept."""
        self.graph = trace_channels(self.model, self.example, cache=True)


class UnprovenMedPrune(MedPrune):
    """MedPrune without its proof by trial, which no other tool has: not offered to users, only to see what it costs."""

    title = "MedPrune without proof"

    def analyse(self) -> None:
        """Trace only."""
        self.graph = trace_channels(self.model, self.example, certify=False)
