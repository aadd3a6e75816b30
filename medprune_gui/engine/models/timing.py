"""Times of single runs, taken in turns."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

#: Runs something once and returns when its result is there.
Run: TypeAlias = Callable[[], object]

# A process that has just slept is given its processor at once and keeps it for some milliseconds. With two busy
# processes on two processors this took the median of a 3 ms network from 22 to 6 ms.
_REST_S = 0.001


def milliseconds(run: Run) -> float:
    """Return the time of one run, which a short rest precedes."""
    time.sleep(_REST_S)
    start = time.perf_counter_ns()
    run()
    return (time.perf_counter_ns() - start) / 1e6


def turns(runs: Sequence[Run], count: int) -> Iterator[tuple[float, ...]]:
    """Time several runs in turns, so that whatever else the machine does strikes all alike.

    The order alternates (A B, B A, ...): a strict A B A B fell into step with the scheduler of a busy machine, and a
    network then seemed 1.8 times as slow as itself. The garbage collector is off within a turn.

    Yields
    ------
    tuple of float
        Each run's milliseconds in one turn, in the order of ``runs``.
    """
    for turn in range(count):
        order = range(len(runs)) if turn % 2 == 0 else reversed(range(len(runs)))
        with _collector_off():
            times = {index: milliseconds(runs[index]) for index in order}
        yield tuple(times[index] for index in range(len(runs)))


@contextmanager
def _collector_off() -> Iterator[None]:
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def threads_in_words(threads: int) -> str:
    """Return a number of threads with its noun."""
    return "1 thread" if threads == 1 else f"{threads} threads"
