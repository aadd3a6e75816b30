"""Unit ids: which channel unit each element of a value belongs to, and which units must go together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ids: TypeAlias = npt.NDArray[np.int64]

#: An element that belongs to no unit, and whose size therefore stays.
FIXED = 0
#: An element that the code makes up at run time (zeros for padding, say) and that fits whatever it meets.
FILLER = -1

FIXED_SIZE = "it is combined with something whose size is fixed"
PICKED = "the code picks single channels by their number"

#: Pairs of ids are kept as they come up to this many at once; of more, copies are dropped.
FEW = 4096


def _unique_pairs(pairs: Ids) -> Ids:
    base = int(pairs.max()) + 1
    return np.stack(np.divmod(np.unique(pairs[0] * base + pairs[1]), base))


class Units:
    """Union-find over unit ids (1, 2, ...) that also remembers which ids may not be removed, and why."""

    def __init__(self) -> None:
        self._count = 1
        self._root: Ids = np.zeros(1, dtype=np.int64)
        self._waiting: list[Ids] = []
        self._frozen: list[tuple[Ids, str]] = []
        self._inexact: list[Ids] = []
        self._outputs: list[Ids] = []

    def __len__(self) -> int:
        return self._count

    def new(self, count: int) -> Ids:
        """Return ``count`` fresh ids."""
        self._count += count
        return np.arange(self._count - count, self._count, dtype=np.int64)

    def find(self, ids: Ids) -> Ids:
        """Return each id's representative, the smallest of those united with it."""
        self._settle()
        return self._root[ids]

    def unite(self, a: Ids, b: Ids, reason: str = FIXED_SIZE) -> Ids:
        """Let units that stand at the same place go together; return one of the two ids for each place.

        A unit that meets `FIXED` is frozen with ``reason``; `FILLER` fits everything.

        Parameters
        ----------
        a, b
            Ids, broadcast against each other.
        """
        a, b = np.broadcast_arrays(a, b)
        joint, least = np.maximum(a, b), np.minimum(a, b)
        self.freeze(joint[least == FIXED], reason)
        both = (least > 0) & (a != b)
        if both.any():
            pairs = np.stack([least[both], joint[both]])
            self._waiting.append(pairs if pairs.shape[1] < FEW else _unique_pairs(pairs))
        return joint

    def _settle(self) -> None:
        """Work out the representatives of all that was united since the last time: cheaper at once than one by one."""
        fresh = np.arange(len(self._root), self._count, dtype=np.int64)
        self._root = np.concatenate([self._root, fresh])
        if not self._waiting:
            return
        nodes, ends = np.unique(self._root[np.concatenate(self._waiting, axis=1)], return_inverse=True)
        self._waiting.clear()
        ends = ends.reshape(2, -1)
        edges = coo_array((np.ones(ends.shape[1], dtype=np.bool_), (ends[0], ends[1])), shape=(nodes.size, nodes.size))
        _, component = connected_components(edges, directed=False)
        smallest = np.full(nodes.size, nodes[-1], dtype=np.int64)
        np.minimum.at(smallest, component, nodes)
        self._root[nodes] = smallest[component]
        self._root = self._root[self._root]

    def freeze(self, ids: Ids, reason: str) -> None:
        """Forbid the removal of these units; the first reason given for a unit is told."""
        ids = ids[ids > 0]
        if ids.size:
            self._frozen.append((np.unique(ids) if ids.size >= FEW else ids, reason))

    def freeze_output(self, ids: Ids, reason: str) -> None:
        """Forbid the removal of units that the network puts out; this reason is told before any other."""
        ids = np.unique(ids[ids > 0])
        self._frozen.insert(0, (ids, reason))
        self._outputs.append(ids)

    def outputs(self) -> set[int]:
        """Return the representatives of units that the network puts out."""
        return set(self.find(np.concatenate(self._outputs)).tolist()) if self._outputs else set()

    def mark_inexact(self, ids: Ids) -> None:
        """Note that removing these units is not the same as zeroing them."""
        self._inexact.append(np.unique(ids[ids > 0]))

    def inexact(self) -> set[int]:
        """Return the representatives of units whose removal is not the same as zeroing."""
        return set(self.find(np.concatenate(self._inexact)).tolist()) if self._inexact else set()

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
