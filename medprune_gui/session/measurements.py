"""What was measured on the images that are open."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from medprune_gui.engine.imaging.measuring import Measurement
from medprune_gui.session.changes import Changes

_Drawn = Mapping[str, tuple[Measurement, ...]]


class Measurements(QObject):
    """Measurements by series; each change can be taken back.

    Signals
    -------
    changed
        There are others, or others can be taken back or made again.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changes: Changes[_Drawn] = Changes({})

    def of(self, series_uid: str) -> tuple[Measurement, ...]:
        """Return what was drawn on a series, the oldest first."""
        return self._changes.now.get(series_uid, ())

    @property
    def series(self) -> tuple[str, ...]:
        """UIDs of the series that something was drawn on."""
        return tuple(self._changes.now)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return self._changes.last_done is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return self._changes.last_undone is not None

    def add(self, series_uid: str, measurement: Measurement) -> None:
        """Add a measurement behind the others of its series."""
        self._note(series_uid, (*self.of(series_uid), measurement), "add")

    def move(self, series_uid: str, index: int, measurement: Measurement) -> None:
        """Put a measurement in the place of another one; the steps of a drag count as one change.

        Raises
        ------
        IndexError
            If there is no such measurement.
        """
        drawn = list(self.of(series_uid))
        drawn[index] = measurement
        self._note(series_uid, tuple(drawn), f"move {index}")

    def remove(self, series_uid: str, index: int) -> None:
        """Remove a measurement.

        Raises
        ------
        IndexError
            If there is no such measurement.
        """
        drawn = list(self.of(series_uid))
        del drawn[index]
        self._note(series_uid, tuple(drawn), "remove")

    def clear(self, series_uid: str) -> None:
        """Remove all measurements of a series."""
        if self.of(series_uid):
            self._note(series_uid, (), "remove")

    def undo(self) -> None:
        """Take back the latest change, if there is one."""
        if self._changes.undo():
            self.changed.emit()

    def redo(self) -> None:
        """Make the change again that was taken back last, if there is one."""
        if self._changes.redo():
            self.changed.emit()

    def _note(self, series_uid: str, drawn: tuple[Measurement, ...], what: str) -> None:
        every = {uid: own for uid, own in self._changes.now.items() if uid != series_uid}
        if drawn:
            every[series_uid] = drawn
        # What is added or removed twice within a second are two changes.
        self._changes.note(every, frozenset((series_uid, what)), merge=what.startswith("move"))
        self.changed.emit()
