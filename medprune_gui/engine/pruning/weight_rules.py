"""How unit ids pass through operations with weights: convolution, matrix products and normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from medprune_gui.engine.pruning.op_rules import Call, combine, rule
from medprune_gui.engine.pruning.unit_ids import (
    Ids,
    Labels,
    Units,
    along,
    as_ids,
    axis_vector,
    compact_labels,
    freeze_along,
    support,
)

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.tracing import Recorder

READS_FIXED = "it reads channels whose number is fixed"


def _without(labels: Labels, axis: int) -> Labels:
    return Labels(labels.shape, tuple(layer for layer in labels.layers if layer.shape[axis] == 1), labels.filler)


@rule("convolution", "_convolution", "convolution_overrideable")
def convolved(recorder: Recorder, call: Call) -> list[Labels]:
    """Tie the weight's inputs to the value's channels; the weight's outputs are the new channels.

    Of a grouped convolution whole groups go, with all their inputs and outputs; a depthwise one is the case of one
    channel per group.
    """
    units = recorder.units
    value, weight, bias, transposed, groups = *call.args[:3], call.args[6], call.args[8]
    labels, weight_labels = recorder.labels(value), recorder.labels(weight)
    channels = axis_vector(units, labels, 1)
    count = call.out.shape[1]
    if groups == 1:
        inputs = axis_vector(units, weight_labels, 0 if transposed else 1)
        outputs = axis_vector(units, weight_labels, 1 if transposed else 0)
        units.unite(channels, inputs, READS_FIXED)
        recorder.cost_axes(outputs, np.where(inputs > 0, inputs, channels))
    else:
        rows = axis_vector(units, weight_labels, 0).reshape(groups, -1)
        blocks = np.concatenate([channels.reshape(groups, -1), rows], axis=1)
        top = blocks.max(axis=1)
        units.unite(blocks, top[:, None], READS_FIXED)
        # With fixed weights (a blur, say) the outputs still go with their group's inputs.
        outputs = np.repeat(top, count // groups)
        recorder.cost_axes(outputs)
        if count // groups > 1 or transposed:
            freeze_along(units, weight_labels, frozenset({1}), "it lies within a convolution group")
    if bias is not None:
        units.unite(outputs, axis_vector(units, recorder.labels(bias), 0))
    recorder.produce(outputs)
    spatial = frozenset(range(2, value.ndim))
    rest = _without(labels, 1)
    freeze_along(units, rest, spatial, "a convolution mixes its places")
    batch = [layer for layer in rest.layers if support(layer) == frozenset({0})]
    return [compact_labels(units, call.out.shape, [*batch, along(outputs, 1, call.out.ndim)])]


def _batch_units(units: Units, labels: Labels) -> Ids:
    """Return one unit per matrix of a stack: where ids vary within and between matrices alike, all of a matrix go."""
    vector = np.zeros(labels.shape[0], dtype=np.int64)
    for layer in labels.layers:
        if layer.shape[0] > 1:
            table = as_ids(layer.reshape(layer.shape[0], -1))
            units.unite(table, table.max(axis=1, keepdims=True))
            vector = units.unite(vector, table.max(axis=1)) if vector.any() else table.max(axis=1)
    return vector


def _product(recorder: Recorder, a: Labels, b: Labels, shape: tuple[int, ...]) -> Labels:
    """Labels of a matrix product a @ b of two matrices, or of two stacks of matrices."""
    units = recorder.units
    layers: list[torch.Tensor] = []
    stacked = len(a.shape) == 3
    costs: list[Ids] = []
    if stacked:
        batch = units.unite(
            np.full(a.shape[0], -1) if a.filler else _batch_units(units, a),
            np.full(b.shape[0], -1) if b.filler else _batch_units(units, b),
        )
        a, b = _without(a, 0), _without(b, 0)
        layers.append(along(batch, 0, 3))
        costs.append(batch)
    inner = units.unite(axis_vector(units, a, -1), axis_vector(units, b, -2), READS_FIXED)
    rows = axis_vector(units, _without(a, -1), -2)
    columns = axis_vector(units, _without(b, -2), -1)
    recorder.produce(rows)
    recorder.produce(columns)
    recorder.cost_axes(*costs, rows, inner, columns)
    layers += [along(rows, -2, len(shape)), along(columns, -1, len(shape))]
    return compact_labels(units, shape, layers)


@rule("mm", "bmm")
def multiplied(recorder: Recorder, call: Call) -> list[Labels]:
    """Tie the contracted axes; rows and columns carry on."""
    a, b = (recorder.labels(x) for x in call.args[:2])
    return [_product(recorder, a, b, tuple(call.out.shape))]


@rule("addmm", "baddbmm", "addmm_", "baddbmm_")
def multiplied_and_added(recorder: Recorder, call: Call) -> list[Labels]:
    """Multiply matrices, then add as an element-wise operation does."""
    bias, a, b = (recorder.labels(x) for x in call.args[:3])
    product = _product(recorder, a, b, tuple(call.out.shape))
    return [combine(recorder.units, [bias, product], call.out.shape)]


def _tie_vectors(recorder: Recorder, channels: Ids, tensors: tuple[torch.Tensor | None, ...]) -> bool:
    """Bind a normalisation's per-channel tensors to the channels; False: it has none."""
    bound = False
    for tensor in tensors:
        if tensor is not None and tensor.numel() == channels.size:
            recorder.units.unite(channels, axis_vector(recorder.units, recorder.labels(tensor), 0))
            bound = True
    return bound


@rule("native_batch_norm", "_native_batch_norm_legit", "_native_batch_norm_legit_no_training",
      "_batch_norm_with_update", "_batch_norm_no_update", "cudnn_batch_norm", "miopen_batch_norm")  # fmt: skip
def batch_normalised(recorder: Recorder, call: Call) -> list[Labels]:
    """Bind weight, bias and running statistics to the channels.

    Instance norm comes along here, as (1, batch x channel). A layer without any of these still
    knows how many channels it has, so that number is bound instead.
    """
    units = recorder.units
    labels = recorder.labels(call.args[0])
    channels = axis_vector(units, labels, 1)
    tensors = tuple(x for x in call.args[1:5] if x is None or isinstance(x, torch.Tensor))
    module = recorder.stack.module
    if not _tie_vectors(recorder, channels, tensors) and isinstance(module, _NormBase):
        size = module.num_features
        if size > 1 and channels.size % size == 0:
            slot = recorder.attribute(f"{recorder.stack.name}.num_features", size)
            units.unite(channels, np.tile(slot, channels.size // size))
    return _normalised(call, labels)


@rule("native_group_norm")
def group_normalised(recorder: Recorder, call: Call) -> list[Labels]:
    """Make each norm group one unit: its statistics then come from the same channels as before."""
    units = recorder.units
    labels = recorder.labels(call.args[0])
    channels = axis_vector(units, labels, 1)
    groups = call.args[6]
    module = recorder.stack.module
    if not _tie_vectors(recorder, channels, call.args[1:3]) and isinstance(module, nn.GroupNorm):
        units.unite(channels, recorder.attribute(f"{recorder.stack.name}.num_channels", channels.size))
    if groups == 1:
        _mixed(recorder, channels, "group normalisation mixes all its channels")
        return _normalised(call, labels)
    blocks = channels.reshape(groups, -1)
    units.unite(blocks, blocks.max(axis=1, keepdims=True), "group normalisation mixes it with fixed channels")
    return _normalised(call, labels)


@rule("native_layer_norm", "_fused_rms_norm")
def layer_normalised(recorder: Recorder, call: Call) -> list[Labels]:
    """Freeze what is normalised: its statistics would change with every channel that goes."""
    labels = recorder.labels(call.args[0])
    ndim = len(labels.shape)
    axes = frozenset(range(ndim - len(call.args[1]), ndim))
    for layer in labels.layers:
        if support(layer) & axes:
            _mixed(recorder, as_ids(layer), "layer normalisation mixes all its channels", call)
    affine = [recorder.labels(x) for x in call.args[2:4] if isinstance(x, torch.Tensor)]
    return _normalised(call, combine(recorder.units, [labels, *affine], labels.shape))


def _mixed(recorder: Recorder, ids: Ids, reason: str, call: Call | None = None) -> None:
    """Freeze what is normalised together, or mark it where the change of its statistics is accepted."""
    if recorder.approximate and (call is None or call.func._overloadpacket is torch.ops.aten.native_layer_norm):
        recorder.units.mark_inexact(ids)
    else:
        recorder.units.freeze(ids, reason)


def _normalised(call: Call, labels: Labels) -> list[Labels]:
    """Labels of the value itself and of the statistics that come out with it (which nothing reads)."""
    shape = tuple(call.out[0].shape)
    return [
        Labels(tuple(out.shape), labels.layers if tuple(out.shape) == shape else (), labels.filler)
        for out in call.outputs
    ]
