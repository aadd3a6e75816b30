"""The thread that has images found and read by a process of its own, so that the window never waits."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.connection import wait as wait_for
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from medprune_gui.engine.imaging import Series, Study, Volume
from medprune_gui.engine.imaging.layers import LayerKind
from medprune_gui.engine.imaging.study import LeftOut
from medprune_gui.engine.records import ErrorRecord
from medprune_gui.workers.failures import cannot_start, name_of, print_trace, reason_of, unexpected
from medprune_gui.workers.image_child import SILENCE_S, ImageChild, crashed, held_up
from medprune_gui.workers.image_messages import (
    ENDS,
    Answer,
    Cancel,
    LayerRequest,
    LoadRequest,
    Request,
    ScanRequest,
    ThumbnailRequest,
    Want,
)
from medprune_gui.workers.image_requests import WaitingRequests
from medprune_gui.workers.study_news import StudyNews, StudyReceiver

_CANCEL_GRACE_S = 2.0
_EXIT_S = 0.5
_LOOK_S = 0.5  # how often a busy process is looked after
_MOST_STILLBORN = 2  # before it is said that no process starts
_MOST_DEATHS = 20  # of one scan: a disk that breaks is not a folder with a few bad files


class ImageThread(QThread):
    """Has images found, read and made small by a persistent image process: loads and layers first, thumbnails last.

    A load interrupts a scan between two files. Only the newest load counts; one that is under way ends for it. A
    process that dies, or that gives no sign of life over a file, is replaced; what it was doing fails with an error
    that names the file (a scan goes on without it), what else was asked for is done by the new one.

    Connect the signals to methods of QObjects, so that they arrive in those objects' thread. End the thread with
    `stop`.

    Parameters
    ----------
    silence_s
        How long the process may be silent over one file; large files are given more.
    budget_bytes
        A series of more bytes is held in a file instead of in memory; None: of more than `default_budget`.

    Signals
    -------
    scan_progressed
        (files done, files in all), at most ten times a second.
    scan_found
        Tuple of the studies that are known up to now, at most four times a second; series in it may still grow.
    scanned
        Tuple of all studies: those known before and those found.
    left_out
        LeftOut: which files of that scan no series is told of; follows `scanned`.
    scan_cancelled
        The scan was given up; nothing was found or lost.
    load_progressed
        (slices done, slices in all), at most ten times a second.
    first_slice
        (Series, index, Volume of that slice): a slice that `load` or `want` asked for, before all the others are there.
    loaded
        (Series, Volume), as `load` was asked.
    load_failed
        (Series, ErrorRecord): it is said where the series would be shown.
    layer_read
        (Path, kind, Volume): what is to be laid over an image, see `read_layer`.
    layer_failed
        (Path, ErrorRecord): that could not be read.
    thumbnail_ready
        (series uid, array of uint8: (row, column) or (row, column, 3), at most `THUMBNAIL_SIZE` long).
    failed
        ErrorRecord: a path could not be opened, or no process be had. The other paths of the same scan are still
        `scanned`.
    """

    scan_progressed = Signal(int, int)
    scan_found = Signal(object)
    scanned = Signal(object)
    left_out = Signal(object)
    scan_cancelled = Signal()
    load_progressed = Signal(int, int)
    first_slice = Signal(object, int, object)
    loaded = Signal(object, object)
    load_failed = Signal(object, object)
    layer_read = Signal(object, str, object)
    layer_failed = Signal(object, object)
    thumbnail_ready = Signal(str, object)
    failed = Signal(object)

    def __init__(
        self, parent: QObject | None = None, *, silence_s: float = SILENCE_S, budget_bytes: int | None = None
    ) -> None:
        super().__init__(parent)
        self._silence_s = silence_s
        self._budget_bytes = budget_bytes
        self._wake_receiver, self._wake_sender = multiprocessing.Pipe(duplex=False)
        self._waiting = WaitingRequests()
        self._stopping = False
        # What only `run` changes:
        self._child: ImageChild | None = None
        self._child_wanted = True  # even before anything is asked for: it takes most of a second to start
        self._receiver = StudyReceiver(())
        self._found: tuple[Study, ...] = ()
        self._kill_at: float | None = None
        self._given_up: set[int] = set()
        self._stillborn = 0
        self._retried: set[int] = set()

    @property
    def image_pid(self) -> int | None:
        """Process id of the image process, or None while there is none."""
        child = self._child
        return None if child is None else child.pid

    def scan(self, paths: Sequence[Path], known: Sequence[Study] = ()) -> None:
        """Find the images in files and folders and add them to the studies that are known already."""
        self._waiting.scan(paths, known)
        self._wake()

    def load(self, series: Series, first: int | None = None) -> None:
        """Read a series; of pictures that cannot be stacked give one, or the first is read.

        Parameters
        ----------
        first
            Index of the slice that is to arrive before the others, as `first_slice`.
        """
        self._waiting.load(series, first)
        self._wake()

    def want(self, series: Series, index: int) -> None:
        """Have a slice of the series that is being read come next, as `first_slice`."""
        self._waiting.want(series, index)
        self._wake()

    def read_layer(self, path: Path, kind: LayerKind | None = None) -> None:
        """Read a label map or a heat map from a file; None: its values tell which it is."""
        self._waiting.layer(path, kind)
        self._wake()

    def thumbnail(self, series: Series) -> None:
        """Make a small picture of a series' middle slice when there is nothing else to do."""
        self._waiting.thumbnail(series)
        self._wake()

    def cancel(self) -> None:
        """Give up scans, waiting or under way; loads and thumbnails go on."""
        self._waiting.cancel_scans()
        self._wake()

    def stop(self) -> None:
        """End what is under way, forget the rest, and wait for the process's and the thread's end."""
        self._stopping = True
        self._wake()
        self.wait()

    def run(self) -> None:
        """Work until `stop`; Qt calls this in the new thread."""
        while True:
            try:
                if not self._step():
                    break
            except Exception as error:  # the thread's border: nobody must wait for ever
                print_trace()
                self._give_up(error)
        child, self._child = self._child, None
        if child is not None:
            child.tell(None)
            child.end(_EXIT_S if child.ready and not child.asked else 0.0)

    def _step(self) -> bool:
        """Do what is due and wait for what comes next; return False once all is over."""
        if not self._hand_out():
            return False
        child = self._child
        if child is None:
            self._wake_receiver.recv_bytes()
            return True
        timeout = _LOOK_S if child.asked else None
        ready = wait_for([child.connection, child.sentinel, self._wake_receiver], timeout)
        if self._wake_receiver in ready:
            self._wake_receiver.recv_bytes()
        if child.connection in ready:  # A dead process's last words come before its death.
            try:
                received = child.receive()
            except (EOFError, OSError, RuntimeError):
                self._mourn(child, child.end(_CANCEL_GRACE_S))
                return True
            self._stillborn = 0
            if received is not None:
                self._announce(*received)
        elif child.sentinel in ready:
            self._mourn(child, child.end(_CANCEL_GRACE_S))
        elif child.silent_for(self._silence_s) or (self._kill_at is not None and time.monotonic() >= self._kill_at):
            child.end()
            self._mourn(child, None)
        return True

    def _wake(self) -> None:
        self._wake_sender.send_bytes(b"!")

    # What is asked for

    def _hand_out(self) -> bool:
        """Give the image process what it may do now; return False where all is to end."""
        if self._stopping:
            return False
        cancelling, dropped = self._waiting.take_cancelling()
        if cancelling and self._end_asked(ScanRequest) == 0 and dropped:
            self.scan_cancelled.emit()
        if self._child is None and (self._waiting or self._child_wanted):
            self._spawn()
        child = self._child
        if child is None or not child.ready:
            return True
        # A load that had to wait for a layer could not end in time for the next one.
        laying = any(isinstance(request, LayerRequest) for request in child.asked.values())
        load = None if laying else self._waiting.take_load()
        if load is not None:
            self._end_asked(LoadRequest)
            child.ask(load)
        under_way = [request for request in child.asked.values() if request.id not in self._given_up]
        if (wanted := self._waiting.take_wanted()) is not None:
            for request in under_way:
                if isinstance(request, LoadRequest) and request.series == wanted[0]:
                    child.tell(Want(request.id, wanted[1]))
        kinds = {type(request) for request in under_way}
        if not {LoadRequest, LayerRequest} & kinds and (layer := self._waiting.take_layer()) is not None:
            child.ask(layer)
        if ScanRequest not in kinds and (scan := self._waiting.take_scan()) is not None:
            # What is known was said when the scan was asked for; others may have ended since.
            known = tuple(dict.fromkeys((*scan.known, *self._found)))
            self._receiver = StudyReceiver(known)
            child.ask(replace(scan, known=known))
        if (
            not {LoadRequest, LayerRequest, ThumbnailRequest} & kinds
            and (small := self._waiting.take_thumbnail()) is not None
        ):
            child.ask(small)
        return True

    def _end_asked(self, kind: type[Request]) -> int:
        """Cancel what the process does of a kind, and return how much that is."""
        child = self._child
        if child is None:
            return 0
        ending = [one.id for one in child.asked.values() if isinstance(one, kind) and one.id not in self._given_up]
        for request in ending:
            child.tell(Cancel(request))
        if ending:
            self._given_up.update(ending)
            self._kill_at = self._kill_at or time.monotonic() + _CANCEL_GRACE_S
        return len(ending)

    def _spawn(self) -> None:
        self._child_wanted = False
        try:
            self._child = ImageChild(self._budget_bytes)
        except OSError as error:
            print_trace()
            self._fail_waiting(cannot_start(name_of(error)))

    # What comes back

    def _announce(self, request: Request, answer: Answer, volume: Volume | None) -> None:
        given_up = request.id in self._given_up
        if answer.kind in ENDS:
            self._forget(request.id)
        if isinstance(request, ScanRequest):
            self._announce_scan(answer, given_up=given_up)
        elif isinstance(request, ThumbnailRequest):
            if answer.kind == "finished":
                self.thumbnail_ready.emit(request.series.uid, answer.payload)
            # Without a picture in the list where it failed; loading the series tells why.
        elif isinstance(request, LayerRequest):
            if answer.kind == "finished":
                self.layer_read.emit(request.path, answer.payload, volume)
            elif answer.kind == "failed":
                self.layer_failed.emit(request.path, answer.payload)
        elif not given_up:
            self._announce_load(request, answer, volume)

    def _announce_scan(self, answer: Answer, *, given_up: bool) -> None:
        if given_up:
            if answer.kind in ENDS:
                self.scan_cancelled.emit()
        elif answer.kind == "progressed":
            self.scan_progressed.emit(*answer.payload)
        elif answer.kind == "found":
            self.scan_found.emit(self._receiver.studies(answer.payload))
        elif answer.kind == "failed":
            self.failed.emit(answer.payload)
        elif answer.kind == "finished":
            news: StudyNews | None
            errors: tuple[ErrorRecord, ...]
            left_out: LeftOut
            news, errors, left_out = answer.payload
            if news is not None:
                self._found = self._receiver.studies(news)
                self.scanned.emit(self._found)
                self.left_out.emit(left_out)
            for record in errors[:1]:
                more = f" (and {len(errors) - 1} more could not be opened)" if len(errors) > 1 else ""
                self.failed.emit(replace(record, what=record.what + more))

    def _announce_load(self, request: LoadRequest, answer: Answer, volume: Volume | None) -> None:
        series = request.series
        if answer.kind == "progressed":
            self.load_progressed.emit(*answer.payload)
        elif answer.kind == "slice":
            self.first_slice.emit(series, answer.payload, volume)
        elif answer.kind == "failed":
            self.load_failed.emit(series, answer.payload)
        elif answer.kind == "finished":
            self.loaded.emit(series, volume)

    def _forget(self, request: int) -> None:
        self._given_up.discard(request)
        if not self._given_up:
            self._kill_at = None

    # Deaths

    def _mourn(self, child: ImageChild, exit_code: int | None) -> None:
        """Blame a dead process's file, and have a new process do what else it was asked for."""
        self._child = None
        self._kill_at = None
        given_up, self._given_up = self._given_up, set()
        if not child.ready:
            self._stillborn += 1
            if self._stillborn >= _MOST_STILLBORN:
                self._stillborn = 0
                self._fail_waiting(cannot_start(reason_of(exit_code)))
            return
        for one in given_up & child.asked.keys():
            if isinstance(child.asked.pop(one), ScanRequest):
                self.scan_cancelled.emit()
        guilty, file = child.culprit()
        silence_s = child.longest_silence_s(self._silence_s)
        error = crashed(file, exit_code) if exit_code is not None else held_up(file, silence_s)
        for request in child.asked.values():
            if request is guilty:
                self._fail(request, error, file)
            elif guilty is None and request.id in self._retried:
                self._fail(request, crashed(None, exit_code), None)
            else:
                if guilty is None:  # it died before it began, which may not be this request's fault
                    self._retried.add(request.id)
                self._waiting.put_back(request)

    def _fail(self, request: Request, error: ErrorRecord, file: Path | None) -> None:
        if isinstance(request, (LoadRequest, LayerRequest)):
            self._announce(request, Answer(request.id, "failed", error), None)
        elif isinstance(request, ScanRequest):
            if file is None or file in dict(request.left_out) or len(request.left_out) >= _MOST_DEATHS:
                self.failed.emit(error)
            else:
                self._waiting.put_back(replace(request, left_out=(*request.left_out, (file, error.what))))

    def _fail_waiting(self, error: ErrorRecord) -> None:
        """Let all that waits fail because no process can be had."""
        for request in self._waiting.clear():
            if isinstance(request, LayerRequest):
                self.layer_failed.emit(request.path, error)
            else:
                self.load_failed.emit(request.series, error)
        self.failed.emit(error)

    def _give_up(self, error: Exception) -> None:
        """Let everything fail at which something unforeseen happened, and the process with it."""
        child, self._child = self._child, None
        self._kill_at = None
        self._given_up.clear()
        record = unexpected(error)
        if child is not None:
            child.end()
            for request in child.asked.values():
                self._fail(request, record, None)
        self._fail_waiting(record)
