"""What a search varies: the amount of each channel group, or of families of groups where there are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.unit_choice import own_settings
from medprune_gui.engine.settings.allocations import GroupSettings

#: Amounts that are tried: multiples of the step up to the most.
AMOUNT_STEP, MOST = 0.1, 0.9
#: More amounts than these are tied: a search of some dozens of trials finds its way in few dimensions only.
MOST_AMOUNTS = 24


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """Families of channel groups that share an amount.

    Attributes
    ----------
    families
        Name -> its groups. A family of one bears its group's name, a larger one what its groups' names begin with.
    """

    pruning: PruningConfig
    families: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, graph: ChannelGraph, pruning: PruningConfig) -> SearchSpace:
        """Return the space of an experiment; groups that are locked or have an amount of their own are left as set.

        Raises
        ------
        ConfigError
            Nothing is left to vary, or the experiment names a group that the network does not have.
        """
        own = own_settings(graph, pruning, None)
        free = [
            group.name for group, settings in zip(graph.groups, own, strict=True)
            if group.prunable and not settings.locked and settings.amount is None
        ]  # fmt: skip
        if not free:
            raise ConfigError(
                "there is nothing to search: no channel group is free to give up channels",
                where="pruning.groups",
                remedy="Unlock some groups, or take away amounts of their own",
            )
        return cls(pruning, tied(free))

    def pruning_with(self, amounts: Mapping[str, float], overall: float = 0.0) -> PruningConfig:
        """Return the settings that carry out a choice of amounts, at once.

        Parameters
        ----------
        amounts
            Family -> share of the units of each of its groups.
        overall
            Share of all units that comes to; it changes nothing, for every group has its own amount or is locked.
        """
        groups = dict(self.pruning.groups)
        for family, members in self.families.items():
            for name in members:
                own = groups.get(name, GroupSettings())
                groups[name] = own.model_copy(update={"amount": amounts[family]})
        return at_once(self.pruning).model_copy(update={"groups": groups, "amount": overall})


def at_once(pruning: PruningConfig) -> PruningConfig:
    """Return the settings of a single step in which groups have amounts of their own."""
    changes = {"schedule": "one-shot", "steps": 1, "allocation": "uniform", "budget": None, "amount": 0.0}
    return pruning.model_copy(update=changes)


def tied(names: Sequence[str], most: int = MOST_AMOUNTS) -> dict[str, tuple[str, ...]]:
    """Divide groups into at most so many families of like names: all apart where they are few enough.

    The largest family is divided by the next part of its names, again and again, while there is room.
    """
    if len(names) <= most:
        return {name: (name,) for name in names}
    families = [tuple(names)]
    closed: set[tuple[str, ...]] = set()
    while open_ones := [family for family in families if len(family) > 1 and family not in closed]:
        largest = max(open_ones, key=len)
        depth = len(_common_parts(largest)) + 1
        parts: dict[tuple[str, ...], list[str]] = {}
        for name in largest:
            parts.setdefault(tuple(name.split(".")[:depth]), []).append(name)
        if len(families) - 1 + len(parts) > most:
            closed.add(largest)
            continue
        at = families.index(largest)
        families[at : at + 1] = [tuple(members) for members in parts.values()]
    return {members[0] if len(members) == 1 else ".".join(_common_parts(members)): members for members in families}


def _common_parts(names: Sequence[str]) -> list[str]:
    rows = [name.split(".") for name in names]
    common: list[str] = []
    for parts in zip(*rows, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return common
