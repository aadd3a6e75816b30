"""Maps of real numbers over an image, such as what a network looked at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """A value for every voxel, and how it is coloured.

    Attributes
    ----------
    values
        (slice, row, column), of the shape of the volume that it lies on.
    low, high
        Values that get the first and the last colour of viridis; what lies beyond gets the same.
    threshold
        Values below it stay clear.
    opacity
        0 to 1.
    """

    values: NDArray[np.float32]
    low: float
    high: float
    threshold: float = float("-inf")
    opacity: float = 0.5

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"colours must go from a lower to a higher value, not from {self.low} to {self.high}")


def heat_image(heat: HeatMap, values: NDArray[np.float32]) -> QImage:
    """Return one slice of a heat map in colours, one pixel a voxel; clear below the threshold and where not finite.

    Parameters
    ----------
    values
        (row, column): the slice as it is shown.
    """
    finite = np.isfinite(values)
    level = (np.where(finite, values, heat.low) - heat.low) * (255.0 / (heat.high - heat.low))
    pixels = _colours(round(255 * min(max(heat.opacity, 0.0), 1.0)))[np.clip(np.rint(level), 0, 255).astype(np.uint8)]
    pixels[~(finite & (values >= heat.threshold))] = 0
    image = QImage(
        pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied
    )
    return image.copy()  # the copy owns its memory


@cache
def _colours(alpha: int) -> NDArray[np.uint32]:
    """Return the 256 colours of viridis with premultiplied alpha, as Qt stores them in 32 bits."""
    from pyqtgraph.colormap import get  # once there is something to colour

    rgb = np.asarray(get("viridis").getLookupTable(nPts=256, mode="byte"), dtype=np.uint32)[:, :3]
    red, green, blue = ((channel * alpha + 127) // 255 for channel in rgb.T)
    return np.asarray(np.uint32(alpha) << np.uint32(24) | red << 16 | green << 8 | blue, dtype=np.uint32)
