"""What a network sees of a picture or slice: normalised, quantised, projected, in this order.

The same functions prepare images for training and for prediction, so that the two cannot drift apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict

from medprune_gui.engine.errors import DatasetError, ImageReadError
from medprune_gui.engine.imaging.voi import measured
from medprune_gui.engine.imaging.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Axis = Literal["sagittal", "coronal", "axial"]
_Pixel = TypeVar("_Pixel", np.float32, np.int32)

_AXES: dict[Axis, int] = {"axial": 0, "coronal": 1, "sagittal": 2}
# Luma of ITU-R BT.601, what greyscale copies of colour pictures are made with.
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


class PixelSettings(Protocol):
    """The part of a data configuration that decides what a network sees."""

    @property
    def size(self) -> tuple[int, int]:
        """(rows, columns) after projection."""

    @property
    def bits(self) -> int:
        """Grey levels kept, as a power of two."""

    @property
    def percentiles(self) -> tuple[float, float]:
        """Percentiles of the pixel values that become 0 and 1."""

    @property
    def axis(self) -> Axis:
        """The direction in which a volume is cut."""


class Preprocessing(BaseModel):
    """Settings of the pixels, as they are stored with a network."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    size: tuple[int, int]
    bits: int
    percentiles: tuple[float, float]
    axis: Axis


def prepare_image(image: Volume | NDArray[Any], settings: PixelSettings) -> NDArray[np.float32]:
    """Turn a picture into a network's input; the whole picture is stretched to the size.

    Parameters
    ----------
    image
        A volume of one slice, or an array (row, column) or (row, column, 3).

    Returns
    -------
    NDArray[np.float32]
        (1, rows, columns), from 0 to 1.

    Raises
    ------
    ImageReadError
        The image has several slices.
    """
    flip, padding = False, None
    if isinstance(image, Volume):
        if len(image.array) != 1:
            raise ImageReadError(
                f"the image has {len(image.array)} slices where a single picture is needed",
                where=image.texts.get("file"),
                remedy="Give a picture of one slice, or save the slice that is meant as a picture",
            )
        array, flip, padding = image.array[0], _dark_is_high(image), image.padding
    else:
        array = image
    array = _grey(array, array.ndim == 3)
    bounds = value_range(array, settings.percentiles, padding)
    return project(_levels(array, bounds, settings.bits, flip, padding), settings.size)[None]


def prepare_slices(volume: Volume, settings: PixelSettings, slices: Iterable[int] | None = None) -> NDArray[np.float32]:
    """Turn slices of a volume into a network's input.

    Grey levels are normalised by the whole volume, so that neighbouring slices stay comparable; shape is kept in
    millimetres and padded on both sides.

    Parameters
    ----------
    slices
        Indices along ``settings.axis``; None: all.

    Returns
    -------
    NDArray[np.float32]
        (slice, 1, rows, columns), from 0 to 1; head up in coronal and sagittal slices.
    """
    array = _grey(volume.array, volume.colour)
    bounds = value_range(array, settings.percentiles, volume.padding)
    flip, pixel = _dark_is_high(volume), pixel_mm(volume, settings.axis)
    chosen = range(slice_count(array, settings.axis)) if slices is None else list(slices)
    prepared = np.empty((len(chosen), 1, *settings.size), dtype=np.float32)
    for row, index in enumerate(chosen):
        levels = _levels(slice_of(array, settings.axis, index), bounds, settings.bits, flip, volume.padding)
        prepared[row, 0] = project(levels, settings.size, pixel)
    return prepared


def prepare_labels(
    volume: Volume, settings: PixelSettings, label_values: Sequence[int], slices: Iterable[int] | None = None
) -> NDArray[np.int64]:
    """Turn slices of a label map into targets that lie on the slices of `prepare_slices`.

    Parameters
    ----------
    volume
        A label map that has its image's place (see `alignment.laid_on`).
    label_values
        The value of each class in the map, rising.

    Returns
    -------
    NDArray[np.int64]
        (slice, rows, columns), each a class's index; the padding is class 0.

    Raises
    ------
    DatasetError
        The map holds other values.
    """
    array = label_array(volume)
    values = np.asarray(label_values, dtype=np.int32)
    chosen = range(slice_count(array, settings.axis)) if slices is None else list(slices)
    prepared = np.empty((len(chosen), *settings.size), dtype=np.int64)
    for row, index in enumerate(chosen):
        labels = np.ascontiguousarray(slice_of(array, settings.axis, index))
        classes = np.searchsorted(values, labels).clip(max=len(values) - 1)
        if (values[classes] != labels).any():
            raise DatasetError(
                f"the label map holds other values than {', '.join(map(str, label_values))}",
                where=volume.texts.get("file"),
                remedy="The file was changed while it was in use; start again",
            )
        prepared[row] = project_labels(classes.astype(np.int32), settings.size, pixel_mm(volume, settings.axis))
    return prepared


def label_array(volume: Volume) -> NDArray[np.int32]:
    """Return the values of a label map, (slice, row, column).

    Raises
    ------
    DatasetError
        They are no whole numbers from 0 up: the file is an image rather than a label map.
    """
    values = volume.array
    if volume.slope != 1.0 or volume.intercept != 0.0:
        values = values * volume.slope + volume.intercept
    labels: NDArray[np.int32] | None = np.rint(values).astype(np.int32) if np.isfinite(values).all() else None
    if volume.colour or labels is None or (labels < 0).any() or (np.abs(values - labels) > 1e-3).any():
        raise DatasetError(
            "this is no label map: its values are not whole numbers from 0 up",
            where=volume.texts.get("file"),
            remedy="Give a volume with one whole number for each class",
        )
    return labels


def value_range(
    array: NDArray[Any], percentiles: tuple[float, float], padding: tuple[float, float] | None = None
) -> tuple[float, float]:
    """Return the values at two percentiles, infinite and undefined pixels and padding left out."""
    array = measured(array, padding)
    if array.size == 0:
        return 0.0, 0.0
    if percentiles == (0.0, 100.0):
        return float(array.min()), float(array.max())
    low, high = np.percentile(array, percentiles)
    return float(low), float(high)


def normalise(image: NDArray[Any], bounds: tuple[float, float]) -> NDArray[np.float32]:
    """Map ``bounds`` to 0 and 1 and clip; a constant or undefined pixel becomes 0."""
    low, high = bounds
    if high <= low:
        return np.zeros(image.shape, dtype=np.float32)
    levels = np.nan_to_num((image.astype(np.float64) - low) / (high - low), nan=0.0, posinf=1.0, neginf=0.0)
    normalised: NDArray[np.float32] = levels.clip(0.0, 1.0).astype(np.float32)
    return normalised


def quantise(image: NDArray[np.float32], bits: int) -> NDArray[np.float32]:
    """Round values from 0 to 1 to ``2**bits`` grey levels an equal distance apart."""
    steps = np.float32(2**bits - 1)
    quantised: NDArray[np.float32] = np.rint(image * steps) / steps
    return quantised


def project(
    image: NDArray[np.float32], size: tuple[int, int], pixel: tuple[float, float] | None = None
) -> NDArray[np.float32]:
    """Resample a picture (row, column) to a size, averaging over areas where it shrinks.

    Parameters
    ----------
    size
        (rows, columns).
    pixel
        Distance of rows and of columns, in any unit: the shape is kept and padded with 0. None: stretched.
    """
    reduced = image.shape[0] >= size[0] and image.shape[1] >= size[1]
    method = Image.Resampling.BOX if reduced else Image.Resampling.BILINEAR
    return _placed(image.astype(np.float32, copy=False), size, pixel, method)


def project_labels(
    labels: NDArray[np.int32], size: tuple[int, int], pixel: tuple[float, float] | None = None
) -> NDArray[np.int32]:
    """Resample a label map as `project` does an image, each pixel taking its nearest neighbour's class."""
    return _placed(labels, size, pixel, Image.Resampling.NEAREST)


def placement(shape: tuple[int, int], size: tuple[int, int], pixel: tuple[float, float] | None) -> tuple[slice, slice]:
    """Return which rows and columns of a projected picture the slice itself takes; the rest is padding."""
    if pixel is None:
        return slice(0, size[0]), slice(0, size[1])
    extent = shape[0] * pixel[0], shape[1] * pixel[1]
    scale = min(size[0] / extent[0], size[1] / extent[1])
    taken = [min(most, max(1, round(length * scale))) for most, length in zip(size, extent, strict=True)]
    starts = [(most - length) // 2 for most, length in zip(size, taken, strict=True)]
    return slice(starts[0], starts[0] + taken[0]), slice(starts[1], starts[1] + taken[1])


def slice_of(array: NDArray[Any], axis: Axis, index: int) -> NDArray[Any]:
    """Return one slice of an array in LPS order as it is looked at: head up where the head is in view."""
    taken: NDArray[Any] = np.take(array, index, axis=_AXES[axis])
    return taken if axis == "axial" else taken[::-1]


def slice_count(array: NDArray[Any], axis: Axis) -> int:
    """Return how many slices an array in LPS order has along an axis."""
    return int(array.shape[_AXES[axis]])


def pixel_mm(volume: Volume, axis: Axis) -> tuple[float, float]:
    """Return the distance between rows and between columns of slices along an axis, in millimetres."""
    rows, columns = (length for number, length in enumerate(volume.spacing_mm) if number != _AXES[axis])
    return rows, columns


def _placed(
    image: NDArray[_Pixel],
    size: tuple[int, int],
    pixel: tuple[float, float] | None,
    method: Image.Resampling,
) -> NDArray[_Pixel]:
    rows, columns = placement((image.shape[0], image.shape[1]), size, pixel)
    shape = (rows.stop - rows.start, columns.stop - columns.start)
    if image.shape != shape:
        resized = Image.fromarray(np.ascontiguousarray(image)).resize((shape[1], shape[0]), method)
        image = np.array(resized, dtype=image.dtype)  # a copy, which can be written to
    if shape == size:
        return image
    padded = np.zeros(size, dtype=image.dtype)
    padded[rows, columns] = image
    return padded


def _grey(array: NDArray[Any], colour: bool) -> NDArray[Any]:
    return array @ _LUMA if colour else array


def _levels(
    array: NDArray[Any], bounds: tuple[float, float], bits: int, flip: bool, padding: tuple[float, float] | None
) -> NDArray[np.float32]:
    levels = quantise(normalise(array, bounds), bits)
    if flip:
        levels = 1.0 - levels
    if padding is not None:
        levels[(array >= padding[0]) & (array <= padding[1])] = 0.0
    return levels


def _dark_is_high(volume: Volume) -> bool:
    return volume.inverted != (volume.slope < 0)
