"""Values of a DICOM header in plain types, from pydicom's data set or from the walker's elements."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


class Header(Protocol):
    """Elements by keyword: a `pydicom.Dataset`, or the dictionary that `tag_walker.walk` returns."""

    def get(self, key: str, default: Any = None, /) -> Any:
        """Return an element's value; the default where there is no such element."""

    def __contains__(self, key: object, /) -> bool: ...


@contextmanager
def tolerant() -> Iterator[None]:
    """Silence warnings about values that break the standard's rules; what matters is checked here instead."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def frame_count(dataset: Header) -> int:
    """Return the number of frames; 1 where the file says nothing."""
    return max(1, integer(dataset.get("NumberOfFrames")) or 1)


def frame_value(dataset: Header, frame: int, sequence: str, keyword: str) -> Any:
    """Return a value of one frame: from its own functional group, the shared one, or the data set itself."""
    groups = dataset.get("PerFrameFunctionalGroupsSequence") or []
    for group in [*groups[frame : frame + 1], *(dataset.get("SharedFunctionalGroupsSequence") or [])]:
        items = group.get(sequence)
        if items and keyword in items[0]:
            return items[0].get(keyword)
    return dataset.get(keyword)


def numbers(value: Any, count: int) -> tuple[float, ...] | None:
    """Return a multi-valued element as finite numbers; None unless there are exactly ``count``."""
    if value is None:
        return None
    values = [value] if isinstance(value, str | int | float) else value
    try:
        found = tuple(float(v) for v in values)
    except (TypeError, ValueError):
        return None
    finite = all(abs(v) < float("inf") for v in found)
    return found if len(found) == count and finite else None


def text(dataset: Header, keyword: str) -> str:
    """Return an element as one line of text; empty where it is missing."""
    value = dataset.get(keyword)
    return "" if value is None else " ".join(str(value).split())


def patient_name(dataset: Header) -> str:
    """Return the patient's name as a person reads it: the alphabetic group without carets."""
    return " ".join(text(dataset, "PatientName").split("=")[0].replace("^", " ").split())


def iso_date(value: str) -> str:
    """Return a DICOM date (``20150206`` or the old ``2015.02.06``) as ``2015-02-06``; other texts as empty."""
    digits = value.replace(".", "")
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 and digits.isdigit() else ""


def integer(value: Any) -> int | None:
    """Return a value as a whole number; None where it is missing or is none."""
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        return None
