"""A mask of all voxels whose values lie in a range, such as bone in CT, and how much volume a mask takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.imaging.padding import outside_padding

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.volume import Volume

BONE_HU = 300.0
"""From here on a voxel of a CT counts as bone unless asked otherwise."""


def range_mask(
    volume: Volume, low: float, high: float = float("inf"), progress: Callable[[int, int], None] | None = None
) -> NDArray[np.uint8]:
    """Mark the voxels whose modality values lie in ``[low, high]``.

    Padding and values that are not a number are never marked.

    Parameters
    ----------
    low, high
        In modality units, HU in CT.
    progress
        Called with (slices done, slices in all); may raise to cancel.

    Returns
    -------
    ndarray
        (slice, row, column) of uint8: 1 within the range, else 0.

    Raises
    ------
    ValueError
        If the volume is in colour, or ``low`` is above ``high`` or either is not a number.
    """
    if volume.colour:
        raise ValueError("a colour image has no range of values")
    if not low <= high:
        raise ValueError(f"the range must go from a lower to a higher value, not from {low} to {high}")
    mask = np.zeros(volume.array.shape, dtype=np.uint8)
    for index in range(len(mask)):
        mask[index] = slice_in_range(volume, index, low, high)
        if progress is not None:
            progress(index + 1, len(mask))
    return mask


def slice_in_range(volume: Volume, index: int, low: float, high: float) -> NDArray[np.bool_]:
    """Return which pixels (row, column) of one slice `range_mask` marks."""
    stored = volume.array[index].astype(np.float64)
    values = stored * volume.slope + volume.intercept
    inside = (values >= low) & (values <= high)
    return np.asarray(inside & outside_padding(stored, volume.padding), dtype=np.bool_)


def volumes_ml(labels: NDArray[np.uint8], volume: Volume) -> dict[int, float]:
    """Return the volume of each label but 0 in millilitres: its area in each slice times what the slice stands for.

    Parameters
    ----------
    labels
        (slice, row, column).
    volume
        The image that they lie on. Where slices are unevenly spaced each counts up to the middle between it and its
        neighbours, and the volume is an estimate.
    """
    pixel_mm2 = float(np.linalg.norm(np.cross(volume.affine_lps[:3, 1], volume.affine_lps[:3, 2])))
    found: dict[int, float] = {}
    for marked, thickness_mm in zip(labels, volume.slice_thickness_mm(), strict=True):
        counts = np.bincount(marked.reshape(-1))
        for label in np.flatnonzero(counts).tolist():
            if label:
                found[label] = found.get(label, 0.0) + int(counts[label]) * pixel_mm2 * float(thickness_mm) / 1000.0
    return found
