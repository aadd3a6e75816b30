"""Changes of one value, to be taken back and made again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")

#: Changes of the same thing that follow one another within so many seconds, as while a slider is dragged, are one.
MERGE_SECONDS = 1.0
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """A value before and after, what of it is another one, and when that was."""

    before: T
    after: T
    parts: frozenset[str]
    at: float


class Changes(Generic[T]):
    """The steps that led to a value.

    Parameters
    ----------
    now
        The value as it is; never changed in place.
    clock
        Returns seconds that only grow.
    """

    def __init__(self, now: T, clock: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._clock = clock
        self._done: list[Change[T]] = []
        self._undone: list[Change[T]] = []

    @property
    def last_done(self) -> Change[T] | None:
        """What `undo` would take back."""
        return self._done[-1] if self._done else None

    @property
    def last_undone(self) -> Change[T] | None:
        """What `redo` would make again."""
        return self._undone[-1] if self._undone else None

    @property
    def done(self) -> tuple[Change[T], ...]:
        """What `undo` would take back step by step, in this order."""
        return tuple(reversed(self._done))

    @property
    def undone(self) -> tuple[Change[T], ...]:
        """What `redo` would make again step by step, in this order."""
        return tuple(reversed(self._undone))

    def note(self, value: T, parts: frozenset[str], *, merge: bool = True) -> None:
        """Take down that the value is another one now; what was taken back is forgotten.

        Parameters
        ----------
        parts
            What of it is another one.
        merge
            Changes of the same parts in quick succession become one, and none where they lead back to where they began.
        """
        change = Change(self.now, value, parts, self._clock())
        self.now = value
        last = self.last_done if not self._undone else None
        if merge and last is not None and last.parts == parts and change.at - last.at <= MERGE_SECONDS:
            self._done.pop()
            change = replace(change, before=last.before)
        self._undone.clear()
        if change.before != change.after:
            self._done.append(change)
            del self._done[:-_MOST_STEPS]

    def undo(self) -> bool:
        """Go back to the value before the latest change; False: there is none."""
        change = self.take_back(lambda _: True)
        if change is None:
            return False
        self.now = change.before
        return True

    def redo(self) -> bool:
        """Go on to the value of the change that was taken back last; False: there is none."""
        change = self.make_again(lambda _: True)
        if change is None:
            return False
        self.now = change.after
        return True

    def take_back(self, wanted: Callable[[Change[T]], bool]) -> Change[T] | None:
        """Count the latest change of a kind as taken back and return it; None: there is none.

        Those of other kinds stay as done as they were. What the value is now is left to the caller, who knows what of
        it the change is about.
        """
        change = _taken(self._done, wanted)
        if change is not None:
            self._undone.append(change)
        return change

    def make_again(self, wanted: Callable[[Change[T]], bool]) -> Change[T] | None:
        """Count the change of a kind that was taken back last as done and return it; see `take_back`."""
        change = _taken(self._undone, wanted)
        if change is not None:
            # Nothing that is changed later belongs to a change that was made again.
            self._done.append(replace(change, at=float("-inf")))
        return change

    def clear(self, now: T) -> None:
        """Forget all changes."""
        self.now = now
        self._done.clear()
        self._undone.clear()


def _taken(changes: list[Change[T]], wanted: Callable[[Change[T]], bool]) -> Change[T] | None:
    """Take the last change of a kind out of a list."""
    for index in reversed(range(len(changes))):
        if wanted(changes[index]):
            return changes.pop(index)
    return None
