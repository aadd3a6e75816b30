"""The peak memory of a plan, which the engine tells in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# As `engine.pruning.peak_memory` writes it; a test compares the two.
_NOTE = re.compile(r"([\d,]+) bytes at the peak of a forward pass, [\d.]+% of the original's ([\d,]+)\.?")


class PeakMemory(NamedTuple):
    """Bytes that a forward pass holds at its peak."""

    before_bytes: int
    after_bytes: int


def take_peak_memory(notes: Iterable[str]) -> tuple[PeakMemory | None, tuple[str, ...]]:
    """Return the peak memory that one of an estimate's notes tells, if one does, and the other notes."""
    peak, others = None, []
    for note in notes:
        if found := _NOTE.fullmatch(note):
            after, before = (int(digits.replace(",", "")) for digits in found.groups())
            peak = PeakMemory(before, after)
        else:
            others.append(note)
    return peak, tuple(others)
