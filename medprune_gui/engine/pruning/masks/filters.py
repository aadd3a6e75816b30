"""All weights of a layer's output channel, set to zero where they stand (Li et al. 2017, arXiv:1608.08710).

A zeroed filter puts out its bias. In contrast to a channel, it needs no agreement among coupled layers.
"""

from __future__ import annotations

import numpy as np
import torch

from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.masks.layouts import Layout


def filter_cells(outputs: int, inputs: int, places: int) -> torch.Tensor:
    """Return the numbers of the filters.

    Returns
    -------
    (output, input, kernel) of filter numbers.
    """
    return torch.arange(outputs).reshape(outputs, 1, 1).expand(outputs, inputs, places)


def makes_the_output(graph: ChannelGraph, name: str, layout: Layout) -> bool:
    """Whether a weight's outputs are the network's own: zeroing one would take away a class."""
    axes = graph.tensors.get(name)
    ids = axes.units.get(int(layout.transposed)) if axes else None
    if ids is None or not ids.any():
        return False
    group = graph.costs.group_of[ids[ids > 0] - 1]
    return any(graph.groups[number].output for number in np.unique(group).tolist())
