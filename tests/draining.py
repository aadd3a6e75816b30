"""Carry a generator of events out, for tests of everything that runs as one."""

from __future__ import annotations


def drained(steps, until=None):
    """Return (events, result), or (events, None) where it was broken off as soon as ``until()`` held."""
    events = []
    try:
        while True:
            events.append(next(steps))
            if until is not None and until():
                steps.close()
                return events, None
    except StopIteration as stop:
        return events, stop.value
