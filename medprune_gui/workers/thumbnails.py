"""Small pictures of series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from medprune_gui.engine.imaging import Series, Volume, read_frame, read_series
from medprune_gui.engine.imaging.voi import apply_window, automatic_window, modality_values

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

    index = len(volume.array) // 2
    raw: NDArray[Any] = volume.array[index]
    if not volume.colour:
        window = volume.windows[0] if volume.windows else automatic_window(volume, index)
        grey = apply_window(np.nan_to_num(modality_values(raw, volume.slope, volume.intercept)), window)
        if raw.min() == raw.max():  # an empty slice of a mask says nothing, and should not glare
            grey = np.zeros_like(grey)
        raw = np.rint(255 * (1 - grey if volume.inverted else grey)).astype(np.uint8)
    height, width = raw.shape[0] * volume.spacing_mm[1], raw.shape[1] * volume.spacing_mm[2]
    longest = max(height, width)
    image: Image = fromarray(np.ascontiguousarray(raw))
    shrunk = image.resize(
        (max(1, round(size * width / longest)), max(1, round(size * height / longest))), Resampling.BOX
    )
    return np.asarray(shrunk, dtype=np.uint8)
