"""The thread that finds and reads images, so that the window never waits for a disk."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThread, Signal

from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.imaging import Series, Study, Volume, read_frame, read_series, scan
from medprune_gui.engine.imaging.voi import apply_window, automatic_window, modality_values
from medprune_gui.engine.records import ErrorRecord
from medprune_gui.workers.study_merging import merge_studies

if TYPE_CHECKING:
    from PIL.Image import Image

THUMBNAIL_SIZE = 96
_REPORT_S = 0.1


class _CancelledError(Exception):
    """Ends a task from its progress callback."""


class ImageThread(QThread):
    """Does what it is asked one after another: loads first, then scans, thumbnails last.

    Only the newest load counts; one that is under way ends for it. Connect the signals to methods of QObjects, so
    that they arrive in those objects' thread. End the thread with `stop`.

    Signals
    -------
    scan_progressed
        (files done, files in all), at most ten times a second.
    scanned
        Tuple of all studies: those known before and those found.
    scan_cancelled
        The scan was given up; nothing was found or lost.
    load_progressed
        (slices done, slices in all), at most ten times a second.
    loaded
        (Series, Volume), as `load` was asked.
    load_failed
        (Series, ErrorRecord); `failed` follows.
    thumbnail_ready
        (series uid, array of uint8: (row, column) or (row, column, 3), at most `THUMBNAIL_SIZE` long).
    failed
        ErrorRecord: a series could not be read, or a path not be opened. The other paths of the same scan are still
        `scanned`.
    """

    scan_progressed = Signal(int, int)
    scanned = Signal(object)
    scan_cancelled = Signal()
    load_progressed = Signal(int, int)
    loaded = Signal(object, object)
    load_failed = Signal(object, object)
    thumbnail_ready = Signal(str, object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = Condition()
        self._load: Series | None = None
        self._scans: deque[tuple[tuple[Path, ...], tuple[Study, ...]]] = deque()
        self._thumbnails: dict[str, Series] = {}
        self._found: tuple[Study, ...] = ()
        self._stopping = False
        self._cancelling = False

    def scan(self, paths: Sequence[Path], known: Sequence[Study] = ()) -> None:
        """Find the images in files and folders and add them to the studies that are known already."""
        with self._wake:
            self._scans.append((tuple(paths), tuple(known)))
            self._wake.notify()

    def load(self, series: Series) -> None:
        """Read a series; of pictures that cannot be stacked give one, or the first is read."""
        with self._wake:
            self._load = series
            self._wake.notify()

    def thumbnail(self, series: Series) -> None:
        """Make a small picture of a series' middle slice when there is nothing else to do."""
        with self._wake:
            self._thumbnails[series.uid] = series
            self._wake.notify()

    def cancel(self) -> None:
        """Give up scans, waiting or under way; loads and thumbnails go on."""
        with self._wake:
            self._scans.clear()
            self._cancelling = True

    def stop(self) -> None:
        """End what is under way, forget the rest, and wait for the thread's end."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self.wait()

    def run(self) -> None:
        """Work until `stop`; Qt calls this in the new thread."""
        while True:
            with self._wake:
                while not (self._stopping or self._load or self._scans or self._thumbnails):
                    self._cancelling = False
                    self._wake.wait()
                if self._stopping:
                    return
                self._cancelling = False
                load, self._load = self._load, None
                job = self._scans.popleft() if load is None and self._scans else None
                small = None
                if load is None and job is None:
                    small = self._thumbnails.pop(next(iter(self._thumbnails)))
            if load is not None:
                self._read(load)
            elif job is not None:
                self._find(*job)
            elif small is not None:
                self._shrink(small)

    def _find(self, paths: tuple[Path, ...], known: tuple[Study, ...]) -> None:
        # What is known was said when the scan was asked for; others may have ended since.
        found = [*known, *self._found]
        errors: list[ErrorRecord] = []
        report = self._progress(self.scan_progressed.emit, lambda: self._cancelling)
        files = all(_is_file(path) for path in paths)
        try:
            for done, path in enumerate(paths):
                try:
                    found += scan(path, None if files else report)
                    if files:
                        report(done + 1, len(paths))
                except _CancelledError:
                    raise
                except Exception as error:  # the thread's border: an error becomes words
                    errors.append(_record(error, path))
            self._found = studies = merge_studies(found)
        except _CancelledError:
            self.scan_cancelled.emit()
            return
        except MedPruneError as error:
            self.failed.emit(error.record())
            return
        if len(errors) < len(paths):
            self.scanned.emit(studies)
        for record in errors[:1]:
            more = f" (and {len(errors) - 1} more could not be opened)" if len(errors) > 1 else ""
            self.failed.emit(ErrorRecord(record.kind, record.what + more, record.where, record.remedy))

    def _read(self, series: Series) -> None:
        report = self._progress(self.load_progressed.emit, lambda: self._load is not None)
        try:
            volume = read_series(series, report) if series.stackable else read_frame(series, 0)
        except _CancelledError:
            return
        except Exception as error:  # the thread's border: an error becomes words
            record = _record(error, series.instances[0].path)
            self.load_failed.emit(series, record)
            self.failed.emit(record)
            return
        self.loaded.emit(series, volume)
        with self._wake:
            wanted = self._thumbnails.pop(series.uid, None) is not None
        if wanted:
            self.thumbnail_ready.emit(series.uid, thumbnail_of(volume))

    def _shrink(self, series: Series) -> None:
        try:
            # A slice of a compressed NIfTI file costs as much as all of it.
            volume = read_series(series) if series.kind == "nifti" else read_frame(series, len(series.instances) // 2)
            small = thumbnail_of(volume)
        except Exception:  # a series without a picture in the list; loading it tells why
            return
        self.thumbnail_ready.emit(series.uid, small)

    def _progress(self, emit: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Callable[[int, int], None]:
        last = 0.0

        def report(done: int, total: int) -> None:
            nonlocal last
            if self._stopping or cancelled():
                raise _CancelledError
            now = time.monotonic()
            if now - last >= _REPORT_S or done == total:
                last = now
                emit(done, total)
            # Decoders hold the interpreter's lock for a whole slice; let the window's thread have its turn.
            self.usleep(200)

        return report


def thumbnail_of(volume: Volume, size: int = THUMBNAIL_SIZE) -> NDArray[np.uint8]:
    """Return the middle slice in its first window, in true proportions, at most ``size`` pixels long.

    Returns
    -------
    ndarray
        uint8, (row, column), or (row, column, 3) in colour.
    """
    from PIL.Image import Resampling, fromarray

    index = len(volume.array) // 2
    raw: NDArray[Any] = volume.array[index]
    if not volume.colour:
        window = volume.windows[0] if volume.windows else automatic_window(volume, index)
        grey = apply_window(np.nan_to_num(modality_values(raw, volume.slope, volume.intercept)), window)
        if raw.min() == raw.max():  # an empty slice of a mask says nothing, and should not glare
            grey = np.zeros_like(grey)
        raw = np.rint(255 * (1 - grey if volume.inverted else grey)).astype(np.uint8)
    height, width = raw.shape[0] * volume.spacing_mm[1], raw.shape[1] * volume.spacing_mm[2]
    longest = max(height, width)
    image: Image = fromarray(np.ascontiguousarray(raw))
    shrunk = image.resize(
        (max(1, round(size * width / longest)), max(1, round(size * height / longest))), Resampling.BOX
    )
    return np.asarray(shrunk, dtype=np.uint8)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # too long a name, or a folder that may not be looked into; scanning it tells
        return False


def _record(error: Exception, where: Path) -> ErrorRecord:
    if isinstance(error, MedPruneError):
        return error.record()
    if isinstance(error, MemoryError):
        return ErrorRecord("OutOfMemoryError", "The images do not fit into memory", str(where), "Close other programs.")
    return ErrorRecord(type(error).__name__, f"The images could not be read ({error})", str(where))
