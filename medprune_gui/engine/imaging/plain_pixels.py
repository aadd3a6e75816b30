"""Uncompressed grey pixels, read from the file into their place in the series' array without a copy between."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.dicom_header import PLACE_ELEMENTS
from medprune_gui.engine.imaging.dicom_values import frame_count, integer
from medprune_gui.engine.imaging.tag_walker import WalkedFile, Wanted, walk, wanted_elements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.dicom_values import Header

_ELEMENTS = (
    *PLACE_ELEMENTS,
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "VOILUTFunction",
    "VOILUTSequence",
    "WindowCenter",
    "WindowCenterWidthExplanation",
    "WindowWidth",
)
# Any group of an overlay plane (PS3.3 C.9.2) shows by its rows, the one element that all planes have.
_PLANES = {group << 16 | 0x0010: Wanted(f"OverlayRows{group:X}", "US") for group in range(0x6000, 0x6020, 2)}


@dataclass(frozen=True, slots=True)
class PlainPixels:
    """The grey frames of an open file, one behind the other.

    Attributes
    ----------
    shape
        (rows, columns) of a frame.
    dtype
        As the pixels are stored.
    bits_stored
        How many bits of each pixel are its value (PS3.5 8.1.1).
    lowest_bit
        Which of its bits is the value's lowest, see `lowest_bit_of`.
    header
        Elements that say where the frames lie and how they are shown; None where some of them are sequences
        (functional groups, VOI LUTs), or there are overlay planes, which pydicom has to read.
    """

    path: Path
    file: FileIO
    offset: int
    shape: tuple[int, int]
    dtype: np.dtype[Any]
    bits_stored: int
    lowest_bit: int
    header: Header | None

    def read_into(self, frame: int, out: NDArray[Any]) -> None:
        """Read a frame into a contiguous array of its shape and type.

        Raises
        ------
        ImageReadError
            If the file ends before the frame does, as one that changes meanwhile may.
        """
        room = out.data.cast("B")
        self.file.seek(self.offset + frame * len(room))
        done = 0
        while done < len(room):
            count = self.file.readinto(room[done:])
            if not count:
                raise ImageReadError(
                    "The file ends too early or is damaged", where=self.path, remedy="Copy it again from its source."
                )
            done += count
        if sys.byteorder == "big":
            out.byteswap(inplace=True)
        keep_stored_bits(out, self.bits_stored, self.lowest_bit)


@contextmanager
def plain_pixels(path: Path) -> Iterator[PlainPixels | None]:
    """Open a file whose grey pixels of 8 or 16 bits lie in it as they are; None for all others.

    Raises
    ------
    ImageReadError
        If the file cannot be opened.
    """
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise ImageReadError(f"The file cannot be opened ({error.strerror})", where=path) from error
    with file:
        try:
            found = walk(file, {**wanted_elements(_ELEMENTS), **_PLANES})
        except OSError as error:
            raise ImageReadError(f"The file cannot be read ({error.strerror})", where=path) from error
        yield None if found is None else _plain(path, file, found)


def _plain(path: Path, file: FileIO, found: WalkedFile) -> PlainPixels | None:
    get = found.elements.get
    keywords = ("Rows", "Columns", "BitsAllocated", "BitsStored", "PixelRepresentation")
    rows, columns, allocated, stored, signed = (integer(get(keyword)) or 0 for keyword in keywords)
    grey = get("SamplesPerPixel") == 1 and get("PhotometricInterpretation") in ("MONOCHROME1", "MONOCHROME2")
    if not grey or not found.uncompressed or "ModalityLUTSequence" in found.sequences:
        return None
    if allocated not in (8, 16) or not 1 <= stored <= allocated or signed not in (0, 1):
        return None
    needed = rows * columns * frame_count(found.elements) * allocated // 8
    if not 0 < needed <= min(found.pixel_length or 0, found.size - found.pixel_offset):
        return None
    drawn = any(plane.keyword in found.elements for plane in _PLANES.values())
    return PlainPixels(
        path=path,
        file=file,
        offset=found.pixel_offset,
        shape=(rows, columns),
        dtype=np.dtype(f"{'ui'[signed]}{allocated // 8}"),
        bits_stored=stored,
        lowest_bit=lowest_bit_of(found.elements),
        header=None if found.sequences or drawn else found.elements,
    )


def lowest_bit_of(header: Header) -> int:
    """Return which bit of a pixel is the lowest of its value: 0, but where HighBit says that values lie higher.

    The standard has had them at the bottom since 2001 (PS3.5 8.1.1); older files may have them anywhere, as at the top
    of 16 bits.
    """
    allocated, stored, high = (integer(header.get(word)) for word in ("BitsAllocated", "BitsStored", "HighBit"))
    if allocated is None or stored is None or high is None or not stored <= high + 1 <= allocated:
        return 0
    return high + 1 - stored


def keep_stored_bits(pixels: NDArray[Any], bits_stored: int, lowest_bit: int = 0) -> None:
    """Move a pixel's value to the bottom, and clear, or fill with the sign, the bits above it, in place (PS3.5 8.1.1).

    Old files keep overlay planes in the other bits (PS3.3-2004 C.9.2), others rubbish.
    """
    unused = 8 * pixels.dtype.itemsize - bits_stored
    if unused <= 0 or pixels.dtype.kind not in "iu":
        return
    bits = pixels.view(f"u{pixels.dtype.itemsize}")
    if pixels.dtype.kind == "u":
        if lowest_bit:
            np.right_shift(bits, lowest_bit, out=bits)
        np.bitwise_and(bits, np.array((1 << bits_stored) - 1, bits.dtype), out=bits)
    else:
        np.left_shift(bits, unused - lowest_bit, out=bits)
        np.right_shift(pixels, unused, out=pixels)
