"""Long work as generators, which yield what they are at in words, and work that nobody watches."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TypeAlias, TypeVar

T = TypeVar("T")

#: Work that says now and then what it is at.
Telling: TypeAlias = Generator[str, None, T]


def carried_out(steps: Generator[object, None, T]) -> T:
    """Carry work out to its end, unwatched, and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result


class Seldom:
    """Says when it is time for another word: every few seconds."""

    def __init__(self, every_s: float = 5.0) -> None:
        self._every_s = every_s
        self._last = time.monotonic()

    def due(self) -> bool:
        """Whether so many seconds have gone since this was last true, or since the beginning."""
        if time.monotonic() - self._last < self._every_s:
            return False
        self._last = time.monotonic()
        return True
