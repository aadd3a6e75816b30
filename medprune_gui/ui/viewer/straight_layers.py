"""What lies over a stack that leans or is uneven, on the even grid that its planes are cut from, and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from medprune_gui.engine.imaging.reslicing import labels_from_grid, labels_onto_grid, resampling
from medprune_gui.engine.imaging.volume import Volume
from medprune_gui.ui.viewer.heat import HeatMap
from medprune_gui.ui.viewer.layers import Layers


class StraightLayers:
    """Takes labels to the nearest voxel of the grid and heat between its voxels, as the image is taken there.

    What comes back unchanged is what was put, to the voxel.

    Parameters
    ----------
    volume
        The stack as it was read.
    positions_mm
        (slice, 3), see `stack_positions`.
    """

    def __init__(self, volume: Volume, positions_mm: NDArray[np.float64]) -> None:
        self._stack = volume, positions_mm
        self._source = self._put = Layers()

    def put(self, layers: Layers) -> Layers:
        """Return layers of the stack on the grid."""
        labels = None if layers.labels is None else labels_onto_grid(layers.labels, *self._stack)
        difference = None if layers.difference is None else labels_onto_grid(layers.difference, *self._stack)
        heat = layers.heat
        if heat is not None:
            same = self._source.heat is not None and self._source.heat.values is heat.values
            known = self._put.heat.values if same and self._put.heat is not None else self._straightened(heat)
            heat = replace(heat, values=known)
        self._source, self._put = layers, Layers(labels, difference, heat, layers.look)
        return self._put

    def back(self, layers: Layers) -> Layers:
        """Return layers of the grid on the stack."""
        source, put = self._source, self._put
        labels, difference, heat = layers.labels, layers.difference, layers.heat
        if labels is not None:
            labels = source.labels if labels is put.labels else labels_from_grid(labels, *self._stack)
        if difference is not None:
            same = difference is put.difference
            difference = source.difference if same else labels_from_grid(difference, *self._stack)
        if heat is not None:
            # Heat comes from files, which lie on the stack.
            heat = None if source.heat is None else replace(heat, values=source.heat.values)
        return Layers(labels, difference, heat, layers.look)

    def _straightened(self, heat: HeatMap) -> NDArray[np.float32]:
        volume, positions_mm = self._stack
        plain = Volume(heat.values, volume.affine_lps)
        steps = resampling(plain, positions_mm, fill=float("nan"))
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return np.asarray(end.value.array, dtype=np.float32)
