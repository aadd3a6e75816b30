"""What a criterion is: it says how much single weights matter, or whole channel units."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.pruning.criteria.evidence import Evidence
from medprune_gui.engine.pruning.graph import ChannelGraph

#: One value per unit of a graph; index 0 stands for what is always kept.
Importance = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class UnitImportance:
    """Importance of units before groups are compared, and what the user should know about it in words."""

    units: Importance
    notes: tuple[str, ...] = ()


class Criterion(ABC):
    """What makes a weight important; a unit's importance is the sum over all weights that go with it.

    A criterion leaves the network as it finds it: weights, gradients, modes, buffers and the random numbers.

    Attributes
    ----------
    name
        Under which it is registered.
    """

    name: str = ""

    @abstractmethod
    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:
        """Return the importance of each element of each parameter that `masking.maskable_weights` names.

        Higher matters more. Values are finite plain tensors; below zero is allowed.

        Raises
        ------
        ConfigError
            It needs cases that ``evidence`` does not hold, or ranks whole channels only.
        """

    def unit_importance(self, model: nn.Module, graph: ChannelGraph, evidence: Evidence) -> UnitImportance:
        """Return the importance of each unit of a graph, summed over everything that is coupled to it."""
        return UnitImportance(summed(graph, self.weight_importance(model, evidence)))


class UnitCriterion(Criterion):
    """A criterion that knows whole channels only."""

    def weight_importance(self, model: nn.Module, evidence: Evidence) -> dict[str, torch.Tensor]:  # noqa: ARG002
        """Refuse.

        Raises
        ------
        ConfigError
            Always.
        """
        raise ConfigError(
            f"the criterion {self.name} ranks channels, not single weights",
            where="criterion",
            remedy="Choose another criterion, or the granularity channel",
        )

    @abstractmethod
    def unit_importance(self, model: nn.Module, graph: ChannelGraph, evidence: Evidence) -> UnitImportance:
        """Return the importance of each unit of a graph."""


def summed(graph: ChannelGraph, importance: Mapping[str, torch.Tensor]) -> Importance:
    """Sum the importance of weights over everything that is coupled to a unit.

    A weight between two units counts for both, whichever of its axes they lie along.
    """
    totals = np.zeros(graph.units + 1, dtype=np.float64)
    for name, of_weights in importance.items():
        axes = graph.tensors.get(name)
        for axis in axes.units if axes else ():
            other = [a for a in range(of_weights.ndim) if a != axis]
            along = of_weights.sum(dim=other, dtype=torch.float64) if other else of_weights.double()
            totals += per_unit(graph, name, axis, along)
    totals[0] = 0.0
    return totals


def per_unit(graph: ChannelGraph, name: str, axis: int, values: torch.Tensor) -> Importance:
    """Sum values along one axis of a parameter over the indices of each unit."""
    ids = graph.tensors[name].units[axis]
    weights = values.detach().double().cpu().numpy()
    sums: Importance = np.bincount(ids, weights=weights, minlength=graph.units + 1).astype(np.float64)
    return sums


def filled(graph: ChannelGraph, model: nn.Module, totals: Importance, known: Importance, what: str) -> UnitImportance:
    """Rank groups of which a criterion knows nothing by the size of their weights, and say so.

    They get the mean importance of the units that are known, so that they are cut neither first nor last for it.

    Parameters
    ----------
    totals
        One value per unit.
    known
        Above 0 for units of which the criterion knows something.
    what
        What the criterion looks for and does not find there, in words.
    """
    sizes = summed(
        graph, {name: p.detach().square() for name, p in model.named_parameters() if p.ndim >= 2}
    )  # fmt: skip
    of_group = graph.costs.group_of
    blank = np.array([not (known[1:][of_group == g] > 0).any() for g in range(len(graph.groups))], dtype=np.bool_)
    if not blank.any():
        return UnitImportance(totals)
    told = totals[1:][~blank[of_group]]
    level = float(told.mean()) if told.size and told.mean() > 0 else 1.0
    units = totals.copy()
    for number in np.flatnonzero(blank).tolist():
        places = 1 + np.flatnonzero(of_group == number)
        mean = sizes[places].mean()
        units[places] = level * (sizes[places] / mean if mean > 0 else 1.0)
    names = [group.name for group, empty in zip(graph.groups, blank.tolist(), strict=True) if empty and group.prunable]
    if not names:
        return UnitImportance(units)
    if len(names) == sum(group.prunable for group in graph.groups):
        return UnitImportance(units, (f"{what} anywhere: all channels are ranked by the size of their weights (L2)",))
    return UnitImportance(units, (f"{what} in {listed(names)}: ranked there by the size of the weights (L2)",))


def listed(names: Sequence[str]) -> str:
    """Return names as words, the first few of many."""
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
