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

Scores = npt.NDArray[np.float64]


class Criterion(Protocol):
    """A way to score weights; a unit's importance is the sum over all weights that go with it."""

    def weight_scores(self, model: nn.Module, seed: int, data: Any = None) -> dict[str, torch.Tensor]:
        """Return for each parameter with two axes or more a score per element, zero or above.

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


def _weights(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: p.detach() for name, p in model.named_parameters() if p.ndim >= 2 and p.is_floating_point()}


@criterion("l1")
class L1Norm:
    """Sum of absolute weights (Li et al. 2017, arXiv:1608.08710)."""

    def weight_scores(self, model: nn.Module, seed: int, data: Any = None) -> dict[str, torch.Tensor]:  # noqa: ARG002
        """Score each weight by its absolute value."""
        return {name: weight.abs() for name, weight in _weights(model).items()}


@criterion("l2")
class L2Norm:
    """Sum of squared weights, which ranks units as their Euclidean norm does."""

    def weight_scores(self, model: nn.Module, seed: int, data: Any = None) -> dict[str, torch.Tensor]:  # noqa: ARG002
        """Score each weight by its square."""
        return {name: weight.square() for name, weight in _weights(model).items()}


@criterion("random")
class Random:
    """No knowledge at all: the baseline that every criterion has to beat."""

    def weight_scores(self, model: nn.Module, seed: int, data: Any = None) -> dict[str, torch.Tensor]:  # noqa: ARG002
        """Score each weight by a random number; a unit's mean over many weights is random as well."""
        generator = torch.Generator().manual_seed(seed)
        return {name: torch.rand(weight.shape, generator=generator) for name, weight in _weights(model).items()}


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
    units: Scores


def importance_table(
    model: nn.Module, graph: ChannelGraph, criterion_name: str, seed: int = 0, data: Any = None
) -> ImportanceTable:
    """Sum a criterion's scores over everything that is coupled to a unit, and normalise by group.

    Parameters
    ----------
    model
        The network of which ``graph`` is the channel graph.
    criterion_name
        A registered name.
    data
        As in `Criterion.weight_scores`.

    Raises
    ------
    ConfigError
        The criterion is unknown.
    """
    scores = find_criterion(criterion_name).weight_scores(model, seed, data)
    totals = np.zeros(graph.units + 1, dtype=np.float64)
    for name, score in scores.items():
        axes = graph.tensors.get(name)
        for axis, ids in axes.units.items() if axes else ():
            other = [a for a in range(score.ndim) if a != axis]
            per_index = score.sum(dim=other, dtype=torch.float64).cpu().numpy()
            totals += np.bincount(ids, weights=per_index, minlength=totals.size)
    for group, offset in zip(graph.groups, graph.offsets[:-1].tolist(), strict=True):
        own = totals[offset + 1 : offset + 1 + group.size]
        mean = own.mean()
        totals[offset + 1 : offset + 1 + group.size] = own / mean if mean > 0 else 0.0
    totals[0] = 0.0
    return ImportanceTable(criterion_name, seed, totals)
