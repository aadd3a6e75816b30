"""Importance: which channel units and single weights matter least. One class per criterion, registered by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.masking import maskable_weights

Importance = npt.NDArray[np.float64]


class Criterion(Protocol):
    """What makes a weight important; a unit's importance is the sum over all weights that go with it."""

    def weight_importance(self, model: nn.Module, seed: int, data: Any = None) -> dict[str, torch.Tensor]:
        """Return the importance, zero or above, of each element of each parameter that `maskable_weights` names.

        Parameters
        ----------
        model
            The network; left as found.
        seed
            For criteria that draw at random.
        data
            Batches of labelled cases, for criteria that look at inputs.
        """
        ...


CRITERIA: dict[str, Criterion] = {}


def criterion(name: str) -> Callable[[type[Criterion]], type[Criterion]]:
    """Register a criterion by its name."""

    def register(cls: type[Criterion]) -> type[Criterion]:
        CRITERIA[name] = cls()
        return cls

    return register


def find_criterion(name: str) -> Criterion:
    """Return the criterion of that name.

    Raises
    ------
    ConfigError
        There is none.
    """
    if name not in CRITERIA:
        raise ConfigError(f"unknown criterion {name!r}", where="criterion", remedy=f"Use one of {', '.join(CRITERIA)}")
    return CRITERIA[name]


@criterion("l1")
class L1Norm:
    """Sum of absolute weights (Li et al. 2017, arXiv:1608.08710)."""

    def weight_importance(self, model: nn.Module, seed: int, data: Any = None) -> dict[str, torch.Tensor]:  # noqa: ARG002
        """Return each weight's absolute value."""
        return {name: weight.detach().abs() for name, weight in maskable_weights(model).items()}


@criterion("l2")
class L2Norm:
    """Sum of squared weights, which ranks units as their Euclidean norm does."""

    def weight_importance(self, model: nn.Module, seed: int, data: Any = None) -> dict[str, torch.Tensor]:  # noqa: ARG002
        """Return each weight's square."""
        return {name: weight.detach().square() for name, weight in maskable_weights(model).items()}


@criterion("random")
class Random:
    """No knowledge at all: the baseline that every criterion has to beat."""

    def weight_importance(self, model: nn.Module, seed: int, data: Any = None) -> dict[str, torch.Tensor]:  # noqa: ARG002
        """Return a random number for each weight; a unit's mean over many weights is random as well."""
        generator = torch.Generator().manual_seed(seed)
        return {name: torch.rand(weight.shape, generator=generator) for name, weight in maskable_weights(model).items()}


@dataclass(frozen=True, eq=False)
class ImportanceTable:
    """Importance of every unit of a graph; computed once, it serves any number of plans for the same weights.

    Attributes
    ----------
    criterion, seed
        How it was computed.
    units
        One value per unit (index 0 is unused), divided by the mean of its group so that groups compare.
    """

    criterion: str
    seed: int
    units: Importance


def importance_table(
    model: nn.Module, graph: ChannelGraph, criterion_name: str, seed: int = 0, data: Any = None
) -> ImportanceTable:
    """Sum a criterion's importance over everything that is coupled to a unit, and normalise by group.

    Parameters
    ----------
    model
        The network of which ``graph`` is the channel graph.
    criterion_name
        A registered name.
    data
        As in `Criterion.weight_importance`.

    Raises
    ------
    ConfigError
        The criterion is unknown.
    """
    importance = find_criterion(criterion_name).weight_importance(model, seed, data)
    totals = np.zeros(graph.units + 1, dtype=np.float64)
    for name, of_weights in importance.items():
        axes = graph.tensors.get(name)
        for axis, ids in axes.units.items() if axes else ():
            other = [a for a in range(of_weights.ndim) if a != axis]
            per_index = of_weights.sum(dim=other, dtype=torch.float64).cpu().numpy()
            totals += np.bincount(ids, weights=per_index, minlength=totals.size)
    for group, offset in zip(graph.groups, graph.offsets[:-1].tolist(), strict=True):
        own = totals[offset + 1 : offset + 1 + group.size]
        mean = own.mean()
        totals[offset + 1 : offset + 1 + group.size] = own / mean if mean > 0 else 0.0
    totals[0] = 0.0
    return ImportanceTable(criterion_name, seed, totals)
