"""Plain pictures (PNG, JPEG, PGM, TIFF, BMP): grey of 8 or 16 bits, or RGB; no place in space."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.storage import narrow
from medprune_gui.engine.imaging.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image

_ORIENTATION_TAG = 0x0112
_TURNED_BY_90_DEGREES = (5, 6, 7, 8)
_DEEP_MODES = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    """Open a picture; whatever Pillow raises about it becomes an `ImageReadError`."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # large pictures are no attack here, and TIFF tags are often odd
            with Image.open(path) as image:
                yield image
    except ImageReadError:
        raise
    except Exception as error:  # the border to Pillow, which raises errors of many kinds on damaged files
        reason = "its format is not known" if type(error).__name__ == "UnidentifiedImageError" else str(error)
        raise ImageReadError(f"The picture cannot be read ({reason})", where=path) from error


def picture_size(path: Path) -> tuple[int, int, int]:
    """Return (rows, columns, pages) of a picture as it is shown, from its header only.

    Raises
    ------
    ImageReadError
        If the file is missing or is no picture.
    """
    with _opened(path) as image:
        columns, rows = image.size
        if image.getexif().get(_ORIENTATION_TAG) in _TURNED_BY_90_DEGREES:
            rows, columns = columns, rows
        return rows, columns, getattr(image, "n_frames", 1) if image.format == "TIFF" else 1


def read_picture(path: Path, page: int = 0, *, numbers_of_palette: bool = False) -> Volume:
    """Read a picture, turned as its EXIF tag says, as a volume of one slice.

    Pictures that hold colour but show grey only become grey, so that they can be windowed.

    Parameters
    ----------
    numbers_of_palette
        Of a picture with a palette, return each pixel's number and not its colour: what label maps keep there.

    Raises
    ------
    ImageReadError
        If the file is missing, is no picture or is damaged.
    """
    from PIL import ImageOps

    with _opened(path) as image:
        if page:
            image.seek(page)
        upright = ImageOps.exif_transpose(image)
        if upright.mode == "P" and numbers_of_palette:
            array = np.array(upright)
        elif upright.mode in _DEEP_MODES:
            array = narrow(np.asarray(upright))
        elif upright.mode in ("1", "L", "LA", "La"):
            array = np.array(upright.convert("L"))
        else:
            array = _grey_if_grey(np.array(upright.convert("RGB")))
    array = array[np.newaxis]
    array.setflags(write=False)
    return Volume(
        array=array,
        affine_lps=np.eye(4),
        calibrated=False,
        oriented=False,
        texts={"name": path.parent.name, "file": path.name},
    )


def _grey_if_grey(rgb: NDArray[Any]) -> NDArray[Any]:
    red, green, blue = np.moveaxis(rgb, -1, 0)
    if np.array_equal(red, green) and np.array_equal(red, blue):
        return np.ascontiguousarray(red)
    return rgb
