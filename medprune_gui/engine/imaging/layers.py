"""Label maps and maps of real numbers from files, to be laid over an image."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.dicom_seg import SEGMENTATION_CLASSES, read_segmentation
from medprune_gui.engine.imaging.formats import identify
from medprune_gui.engine.imaging.nifti import nifti_header, read_nifti
from medprune_gui.engine.imaging.pictures import picture_size, read_picture
from medprune_gui.engine.imaging.reading import read_series
from medprune_gui.engine.imaging.scanning import scan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.volume import Volume

LayerKind = Literal["labels", "heat"]

HIGHEST_LABEL = 255
# More different whole numbers than that are measurements rather than names of structures.
_MOST_LABELS = 64
# The share of voxels at the lowest value from which on that value is the background of a heat map.
_BACKGROUND_SHARE = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What a file lays over an image.

    Attributes
    ----------
    kind
        ``labels``: whole numbers from 0 (clear) to 255; ``heat``: real numbers, not a number where there is none.
    volume
        Its ``array`` is (slice, row, column), of uint8 or float32, in the file's own place; ``slope`` and
        ``intercept`` are applied.
    """

    kind: LayerKind
    volume: Volume


def read_layer(path: Path, kind: LayerKind | None = None, looking_at: Callable[[Path], None] | None = None) -> Layer:
    """Read a label map or a heat map: NIfTI, a picture, a DICOM segmentation, or the series that a file belongs to.

    Parameters
    ----------
    kind
        What it is; None: whole numbers of few different values are labels, everything else is a heat map.
    looking_at
        Called with each file before it is opened, where there are several.

    Raises
    ------
    ImageReadError
        The file cannot be read, is in colour, holds several volumes, or is not of that kind.
    """
    volume = _read(path, looking_at)
    if volume.colour:
        raise ImageReadError(
            "This is a picture in colour, which is neither a label map nor a heat map",
            where=path,
            remedy="Save it in grey, or with a palette, so that each pixel has one number",
        )
    values = _values(volume)
    if kind is None:
        kind = "labels" if _few_whole_numbers(values) else "heat"
    array = _labels(values, path) if kind == "labels" else _heat(values, path)
    array.setflags(write=False)
    plain = replace(volume, array=array, slope=1.0, intercept=0.0, unit="", padding=None, windows=())
    return Layer(kind, replace(plain, slice_windows=(), overlays=(), inverted=False))


def heat_range(values: NDArray[np.float32]) -> tuple[float, float, float]:
    """Return the lowest and highest value of a heat map, and the value below which it is best left clear.

    Where many voxels share the lowest value, that is the background and stays clear.

    Parameters
    ----------
    values
        At least two different finite ones.
    """
    known = values[np.isfinite(values)]
    low, high = float(known.min()), float(known.max())
    if float((known == low).mean()) < _BACKGROUND_SHARE:
        return low, high, low
    return low, high, float(known[known > low].min())


def _read(path: Path, looking_at: Callable[[Path], None] | None) -> Volume:
    kind = identify(path)
    if kind == "nifti":
        if (count := nifti_header(path).volumes) > 1:
            raise ImageReadError(
                f"The file holds {count} volumes", where=path, remedy="Save the one that is meant in a file of its own"
            )
        return read_nifti(path)
    if kind == "picture":
        if (pages := picture_size(path)[2]) > 1:
            raise ImageReadError(f"The file holds {pages} pages", where=path, remedy="Save each page as a file")
        return read_picture(path, numbers_of_palette=True)
    if kind == "dicom":
        return _read_dicom(path, looking_at)
    raise ImageReadError(
        "The file holds neither a label map nor a heat map",
        where=path,
        remedy="NIfTI files, grey pictures and DICOM series can be laid over an image",
    )


def _read_dicom(path: Path, looking_at: Callable[[Path], None] | None) -> Volume:
    """Read the series of a DICOM file, whose other slices lie beside it."""
    from pydicom import dcmread

    try:
        sop_class = str(dcmread(path, specific_tags=["SOPClassUID"], stop_before_pixels=True, force=True).SOPClassUID)
    except Exception:  # the border to pydicom: reading the images says what is wrong with the file
        sop_class = ""
    if sop_class in SEGMENTATION_CLASSES:
        return read_segmentation(path)
    series = [series for study in scan(path.parent, looking_at=looking_at) for series in study.series]
    found = next((one for one in series if any(instance.path == path for instance in one.instances)), None)
    if found is None:
        raise ImageReadError("The file holds no image", where=path)
    return read_series(found, lambda *_: looking_at(path) if looking_at is not None else None)


def _values(volume: Volume) -> NDArray[Any]:
    if volume.slope == 1.0 and volume.intercept == 0.0:
        return volume.array
    return np.asarray(volume.array * volume.slope + volume.intercept)


def _few_whole_numbers(values: NDArray[Any]) -> bool:
    whole = values.dtype.kind in "iub" or bool(np.isfinite(values).all() and np.array_equal(values, np.rint(values)))
    if not whole or values.min() < 0 or values.max() > HIGHEST_LABEL:
        return False
    return int(np.count_nonzero(np.bincount(values.astype(np.uint8).reshape(-1)))) <= _MOST_LABELS


def _labels(values: NDArray[Any], path: Path) -> NDArray[np.uint8]:
    finite = bool(np.isfinite(values).all())
    whole = np.rint(values) if finite else values
    if not finite or values.min() < 0 or float(np.abs(values - whole).max()) > 1e-3:
        raise ImageReadError(
            "This is no label map: its values are not whole numbers from 0 up",
            where=path,
            remedy="Lay it over the image as a heat map",
        )
    if whole.max() > HIGHEST_LABEL:
        raise ImageReadError(
            f"The label map has labels up to {int(whole.max())}; {HIGHEST_LABEL} is the highest that can be shown",
            where=path,
            remedy="Give its structures numbers from 1 on",
        )
    return np.ascontiguousarray(whole).astype(np.uint8)


def _heat(values: NDArray[Any], path: Path) -> NDArray[np.float32]:
    array = np.ascontiguousarray(values).astype(np.float32)
    known = array[np.isfinite(array)]
    if known.size == 0 or known.min() == known.max():
        raise ImageReadError("All values of the heat map are the same: there is nothing to colour", where=path)
    return array
