"""Unit ids: which channel unit each element of a value belongs to, and which units must go together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch

Ids: TypeAlias = npt.NDArray[np.int64]

#: An element that belongs to no unit, and whose size therefore stays.
FIXED = 0
#: An element that the code makes up at run time (zeros for padding, say) and that fits whatever it meets.
FILLER = -1

FIXED_SIZE = "it is combined with something whose size is fixed"
PICKED = "the code picks single channels by their number"


class Units:
    """Union-find over unit ids (1, 2, ...) that also remembers which ids may not be removed, and why."""

    def __init__(self) -> None:
        self._parent: Ids = np.zeros(1, dtype=np.int64)
        self._frozen: list[tuple[Ids, str]] = []

    def __len__(self) -> int:
        return len(self._parent)

    def new(self, count: int) -> Ids:
        """Return ``count`` fresh ids."""
        ids = np.arange(len(self._parent), len(self._parent) + count, dtype=np.int64)
        self._parent = np.concatenate([self._parent, ids])
        return ids

    def find(self, ids: Ids) -> Ids:
        """Return each id's representative; ids that are united share it."""
        roots = self._parent[ids]
        while True:
            above = self._parent[roots]
            if np.array_equal(above, roots):
                break
            roots = above
        self._parent[ids] = roots
        return roots

    def unite(self, a: Ids, b: Ids, reason: str = FIXED_SIZE) -> Ids:
        """Let units that stand at the same place go together; return one of the two ids for each place.

        A unit that meets `FIXED` is frozen with ``reason``; `FILLER` fits everything.

        Parameters
        ----------
        a, b
            Ids, broadcast against each other.
        """
        a, b = np.broadcast_arrays(a, b)
        joint = np.maximum(a, b)
        lone = np.minimum(a, b) == FIXED
        self.freeze(joint[lone & (joint > 0)], reason)
        both = np.minimum(a, b) > 0
        pairs = np.unique(np.stack([a[both], b[both]]), axis=1)
        # Several pairs may hang the same root below different ones; a pass keeps one, so pass until none is left.
        while pairs.shape[1]:
            roots = self.find(pairs[0]), self.find(pairs[1])
            pairs = pairs[:, roots[0] != roots[1]]
            low, high = np.minimum(*roots), np.maximum(*roots)
            self._parent[high] = low
        return joint

    def freeze(self, ids: Ids, reason: str) -> None:
        """Forbid the removal of these units; the first reason given for a unit is the one that is told."""
        ids = np.unique(ids)
        ids = ids[ids > 0]
        if ids.size:
            self._frozen.append((ids, reason))

    def reasons(self) -> dict[int, str]:
        """Return representative -> why it may not be removed."""
        found: dict[int, str] = {}
        for ids, reason in self._frozen:
            for root in np.unique(self.find(ids)).tolist():
                found.setdefault(root, reason)
        return found


@dataclass(frozen=True)
class Labels:
    """The unit ids of one value.

    Attributes
    ----------
    shape
        The value's shape.
    layers
        Integer tensors with as many axes as the value; an axis of size 1 means that ids do not vary along it. An
        element belongs to the unit that each layer names. Weights have a layer per axis, activations mostly one in all.
    filler
        The value is made up by the code and fits whatever it meets.
    """

    shape: tuple[int, ...]
    layers: tuple[torch.Tensor, ...] = ()
    filler: bool = False


def along(ids: Ids, axis: int, ndim: int) -> torch.Tensor:
    """Return a vector of ids as a layer that varies along one axis of a value with ``ndim`` axes."""
    shape = [1] * ndim
    shape[axis] = -1
    return torch.from_numpy(ids.astype(np.int32)).reshape(shape)


def support(layer: torch.Tensor) -> frozenset[int]:
    """Return the axes along which a layer's ids vary."""
    return frozenset(axis for axis, size in enumerate(layer.shape) if size > 1)


def as_ids(layer: torch.Tensor) -> Ids:
    """Return a layer as a numpy array of ids with the same shape."""
    return layer.numpy().astype(np.int64)


def compact(units: Units, layer: torch.Tensor) -> torch.Tensor | None:
    """Drop the axes along which the ids do not vary (to size 1); None: no unit is left in it."""
    for axis, (size, stride) in enumerate(zip(layer.shape, layer.stride(), strict=True)):
        if size > 1 and stride == 0:
            layer = layer.narrow(axis, 0, 1)
    for axis, size in enumerate(layer.shape):
        if size > 1 and bool((layer == layer.narrow(axis, 0, 1)).all()):
            layer = layer.narrow(axis, 0, 1)
    if not bool((layer > 0).any()):
        return None
    if layer.numel() == 1:
        units.freeze(as_ids(layer), PICKED)
        return None
    return layer.clone()


def compact_labels(units: Units, shape: Iterable[int], layers: Iterable[torch.Tensor], filler: bool = False) -> Labels:
    """Return labels with every layer compacted and empty ones left out."""
    small = (compact(units, layer) for layer in layers)
    return Labels(tuple(shape), tuple(layer for layer in small if layer is not None), filler)


def axis_vector(units: Units, labels: Labels, axis: int, reason: str = FIXED_SIZE) -> Ids:
    """Return one id for each index along ``axis``; all ids that occur at the same index are united."""
    axis %= len(labels.shape)
    vector = np.full(labels.shape[axis], FILLER if labels.filler else FIXED, dtype=np.int64)
    for layer in labels.layers:
        if layer.shape[axis] == 1:
            continue
        table = as_ids(layer.movedim(axis, 0).reshape(layer.shape[axis], -1))
        own = table.max(axis=1)
        if table.shape[1] > 1:
            units.unite(table, own[:, None], reason)
        vector = own if not vector.any() else units.unite(vector, own, reason)
    return vector


def project(units: Units, labels: Labels, axes: frozenset[int], reason: str = FIXED_SIZE) -> list[torch.Tensor]:
    """Return layers that vary along ``axes`` only: ids that differ along the other axes are united.

    A layer that does not vary along any of ``axes`` is left out.
    """
    kept = []
    for layer in labels.layers:
        other = sorted(support(layer) - axes)
        if other and support(layer) & axes:
            top = layer.amax(dim=other, keepdim=True)
            units.unite(as_ids(layer), as_ids(top), reason)
            layer = top
        if support(layer) and support(layer) <= axes:
            kept.append(layer)
    return kept


def freeze_along(units: Units, labels: Labels, axes: frozenset[int], reason: str) -> None:
    """Freeze the units that vary along any of ``axes``."""
    for layer in labels.layers:
        if support(layer) & axes:
            units.freeze(as_ids(layer), reason)
