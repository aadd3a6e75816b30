"""Turn what a trace has learnt into channel groups with names, sizes and reasons."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.pruning.costs import Axes, Keep, OpCost
from medprune_gui.engine.pruning.graph import ChannelGraph, ChannelGroup, with_slots
from medprune_gui.engine.pruning.unit_ids import Ids

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.tracing import Recorder


def build_graph(recorder: Recorder) -> ChannelGraph:
    """Group units that stand in the same slots, and number them group by group.

    Only units that some weight puts out are listed; the channels of the picture, kernel sizes and the like are not.

    Parameters
    ----------
    recorder
        After tracing both modes.
    """
    units = recorder.units
    roots = units.find(np.arange(len(units), dtype=np.int64))
    listed = np.zeros(len(units), dtype=np.bool_)
    first_seen: list[int] = []
    for ids in recorder.produced:
        own = roots[ids[ids > 0]]
        fresh, place = np.unique(own[~listed[own]], return_index=True)
        first_seen += fresh[np.argsort(place)].tolist()
        listed[fresh] = True
    reasons, inexact, outputs = units.reasons(), units.inexact(), units.outputs()
    signature = _signatures(recorder, roots, reasons)

    members: dict[int, list[int]] = {}
    for root in first_seen:
        members.setdefault(int(signature[root]), []).append(root)
    owners = _owners(recorder, roots, listed)
    number = np.zeros(len(units), dtype=np.int64)
    groups = []
    taken: Counter[str] = Counter()
    next_unit = 1
    for roots_in_group in members.values():
        own = np.array(roots_in_group, dtype=np.int64)
        number[own] = np.arange(next_unit, next_unit + len(own))
        next_unit += len(own)
        name, width = owners[roots_in_group[0]]
        taken[name] += 1
        if taken[name] > 1:
            name = f"{name} #{taken[name]}"
        reason = reasons.get(roots_in_group[0]) or ("all its channels belong together" if len(own) == 1 else None)
        exact, output = roots_in_group[0] not in inexact, roots_in_group[0] in outputs
        groups.append(ChannelGroup(name, len(own), reason is None, reason, width=width, exact=exact, output=output))
    number[0] = 0
    tensors = _numbered(recorder, number[roots])
    ops = tuple(
        OpCost(cost.module, cost.macs, tuple(_unit_numbers(ids, number, roots) for ids in cost.axes))
        for cost in recorder.costs
    )
    graph = ChannelGraph(with_slots(tuple(groups), tensors), tensors, ops, unknown_ops=tuple(sorted(recorder.unknown)))
    assert graph.parameters == sum(p.numel() for p in recorder.model.parameters())
    return graph


def _signatures(recorder: Recorder, roots: Ids, reasons: dict[int, str]) -> Ids:
    """Return one number per root that is equal for roots in the same slots, as often, and frozen alike.

    Each slot has a random 62-bit number; a root's signature is the sum over its places, so collisions do not occur.
    """
    generator = np.random.default_rng(0)
    signature = np.zeros(roots.size, dtype=np.int64)
    for by_axis in recorder.axis_ids.values():
        for ids in by_axis.values():
            np.add.at(signature, roots[ids], generator.integers(1, 2**62))
    marks = {reason: generator.integers(1, 2**62) for reason in sorted(set(reasons.values()))}
    for root, reason in reasons.items():
        signature[root] += marks[reason]
    return signature


def _owners(recorder: Recorder, roots: Ids, listed: Keep) -> dict[int, tuple[str, int]]:
    """Return root -> readable name of the layer that puts it out first, and how many of its channels it takes."""
    owner_of: dict[int, tuple[str, int]] = {}
    place = np.zeros(roots.size, dtype=np.int64)
    names = list(recorder.axis_ids)
    for index, by_axis in enumerate(recorder.axis_ids.values()):
        for ids in by_axis.values():
            place[ids] = index
    for ids in recorder.produced:
        own = ids[ids > 0]
        found, first, counts = np.unique(roots[own], return_index=True, return_counts=True)
        for root, where, count in zip(found.tolist(), first.tolist(), counts.tolist(), strict=True):
            if listed[root] and root not in owner_of:
                name = names[place[own[where]]]
                owner_of[root] = name.rpartition(".")[0] or name, count
    return owner_of


def _unit_numbers(ids: Ids, number: Ids, roots: Ids) -> Ids:
    return np.where(ids > 0, number[roots[np.maximum(ids, 0)]], 0)


def _numbered(recorder: Recorder, number: Ids) -> dict[str, Axes]:
    """Return every parameter, and each buffer and attribute that holds units, with its units' numbers."""
    tensors = {}
    for name, parameter in recorder.model.named_parameters():
        tensors[name] = (tuple(parameter.shape), "parameter")
    for name, buffer in recorder.model.named_buffers():
        tensors[name] = (tuple(buffer.shape), "buffer")
    for name, size in recorder.attributes.items():
        tensors[name] = ((size,), "attribute")
    found = {}
    for name, (shape, kind) in tensors.items():
        numbers = {axis: number[ids] for axis, ids in recorder.axis_ids.get(name, {}).items()}
        numbers = {axis: ids for axis, ids in numbers.items() if ids.any()}
        if numbers or kind == "parameter":
            found[name] = Axes(shape, kind, numbers)
    return found
