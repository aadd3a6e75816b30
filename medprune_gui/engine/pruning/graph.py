"""The channel graph: groups of channels that can only be removed together, and all that refers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from medprune_gui.engine.pruning.costs import Axes, CostModel, Keep, OpCost
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.records import Certificate, GroupRecord


@dataclass(frozen=True)
class Slot:
    """Where a group's units stand in one axis of a parameter, buffer or attribute.

    Attributes
    ----------
    parameter
        Full name, such as ``encoder.conv2.weight``.
    dim
        The axis.
    indices
        (units, places per unit): the indices along the axis that each unit takes.
    """

    parameter: str
    dim: int
    indices: Ids


@dataclass(frozen=True)
class ChannelGroup:
    """Channels of which any may be removed, each with everything that is coupled to it.

    Attributes
    ----------
    name
        The layer that puts them out first, such as ``encoder.conv2``.
    size
        Units in the group. A unit is one channel, or several that only go together (an attention head, a norm group).
    prunable
        Whether units may be removed.
    reason
        Why they may not, in words; None where they may.
    slots
        Everything that loses indices with a unit.
    width
        Output channels of the naming layer that one unit takes.
    exact
        Whether removing units is the same as zeroing them. Where not, a normalisation's statistics change with them, so
        that fine-tuning has to follow; all else was proven.
    output
        Whether its channels are the network's output.
    """

    name: str
    size: int
    prunable: bool
    reason: str | None
    slots: tuple[Slot, ...] = field(repr=False, default=())
    width: int = 1
    exact: bool = True
    output: bool = False


@dataclass(frozen=True)
class ChannelGraph:
    """All channel groups of one network.

    Units are numbered 1, 2, ... through the groups in order; 0 stands for what is always kept.

    Attributes
    ----------
    groups
        Prunable and frozen groups in the order in which the network first uses them.
    tensors
        Name -> what of it belongs to which units; every parameter is listed.
    ops
        Operations with MACs in the order of execution.
    exact
        Whether removal was proven by trial to equal zeroing for all prunable groups together.
    max_error
        Largest relative difference in that trial.
    seconds
        Time that the analysis took.
    unknown_ops
        Names of operations that could not be followed.
    input_shapes
        Shape of one case's input, (1, channel, ...), per argument of ``forward``; () of a single number.
    input_dtypes
        Type of each, such as ``float32`` or ``int64``.
    """

    groups: tuple[ChannelGroup, ...]
    tensors: dict[str, Axes] = field(repr=False)
    ops: tuple[OpCost, ...] = field(repr=False)
    exact: bool = False
    max_error: float = float("nan")
    seconds: float = 0.0
    unknown_ops: tuple[str, ...] = ()
    input_shapes: tuple[tuple[int, ...], ...] = ()
    input_dtypes: tuple[str, ...] = ()

    @cached_property
    def offsets(self) -> Ids:
        """Number of the unit before each group's first one."""
        sizes = [group.size for group in self.groups]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    @property
    def units(self) -> int:
        """Units in all groups."""
        return int(self.offsets[-1])

    @property
    def prunable_units(self) -> int:
        """Units in all prunable groups."""
        return sum(group.size for group in self.groups if group.prunable)

    @cached_property
    def macs(self) -> int:
        """MACs of the network for one case."""
        return sum(op.macs for op in self.ops)

    @cached_property
    def parameters(self) -> int:
        """Elements of all parameters."""
        return sum(int(np.prod(t.shape, dtype=np.int64)) for t in self.tensors.values() if t.kind == "parameter")

    @cached_property
    def costs(self) -> CostModel:
        """The model that says what any choice of units costs."""
        return CostModel(self.tensors, self.ops, [group.size for group in self.groups])

    def keep_units(self, kept: Mapping[str, list[int]]) -> Keep:
        """Return for each unit number (0 first) whether it is kept; groups that are not named stay whole."""
        keep = np.ones(self.units + 1, dtype=np.bool_)
        for group, offset in zip(self.groups, self.offsets[:-1].tolist(), strict=True):
            if group.name in kept:
                own = np.zeros(group.size, dtype=np.bool_)
                own[np.asarray(kept[group.name], dtype=np.int64)] = True
                keep[offset + 1 : offset + 1 + group.size] = own
        return keep

    def frozen(self, reasons: Mapping[str, str]) -> ChannelGraph:
        """Return the graph with the named groups frozen for the reasons given."""
        groups = tuple(
            replace(group, prunable=False, reason=reasons[group.name]) if group.name in reasons else group
            for group in self.groups
        )
        return replace(self, groups=groups)

    def shrunk(self, kept: Mapping[str, list[int]]) -> ChannelGraph:
        """Return the graph of the network after `shrink`, without tracing again."""
        keep = self.keep_units(kept)
        number = np.cumsum(keep) - 1
        tensors = {}
        for name, axes in self.tensors.items():
            shape = list(axes.shape)
            units = {}
            for axis, ids in axes.units.items():
                units[axis] = number[ids[keep[ids]]]
                shape[axis] = units[axis].size
            tensors[name] = Axes(tuple(shape), axes.kind, units)
        ops = []
        for op in self.ops:
            shares = [keep[ids].mean() for ids in op.axes]
            ops.append(
                OpCost(op.module, round(op.macs * float(np.prod(shares))), tuple(number[i[keep[i]]] for i in op.axes))
            )
        sizes = [
            int(keep[offset + 1 : offset + 1 + group.size].sum())
            for group, offset in zip(self.groups, self.offsets[:-1].tolist(), strict=True)
        ]
        groups = tuple(
            replace(
                group, size=size, slots=(), prunable=group.prunable and size > 1,
                reason="a single unit is left" if group.prunable and size < 2 else group.reason,
            )
            for group, size in zip(self.groups, sizes, strict=True)
        )  # fmt: skip
        return replace(self, groups=with_slots(groups, tensors), tensors=tensors, ops=tuple(ops))

    def certificate(self) -> Certificate:
        """Say what of the network can go, what cannot, and why."""
        costs = self.costs
        counts = np.array([1 if group.prunable else group.size for group in self.groups], dtype=np.int64)
        parameters, macs = costs.after(costs.first_units(counts))
        records = tuple(
            GroupRecord(group.name, group.size, group.prunable, group.reason, self._parameters_of(number), group.exact)
            for number, group in enumerate(self.groups)
        )
        return Certificate(
            groups=records,
            parameters=self.parameters,
            macs=self.macs,
            parameters_prunable=1.0 - parameters / max(self.parameters, 1),
            macs_prunable=1.0 - macs / max(self.macs, 1),
            exact=self.exact,
            max_error=self.max_error,
            seconds=self.seconds,
        )

    def _parameters_of(self, number: int) -> int:
        """Count the parameters that belong to one group."""
        total = 0
        seen: dict[str, dict[int, int]] = {}
        for slot in self.groups[number].slots:
            seen.setdefault(slot.parameter, {})[slot.dim] = slot.indices.size
        for name, taken in seen.items():
            axes = self.tensors[name]
            if axes.kind == "parameter":
                left = [size - taken.get(axis, 0) for axis, size in enumerate(axes.shape)]
                total += int(np.prod(axes.shape, dtype=np.int64) - np.prod(left, dtype=np.int64))
        return total


def with_slots(groups: tuple[ChannelGroup, ...], tensors: Mapping[str, Axes]) -> tuple[ChannelGroup, ...]:
    """Return the groups with their slots found from the numbered tensors."""
    starts = np.concatenate([[1], 1 + np.cumsum([group.size for group in groups])]).astype(np.int64)
    slots: list[list[Slot]] = [[] for _ in groups]
    for name, axes in tensors.items():
        for axis, ids in axes.units.items():
            order = np.argsort(ids, kind="stable")
            order = order[ids[order] > 0]
            owner = np.searchsorted(starts, ids[order], side="right") - 1
            for number in np.unique(owner).tolist():
                places = order[owner == number].astype(np.int64)
                slots[number].append(Slot(name, axis, places.reshape(groups[number].size, -1)))
    return tuple(replace(group, slots=tuple(own)) for group, own in zip(groups, slots, strict=True))
