"""When something that is done again and again is due."""

from __future__ import annotations

import time


class Throttle:
    """Says when something is due again: never sooner than after an interval, nor than four times what it took.

    Parameters
    ----------
    interval_s
        The interval, in seconds. What takes long is done within ``with throttle:``.
    """

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._next = time.monotonic() + interval_s
        self._began = 0.0

    def due(self) -> bool:
        """Return whether the interval is over; then the next one begins."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._interval_s
        return True

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        now = time.monotonic()
        self._next = now + max(self._interval_s, 4 * (now - self._began))
