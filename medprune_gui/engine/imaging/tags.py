"""All elements of a DICOM file as rows of text, nested as its sequences are; pixels are not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.dicom_values import tolerant
from medprune_gui.engine.imaging.personal_elements import is_personal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from pydicom import DataElement, Dataset

_LONGEST = 240  # characters of a value
_FIRST_BYTES = 16
_PIXELS = ("FloatPixelData", "DoubleFloatPixelData", "PixelData")


@dataclass(frozen=True, slots=True)
class TagRow:
    """One element, or one item of a sequence.

    Attributes
    ----------
    tag
        ``(0010,0010)``; ``Item 1`` for an item.
    name
        In words, as in PS3.6; of a private element as far as its creator is known, in brackets.
    keyword
        As in PS3.6; empty for private elements and items.
    vr
        Value representation; empty for an item.
    value
        As text on one line; shortened where it is long, with its whole length.
    personal
        Whether the value may tell who the patient is.
    rows
        The items of a sequence, the elements of an item.
    """

    tag: str
    name: str
    keyword: str = ""
    vr: str = ""
    value: str = ""
    personal: bool = False
    rows: tuple[TagRow, ...] = ()


def read_tags(path: Path) -> tuple[TagRow, ...]:
    """Read the elements of a DICOM file: its meta information (group 0002), then the data set.

    Raises
    ------
    ImageReadError
        If the file is missing or is no DICOM file.
    """
    from pydicom import dcmread

    try:
        with tolerant(), path.open("rb") as file:
            dataset = dcmread(file, stop_before_pixels=True, force=True)
            if len(dataset) == 0 and len(dataset.file_meta) == 0:
                raise ImageReadError("The file is not a DICOM file, or its header is damaged", where=path)
            return (*_rows(dataset.file_meta), *_rows(dataset), *_pixels(file, dataset, path.stat().st_size))
    except ImageReadError:
        raise
    except OSError as error:
        raise ImageReadError(f"The file cannot be opened ({error.strerror})", where=path) from error
    except Exception as error:  # the border to pydicom, which raises errors of many kinds on damaged files
        raise ImageReadError(f"The DICOM header cannot be read ({error})", where=path) from error


def every_row(rows: tuple[TagRow, ...], depth: int = 0) -> Iterator[tuple[int, TagRow]]:
    """Yield all rows with their depth, each before what it holds."""
    for row in rows:
        yield depth, row
        yield from every_row(row.rows, depth + 1)


def as_text(depth: int, row: TagRow, hidden: bool = False) -> str:
    """Return a row as a line, indented by its depth; ``hidden``: without its value."""
    value = "*" * 8 if hidden and row.value else row.value
    return "  " * depth + "  ".join(filter(None, (row.tag, row.vr, row.name, value)))


def _rows(dataset: Dataset, personal: bool = False) -> tuple[TagRow, ...]:
    """Return the elements of a data set; what lies in a personal sequence is personal too."""
    from pydicom.tag import Tag

    rows = []
    for key in sorted(dataset.keys()):
        tag = Tag(key)
        label = f"({tag.group:04X},{tag.element:04X})"
        try:
            rows.append(_row(label, dataset[tag], personal))
        except Exception as error:  # the border to pydicom, which converts a value when it is asked for
            raw = dataset.get_item(tag)
            value = getattr(raw, "value", None)
            found = _bytes(value) if isinstance(value, bytes) else ""
            words = " ".join(str(error).split())[:_LONGEST]
            vr = getattr(raw, "VR", None) or ""
            rows.append(TagRow(label, "", vr=vr, value=f"{found} (not readable: {words})".strip(), personal=True))
    return tuple(rows)


def _row(label: str, element: DataElement, inherited: bool) -> TagRow:
    name, keyword, vr = str(element.name), str(element.keyword), str(element.VR)
    # Names of private dictionaries and lengths of groups (PS3.5 7.8.1, 7.2) say nothing of a patient.
    ordinary = not element.tag.is_private_creator and element.tag.element != 0
    personal = inherited or (ordinary and is_personal(element.tag.group, keyword, vr))
    if vr != "SQ":
        return TagRow(label, name, keyword, vr, _value(element), personal)
    items = tuple(
        TagRow(f"Item {number}", "", rows=_rows(item, personal)) for number, item in enumerate(element.value, start=1)
    )
    count = "1 item" if len(items) == 1 else f"{len(items)} items"
    return TagRow(label, name, keyword, vr, count, rows=items)


def _value(element: DataElement) -> str:
    from pydicom.multival import MultiValue
    from pydicom.uid import UID

    value = element.value
    if value is None:
        return ""
    if isinstance(value, bytes):
        return _bytes(value)
    if isinstance(value, UID):
        return str(value) if value.name == value else f"{value} ({value.name})"
    if not isinstance(value, list | MultiValue):
        return _short(str(value), "characters")
    # Of many numbers only as many are made into text as are shown.
    text = "\\".join(str(part) for part in value[:_LONGEST])
    if len(value) > _LONGEST or len(text) > _LONGEST:
        return f"{text[:_LONGEST]}... ({len(value):,} values)"
    return " ".join(text.split())


def _short(text: str, what: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}... ({len(text):,} {what})"


def _bytes(value: bytes) -> str:
    shown = value[:_FIRST_BYTES].hex(" ")
    more = "..." if len(value) > _FIRST_BYTES else ""
    return f"{shown}{more} ({len(value):,} bytes)" if value else ""


def _pixels(file: BinaryIO, dataset: Dataset, size: int) -> tuple[TagRow, ...]:
    """Return the row of the pixels, before which pydicom stopped; none where the file ends there or is deflated."""
    from pydicom.datadict import dictionary_description, keyword_for_tag

    _, little_endian = dataset.original_encoding
    head = file.read(8)
    order: Any = "little" if little_endian else "big"
    group, number = (int.from_bytes(head[at : at + 2], order) for at in (0, 2))
    keyword = keyword_for_tag((group, number))
    if len(head) < 8 or keyword not in _PIXELS:
        return ()
    vr = head[4:6].decode("ascii") if head[4:6].isalpha() and head[4:6].isupper() else ""
    rest = size - file.tell() + 8
    return (
        TagRow(
            f"({group:04X},{number:04X})",
            str(dictionary_description((group, number))),
            keyword,
            vr,
            f"not read; {rest:,} bytes to the end of the file",
        ),
    )
