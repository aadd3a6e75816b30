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
_TRANSFER_SYNTAX = 0x00020010
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
        syntax, position = self._meta()
        if syntax not in (IMPLICIT, EXPLICIT) and not syntax.startswith(_ENCAPSULATED):
            raise NotPlainError
        found, offset, length = self._data_set(position, syntax == IMPLICIT)
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

    def _meta(self) -> tuple[str, int]:
        """Return the transfer syntax, and where the data set begins (PS3.10 7.1)."""
        position, syntax, last = 132, "", 0
        while True:
            if self._bytes(position, 2) != b"\x02\x00":
                return syntax, position
            tag, _, length, value = self._element(position, implicit=False)
            if tag <= last or length == _UNDEFINED:
                raise NotPlainError
            if tag == _TRANSFER_SYNTAX:
                if length > 64:
                    raise NotPlainError
                syntax = self._bytes(value, length).rstrip(b"\0 ").decode("latin-1")
            position, last = value + length, tag

    def _data_set(self, position: int, implicit: bool) -> tuple[list[tuple[Wanted, bytes]], int, int]:
        """Return the wanted elements' bytes, and offset and length of PixelData."""
        if implicit:
            # Some files say implicit and are explicit: two capitals where a length would be above 16 KiB.
            vr = self._bytes(position + 4, 2)
            if vr.isalpha() and vr.isupper():
                raise NotPlainError
        wanted, last = self._wanted, 0x0007FFFF
        found: list[tuple[Wanted, bytes]] = []
        while True:
            position, last = self._pass_unwanted(position, last, implicit)
            tag, vr, length, value = self._element(position, implicit)
            if tag <= last:  # out of order, twice, or of a group that has no place in a data set
                raise NotPlainError
            last = tag
            if tag >= _PIXEL_DATA:
                if tag > _PIXEL_DATA or vr not in (b"", b"OB", b"OW"):
                    raise NotPlainError
                return found, value, length
            element = wanted.get(tag)
            if element is not None:
                if vr and vr != element.vr.encode():
                    raise NotPlainError
                if element.vr == "SQ":
                    found.append((element, b""))
                elif length <= _LONGEST_VALUE:
                    found.append((element, self._bytes(value, length)))
                else:
                    raise NotPlainError
            position = self._behind(vr, length, value, implicit, 0)

    def _pass_unwanted(self, position: int, last: int, implicit: bool) -> tuple[int, int]:
        """Pass over elements in this block that are nobody's wish; return where the next is, and the last tag.

        Four elements in five end here, so this loop calls nothing of its own. It may stop at any element.
        """
        wanted, data, start, before_value = self._wanted, self._data, self._start, _VALUE_AT
        ends = len(data) - 12
        at = position - start
        while 0 <= at <= ends:
            if implicit:
                group, element, length = _implicit(data, at)
                behind = at + 8
            else:
                group, element, vr, length = _explicit(data, at)
                behind = at + before_value.get(vr, 0)
                if behind == at + 12:
                    (length,) = _length(data, at + 8)
            tag = group << 16 | element
            if tag in wanted or not last < tag < _PIXEL_DATA or behind == at or length == _UNDEFINED:
                break
            last = tag
            at = behind + length
        return start + at, last

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
