"""Small pictures of series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medprune_gui.engine.imaging import Series, Volume, read_frame, read_series
from medprune_gui.engine.imaging.storage import as_16_bit
from medprune_gui.engine.imaging.voi import automatic_window, display_levels

if TYPE_CHECKING:
    from PIL.Image import Image

THUMBNAIL_SIZE = 96


def middle_slice(series: Series) -> Volume:
    """Read the slice of a series that stands for it in a list.

    Raises
    ------
    ImageReadError
        If it cannot be read.
    """
    phase = series.phase(series.phases // 2)
    # A slice of a compressed NIfTI file costs as much as all of it.
    return read_series(phase) if series.kind == "nifti" else read_frame(phase, len(phase.instances) // 2)


def thumbnail_of(volume: Volume, size: int = THUMBNAIL_SIZE) -> NDArray[np.uint8]:
    """Return the middle slice in its first window, in true proportions, at most ``size`` pixels long.

    Returns
    -------
    ndarray
        uint8, (row, column), or (row, column, 3) in colour.
    """
    from PIL.Image import Resampling, fromarray

    middle = volume.frame(len(volume.array) // 2)
    pixels = middle.array[0] if middle.colour else _grey_levels(middle)
    height, width = pixels.shape[0] * volume.spacing_mm[1], pixels.shape[1] * volume.spacing_mm[2]
    longest = max(height, width)
    image: Image = fromarray(np.ascontiguousarray(pixels))
    shrunk = image.resize(
        (max(1, round(size * width / longest)), max(1, round(size * height / longest))), Resampling.BOX
    )
    return np.asarray(shrunk, dtype=np.uint8)


def _grey_levels(volume: Volume) -> NDArray[np.uint8]:
    """Return the one slice of a volume as a canvas shows it, in its first window."""
    volume = as_16_bit(volume)
    stored = volume.array[0]
    if stored.min() == stored.max():  # an empty slice of a mask says nothing, and should not glare
        return np.zeros(stored.shape, np.uint8)
    window = volume.windows[0] if volume.windows else automatic_window(volume)
    levels = display_levels(stored.dtype, window, volume.slope, volume.intercept, volume.inverted, volume.padding)
    return np.asarray(levels[stored.view(f"u{stored.dtype.itemsize}")])
