"""A few elements of a plain DICOM file, and where its pixels lie, without reading or converting the rest.

pydicom makes an object of every element, which costs some twenty times the reading of the bytes. This walker
answers only for files that leave nothing to interpret: preamble and meta information, little endian, ascending
tags, known value representations, values that obey theirs. For all others the answer is None, and pydicom reads.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from medprune_gui.engine.imaging.element_values import NotPlainError, convert

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import FileIO

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
# Compressed pixels lie in files of explicit little endian (PS3.5 A.4): JPEG, JPEG-LS, JPEG 2000, MPEG; RLE.
_ENCAPSULATED = ("1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.5")

# How many bytes lie before an element's value (PS3.5 7.1.2): the length takes 2, or 4 behind 2 that are reserved.
_SHORT = "AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US"
_LONG = "OB OD OF OL OV OW SQ SV UC UN UR UT UV"
_VALUE_AT = {vr.encode(): 8 for vr in _SHORT.split()} | {vr.encode(): 12 for vr in _LONG.split()}
_SEQUENCE = b"SQ"
_UNDEFINED = 0xFFFFFFFF
_PIXEL_DATA = 0x7FE00010
_CHARACTER_SET = 0x00080005
_DATA_SET, _BEFORE_DATA_SET = 0x00030000, 0x0007FFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD

_BLOCK = 16 * 1024
_LONGEST_VALUE = 64 * 1024
_DEEPEST_NESTING = 24
# A file of 1,000 frames with functional groups has some 50,000; beyond this something is wrong.
_MOST_ELEMENTS = 500_000

_explicit = struct.Struct("<HH2sH").unpack_from
_implicit = struct.Struct("<HHI").unpack_from
_length = struct.Struct("<I").unpack_from


class Wanted(NamedTuple):
    """An element to collect: its keyword and the value representation of the data dictionary (PS3.6)."""

    keyword: str
    vr: str


_META = {0x00020010: Wanted("TransferSyntaxUID", "UI")}


@dataclass(frozen=True, slots=True)
class WalkedFile:
    """What was found on the way to the pixels.

    Attributes
    ----------
    elements
        Value by keyword, for those of the wanted elements that the file has: numbers as int or float, texts as
        str without padding, several values as a list, empty ones as None.
    sequences
        Keywords of wanted elements that are sequences, which the walker passes over.
    transfer_syntax
        UID by which the pixels are encoded.
    pixel_offset
        Where the value of PixelData begins, in bytes from the file's start.
    pixel_length
        Its length as the file states it; None: undefined, as compressed pixels have it.
    size
        Of the whole file in bytes.
    """

    elements: dict[str, Any]
    sequences: frozenset[str]
    transfer_syntax: str
    pixel_offset: int
    pixel_length: int | None
    size: int

    @property
    def uncompressed(self) -> bool:
        """Whether the pixels lie in the file as they are, little-endian."""
        return self.pixel_length is not None and self.transfer_syntax in (IMPLICIT, EXPLICIT)


@cache
def wanted_elements(keywords: tuple[str, ...]) -> Mapping[int, Wanted]:
    """Return the elements of these keywords by tag, as `walk` takes them."""
    from pydicom.datadict import dictionary_VR, tag_for_keyword

    tags = {keyword: tag_for_keyword(keyword) for keyword in keywords}
    found = {int(tag): Wanted(keyword, dictionary_VR(tag)) for keyword, tag in tags.items() if tag is not None}
    # Without it, texts cannot be told.
    return found | {_CHARACTER_SET: Wanted("SpecificCharacterSet", "CS")}


def walk(file: FileIO, wanted: Mapping[int, Wanted]) -> WalkedFile | None:
    """Collect the wanted elements of an open file and find its PixelData.

    Parameters
    ----------
    file
        Opened for reading without a buffer; its position is moved.
    wanted
        See `wanted_elements`.

    Returns
    -------
    WalkedFile or None
        None where pydicom must read the file: without preamble or PixelData, deflated or big-endian, damaged, or
        against the rules in any way that the walker would have to guess about.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    try:
        return _Walker(file, wanted).walk()
    except NotPlainError:
        return None


class _Walker:
    """Walks over one file, of which it holds one block at a time."""

    def __init__(self, file: FileIO, wanted: Mapping[int, Wanted]) -> None:
        self._file = file
        self._wanted = wanted
        self._size = os.fstat(file.fileno()).st_size
        self._data = b""
        self._start = 0
        self._end = 0
        self._count = 0

    def walk(self) -> WalkedFile:
        if self._bytes(128, 4) != b"DICM":
            raise NotPlainError
        # Meta information is explicit, whatever follows (PS3.10 7.1).
        meta, position, _ = self._collect(132, 0, implicit=False, wanted=_META, stop=_DATA_SET)
        syntax = str(self._converted(meta).get("TransferSyntaxUID"))
        if syntax not in (IMPLICIT, EXPLICIT) and not syntax.startswith(_ENCAPSULATED):
            raise NotPlainError
        implicit = syntax == IMPLICIT
        if implicit:
            # Some files say implicit and are explicit: two capitals where a length would be above 16 KiB.
            vr = self._bytes(position + 4, 2)
            if vr.isalpha() and vr.isupper():
                raise NotPlainError
        found, position, _ = self._collect(position, _BEFORE_DATA_SET, implicit, self._wanted, _PIXEL_DATA)
        tag, vr, length, offset = self._element(position, implicit)
        if tag != _PIXEL_DATA or vr not in (b"", b"OB", b"OW"):
            raise NotPlainError
        sequences = frozenset(element.keyword for element, _ in found if element.vr == "SQ")
        stated = None if length == _UNDEFINED else length
        return WalkedFile(self._converted(found), sequences, syntax, offset, stated, self._size)

    def _bytes(self, position: int, count: int) -> bytes:
        at = self._at(position, count)
        return self._data[at : at + count]

    def _at(self, position: int, count: int) -> int:
        """Return where in the block a byte lies, after making sure that it and those behind it are there."""
        if position < self._start or position + count > self._end:
            self._file.seek(position)
            self._data = self._file.read(max(count, _BLOCK)) or b""
            self._start, self._end = position, position + len(self._data)
            if len(self._data) < count:
                raise NotPlainError
        return position - self._start

    def _element(self, position: int, implicit: bool) -> tuple[int, bytes, int, int]:
        """Return tag, value representation (empty where it is implicit), length, and where the value begins."""
        self._count += 1
        if self._count > _MOST_ELEMENTS:
            raise NotPlainError
        at = self._at(position, 8)
        if implicit:
            group, element, length = _implicit(self._data, at)
            return group << 16 | element, b"", length, position + 8
        group, element, vr, length = _explicit(self._data, at)
        if group == 0xFFFE:  # items and their ends have no value representation
            return group << 16 | element, b"", _length(self._data, at + 4)[0], position + 8
        before = _VALUE_AT.get(vr)
        if before is None:
            raise NotPlainError
        if before == 12:
            length = _length(self._data, self._at(position, 12) + 8)[0]
        return group << 16 | element, vr, length, position + before

    def _collect(
        self, position: int, last: int, implicit: bool, wanted: Mapping[int, Wanted], stop: int
    ) -> tuple[list[tuple[Wanted, bytes]], int, int]:
        """Walk to the first element from the tag ``stop`` on; return wanted elements' bytes, its place, the last tag.

        This loop sees every element of thousands of files, so it calls nothing of its own where it can help it.
        """
        found: list[tuple[Wanted, bytes]] = []
        before_value = _VALUE_AT
        while True:
            at = self._at(position, 12)
            data, start = self._data, self._start
            ends = len(data) - 12
            while at <= ends:
                vr = b""
                if implicit:
                    group, number, length = _implicit(data, at)
                    value = at + 8
                else:
                    group, number, vr, length = _explicit(data, at)
                    value = at + before_value.get(vr, 0)
                    if value == at + 12:
                        (length,) = _length(data, at + 8)
                tag = group << 16 | number
                if tag >= stop:
                    return found, start + at, last
                if tag <= last or value == at:  # out of order, twice, or no value representation
                    raise NotPlainError
                last = tag
                element = wanted.get(tag)
                if element is not None:
                    if (vr and vr != element.vr.encode()) or (length > _LONGEST_VALUE and element.vr != "SQ"):
                        raise NotPlainError
                    behind = value + length
                    if element.vr == "SQ":
                        found.append((element, b""))
                    elif behind <= ends:
                        found.append((element, data[value:behind]))
                    else:
                        found.append((element, self._bytes(start + value, length)))
                if length == _UNDEFINED:
                    position = self._behind(vr, length, start + value, implicit, 0)
                    break
                at = value + length
                position = start + at
                if self._data is not data:
                    break

    def _behind(self, vr: bytes, length: int, value: int, implicit: bool, depth: int) -> int:
        """Return where the next element begins."""
        if length != _UNDEFINED:
            if value + length > self._size:
                raise NotPlainError
            return value + length
        # An unknown value of undefined length is a sequence in implicit encoding (PS3.5 6.2.2): left to pydicom.
        if depth >= _DEEPEST_NESTING or not (implicit or vr == _SEQUENCE):
            raise NotPlainError
        return self._behind_items(value, implicit, depth)

    def _behind_items(self, position: int, implicit: bool, depth: int) -> int:
        """Return where a sequence of undefined length ends (PS3.5 7.5.2)."""
        while True:
            tag, _, length, position = self._element(position, implicit=True)
            if tag == _SEQUENCE_END and length == 0:
                return position
            if tag != _ITEM:
                raise NotPlainError
            if length != _UNDEFINED:
                position += length
                continue
            last = 0
            while True:
                tag, vr, length, value = self._element(position, implicit)
                if tag == _ITEM_END and length == 0:
                    position = value
                    break
                if tag <= last or tag >= _ITEM:
                    raise NotPlainError
                last = tag
                position = self._behind(vr, length, value, implicit, depth + 1)

    def _converted(self, found: list[tuple[Wanted, bytes]]) -> dict[str, Any]:
        character_set = next((raw for element, raw in found if element.keyword == "SpecificCharacterSet"), b"")
        values = {}
        for (keyword, vr), raw in found:
            if vr != "SQ":
                values[keyword] = convert(raw, vr, character_set)
        return values
