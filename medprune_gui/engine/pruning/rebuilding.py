"""The manifest: what stays of each tensor, as JSON; with the original architecture it rebuilds the pruned network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from torch import nn

from medprune_gui.engine.errors import CheckpointError
from medprune_gui.engine.pruning.depth.removing import is_within, remove_layers_
from medprune_gui.engine.pruning.shrinking import Cut, copy_of, cut_
from medprune_gui.engine.pruning.unit_ids import Ids

FORMAT = "medprune-manifest"
VERSION = 1


def manifest_of(cuts: Mapping[str, Cut], layers: Sequence[str] = ()) -> dict[str, Any]:
    """Return cuts, and the names of layers that are gone whole, as a dict that ``json`` can write."""
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "cuts": {
            name: {
                "shape": list(cut.shape),
                "attribute": cut.attribute,
                "keep": {str(axis): indices.tolist() for axis, indices in cut.keep.items()},
            }
            for name, cut in cuts.items()
        },
    }
    return {**manifest, "layers": list(layers)} if layers else manifest


def cuts_from(manifest: Mapping[str, Any]) -> dict[str, Cut]:
    """Read and check a manifest.

    Raises
    ------
    CheckpointError
        It is no manifest, or it holds sizes or indices that make no sense.
    """
    if not isinstance(manifest, Mapping) or manifest.get("format") != FORMAT:
        raise CheckpointError("this is no manifest of a pruned network", where="manifest")
    if manifest.get("version") != VERSION:
        raise CheckpointError(
            f"the manifest has version {manifest.get('version')!r}, this program reads {VERSION}",
            where="manifest",
            remedy="Use the program that wrote it, or a newer one",
        )
    entries = manifest.get("cuts")
    if not isinstance(entries, Mapping):
        raise CheckpointError("the manifest lacks its list of cuts", where="manifest")
    return {name: _cut_from(name, entry) for name, entry in entries.items()}


def layers_from(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Read which layers are gone whole; manifests of networks that lack none do not speak of any.

    Raises
    ------
    CheckpointError
        The list is damaged.
    """
    layers = manifest.get("layers", [])
    if not isinstance(layers, list) or not all(isinstance(name, str) and name for name in layers):
        raise CheckpointError("the manifest's list of layers is damaged", where="manifest")
    if any(is_within(name, layers[:i] + layers[i + 1 :]) for i, name in enumerate(layers)):
        raise CheckpointError("the manifest takes a layer out twice", where="manifest")
    return tuple(layers)


def _cut_from(name: Any, entry: Any) -> Cut:
    if not isinstance(name, str) or not isinstance(entry, Mapping):
        raise CheckpointError("an entry of the manifest is damaged", where=str(name))
    shape, attribute, keep = entry.get("shape"), entry.get("attribute"), entry.get("keep")
    if not isinstance(shape, list) or not shape or not all(type(size) is int and size > 0 for size in shape):
        raise CheckpointError("the manifest holds no valid shape", where=name)
    if not isinstance(attribute, bool) or not isinstance(keep, Mapping) or not keep:
        raise CheckpointError("the manifest does not say what stays", where=name)
    axes: dict[int, Ids] = {}
    for key, indices in keep.items():
        if not isinstance(key, str) or not key.isdecimal() or int(key) >= len(shape):
            raise CheckpointError(f"the manifest names an axis that does not exist: {key!r}", where=name)
        size = shape[int(key)]
        if not isinstance(indices, list) or not 0 < len(indices) <= size:
            raise CheckpointError(f"the manifest must keep between 1 and {size} channels", where=name)
        if not all(type(index) is int for index in indices):
            raise CheckpointError("the manifest holds channel numbers that are no whole numbers", where=name)
        if indices[0] < 0 or indices[-1] >= size or any(a >= b for a, b in pairwise(indices)):
            raise CheckpointError(f"channel numbers must rise from 0 to at most {size - 1}", where=name)
        axes[int(key)] = np.asarray(indices, dtype=np.int64)
    if attribute and set(axes) != {0}:
        raise CheckpointError("the manifest does not say what stays", where=name)
    return Cut(tuple(shape), attribute, axes)


def rebuild(fresh_model: nn.Module, manifest: Mapping[str, Any]) -> nn.Module:
    """Return a copy of an unpruned network, cut to the shape of the pruned one; its weights are loaded afterwards.

    Parameters
    ----------
    fresh_model
        The original architecture with any weights.
    manifest
        From `PruningPlan.manifest` or `compose_manifests`.

    Raises
    ------
    CheckpointError
        The manifest is damaged or belongs to another architecture.
    """
    cuts, layers = cuts_from(manifest), layers_from(manifest)
    rebuilt: nn.Module = copy_of(fresh_model)
    try:
        cut_(rebuilt, cuts)
        remove_layers_(rebuilt, layers)
    except (RuntimeError, ZeroDivisionError, ValueError) as error:
        raise CheckpointError(f"the manifest does not fit the network: {error}", where="manifest") from error
    return rebuilt


def compose_manifests(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return one manifest that does what two do one after the other.

    Parameters
    ----------
    first
        Manifest of a step that started from the original network.
    second
        Manifest of the next step, which started from that step's result.

    Raises
    ------
    CheckpointError
        The second does not start where the first ends.
    """
    joined, later = cuts_from(first), cuts_from(second)
    for name, cut in later.items():
        before = joined.get(name)
        if before is None:
            joined[name] = cut
            continue
        between = tuple(before.keep[a].size if a in before.keep else size for a, size in enumerate(before.shape))
        if between != cut.shape or before.attribute != cut.attribute:
            raise CheckpointError("the two manifests do not follow each other", where=name)
        keep = dict(before.keep)
        for axis, indices in cut.keep.items():
            keep[axis] = keep[axis][indices] if axis in keep else indices
        joined[name] = Cut(before.shape, before.attribute, keep)
    layers = [name for name in layers_from(first) if not is_within(name, layers_from(second))]
    return manifest_of(joined, [*layers, *layers_from(second)])
