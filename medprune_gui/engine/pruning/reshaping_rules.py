"""How unit ids pass through reshapes and moved axes without being spelt out, and what a reshape demands of units.

Ids mostly vary along few axes. Windowed attention in three dimensions folds all others in and out many times over, so
only the axes that ids vary along are ever written out here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.pruning.movement_rules import moved
from medprune_gui.engine.pruning.op_rules import Call, rule
from medprune_gui.engine.pruning.unit_ids import FILLER, FIXED, Ids, Labels, Units, as_ids, compact_labels, support

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.tracing import Recorder

aten = torch.ops.aten

#: Axes of the value before and after a reshape that hold the same elements.
Fold = tuple[range, range]


def folds_between(before: Sequence[int], after: Sequence[int]) -> list[Fold]:
    """Split a reshape into the shortest runs of axes that are folded into each other."""
    folds: list[Fold] = []
    i = j = 0
    while i < len(before) or j < len(after):
        first, second = i, j
        left = right = 1
        while i == first or j == second or left != right:
            if i < len(before) and (left <= right or j == len(after)):
                left *= before[i]
                i += 1
            elif j < len(after):
                right *= after[j]
                j += 1
            else:
                break
        folds.append((range(first, i), range(second, j)))
    return folds


@rule("view", "_unsafe_view", "reshape", "_reshape_alias", "view_copy", "squeeze", "squeeze_", "unsqueeze",
      "unsqueeze_")  # fmt: skip
def reshaped(recorder: Recorder, call: Call) -> Sequence[Labels]:
    """Fold only the axes along which ids vary; remember where one axis was cut into several."""
    labels = recorder.labels(call.tensors[0])
    before, after = labels.shape, tuple(call.out.shape)
    if not labels.layers or math.prod(before) != math.prod(after) or not math.prod(before):
        return moved(recorder, call)
    folds = folds_between(before, after)
    layers = []
    for layer in labels.layers:
        written_out, shape = [1] * len(before), [1] * len(after)
        for old, new in folds:
            if any(layer.shape[axis] > 1 for axis in old):
                for axis in old:
                    written_out[axis] = before[axis]
                for axis in new:
                    shape[axis] = after[axis]
                _note_grid(recorder, layer, [a for a in old if before[a] > 1], [after[a] for a in new if after[a] > 1])
        layers.append(layer.expand(written_out).reshape(shape))
    return [compact_labels(recorder.units, after, layers, labels.filler)]


def _note_grid(recorder: Recorder, layer: torch.Tensor, axes: list[int], sizes: list[int]) -> None:
    if len(axes) == 1 and len(sizes) > 1 and support(layer) == {axes[0]}:
        grid = as_ids(layer).reshape(sizes)
        recorder.grids[grid.tobytes(), grid.shape] = grid


def settle_grids(units: Units, grids: Sequence[Ids]) -> None:
    """Make sure that what stays of an axis can still be cut into several: a grid loses whole slices along one axis.

    Heads are such slices. Where units are none, those at the same place of the last axis go together, so that all
    parts (queries, keys and values, say) stay equally wide.
    """
    waiting = [grid for grid in grids if not (grid == FILLER).any()]
    while True:
        broken = [grid for grid in waiting if not _keeps_its_form(units.find(grid))]
        if not broken:
            return
        for grid in broken:
            rows = grid.reshape(-1, grid.shape[-1])
            units.unite(rows, rows.max(axis=0), "it stands in one grid with channels of fixed number")
        # With fixed channels in it, what is now frozen need not be looked at again.
        waiting = [grid for grid in waiting if (grid > FIXED).all() or _keeps_its_form(units.find(grid))]


def _keeps_its_form(roots: Ids) -> bool:
    return any(_whole_slices(roots, axis) for axis in range(roots.ndim))


def _whole_slices(roots: Ids, axis: int) -> bool:
    table = np.moveaxis(roots, axis, 0).reshape(roots.shape[axis], -1)
    return bool((table == table[:, :1]).all())


@rule("permute", "transpose", "transpose_", "t", "t_", "movedim")
def axes_moved(recorder: Recorder, call: Call) -> list[Labels]:
    """Move the axes of each layer as they are."""
    labels = recorder.labels(call.tensors[0])
    layers = tuple(call.func(layer.clone(), *call.args[1:], **call.kwargs) for layer in labels.layers)
    return [Labels(tuple(call.out.shape), layers, labels.filler)]


@rule("expand")
def expanded(recorder: Recorder, call: Call) -> list[Labels]:
    """Ids do not vary along an axis that is repeated."""
    labels = recorder.labels(call.tensors[0])
    missing = (1,) * (call.out.ndim - len(labels.shape))
    layers = tuple(layer.reshape(missing + tuple(layer.shape)) for layer in labels.layers)
    return [Labels(tuple(call.out.shape), layers, labels.filler)]


@rule("roll", "flip")
def turned(recorder: Recorder, call: Call) -> Sequence[Labels]:
    """Turn only the layers that vary along an axis that is turned."""
    labels = recorder.labels(call.tensors[0])
    axes = call.argument(1 if call.func._overloadpacket is aten.flip else 2, "dims", [])
    turning = frozenset(axis % len(labels.shape) for axis in axes)
    if not turning or any(support(layer) & turning for layer in labels.layers):
        return moved(recorder, call)
    return [Labels(tuple(call.out.shape), labels.layers, labels.filler)]


@rule("slice", "slice_copy", "select", "select_copy", "unbind", "index_select", "split_with_sizes")
def cut_along_axis(recorder: Recorder, call: Call) -> list[Labels]:
    """Cut along one axis only the layers that vary along it."""
    labels = recorder.labels(call.tensors[0])
    packet = call.func._overloadpacket
    axis = call.argument(2 if packet is aten.split_with_sizes else 1, "dim", 0) % max(len(labels.shape), 1)
    outputs = call.outputs
    pieces: list[list[torch.Tensor]] = [[] for _ in outputs]
    for layer in labels.layers:
        if layer.shape[axis] > 1:
            cut = tree_leaves(call.func(layer, *call.args[1:], **call.kwargs))
        else:
            gone = outputs[0].ndim < len(labels.shape)
            cut = [layer.select(axis, 0) if gone else layer] * len(outputs)
        for own, piece in zip(pieces, cut, strict=True):
            own.append(piece)
    return [
        compact_labels(recorder.units, out.shape, own, labels.filler) for out, own in zip(outputs, pieces, strict=True)
    ]
