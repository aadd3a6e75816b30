"""What was changed of the pruning settings, to be taken back and made again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from medprune_gui.engine.config import PruningConfig
from medprune_gui.session.session import Session

#: Changes of the same field that follow one another within so many seconds, as while a slider is dragged, are one.
MERGE_SECONDS = 1.0
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class _Step:
    before: PruningConfig
    after: PruningConfig
    fields: frozenset[str]
    at: float


class PlanHistory(QObject):
    """Every change of ``session.pruning`` since an experiment was opened or the network was another one.

    Parameters
    ----------
    session
        Read and written: ``pruning``.
    clock
        Returns seconds that only grow.

    Signals
    -------
    changed
        What can be taken back or made again may be something else.
    """

    changed = Signal()

    def __init__(
        self, session: Session, clock: Callable[[], float] = time.monotonic, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._clock = clock
        self._now = session.pruning
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._moving = False
        session.pruning_changed.connect(self._note)
        session.model_changed.connect(self.clear)
        session.experiment_taken.connect(self.clear)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return bool(self._undone)

    @property
    def undo_text(self) -> str:
        """What the menu says of `undo`, such as ``Undo amount``."""
        if not self._done:
            return self.tr("&Undo")
        return self.tr("&Undo {what}").format(what=self._words(self._done[-1]))

    @property
    def redo_text(self) -> str:
        """What the menu says of `redo`."""
        if not self._undone:
            return self.tr("&Redo")
        return self.tr("&Redo {what}").format(what=self._words(self._undone[-1]))

    def undo(self) -> None:
        """Take back the latest change, if there is one."""
        if self._done:
            step = self._done.pop()
            self._undone.append(step)
            self._go_to(step.before)

    def redo(self) -> None:
        """Make the change again that was taken back last, if there is one."""
        if self._undone:
            # Nothing that is changed later belongs to a change that was made again.
            step = replace(self._undone.pop(), at=float("-inf"))
            self._done.append(step)
            self._go_to(step.after)

    def clear(self) -> None:
        """Forget all changes."""
        self._now = self._session.pruning
        self._done.clear()
        self._undone.clear()
        self.changed.emit()

    def _go_to(self, pruning: PruningConfig) -> None:
        self._moving = True
        try:
            self._session.pruning = pruning
        finally:
            self._moving = False
        self.changed.emit()

    def _note(self, pruning: PruningConfig) -> None:
        before, self._now = self._now, pruning
        if self._moving:
            return
        step = _Step(before, pruning, _differing(before.model_dump(), pruning.model_dump()), self._clock())
        last = self._done[-1] if self._done and not self._undone else None
        if last is not None and last.fields == step.fields and step.at - last.at <= MERGE_SECONDS:
            self._done.pop()
            step = replace(step, before=last.before)
        self._undone.clear()
        if step.before != step.after:
            self._done.append(step)
            del self._done[:-_MOST_STEPS]
        self.changed.emit()

    def _words(self, step: _Step) -> str:
        tops = {field.partition("\0")[0] for field in step.fields}
        # The fields come in the order of what a choice brings along: another granularity may bring another criterion.
        first = next((name for name in PruningConfig.model_fields if name in tops), "")
        names = {
            "granularity": self.tr("what is removed"),
            "pattern": self.tr("pattern"),
            "block": self.tr("block"),
            "criterion": self.tr("ranking"),
            "allocation": self.tr("allocation"),
            "groups": self.tr("group settings"),
            "amount": self.tr("amount"),
            "budget": self.tr("target"),
            "schedule": self.tr("schedule"),
            "steps": self.tr("steps"),
            "round_to": self.tr("rounding"),
            "min_channels": self.tr("least channels"),
            "floor": self.tr("floor"),
            "soft": self.tr("soft rule"),
            "growth": self.tr("growing penalty"),
            "rewinding": self.tr("rewinding"),
        }
        if first == "amount" and "budget" in tops:
            first = "budget"
        return names.get(first, self.tr("pruning settings"))


def _differing(before: dict[str, Any], after: dict[str, Any], prefix: str = "") -> frozenset[str]:
    """Return the fields that differ; those of tables below are written ``table NUL field``."""
    found: set[str] = set()
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found |= _differing(old, new, f"{prefix}{name}\0")
        elif old != new:
            found.add(prefix + name)
    return frozenset(found)
