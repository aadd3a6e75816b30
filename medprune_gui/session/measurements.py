"""What was measured on the images that are open."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from medprune_gui.engine.imaging.measuring import Measurement

Drawn = Mapping[str, tuple[Measurement, ...]]
"""Measurements by the UID of their series, the oldest first; a series without any is missing."""


class Measurements(QObject):
    """Measurements by series.

    Signals
    -------
    changed
        There are others.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawn: Drawn = {}

    @property
    def drawn(self) -> Drawn:
        """All of them; never changed in place, so that it can be kept and given to `restore`."""
        return self._drawn

    def restore(self, drawn: Drawn) -> None:
        """Put other measurements in the place of all that there are."""
        if drawn != self._drawn:
            self._drawn = drawn
            self.changed.emit()

    def of(self, series_uid: str) -> tuple[Measurement, ...]:
        """Return what was drawn on a series, the oldest first."""
        return self._drawn.get(series_uid, ())

    def add(self, series_uid: str, measurement: Measurement) -> None:
        """Add a measurement behind the others of its series."""
        self._put(series_uid, (*self.of(series_uid), measurement))

    def move(self, series_uid: str, index: int, measurement: Measurement) -> None:
        """Put a measurement in the place of another one.

        Raises
        ------
        IndexError
            If there is no such measurement.
        """
        drawn = list(self.of(series_uid))
        drawn[index] = measurement
        self._put(series_uid, tuple(drawn))

    def remove(self, series_uid: str, index: int) -> None:
        """Remove a measurement.

        Raises
        ------
        IndexError
            If there is no such measurement.
        """
        drawn = list(self.of(series_uid))
        del drawn[index]
        self._put(series_uid, tuple(drawn))

    def clear(self, series_uid: str) -> None:
        """Remove all measurements of a series."""
        self._put(series_uid, ())

    def _put(self, series_uid: str, drawn: tuple[Measurement, ...]) -> None:
        every = {uid: own for uid, own in self._drawn.items() if uid != series_uid}
        if drawn:
            every[series_uid] = drawn
        self.restore(every)
