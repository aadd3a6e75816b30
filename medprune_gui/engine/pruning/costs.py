"""Parameters and MACs as functions of which channel units are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from medprune_gui.engine.pruning.unit_ids import Ids

#: For each unit number (0 first) whether it is kept.
Keep: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Axes:
    """A parameter, buffer or attribute whose size depends on units.

    Attributes
    ----------
    shape
        Its shape; (n,) for an attribute.
    kind
        ``parameter``, ``buffer`` or ``attribute``.
    units
        Axis -> number of the unit at each index; 0: always kept.
    """

    shape: tuple[int, ...]
    kind: str
    units: dict[int, Ids]


@dataclass(frozen=True)
class OpCost:
    """MACs of one operation for one case, and the units along each axis that it multiplies over."""

    module: str
    macs: int
    axes: tuple[Ids, ...]


class _Products:
    """Many products of axis lengths at once: each item has a constant and axes of which only kept indices count."""

    def __init__(self, constants: Sequence[float], axes: Sequence[Sequence[Ids]]) -> None:
        self._constants = np.asarray(constants, dtype=np.float64)
        flat = [(item, ids) for item, own in enumerate(axes) for ids in own if ids.size]
        self._items = np.array([item for item, _ in flat], dtype=np.int64)
        self._ids = np.concatenate([ids for _, ids in flat]) if flat else np.zeros(0, dtype=np.int64)
        self._sizes = np.array([ids.size for _, ids in flat], dtype=np.float64)
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)])[:-1].astype(np.int64)

    def values(self, keep: Keep) -> Ids:
        """Return each item's value when only some units are kept."""
        shares = np.ones(self._constants.size)
        if self._items.size:
            counts = np.add.reduceat(keep[self._ids].astype(np.int64), self._starts)
            np.multiply.at(shares, self._items, counts / self._sizes)
        return np.rint(self._constants * shares).astype(np.int64)


class CostModel:
    """Parameters and MACs that a choice of units leaves; fast enough to follow a slider.

    Parameters
    ----------
    tensors, ops
        As in `ChannelGraph`; operations carry their MACs at the real input size.
    sizes
        Units of each group in order.
    """

    def __init__(self, tensors: Mapping[str, Axes], ops: Sequence[OpCost], sizes: Sequence[int]) -> None:
        self._parameters = [(name, axes) for name, axes in tensors.items() if axes.kind == "parameter"]
        self._sizes = _Products(
            [float(np.prod(axes.shape, dtype=np.int64)) for _, axes in self._parameters],
            [list(axes.units.values()) for _, axes in self._parameters],
        )
        self._ops = _Products(
            [float(op.macs) for op in ops],
            [[ids for ids in op.axes if ids.any()] for op in ops],
        )
        self._modules = [op.module for op in ops]
        #: Group of each unit, in the order of unit numbers from 1 on.
        self.group_of: Ids = np.repeat(np.arange(len(sizes)), sizes)
        self._place = np.arange(sum(sizes)) - (np.cumsum(sizes) - sizes)[self.group_of] if sizes else self.group_of

    def first_units(self, counts: Ids) -> Keep:
        """Return a choice that keeps the first ``counts[g]`` units of each group."""
        return np.concatenate([[True], self._place < counts[self.group_of]])

    def after(self, keep: Keep) -> tuple[int, int]:
        """Return (parameters, MACs) that are left."""
        return int(self._sizes.values(keep).sum()), int(self._ops.values(keep).sum())

    def parameters_after(self, keep: Keep) -> dict[str, int]:
        """Return parameter name -> elements that are left."""
        return dict(zip((name for name, _ in self._parameters), self._sizes.values(keep).tolist(), strict=True))

    def macs_after(self, keep: Keep) -> dict[str, int]:
        """Return module name -> MACs that are left in it."""
        left: dict[str, int] = {}
        for module, macs in zip(self._modules, self._ops.values(keep).tolist(), strict=True):
            left[module] = left.get(module, 0) + macs
        return left
