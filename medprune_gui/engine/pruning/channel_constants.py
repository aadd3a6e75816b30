"""Numbers of channels that a module's code reads from an attribute: followed while tracing, put right after a cut.

A layer that folds a vector into channels (``x.view(-1, self.width, 8, 8)``) keeps their number in Python, where no
tensor would lose anything. Such a number is given ids of its own, one for each channel that it counts, and is then cut
like the weights that it is coupled to.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from torch import nn

from medprune_gui.engine.pruning.op_rules import Call
from medprune_gui.engine.pruning.unit_ids import FIXED, Labels, along, axis_vector

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.tracing import Recorder

#: Binds a module's constant to one of its operations: (recorder, call, module, the operation's labels) -> labels.
ConstantRule: TypeAlias = "Callable[[Recorder, Call, Any, Labels], Labels]"

_PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?")


@dataclass(frozen=True)
class _Constant:
    attributes: frozenset[str]
    operations: frozenset[str]
    rule: ConstantRule


#: Qualified class name -> the constant that its code reads.
CONSTANTS: dict[str, _Constant] = {
    f"torch.nn.modules.{name}": _Constant(frozenset({attribute}), frozenset(), lambda _, __, ___, labels: labels)
    for name, attribute in (("batchnorm._NormBase", "num_features"), ("normalization.GroupNorm", "num_channels"))
}


def channel_constant(class_name: str, attribute: str, *operations: str) -> Callable[[ConstantRule], ConstantRule]:
    """Register a rule for what the named class itself (not its children) does by the named ATen operations."""

    def register(function: ConstantRule) -> ConstantRule:
        CONSTANTS[class_name] = _Constant(frozenset({attribute}), frozenset(operations), function)
        return function

    return register


def _constant_of(module: nn.Module) -> _Constant | None:
    for cls in type(module).__mro__:
        found = CONSTANTS.get(f"{cls.__module__}.{cls.__qualname__}")
        if found is not None:
            return found
    return None


def follow_constant(recorder: Recorder, call: Call, labels: Labels) -> Labels:
    """Return the labels of an operation's result, with the constant that the running module read for it."""
    module = recorder.stack.module
    constant = _constant_of(module)
    if constant is None or call.func._overloadpacket.__name__ not in constant.operations:
        return labels
    return constant.rule(recorder, call, module, labels)


def read_constant(module: nn.Module, attribute: str) -> int | None:
    """Return a registered constant, such as ``width`` or ``shape[1]``; None: the module has none by that name."""
    match, constant = _PLACE.fullmatch(attribute), _constant_of(module)
    if match is None or constant is None or match[1] not in constant.attributes:
        return None
    value = getattr(module, match[1], None)
    if match[2] is not None:
        value = value[int(match[2])] if isinstance(value, list | tuple) and int(match[2]) < len(value) else None
    return value if type(value) is int else None


def write_constant(module: nn.Module, attribute: str, value: int) -> None:
    """Set a constant that `read_constant` has found; a sequence is replaced, for others may share it."""
    name, _, place = attribute.removesuffix("]").partition("[")
    if not place:
        setattr(module, name, value)
        return
    sequence = getattr(module, name)
    changed = list(sequence)
    changed[int(place)] = value
    setattr(module, name, type(sequence)(changed))


def _tied(recorder: Recorder, labels: Labels, axis: int, attribute: str) -> Labels:
    """Give each index along an axis to the constant that counts them; whatever stands at one index goes together."""
    slot = recorder.attribute(f"{recorder.stack.name}.{attribute}".lstrip("."), labels.shape[axis])
    vector = recorder.units.unite(axis_vector(recorder.units, labels, axis), slot)
    rest = tuple(layer for layer in labels.layers if layer.shape[axis] == 1)
    return Labels(labels.shape, (*rest, along(vector, axis, len(labels.shape))))


def _folded(attribute: str, place: int | None = None) -> ConstantRule:
    """Return the rule of a constant that says how many channels a vector is folded into."""

    def rule(recorder: Recorder, _: Call, module: Any, labels: Labels) -> Labels:
        count = getattr(module, attribute)
        axis = (module.dim if isinstance(module, nn.Unflatten) else 1) % max(len(labels.shape), 1)
        name = attribute
        if place is not None:
            if not isinstance(count, list | tuple):
                return labels
            index = place % len(count)
            count, name = count[index], f"{attribute}[{index}]"
        if len(labels.shape) < 3 or type(count) is not int or not 1 < count == labels.shape[axis]:
            return labels
        return _tied(recorder, labels, axis, name)

    return rule


for _class, _attribute, _index in (
    ("monai.networks.layers.simplelayers.Reshape", "shape", 1),
    ("monai.networks.nets.varautoencoder.VarAutoEncoder", "channels", -1),
    ("monai.networks.nets.spade_network.SPADEDecoder", "num_channels", 0),
    ("monai.networks.nets.segresnet.SegResNetVAE", "smallest_filters", None),
    ("torch.nn.modules.flatten.Unflatten", "unflattened_size", 0),
):
    channel_constant(_class, _attribute, "view", "_unsafe_view", "reshape", "_reshape_alias")(
        _folded(_attribute, _index)
    )


@channel_constant("monai.networks.nets.vnet.InputTransition", "out_channels", "repeat")
def repeated_picture(recorder: Recorder, _: Call, module: Any, labels: Labels) -> Labels:
    """VNet adds the picture to each channel, repeated as often as they hold it; whole repeats can go."""
    vector = axis_vector(recorder.units, labels, 1)
    if vector.any() or vector.size != module.out_channels:
        return labels
    slot = recorder.attribute(f"{recorder.stack.name}.out_channels".lstrip("."), vector.size)
    repeats = slot.reshape(-1, module.in_channels)
    recorder.units.unite(repeats, repeats[:, :1])
    return Labels(labels.shape, (along(slot, 1, len(labels.shape)),))


@channel_constant("monai.networks.layers.simplelayers.ChannelPad", "pad", "constant_pad_nd")
def padded_channels(recorder: Recorder, call: Call, module: Any, labels: Labels) -> Labels:
    """Channels of zeros are put before and behind the value's own: as many as go on the other side of the sum."""
    place = 2 * (len(labels.shape) - 2)
    before, behind = module.pad[place : place + 2]
    slots = np.full(labels.shape[1], FIXED, dtype=np.int64)
    inner = slice(before, labels.shape[1] - behind)
    slots[inner] = axis_vector(recorder.units, recorder.labels(call.args[0]), 1)
    for index, count, part in ((place, before, slice(0, before)), (place + 1, behind, slice(inner.stop, None))):
        if count:
            slots[part] = recorder.attribute(f"{recorder.stack.name}.pad[{index}]".lstrip("."), count)
    rest = tuple(layer for layer in labels.layers if layer.shape[1] == 1)
    return Labels(labels.shape, (*rest, along(slots, 1, len(labels.shape))))
