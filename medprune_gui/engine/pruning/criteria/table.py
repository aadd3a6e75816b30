"""Importance of all units of a network, made comparable between groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.pruning.criteria.base import Importance, listed, summed
from medprune_gui.engine.pruning.criteria.evidence import CriterionData, Evidence, as_plain
from medprune_gui.engine.pruning.criteria.registry import find_criterion
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.settings.criterion_names import Normalisation, criterion_info


@dataclass(frozen=True, eq=False)
class ImportanceTable:
    """Importance of every unit of a graph; computed once, it serves any number of plans for the same weights.

    Attributes
    ----------
    criterion, seed
        How it was computed.
    units
        One value per unit (index 0 is unused), zero or above, made comparable between groups.
    notes
        What the user should know about it, in words.
    """

    criterion: str
    seed: int
    units: Importance
    notes: tuple[str, ...] = ()


def importance_table(
    model: nn.Module,
    graph: ChannelGraph,
    criterion_name: str,
    seed: int = 0,
    data: CriterionData | None = None,
    normalisation: Normalisation | None = None,
) -> ImportanceTable:
    """Sum a criterion's importance over everything that is coupled to a unit, and normalise by group.

    Parameters
    ----------
    model
        The network of which ``graph`` is the channel graph; left as found.
    criterion_name
        A registered name.
    seed
        For criteria that draw at random.
    data
        Cases for criteria that look at them.
    normalisation
        What each group's values are divided by; None: what suits the criterion.

    Raises
    ------
    ConfigError
        The criterion is unknown, needs cases that are not given, or cannot be computed on this network.
    """
    info = criterion_info(criterion_name)
    evidence = Evidence(seed, data, graph.input_shapes)
    importance = find_criterion(criterion_name).unit_importance(model, graph, evidence)
    _check_finite(criterion_name, bool(np.isfinite(importance.units).all()))
    units = normalised(graph, importance.units, normalisation or info.normalisation)
    notes = (*importance.notes, *_alike(graph, units))
    return ImportanceTable(criterion_name, seed, units, notes)


def weight_importance(
    model: nn.Module, graph: ChannelGraph, criterion_name: str, seed: int = 0, data: CriterionData | None = None
) -> dict[str, torch.Tensor]:
    """Return a criterion's importance of each weight; parameters and errors as in `importance_table`.

    Returns
    -------
    Parameter name -> plain tensor of the parameter's shape.
    """
    evidence = Evidence(seed, data, graph.input_shapes)
    found = find_criterion(criterion_name).weight_importance(model, evidence)
    _check_finite(criterion_name, all(bool(torch.isfinite(values).all()) for values in found.values()))
    return {name: as_plain(values) for name, values in found.items()}


def unit_importance(
    graph: ChannelGraph, importance: Mapping[str, torch.Tensor], normalisation: Normalisation = "mean"
) -> Importance:
    """Sum the importance of weights over everything that is coupled to a unit, and normalise by group.

    Returns
    -------
    One value per unit, as `ImportanceTable.units` holds them.
    """
    return normalised(graph, summed(graph, importance), normalisation)


def normalised(graph: ChannelGraph, totals: Importance, normalisation: Normalisation) -> Importance:
    """Divide each group's values by their mean or largest; importance below zero is first raised to zero and above.

    A group of zeros stays one of zeros.
    """
    units = totals - min(float(totals[1:].min(initial=0.0)), 0.0)
    units[0] = 0.0
    if normalisation == "none":
        return units
    for group, offset in zip(graph.groups, graph.offsets[:-1].tolist(), strict=True):
        places = slice(offset + 1, offset + 1 + group.size)
        divisor = units[places].mean() if normalisation == "mean" else units[places].max()
        units[places] = units[places] / divisor if divisor > 0 else 0.0
    return units


def _alike(graph: ChannelGraph, units: Importance) -> tuple[str, ...]:
    """Say which groups have units that are all of the same importance: what goes of them is arbitrary."""
    names = []
    for group, offset in zip(graph.groups, graph.offsets[:-1].tolist(), strict=True):
        own = units[offset + 1 : offset + 1 + group.size]
        if group.prunable and group.size > 1 and np.ptp(own) <= 1e-9 * own.max():
            names.append(group.name)
    if not names:
        return ()
    where = "anywhere" if len(names) == sum(group.prunable for group in graph.groups) else f"in {listed(names)}"
    return (f"the criterion does not tell channels apart {where}: the last ones go first",)


def _check_finite(criterion_name: str, finite: bool) -> None:
    if not finite:
        raise ConfigError(
            f"the criterion {criterion_name} gives importance that is not finite on this network",
            where="criterion",
            remedy="Choose another criterion",
        )
