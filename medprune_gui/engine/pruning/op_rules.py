"""How unit ids pass through ATen operations: a registry of rules, and those of element-wise operations."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import torch
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.pruning.unit_ids import (
    FIXED_SIZE,
    Labels,
    Units,
    as_ids,
    compact_labels,
    support,
)

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.tracing import Recorder

aten = torch.ops.aten


@dataclass(frozen=True)
class Call:
    """One executed ATen operation."""

    func: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    out: Any

    def argument(self, position: int, name: str, default: Any = None) -> Any:
        """Return an argument that may have been given by place, by name or not at all."""
        return self.args[position] if position < len(self.args) else self.kwargs.get(name, default)

    @property
    def tensors(self) -> list[torch.Tensor]:
        """All tensors among the arguments, in order."""
        return [x for x in tree_leaves((self.args, self.kwargs)) if isinstance(x, torch.Tensor)]

    @property
    def outputs(self) -> list[torch.Tensor]:
        """All tensors that came out, in order."""
        return [x for x in tree_leaves(self.out) if isinstance(x, torch.Tensor)]


#: A rule returns the labels of each output.
Rule: TypeAlias = "Callable[[Recorder, Call], Sequence[Labels]]"

RULES: dict[Any, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of the ATen operations with these names; names this torch lacks are ignored."""

    def register(function: Rule) -> Rule:
        for name in names:
            if hasattr(aten, name):
                RULES[getattr(aten, name)] = function
        return function

    return register


def find_rule(func: Any) -> Rule | None:
    """Return the rule of an ATen overload; element-wise operations share one."""
    found = RULES.get(func._overloadpacket)
    if found is None and torch.Tag.pointwise in func.tags:
        return pointwise
    return found


def aligned(labels: Labels, ndim: int) -> Labels:
    """Return labels with leading axes of size 1 put in front, as broadcasting does."""
    missing = ndim - len(labels.shape)
    if missing <= 0:
        return labels
    layers = tuple(layer.reshape((1,) * missing + tuple(layer.shape)) for layer in labels.layers)
    return Labels((1,) * missing + labels.shape, layers, labels.filler)


def combine(units: Units, operands: Sequence[Labels], shape: Sequence[int]) -> Labels:
    """Let values meet element by element: ids at the same place are united.

    An operand that really extends along an axis where another one's ids vary, and has no ids there, freezes them.
    """
    solid = [aligned(operand, len(shape)) for operand in operands if not operand.filler]
    if not solid:
        return Labels(tuple(shape), filler=bool(operands))
    merged: list[torch.Tensor] = []
    for operand in solid:
        for layer in operand.layers:
            apart = []
            for other in merged:
                if support(other) & support(layer):
                    units.unite(as_ids(other), as_ids(layer))
                    layer = _settled(units, other, layer)
                else:
                    apart.append(other)
            merged = [*apart, layer]
    free = []
    for layer in merged:
        if all(support(layer) & _extent(operand) <= _labelled(operand) for operand in solid):
            free.append(layer)
        else:
            units.freeze(as_ids(layer), FIXED_SIZE)
    return compact_labels(units, shape, free)


def _settled(units: Units, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Join two layers that were united; ids that varied along an axis of one only may now be the same along it."""
    joint = torch.maximum(a, b)
    if support(a) == support(b):
        return joint
    ids = as_ids(joint)
    roots = torch.from_numpy(np.where(ids > 0, units.find(np.maximum(ids, 0)), ids).astype(np.int32))
    return next(iter(compact_labels(units, joint.shape, [roots]).layers), joint)


def _extent(labels: Labels) -> frozenset[int]:
    return frozenset(axis for axis, size in enumerate(labels.shape) if size > 1)


def _labelled(labels: Labels) -> frozenset[int]:
    return frozenset[int]().union(*(support(layer) for layer in labels.layers))


def pointwise(recorder: Recorder, call: Call) -> list[Labels]:
    """Unite the operands' ids; every output of the broadcast shape carries them."""
    operands = [labels for labels in map(recorder.labels, call.tensors) if labels.shape]
    return [combine(recorder.units, operands, out.shape) for out in call.outputs]


@rule(
    "_to_copy", "clone", "contiguous", "alias", "detach", "lift_fresh", "lift", "native_dropout", "dropout",
    "_prelu_kernel", "zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like",
    "bernoulli", "bernoulli_", "normal_", "uniform_", "fill_", "zero_", "masked_fill", "masked_fill_", "tril", "triu",
    "rrelu_with_noise", "_conj", "resolve_conj", "resolve_neg",
)  # fmt: skip
def same_shape(recorder: Recorder, call: Call) -> list[Labels]:
    """Treat operations that keep the shape like element-wise ones."""
    return pointwise(recorder, call)


@rule("copy_")
def copied(recorder: Recorder, call: Call) -> list[Labels]:
    """Give the target the ids of what is written into it."""
    target, source = (recorder.labels(x) for x in call.args[:2])
    operand = Labels(source.shape, source.layers, source.filler)
    if target.layers:
        return [combine(recorder.units, [target, operand], target.shape)]
    return [combine(recorder.units, [operand], target.shape)]


def untraceable(recorder: Recorder, call: Call) -> list[Labels]:
    """Freeze everything that enters an operation without a rule."""
    name = call.func._overloadpacket.__name__
    for tensor in call.tensors:
        for layer in recorder.labels(tensor).layers:
            recorder.units.freeze(as_ids(layer), f"it passes through the operation {name}, which cannot be followed")
            recorder.unknown.add(name)
    filler = not call.tensors or all(recorder.labels(x).filler for x in call.tensors)
    return [Labels(tuple(out.shape), filler=filler and math.prod(out.shape) > 0) for out in call.outputs]
