"""Take channels out of a network: every tensor that holds them is cut, and every number that counts them corrected."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.errors import CheckpointError
from medprune_gui.engine.pruning.channel_constants import read_constant, write_constant
from medprune_gui.engine.pruning.depth.removing import remove_layers_
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.module_patches import patch_modules
from medprune_gui.engine.pruning.unit_ids import Ids

if TYPE_CHECKING:
    from medprune_gui.engine.pruning.planning import PruningPlan


@dataclass(frozen=True)
class Cut:
    """What stays of one parameter, buffer or attribute.

    Attributes
    ----------
    shape
        Its shape before.
    attribute
        Whether it is a whole number in a module rather than a tensor.
    keep
        Axis -> rising indices that stay.
    """

    shape: tuple[int, ...]
    attribute: bool
    keep: dict[int, Ids]


def cuts_of(graph: ChannelGraph, kept: Mapping[str, list[int]]) -> dict[str, Cut]:
    """Return what has to be cut so that of each group only the kept units stay; untouched tensors are left out."""
    keep_unit = graph.keep_units(kept)
    cuts = {}
    for name, axes in graph.tensors.items():
        keep = {axis: np.flatnonzero(keep_unit[ids]) for axis, ids in axes.units.items() if not keep_unit[ids].all()}
        if keep:
            cuts[name] = Cut(axes.shape, axes.kind == "attribute", keep)
    return cuts


def places_of(model: nn.Module) -> dict[int, list[tuple[nn.Module, str]]]:
    """Return id of a tensor -> every module and name that holds it; shared tensors have several."""
    places: dict[int, list[tuple[nn.Module, str]]] = {}
    for module in model.modules():
        for name, tensor in (*module._parameters.items(), *module._buffers.items()):
            if tensor is not None:
                places.setdefault(id(tensor), []).append((module, name))
    return places


def _named_tensors(model: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    yield from model.named_parameters()
    yield from model.named_buffers()


def cut_(model: nn.Module, cuts: Mapping[str, Cut]) -> None:
    """Cut a network in place.

    Raises
    ------
    CheckpointError
        A name is unknown or a shape differs: the cuts belong to another architecture.
    """
    tensors, places = dict(_named_tensors(model)), places_of(model)
    attributes: list[tuple[nn.Module, str, int]] = []
    for name, cut in cuts.items():
        if cut.attribute:
            attributes.append((*_attribute(model, name, cut.shape[0]), cut.keep[0].size))
            continue
        tensor = tensors.get(name)
        if tensor is None:
            raise CheckpointError("the network has no such weights", where=name)
        if tuple(tensor.shape) != cut.shape:
            raise CheckpointError(
                f"the network's weights have shape {tuple(tensor.shape)}, expected {cut.shape}", where=name
            )
        values = tensor.detach()
        for axis, indices in cut.keep.items():
            values = values.index_select(axis, torch.from_numpy(indices).to(values.device))
        smaller = _laid_out_as(tensor, values)
        if isinstance(tensor, nn.Parameter):
            smaller = nn.Parameter(smaller, requires_grad=tensor.requires_grad)
        vars(smaller).update(vars(tensor))
        for module, attribute in places[id(tensor)]:
            setattr(module, attribute, smaller)
    for module, attribute, size in attributes:
        if isinstance(module, nn.GroupNorm):
            module.num_groups = max(size // (module.num_channels // module.num_groups), 1)
        write_constant(module, attribute, size)
    patch_modules(model)


def _laid_out_as(tensor: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Return a copy of values in the memory format of a tensor with as many axes."""
    layout = {4: torch.channels_last, 5: torch.channels_last_3d}.get(tensor.ndim)
    if layout is None or tensor.stride() == torch.empty(tensor.shape, device="meta").stride():
        return values.clone()
    of_layout = torch.empty(tensor.shape, device="meta", memory_format=layout)
    return values.clone(memory_format=layout) if tensor.stride() == of_layout.stride() else values.clone()


def _attribute(model: nn.Module, name: str, size: int) -> tuple[nn.Module, str]:
    path, _, attribute = name.rpartition(".")
    try:
        module = model.get_submodule(path)
    except AttributeError as error:
        raise CheckpointError("the network has no such layer", where=path) from error
    if read_constant(module, attribute) != size:
        raise CheckpointError("the layer has another number of channels", where=name)
    return module, attribute


def shrink(model: nn.Module, plan: PruningPlan) -> nn.Module:
    """Return a copy of a network without the channels and layers that a plan removes.

    The copy computes what `apply_mask` computes, in fewer operations. Single weights that a plan sets to zero are zero
    in the copy; nothing is smaller for that. In place of a layer stands one that gives back its input.

    Raises
    ------
    CheckpointError
        The plan was made for another network.
    """
    smaller: nn.Module = copy_of(model)
    if plan.masks is not None:
        plan.masks.apply_(smaller)
    cut_(smaller, plan.cuts())
    remove_layers_(smaller, plan.layers)
    return smaller


def copy_of(model: nn.Module) -> Any:
    """Return a deep copy without gradients; what the user has attached to a parameter stays with it."""
    copied = copy.deepcopy(model)
    copied.zero_grad(set_to_none=True)
    for parameter, own in zip(model.parameters(), copied.parameters(), strict=True):
        vars(own).update(vars(parameter))
    return copied
