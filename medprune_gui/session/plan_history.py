"""What was changed of the pruning settings, to be taken back and made again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from medprune_gui.engine.config import PruningConfig
from medprune_gui.session.changes import Change, Changes
from medprune_gui.session.session import Session


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
        self._changes = Changes(session.pruning, clock)
        self._moving = False
        session.pruning_changed.connect(self._note)
        session.model_changed.connect(self.clear)
        session.experiment_taken.connect(self.clear)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return self._changes.last_done is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return self._changes.last_undone is not None

    @property
    def undo_text(self) -> str:
        """What the menu says of `undo`, such as ``Undo amount``."""
        last = self._changes.last_done
        return self.tr("&Undo") if last is None else self.tr("&Undo {what}").format(what=self._words(last))

    @property
    def redo_text(self) -> str:
        """What the menu says of `redo`."""
        last = self._changes.last_undone
        return self.tr("&Redo") if last is None else self.tr("&Redo {what}").format(what=self._words(last))

    def undo(self) -> None:
        """Take back the latest change, if there is one."""
        if self._changes.undo():
            self._write()

    def redo(self) -> None:
        """Make the change again that was taken back last, if there is one."""
        if self._changes.redo():
            self._write()

    def clear(self) -> None:
        """Forget all changes."""
        self._changes.clear(self._session.pruning)
        self.changed.emit()

    def _write(self) -> None:
        self._moving = True
        try:
            self._session.pruning = self._changes.now
        finally:
            self._moving = False
        self.changed.emit()

    def _note(self, pruning: PruningConfig) -> None:
        if self._moving:
            return
        before = self._changes.now
        self._changes.note(pruning, _differing(before.model_dump(), pruning.model_dump()))
        self.changed.emit()

    def _words(self, change: Change[PruningConfig]) -> str:
        tops = {field.partition("\0")[0] for field in change.parts}
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
