"""All that lies over an image, to be taken from one canvas to another."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from medprune_gui.ui.viewer.heat import HeatMap
from medprune_gui.ui.viewer.overlay import LabelLook


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """Labels, marks and a heat map over one volume, and how the labels are seen.

    Attributes
    ----------
    labels
        (slice, row, column); 0 stays clear.
    difference
        (slice, row, column); what is marked over the labels.
    heat
        A map of real numbers under the labels.
    look
        Which labels are seen, and how.
    """

    labels: NDArray[np.uint8] | None = None
    difference: NDArray[np.bool_] | None = None
    heat: HeatMap | None = None
    look: LabelLook = field(default_factory=LabelLook)

    def __bool__(self) -> bool:
        return any(layer is not None for layer in (self.labels, self.difference, self.heat))
