"""How unit ids pass through operations that move, join, cut, pool or reduce values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.pruning.op_rules import Call, combine, pointwise, rule
from medprune_gui.engine.pruning.unit_ids import (
    FILLER,
    FIXED,
    Labels,
    along,
    as_ids,
    axis_vector,
    compact_labels,
    freeze_along,
    project,
    support,
)

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.tracing import Recorder

aten = torch.ops.aten


@rule(
    "index", "_unsafe_index", "gather", "repeat", "unfold", "pixel_shuffle", "pixel_unshuffle", "channel_shuffle",
    "native_channel_shuffle", "as_strided", "diagonal", "im2col", "rot90", "take_along_dim",
)  # fmt: skip
def moved(recorder: Recorder, call: Call) -> list[Labels]:
    """Do to the ids exactly what is done to the values."""
    source = call.tensors[0]
    labels = recorder.labels(source)
    shapes = [tuple(out.shape) for out in call.outputs]
    if not labels.layers:
        return [Labels(shape, filler=labels.filler) for shape in shapes]
    layers: list[list[torch.Tensor]] = [[] for _ in shapes]
    for layer in labels.layers:
        ids = layer.expand(labels.shape)
        args = tuple(ids if x is source else x for x in call.args)
        try:
            out = call.func(*args, **call.kwargs)
        except (RuntimeError, NotImplementedError):
            # Some movements refuse a stride or an integer type; doubles hold every id exactly.
            args = tuple(ids.double().contiguous() if x is source else x for x in call.args)
            out = call.func(*args, **call.kwargs)
        for piece, place in zip((x for x in tree_leaves(out) if isinstance(x, torch.Tensor)), layers, strict=True):
            place.append(piece.to(torch.int32))
    return [
        compact_labels(recorder.units, shape, own, labels.filler) for shape, own in zip(shapes, layers, strict=True)
    ]


@rule("split", "unsafe_split", "chunk", "tensor_split")
def split_evenly(recorder: Recorder, call: Call) -> Sequence[Labels]:
    """Move the ids; equal parts must lose the same channels, or the code would cut elsewhere afterwards."""
    pieces = moved(recorder, call)
    axis = call.argument(2, "dim", 0) % len(recorder.labels(call.tensors[0]).shape)
    vectors = [axis_vector(recorder.units, piece, axis) for piece in pieces]
    if vectors[0].any():
        for vector in vectors[1:]:
            if vector.size == vectors[0].size:
                recorder.units.unite(vectors[0], vector)
            else:
                recorder.units.freeze(vectors[0], "it is cut into unequal parts")
                recorder.units.freeze(vector, "it is cut into unequal parts")
    return pieces


@rule("cat", "concat", "concatenate")
def concatenated(recorder: Recorder, call: Call) -> list[Labels]:
    """Join ids along the axis; along all others the parts must keep the same size, so their ids are united."""
    # Empty tensors of one axis are allowed in a concatenation and add nothing.
    parts = [recorder.labels(x) for x in call.args[0] if x.numel()]
    shape = tuple(call.out.shape)
    axis = call.argument(1, "dim", 0) % len(shape)
    across = [
        Labels(
            (*part.shape[:axis], 1, *part.shape[axis + 1 :]),
            tuple(layer for layer in part.layers if layer.shape[axis] == 1),
            part.filler,
        )
        for part in parts
    ]
    layers = list(combine(recorder.units, across, shape).layers)
    joined = [[layer for layer in part.layers if layer.shape[axis] > 1] for part in parts]
    if any(joined):
        columns = []
        for part, own in zip(parts, joined, strict=True):
            blank = torch.full((1,) * len(shape), FILLER if part.filler else FIXED, dtype=torch.int32)
            top = blank
            for layer in own:
                top = torch.maximum(top, layer)
            columns.append(top)
        widths = [max(sizes) for sizes in zip(*(top.shape for top in columns), strict=True)]
        stretched = [
            top.expand(*(part.shape[a] if a == axis else width for a, width in enumerate(widths)))
            for top, part in zip(columns, parts, strict=True)
        ]
        layers.append(torch.cat(stretched, dim=axis))
    return [compact_labels(recorder.units, shape, layers, all(part.filler for part in parts))]


@rule("stack")
def stacked(recorder: Recorder, call: Call) -> list[Labels]:
    """Put values into a row: each must lose the same channels."""
    shape = tuple(call.out.shape)
    axis = call.argument(1, "dim", 0) % len(shape)
    parts = [recorder.labels(x) for x in call.args[0]]
    joint = combine(recorder.units, parts, parts[0].shape)
    return [Labels(shape, tuple(layer.unsqueeze(axis) for layer in joint.layers), joint.filler)]


@rule("constant_pad_nd", "reflection_pad1d", "reflection_pad2d", "reflection_pad3d", "replication_pad1d",
      "replication_pad2d", "replication_pad3d")  # fmt: skip
def padded(recorder: Recorder, call: Call) -> list[Labels]:
    """Pass ids on where the border does not vary with them; a border added along the channels fits everything."""
    labels = recorder.labels(call.args[0])
    amounts = list(call.args[1])
    ndim = len(labels.shape)
    grown = {ndim - 1 - place // 2 for place, amount in enumerate(amounts) if amount}
    layers = []
    for layer in labels.layers:
        if support(layer) & grown:
            own = [amount if ndim - 1 - place // 2 in support(layer) else 0 for place, amount in enumerate(amounts)]
            layer = aten.constant_pad_nd(layer, own, FILLER)
        layers.append(layer)
    return [Labels(tuple(call.out.shape), tuple(layers), labels.filler)]


SPATIAL_AXES = {"1d": 1, "2d": 2, "3d": 3}


@rule(
    *(f"{kind}_pool{d}{tail}" for d in SPATIAL_AXES for tail in ("", "_with_indices")
      for kind in ("max", "avg", "adaptive_max", "adaptive_avg", "_adaptive_avg", "fractional_max")),
    *(f"upsample_{kind}{d}" for kind in ("nearest", "_nearest_exact", "linear", "bilinear", "bicubic", "trilinear")
      for d in SPATIAL_AXES),
    *(f"_upsample_{kind}{d}" for kind in ("nearest_exact", "bilinear", "bicubic") for d in ("1d", "2d", "3d", "2d_aa")),
    "max_unpool2d", "max_unpool3d", "grid_sampler_2d", "grid_sampler_3d", "mkldnn_max_pool2d", "mkldnn_max_pool3d",
)  # fmt: skip
def resampled(recorder: Recorder, call: Call) -> list[Labels]:
    """Pass the channels of a pooled or resized value on; places are mixed, so ids that vary over them are united."""
    labels = recorder.labels(call.args[0])
    name = call.func._overloadpacket.__name__
    if "unpool" in name:
        # The places to write to came from pooling a value, which must lose the same channels.
        labels = combine(recorder.units, [labels, recorder.labels(call.args[1])], labels.shape)
    spatial = next(
        count for tag, count in SPATIAL_AXES.items() if tag in name.replace("_2d", "2d").replace("_3d", "3d")
    )
    kept = frozenset(range(len(labels.shape) - spatial))
    layers = tuple(project(recorder.units, labels, kept, "pooling mixes it with something of fixed size"))
    return [Labels(tuple(out.shape), layers, labels.filler) for out in call.outputs]


@rule("sum", "mean", "amax", "amin", "max", "min", "var", "var_mean", "std", "std_mean", "prod", "logsumexp",
      "argmax", "argmin", "linalg_vector_norm", "norm", "any", "all")  # fmt: skip
def reduced(recorder: Recorder, call: Call) -> list[Labels]:
    """Pass on what is left after reducing some axes; a mean or an extreme over channels freezes them.

    A sum over channels does not change when channels that are zero go, so it is left to the trial to judge.
    """
    labels = recorder.labels(call.args[0])
    if not call.outputs or len(call.tensors) > 1:
        return pointwise(recorder, call)
    ndim = len(labels.shape)
    name = call.func._overloadpacket.__name__
    place = 2 if name in ("linalg_vector_norm", "norm") else 1
    given = call.argument(place, "dim")
    if given is None or given == []:
        given = list(range(ndim))
    axes = frozenset(axis % ndim for axis in ([given] if isinstance(given, int) else given)) if ndim else frozenset()
    if name != "sum":
        for layer in labels.layers:
            if support(layer) and support(layer) <= axes:
                recorder.freeze_if_used(call.outputs, as_ids(layer), "a mean or an extreme is taken over its channels")
    layers = project(recorder.units, labels, frozenset(range(ndim)) - axes)
    keep = call.outputs[0].ndim == ndim
    if not keep:
        order = [axis for axis in range(ndim) if axis not in axes]
        layers = [layer.reshape([layer.shape[axis] for axis in order]) for layer in layers]
    return [Labels(tuple(out.shape), tuple(layers), labels.filler) for out in call.outputs]


@rule("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
def averaged_difference(recorder: Recorder, call: Call) -> list[Labels]:
    """Take a loss within the network for the mean over everything that it is."""
    labels = combine(recorder.units, [recorder.labels(x) for x in call.tensors[:2]], call.tensors[0].shape)
    for layer in labels.layers:
        recorder.freeze_if_used(call.outputs, as_ids(layer), "a mean or an extreme is taken over its channels")
    return [Labels(tuple(out.shape)) for out in call.outputs]


@rule("_softmax", "_log_softmax", "_safe_softmax", "cumsum", "cumprod", "sort", "logcumsumexp", "cummax")
def mixed_along_axis(recorder: Recorder, call: Call) -> list[Labels]:
    """Freeze the channels that are mixed along one axis; all else passes."""
    labels = recorder.labels(call.args[0])
    axis = call.argument(1, "dim", -1) % max(len(labels.shape), 1)
    freeze_along(recorder.units, labels, frozenset({axis}), "its channels are mixed by a softmax or a running sum")
    return [labels for _ in call.outputs]


@rule("embedding")
def looked_up(recorder: Recorder, call: Call) -> list[Labels]:
    """Rows are looked up, so the table's columns are the channels."""
    vector = axis_vector(recorder.units, recorder.labels(call.args[0]), 1)
    recorder.produce(vector)
    return [compact_labels(recorder.units, call.out.shape, [along(vector, -1, call.out.ndim)])]


@rule("new_empty", "new_zeros", "new_ones", "new_full", "new_empty_strided", "empty_strided")
def made_up(recorder: Recorder, call: Call) -> list[Labels]:  # noqa: ARG001
    """Values made for a size that the code computed fit whatever they meet."""
    return [Labels(tuple(out.shape), filler=True) for out in call.outputs]
