"""Amounts per group at which all groups cost the same: the largest whose drop in score stays within one bound.

Li et al. 2017 (Pruning filters for efficient ConvNets) and Han et al. 2015 (Learning both weights and connections)
choose each layer's amount by such curves.
"""

from __future__ import annotations

import numpy as np

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.pruning.budgets import smallest_change
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.unit_choice import Shares, UnitChooser
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.records import SensitivityCurves
from medprune_gui.engine.settings.allocations import MEASURED

#: Rise of a curve from nothing to everything that is added, of the greatest drop: amounts that cost the same are told
#: apart by it, and groups that cost nothing give alike.
_TILT = 1e-6


class SensitivityChooser:
    """Turns a tolerated drop into how many units of each group stay; a greater drop never keeps more of any group.

    Parameters
    ----------
    graph
        Of the network at hand.
    chooser
        Of the same network; it heeds what holds for single groups.
    curves
        Of the original.

    Raises
    ------
    ConfigError
        There are no curves, or they are of another network.
    """

    def __init__(self, graph: ChannelGraph, chooser: UnitChooser, curves: SensitivityCurves | None) -> None:
        if curves is None:
            raise ConfigError(
                "the allocation sensitivity needs the sensitivity curves of the network",
                where="pruning.allocation",
                remedy="Measure them on the validation split first, or choose global or uniform",
            )
        missing = [group.name for group in graph.groups if group.prunable and group.name not in curves.scores]
        if missing:
            raise ConfigError(
                f"the sensitivity curves are of another network: they lack {', '.join(missing[:3])}",
                where="pruning.allocation",
                remedy="Measure the curves of this network",
            )
        self._chooser = chooser
        drops = {
            name: np.maximum.accumulate(np.nan_to_num(curves.baseline - np.array([curves.baseline, *own]), nan=np.inf))
            for name, own in curves.scores.items()
        }
        finite = [float(values[np.isfinite(values)].max()) for values in drops.values()]
        greatest = max(max(finite, default=0.0), 0.0) or 1.0
        amounts = np.array([0.0, *curves.amounts, 1.0])
        # Everything may be asked for: beyond what was measured, a group costs more than any that was.
        self._most = 2.0 * greatest
        curve = {
            name: np.append(np.minimum(values, self._most), self._most) + _TILT * greatest * amounts
            for name, values in drops.items()
        }
        self._most += _TILT * greatest
        self._amounts = amounts
        self._curves = [curve[group.name] if group.prunable else None for group in graph.groups]

    def shares(self, level: float) -> Shares:
        """Return each group's largest amount whose interpolated drop stays within a share of the greatest drop.

        Parameters
        ----------
        level
            0 to 1.
        """
        bound = level * self._most
        return np.array([0.0 if own is None else np.interp(bound, own, self._amounts) for own in self._curves])

    def counts(self, level: float) -> Ids:
        """Return how many units of each group stay."""
        return self._chooser.counts_of_shares(self.shares(level))

    def counts_for(self, amount: float) -> Ids:
        """Return the counts of the smallest drop at which a share of all prunable units is gone, or as many as can."""
        return self.counts(smallest_change(lambda level: self._gone(level) >= amount))

    def _gone(self, level: float) -> float:
        return self._chooser.amount(self.counts(level)) + 1e-9


def evenly(config: PruningConfig) -> PruningConfig:
    """Return the configuration to plan with while nothing has been measured: what can be reached is the same."""
    if config.allocation not in MEASURED:
        return config
    return config.model_copy(update={"allocation": "uniform"})
