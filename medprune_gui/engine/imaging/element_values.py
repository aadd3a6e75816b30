"""Bytes of a DICOM element in Python's types, for the values of which there can be no two readings."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CODES = frozenset(("AE", "AS", "CS", "DA", "DT", "TM", "UI"))
_TEXTS = frozenset(("LO", "PN", "SH"))
_BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FD": "d", "FL": "f"}


class NotPlainError(Exception):
    """A file or a value is not one that this reader is sure to understand; pydicom has to read it."""


def convert(raw: bytes, vr: str, character_set: bytes = b"") -> Any:
    """Return a little-endian element's value as pydicom would, in built-in types (PS3.5 6.2).

    Numbers become int or float, texts str without padding, several values a list; None: there is no value.

    Parameters
    ----------
    raw
        The value's bytes with their padding.
    vr
        Value representation.
    character_set
        Bytes of the file's SpecificCharacterSet.

    Raises
    ------
    NotPlainError
        If the value breaks the rules of its representation, or the representation is not a plain one.
    """
    if not raw:
        return None
    if vr in _CODES:
        return _one_or_several(_ascii(raw).split("\\"))
    if vr in _TEXTS:
        return _text(raw, vr, character_set)
    if vr == "DS":
        return _numbers(raw, float)
    if vr == "IS":
        return _numbers(raw, int)
    code = _BINARY.get(vr)
    if code is None:
        raise NotPlainError
    count, rest = divmod(len(raw), struct.calcsize(code))
    if rest:
        raise NotPlainError
    return _one_or_several(struct.unpack(f"<{count}{code}", raw))


def _one_or_several(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _plain(raw: bytes) -> bool:
    # An escape switches the character set within a text (PS3.5 6.1.2.5.3).
    return raw.isascii() and b"\x1b" not in raw


def _ascii(raw: bytes) -> str:
    if not _plain(raw):
        raise NotPlainError
    return raw.decode("ascii").rstrip("\0 ")


def _numbers(raw: bytes, kind: Callable[[str], float]) -> Any:
    words = _ascii(raw).strip()
    if not words:
        return None
    try:
        return _one_or_several([kind(word) for word in words.split("\\")])
    except ValueError:
        raise NotPlainError from None


def _text(raw: bytes, vr: str, character_set: bytes) -> Any:
    """Return texts in people's languages: those beyond ASCII by pydicom's own conversion."""
    if _plain(raw):
        return _one_or_several([part.rstrip("\0 ") for part in raw.decode("ascii").split("\\")])
    from pydicom.charset import convert_encodings
    from pydicom.values import convert_PN, convert_text

    encodings = convert_encodings(_ascii(character_set).split("\\"))
    converted = convert_PN(raw, encodings) if vr == "PN" else convert_text(raw, encodings, vr)
    several = hasattr(converted, "append")
    return [str(part) for part in converted] if several else str(converted)
