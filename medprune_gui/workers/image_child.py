"""The window's end of an image process, and its watch over it."""

from __future__ import annotations

import multiprocessing
import threading
import time
from pathlib import Path
from queue import SimpleQueue

from medprune_gui.engine.errors import ReaderDiedError
from medprune_gui.engine.imaging import Volume
from medprune_gui.engine.records import ErrorRecord
from medprune_gui.workers.child_process import ChildProcess
from medprune_gui.workers.failures import reason_of
from medprune_gui.workers.image_messages import ENDS, Answer, Ready, Request, SignOfLife
from medprune_gui.workers.image_process import serve
from medprune_gui.workers.pixel_transfer import receive_volume

SILENCE_S = 5.0
_NO_MORE = object()
_BYTES_PER_S = 10e6  # a slow disk; a large file is given its time


class ImageChild(ChildProcess):
    """An image process that has just been started.

    Parameters
    ----------
    budget_bytes
        A series of more bytes is held in a file; None: of more than `default_budget`.

    Attributes
    ----------
    ready
        It has said that it takes requests.
    asked
        Requests that it has not answered to the end, by their ids.

    Raises
    ------
    OSError
        If the system has no memory, process or file left for it.
    """

    def __init__(self, budget_bytes: int | None = None) -> None:
        # Memory without a name, like that of the pixels.
        self._life = multiprocessing.get_context("spawn").RawValue(SignOfLife)
        super().__init__(serve, (self._life, budget_bytes), "medprune-images")
        self.ready = False
        self.asked: dict[int, Request] = {}
        self._count = 0
        self._outbox: SimpleQueue[object] = SimpleQueue()
        self._postman = threading.Thread(target=self._deliver, name="image-requests", daemon=True)
        self._postman.start()
        self._heard = time.monotonic()

    def ask(self, request: Request) -> None:
        """Send a request."""
        self.asked[request.id] = request
        self._heard = time.monotonic()
        self.tell(request)

    def tell(self, message: object) -> None:
        """Send a message, in its turn.

        A series of thousands of files is more than the pipe holds, and a process that hangs takes nothing out of it:
        a thread of its own waits for that, so that its owner can end the process.
        """
        self._outbox.put(message)

    def end(self, patience_s: float = 0.0) -> int | None:
        """Wait for the process's end, kill it where that takes longer, and return its exit code."""
        self.wait_or_kill(patience_s)
        self._outbox.put(_NO_MORE)
        self._postman.join()  # the pipe is broken now, and nothing can hold it up
        return super().end()

    def _deliver(self) -> None:
        while (message := self._outbox.get()) is not _NO_MORE:
            super().tell(message)

    def receive(self) -> tuple[Request, Answer, Volume | None] | None:
        """Take the next message; return it if it is about a request, with that and the pixels that belong to it.

        Raises
        ------
        EOFError, OSError, RuntimeError
            If the process has closed its end.
        """
        message: Answer | Ready = self.connection.recv()
        self._heard = time.monotonic()
        if isinstance(message, Ready):
            self.ready = True
            return None
        volume = receive_volume(self.connection) if message.pixels_follow else None
        request = self.asked[message.id]
        if message.kind in ENDS:
            del self.asked[message.id]
        return request, message, volume

    def silent_for(self, patience_s: float) -> bool:
        """Whether it has given no sign of life over one file for longer than it may, see `longest_silence_s`."""
        now = time.monotonic()
        if not (self.ready and self.asked) or self._life.count != self._count:
            self._count, self._heard = self._life.count, now
            return False
        return self._life.file is not None and now - self._heard > self.longest_silence_s(patience_s)

    def longest_silence_s(self, patience_s: float) -> float:
        """Return for how long it may be silent over the file that it is at; a large one is given more time."""
        return patience_s + self._life.size_bytes / _BYTES_PER_S

    def culprit(self) -> tuple[Request | None, Path | None]:
        """Return the request that it is carrying out, and the file that it opened last."""
        return self.asked.get(self._life.request), self._life.file


def held_up(file: Path | None, silence_s: float) -> ErrorRecord:
    """Say that a file took too long."""
    return _not_opened(f"The file gave no sign of progress for {silence_s:.0f} seconds and was given up", file)


def crashed(file: Path | None, exit_code: int | None) -> ErrorRecord:
    """Say that the image process died over a file."""
    return _not_opened(f"Reading ended with its process: {reason_of(exit_code)}", file)


def _not_opened(what: str, file: Path | None) -> ErrorRecord:
    remedy = "Leave this file out, or copy it again from its source" if file is not None else "Try again"
    return ReaderDiedError(what, where=file, remedy=remedy).record()
