"""Which units of each group stay: the most important ones, as many as an amount leaves."""

from __future__ import annotations

import difflib
import math
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.pruning.criteria import ImportanceTable
from medprune_gui.engine.pruning.graph import ChannelGraph, ChannelGroup
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.settings.allocations import GroupSettings

#: For each group the share of its units that goes.
Shares: TypeAlias = npt.NDArray[np.float64]


class UnitChooser:
    """Turns an amount into how many units of each group stay; a larger amount never keeps more of any group."""

    def __init__(
        self, graph: ChannelGraph, config: PruningConfig, table: ImportanceTable, original: ChannelGraph | None
    ) -> None:
        self._graph = graph
        self._config = config
        self._sizes = np.array([group.size for group in graph.groups], dtype=np.int64)
        before = {group.name: group.size for group in (original or graph).groups}
        self._sizes_before = np.array([before.get(group.name, group.size) for group in graph.groups], dtype=np.int64)
        self._steps = np.array([_step(group, config.round_to) for group in graph.groups], dtype=np.int64)
        own = own_settings(graph, config, original)
        self._least = np.array(
            [
                group.size if settings.locked else _least(group, settings.min_channels or config.min_channels, step)
                for group, step, settings in zip(graph.groups, self._steps, own, strict=True)
            ],
            dtype=np.int64,
        )
        # Groups with an amount of their own lose that much at every amount of the others.
        self._fixed = np.array([settings.amount is not None for settings in own], dtype=np.bool_)
        shares = np.array([settings.amount or 0.0 for settings in own])
        self._fixed_counts = np.clip(
            np.rint((1.0 - shares) * self._sizes_before).astype(np.int64), self._least, self._sizes
        )
        # Groups that an earlier step used up are frozen in the graph at hand but count in the original amount.
        self._units_before = (original or graph).prunable_units
        self._gone_before = self._units_before - sum(
            group.size for group in graph.groups if group.prunable or (original and _was_prunable(original, group))
        )
        self._rank_units(table)

    def _rank_units(self, table: ImportanceTable) -> None:
        units, offsets = table.units[1:], self._graph.offsets
        self._ranked = [np.argsort(-units[start:end], kind="stable") for start, end in pairwise(offsets)]
        self._ranked_importance = [
            units[start:end][ranked] for (start, end), ranked in zip(pairwise(offsets), self._ranked, strict=True)
        ]
        # Units beyond each group's minimum, least important first; of equals the later one goes first.
        spare = [
            (ranked + start)[group.size if fixed else least :]
            for group, ranked, start, least, fixed in zip(
                self._graph.groups, self._ranked, offsets, self._least, self._fixed, strict=False
            )
        ]
        candidates = np.concatenate(spare) if spare else np.zeros(0, dtype=np.int64)
        self._order = candidates[np.lexsort((-candidates, units[candidates]))]

    def counts(self, amount: float) -> Ids:
        """Return how many units of each group stay."""
        if self._config.allocation == "uniform":
            return self.counts_of_shares(np.full(self._sizes.size, amount))
        fixed_gone = int((self._sizes - self._fixed_counts)[self._fixed].sum())
        gone = max(round(amount * self._units_before) - self._gone_before - fixed_gone, 0)
        groups = self._graph.costs.group_of[self._order[:gone]]
        counts = self._sizes - np.bincount(groups, minlength=self._sizes.size)
        return self._rounded(np.where(self._fixed, self._fixed_counts, counts))

    def counts_for(self, amount: float) -> Ids:
        """Return the counts at which a share of all prunable units is gone: here a level is an amount."""
        return self.counts(amount)

    def counts_of_shares(self, shares: Shares) -> Ids:
        """Return how many units of each group stay when each loses a share of its own.

        Parameters
        ----------
        shares
            (groups,); 0 to 1, of the original's units.
        """
        counts = np.rint((1.0 - shares) * self._sizes_before).astype(np.int64)
        counts = np.clip(counts, self._least, self._sizes)
        return self._rounded(np.where(self._fixed, self._fixed_counts, counts))

    def ladders(self) -> tuple[tuple[int, ...], ...]:
        """Return for each group how many units of it may stay, falling; a single number where that is settled."""
        least = np.where(self._fixed, self._fixed_counts, self._least)
        most = np.where(self._fixed, self._fixed_counts, self._sizes)
        widest = int(self._sizes.max(initial=0))
        rows = np.array([self._rounded(np.clip(count, least, most)) for count in range(widest, -1, -1)])
        return tuple(tuple(dict.fromkeys(column)) for column in rows.T.tolist())

    def _rounded(self, counts: Ids) -> Ids:
        """Round to the nearest multiple; a group that was cut stays cut as far as its size allows."""
        down = counts // self._steps * self._steps
        nearest = np.where(counts - down >= self._steps - (counts - down), down + self._steps, down)
        rounded = np.clip(nearest, self._least, None)
        over = rounded > self._sizes
        rounded = np.where(over, np.maximum(self._sizes // self._steps * self._steps, self._least), rounded)
        return np.where((counts == self._sizes) | (self._steps == 1), counts, np.minimum(rounded, self._sizes))

    def kept(self, counts: Ids) -> dict[str, list[int]]:
        """Return the most important units of each group, in rising order."""
        return {
            group.name: sorted(ranked[:count].tolist())
            for group, ranked, count in zip(self._graph.groups, self._ranked, counts.tolist(), strict=True)
        }

    def amount(self, counts: Ids) -> float:
        """Return the share of prunable units that is gone."""
        gone = self._gone_before + int((self._sizes - counts).sum())
        return gone / self._units_before if self._units_before else 0.0

    def importance_left(self, counts: Ids) -> float:
        """Return the importance of the units that stay, summed over all groups."""
        return sum(
            float(own[:count].sum()) for own, count in zip(self._ranked_importance, counts.tolist(), strict=True)
        )

    @property
    def steps(self) -> Ids:
        """For each group the number of units that its count is a multiple of, where it is cut."""
        return self._steps

    def notes(self, counts: Ids) -> tuple[str, ...]:
        """Say which groups the rounding does not reach."""
        if self._config.round_to == 1:
            return ()
        small = [
            group.name for group, step in zip(self._graph.groups, self._steps.tolist(), strict=True)
            if group.prunable and step == 1 and group.width % self._config.round_to
        ]  # fmt: skip
        whole = [
            group.name for group, count in zip(self._graph.groups, counts.tolist(), strict=True)
            if group.prunable and count == group.size
        ]  # fmt: skip
        notes = []
        if small:
            notes.append(f"too small to be rounded to {self._config.round_to}, pruned as they are: {', '.join(small)}")
        if whole:
            notes.append(f"nothing is removed from: {', '.join(whole)}")
        return tuple(notes)


def own_settings(graph: ChannelGraph, config: PruningConfig, original: ChannelGraph | None) -> list[GroupSettings]:
    """Return what holds for each group alone.

    Raises
    ------
    ConfigError
        There is no such group, or nothing can be removed from it.
    """
    known = {group.name: group for group in (original or graph).groups}
    for name, settings in config.groups.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3) or list(known)[:3]
            raise ConfigError(
                "the network has no such channel group",
                where=f"pruning.groups.{name}",
                remedy=f"Groups with like names are {', '.join(near)}",
            )
        if settings.amount and not known[name].prunable:
            raise ConfigError(
                f"nothing can be removed from this channel group: {known[name].reason}",
                where=f"pruning.groups.{name}",
                remedy="Leave out its amount",
            )
    return [config.groups.get(group.name, GroupSettings()) for group in graph.groups]


def _was_prunable(original: ChannelGraph, group: ChannelGroup) -> bool:
    return any(before.name == group.name and before.prunable for before in original.groups)


def _step(group: ChannelGroup, round_to: int) -> int:
    """Return the multiple, in units, that makes channels a multiple of ``round_to``; 1 for groups too small for it."""
    step = round_to // math.gcd(round_to, group.width)
    return step if step < group.size else 1


def _least(group: ChannelGroup, min_channels: int, step: int) -> int:
    if not group.prunable:
        return group.size
    least = math.ceil(min_channels / group.width)
    return min(math.ceil(least / step) * step, group.size)
