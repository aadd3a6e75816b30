"""What is pruned at a time."""

from __future__ import annotations

from typing import Literal

#: Channels and whole layers are removed; the others are zeroed.
Granularity = Literal["channel", "layer", "weight", "n:m", "block", "kernel", "filter"]

#: What is set to zero and stays in place, in contrast to what is removed.
ZEROED: frozenset[str] = frozenset({"weight", "n:m", "block", "kernel", "filter"})


def numbers_of(pattern: str) -> tuple[int, int]:
    """Return (N, M) of an N:M pattern: of each M weights N stay.

    Raises
    ------
    ValueError
        It is none.
    """
    left, _, right = pattern.partition(":")
    if not (left.isdecimal() and right.isdecimal() and 1 <= int(left) < int(right) <= 64):
        raise ValueError("pattern must be two whole numbers such as 2:4, the first smaller, the second at most 64")
    return int(left), int(right)
