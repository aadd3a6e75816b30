"""Whether the pixels of a DICOM file are likely to be decoded, from the first bytes of their first frame.

Decoders cost tens of milliseconds an image, and may hang or crash on damaged ones: a scan runs none.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from medprune_gui.engine.imaging.dicom_values import integer, tolerant
from medprune_gui.engine.imaging.tag_walker import walk, wanted_elements

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

_ELEMENTS = ("BitsAllocated", "Columns", "Rows", "SamplesPerPixel")
_ITEM, _DELIMITER = 0xFFFEE000, 0xFFFEE0DD
_HEAD = 64 * 1024  # holds everything that comes before the compressed values
# Marker codes of ISO/IEC 10918-1 (JPEG) table B.1, 14495-1 (JPEG-LS) annex C and 15444-1 (JPEG 2000) annex A.
_SOI, _SOS, _RESTARTS = 0xD8, 0xDA, range(0xD0, 0xD8)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
_SEQUENTIAL = frozenset({0xC0, 0xC1})
_LAST_COEFFICIENT = 63
_JPEG_2000 = b"\xff\x4f\xff\x51"  # start of codestream, image and tile size
_RLE_SEGMENTS = range(1, 16)


class _Compressed(NamedTuple):
    """What the header says of pixels, and where the items of their fragments begin."""

    syntax: str
    rows: int
    columns: int
    bytes_per_pixel: int
    offset: int


def seems_decodable(path: Path) -> bool:
    """Return whether there is a decoder for a file's pixels, and they are there and look like what the header says.

    Pixels that are not compressed are: a file that is too short for them is refused when its header is read. Of
    compressed ones (PS3.5 A.4) all fragments must be in the file, and the first must begin with the header of an
    image of the right size.
    """
    try:
        with path.open("rb", buffering=0) as file:
            found = _compressed(file)
            if found is None:
                return True
            if not _has_decoder(found.syntax):
                return False
            head = _first_fragment(file, found.offset)
        return head is not None and _fits(head, found)
    except Exception:  # the border to pydicom, which raises errors of many kinds on damaged files
        return False


def _has_decoder(syntax: str) -> bool:
    from pydicom.pixels import get_decoder
    from pydicom.uid import UID

    try:
        return bool(get_decoder(UID(syntax)).is_available)
    except NotImplementedError:
        return False


def _compressed(file: FileIO) -> _Compressed | None:
    """Return where a file's compressed pixels lie; None where they are not compressed."""
    from pydicom import dcmread
    from pydicom.uid import ImplicitVRLittleEndian

    walked = walk(file, wanted_elements(_ELEMENTS))
    if walked is not None:
        if walked.pixel_length is not None:
            return None
        return _Compressed(walked.transfer_syntax, *_layout(walked.elements), walked.pixel_offset)
    file.seek(0)
    with tolerant():
        dataset = dcmread(file, stop_before_pixels=True, specific_tags=list(_ELEMENTS), force=True)
    syntax = dataset.file_meta.get("TransferSyntaxUID", ImplicitVRLittleEndian)
    if not syntax.is_encapsulated:
        return None
    # Tag, value representation, two bytes, length (PS3.5 7.1.2); the middle ones are missing in some files.
    at = file.tell()
    items = at + (12 if file.read(8)[4:6] in (b"OB", b"OW") else 8)
    return _Compressed(str(syntax), *_layout({name: dataset.get(name) for name in _ELEMENTS}), items)


def _layout(elements: dict[str, object]) -> tuple[int, int, int]:
    """Return rows, columns and bytes of a pixel."""
    bits, columns, rows, samples = (integer(elements.get(name)) or 0 for name in _ELEMENTS)
    return rows, columns, (bits + 7) // 8 * (samples or 1)


def _first_fragment(file: FileIO, offset: int) -> bytes | None:
    """Return the beginning of the first frame; None where fragments are missing, or run over the file's end."""
    size = file.seek(0, 2)
    fragments = []
    while True:
        file.seek(offset)
        head = file.read(8)
        if len(head) < 8:
            break  # the delimiter is left out by some writers
        group, number, length = struct.unpack("<HHI", head)
        if group << 16 | number == _DELIMITER:
            break
        offset += 8 + length
        if group << 16 | number != _ITEM or offset > size:
            return None
        fragments.append((offset - length, length))
    if len(fragments) < 2:  # the first item is the table of offsets
        return None
    start, length = fragments[1]
    file.seek(start)
    return file.read(min(length, _HEAD))


def _fits(head: bytes, found: _Compressed) -> bool:
    """Whether a frame begins as an image of the header's size does."""
    from pydicom.uid import RLELossless

    if found.syntax == RLELossless:
        # PS3.5 G.5: the number of segments, one for each byte of a pixel.
        (segments,) = struct.unpack_from("<I", head)
        return segments in _RLE_SEGMENTS and segments == found.bytes_per_pixel
    at = head.find(_JPEG_2000)
    if at >= 0:
        right, bottom, left, top = struct.unpack_from(">4I", head, at + 8)
        return (bottom - top, right - left) == (found.rows, found.columns)
    return head[:2] == bytes((0xFF, _SOI)) and _jpeg_fits(head, found)


def _jpeg_fits(head: bytes, found: _Compressed) -> bool:
    """Walk over the segments of a JPEG or JPEG-LS image up to its values."""
    at, sequential, sized = 2, False, False
    while True:
        mark, code = head[at], head[at + 1]
        if mark != 0xFF:
            return False
        if code == 0xFF or code in _RESTARTS:
            at += 1 if code == 0xFF else 2  # bytes to fill may come before a marker
            continue
        (length,) = struct.unpack_from(">H", head, at + 2)
        if code == _SOS:
            # Sequential coding holds all 64 coefficients in one scan (ISO/IEC 10918-1, B.2.3).
            first, last = head[at + length - 1], head[at + length]
            return sized and (not sequential or (first, last) == (0, _LAST_COEFFICIENT))
        if code in _FRAMES:
            rows, columns = struct.unpack_from(">2H", head, at + 5)
            # No rows: their number follows the values.
            sized = columns == found.columns and rows in (0, found.rows)
            sequential = code in _SEQUENTIAL
        at += 2 + length
