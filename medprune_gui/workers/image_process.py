"""The image process: it opens every file of images, and knows neither a window nor torch.

Decoders hold the interpreter's lock for a whole slice, and a damaged or hostile file may hang or crash one. Here that
costs a file, never the window.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from medprune_gui.engine.errors import ImageReadError, MedPruneError, ReaderDiedError
from medprune_gui.engine.imaging import Study, Volume, read_frame, read_series, scan
from medprune_gui.engine.imaging.held_pixels import room_for
from medprune_gui.engine.imaging.layers import read_layer
from medprune_gui.engine.imaging.study import LeftOut
from medprune_gui.engine.records import ErrorRecord
from medprune_gui.workers.child_process import end_with_parent
from medprune_gui.workers.failures import print_trace
from medprune_gui.workers.image_messages import (
    Answer,
    Cancel,
    LayerRequest,
    LoadRequest,
    Ready,
    Request,
    ScanRequest,
    SignOfLife,
    ThumbnailRequest,
    Want,
)
from medprune_gui.workers.pixel_transfer import PackedVolume
from medprune_gui.workers.study_merging import merge_studies
from medprune_gui.workers.study_news import StudySender
from medprune_gui.workers.throttle import Throttle
from medprune_gui.workers.thumbnails import middle_slice, thumbnail_of

REPORT_S = 0.1
FOUND_S = 0.25
# Imported while nothing is asked for, the likeliest to be needed first.
_READERS = ("pydicom.pixels", "pydicom.pixels.decoders", "pylibjpeg", "PIL.Image", "nibabel")


def serve(connection: Connection, life: SignOfLife, budget_bytes: int | None = None) -> None:
    """Say `Ready`, carry out requests until the other end says None or is gone, then end this process.

    Parameters
    ----------
    connection
        Receives a `Request`, `Want`, `Cancel` or None; sends `Ready` and `Answer`.
    life
        Memory shared with the window, where this process says what it is at.
    budget_bytes
        A series of more bytes is held in a file, see `room_for`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, name="end-with-parent", daemon=True).start()
    # Limits of memory and time for this process belong here, before the first file is opened.
    with suppress(_WindowGoneError):
        _Reader(connection, life, budget_bytes).work()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(0)


class _WindowGoneError(Exception):
    """Nobody is at the other end any more, or it wants nothing more."""


class _CancelledError(Exception):
    """Ends a request from its progress callback."""


class _Reader:
    """Carries out one request at a time; a scan makes way for loads and thumbnails between two files."""

    def __init__(self, connection: Connection, life: SignOfLife, budget_bytes: int | None) -> None:
        self._connection = connection
        self._life = life
        self._budget_bytes = budget_bytes
        # Slices are read to where the window will see them.
        self._room = partial(room_for, budget_bytes=budget_bytes, shared=True)
        self._inbox: SimpleQueue[Request | Cancel | Want | None] = SimpleQueue()
        self._waiting: deque[Request] = deque()
        self._cancelled: set[int] = set()
        self._wanted: Want | None = None

    def work(self) -> None:
        threading.Thread(target=self._listen, name="requests", daemon=True).start()
        self._send(Ready())
        readers = deque(_READERS)
        while True:
            while readers and not self._waiting and self._inbox.empty():
                with suppress(ImportError):
                    importlib.import_module(readers.popleft())
            if not self._waiting:
                self._receive()
            self._carry_out_waiting()

    def _carry_out_waiting(self) -> None:
        while self._waiting:
            request = self._waiting.popleft()
            if request.id in self._cancelled:
                self._end(Answer(request.id, "cancelled"))
            else:
                self._carry_out(request)

    def _carry_out(self, request: Request) -> None:
        try:
            if isinstance(request, ScanRequest):
                answer = self._scan(request)
            elif isinstance(request, LoadRequest):
                answer = self._load(request)
            elif isinstance(request, LayerRequest):
                answer = self._read_layer(request)
            else:
                answer = self._shrink(request)
        except _WindowGoneError:
            raise
        except _CancelledError:
            answer = Answer(request.id, "cancelled")
        except Exception as error:  # a process border: whatever a library raises becomes words
            where = self._life.file or _place_of(request)
            answer = Answer(request.id, "failed", record_of(error, where))
        if not answer.pixels_follow:
            self._end(answer)

    # What is asked for

    def _scan(self, request: ScanRequest) -> Answer:
        sender = StudySender(request.known)
        found: list[Study] = []
        errors: list[ErrorRecord] = []
        passed_over: list[LeftOut] = []
        left_out = dict(request.left_out)
        report = self._report(request)
        share = Throttle(FOUND_S)

        def looking_at(path: Path) -> None:
            if path in left_out:
                raise ReaderDiedError(left_out[path], where=path)
            self._life.at(request.id, path)

        def added(studies_up_to_now: Callable[[], list[Study]]) -> None:
            if share.due():
                with share:
                    self._life.at(request.id, None)
                    known = [*request.known, *found]
                    fresh = {study.uid: study for study in (*studies_up_to_now(), *known)}
                    order = dict.fromkeys(study.uid for study in (*known, *fresh.values()))
                    self._send(Answer(request.id, "found", sender.news(fresh[uid] for uid in order)))

        self._life.at(request.id, None)  # a walk through folders takes as long as it takes
        files = all(_is_file(path) for path in request.paths)
        for done, path in enumerate(request.paths):
            try:
                found += scan(
                    path,
                    None if files else report,
                    looking_at=looking_at,
                    added=added,
                    left_out=passed_over.append,
                )
            except (_CancelledError, _WindowGoneError):
                raise
            except Exception as error:  # the border to a path: one that cannot be opened leaves the others
                errors.append(record_of(error, path))
            if files:
                report(done + 1, len(request.paths))
        self._life.at(request.id, None)
        # None rather than what is known already, where nothing could be opened.
        news = sender.news(merge_studies((*request.known, *found))) if len(errors) < len(request.paths) else None
        told = LeftOut(
            tuple(file for one in passed_over for file in one.damaged),
            tuple(file for one in passed_over for file in one.no_image),
        )
        return Answer(request.id, "finished", (news, tuple(errors), told))

    def _load(self, request: LoadRequest) -> Answer:
        series = request.series
        instances = series.instances
        report = self._report(request)

        def progress(done: int, total: int) -> None:
            self._life.at(request.id, instances[min(done, len(instances) - 1)].path)
            report(done, total)
            if self._wanted is not None:
                wanted, self._wanted = self._wanted, None
                if wanted.id == request.id and done < total:
                    self._send_slice(request, wanted.index)

        self._wanted = None
        self._life.at(request.id, instances[0].path)
        # Slices of a NIfTI file come all at once.
        if request.first is not None and len(instances) > 1 and series.kind != "nifti" and series.stackable:
            self._send_slice(request, request.first)
        self._life.at(request.id, instances[0].path)
        room = self._room
        volume = read_series(series, progress, room) if series.stackable else read_frame(series, 0, room)
        answer = Answer(request.id, "finished", pixels_follow=True)
        self._send_volume(answer, volume)
        return answer

    def _send_slice(self, request: LoadRequest, index: int) -> None:
        """Send one slice before its turn."""
        index = min(max(index, 0), len(request.series.instances) - 1)
        self._life.at(request.id, request.series.instances[index].path)
        # One that cannot be read is not sent; the whole series will say why it cannot be read.
        with suppress(ImageReadError):
            volume = read_frame(request.series, index, self._room)
            self._send_volume(Answer(request.id, "slice", index, pixels_follow=True), volume)

    def _read_layer(self, request: LayerRequest) -> Answer:
        self._life.at(request.id, request.path)
        layer = read_layer(request.path, request.kind, lambda path: self._life.at(request.id, path))
        answer = Answer(request.id, "finished", layer.kind, pixels_follow=True)
        self._send_volume(answer, layer.volume)
        return answer

    def _shrink(self, request: ThumbnailRequest) -> Answer:
        series = request.series
        self._life.at(request.id, series.instances[len(series.instances) // 2].path)
        return Answer(request.id, "finished", thumbnail_of(middle_slice(series)))

    # The pipe

    def _report(self, request: Request) -> Callable[[int, int], None]:
        """Return a progress callback that also takes what is asked for meanwhile."""
        throttle = Throttle(REPORT_S)

        def report(done: int, total: int) -> None:
            if done == total or throttle.due():
                self._send(Answer(request.id, "progressed", (done, total)))
            while not self._inbox.empty():
                self._receive()
            if request.id in self._cancelled:
                raise _CancelledError
            if self._waiting and isinstance(request, ScanRequest):
                self._carry_out_waiting()
                self._life.at(request.id, None)

        return report

    def _listen(self) -> None:
        """Take in what is sent, whatever this process is busy with: else both sides might wait to send."""
        try:
            while (message := self._connection.recv()) is not None:
                self._inbox.put(message)
        except (EOFError, OSError):
            pass
        self._inbox.put(None)

    def _receive(self) -> None:
        message = self._inbox.get()
        if message is None:
            raise _WindowGoneError
        if isinstance(message, Cancel):
            self._cancelled.add(message.id)
        elif isinstance(message, Want):
            self._wanted = message
        else:
            self._waiting.append(message)

    def _end(self, answer: Answer) -> None:
        self._cancelled.discard(answer.id)
        self._send(answer)

    def _send(self, message: Answer | Ready) -> None:
        try:
            self._connection.send(message)
        except OSError as error:
            raise _WindowGoneError from error

    def _send_volume(self, answer: Answer, volume: Volume) -> None:
        self._life.at(answer.id, self._life.file, volume.array.nbytes)
        try:
            packed = PackedVolume(volume, self._budget_bytes)
        except OSError as error:
            raise MemoryError from error
        with packed:
            self._send(answer)
            try:
                packed.send(self._connection)
            except OSError as error:
                raise _WindowGoneError from error


def record_of(error: Exception, where: Path) -> ErrorRecord:
    """Return an error in words; ``where`` counts unless the error knows better."""
    if isinstance(error, MedPruneError):
        return error.record()
    if isinstance(error, MemoryError):
        return ErrorRecord("OutOfMemoryError", "The images do not fit into memory", str(where), "Close other programs.")
    if not isinstance(error, OSError):  # which says itself what is wrong
        print_trace()
    return ErrorRecord(type(error).__name__, f"The images could not be read ({error})", str(where))


def _place_of(request: Request) -> Path:
    if isinstance(request, LayerRequest):
        return request.path
    paths: Sequence[Any] = request.paths if isinstance(request, ScanRequest) else request.series.instances[:1]
    first = paths[0]
    return first if isinstance(first, Path) else first.path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # too long a name, or a folder that may not be looked into; scanning it tells
        return False
