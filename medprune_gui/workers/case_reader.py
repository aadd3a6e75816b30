"""Reads the pictures of test cases in a thread of its own, the newest wish first."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from medprune_gui.engine.errors import InputError, MedPruneError
from medprune_gui.engine.imaging.volume import Volume


class CaseReader(QObject):
    """Reads one picture at a time; only the one asked for last is delivered.

    Signals
    -------
    read
        (file, Volume), or (file, MedPruneError) where it cannot be read.
    """

    read = Signal(object, object)
    _done = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wish = 0
        self._waiting: Future[None] | None = None
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="case-pictures")
        self._done.connect(self._deliver)

    def ask(self, file: Path) -> None:
        """Read a picture; what was asked for before is not delivered any more."""
        self.forget()
        self._waiting = self._threads.submit(self._read, self._wish, file)

    def forget(self) -> None:
        """Deliver nothing of what was asked for."""
        self._wish += 1
        if self._waiting is not None:
            self._waiting.cancel()

    def _read(self, wish: int, file: Path) -> None:
        # pydicom and nibabel are slow to import; the window is up before.
        from medprune_gui.engine.imaging import read_image

        result: Volume | MedPruneError
        try:
            result = read_image(file)
        except MedPruneError as error:
            result = error
        except Exception as error:  # a reader's fault must be seen, not be lost with its thread
            result = InputError(f"this file cannot be read: {error}", where=file)
        self._done.emit(wish, file, result)

    def _deliver(self, wish: int, file: Path, result: object) -> None:
        if wish == self._wish:
            self.read.emit(file, result)
