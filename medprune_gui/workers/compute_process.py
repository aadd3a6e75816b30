"""The compute process: it loads, runs, prunes, trains and measures every network, and knows no window.

Only this process imports torch, and it does so by name, so that nothing in the window's process can.
"""

from __future__ import annotations

import importlib
import logging
import os
import signal
import sys
import threading
from collections import deque
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

from medprune_gui.engine.errors import MedPruneError, OutOfMemoryError
from medprune_gui.engine.records import JobEvent
from medprune_gui.workers.child_process import end_with_parent
from medprune_gui.workers.failures import name_of, print_trace, unexpected
from medprune_gui.workers.messages import Cancel, Ready, Reply, Request

JOBS_MODULE = "medprune_gui.engine.experiments.jobs"


def serve(connection: Connection, threads: int, jobs_module: str = JOBS_MODULE) -> None:
    """Say `Ready`, carry out requests until the other end says None or is gone, then end this process.

    Parameters
    ----------
    connection
        Receives `Request`, `Cancel` or None, sends `Ready` and `Reply`.
    threads
        Threads for torch's operators.
    jobs_module
        Module with a class ``Jobs(threads)`` whose methods are generators of `JobEvent` that return a result.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Spinning OpenMP threads starve each other, and the window, on a busy machine.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    with suppress(AttributeError, OSError):
        os.nice(5)
    threading.Thread(target=end_with_parent, name="end-with-parent", daemon=True).start()
    line = _Line(connection)
    logging.captureWarnings(capture=True)
    logging.getLogger().addHandler(line)
    with suppress(_WindowGoneError):
        try:
            jobs = importlib.import_module(jobs_module).Jobs(threads)
        except Exception as error:  # a process border: whatever stands in the way becomes words
            print_trace()
            line.send(Ready(name_of(error)))
        else:
            line.send(Ready())
            while (request := line.next_request()) is not None:
                _carry_out(jobs, request, line)
    # Torch takes more than a second to leave in good order, and there is nothing left to put in order.
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(0)


def _carry_out(jobs: Any, request: Request, line: _Line) -> None:
    line.send(Reply(request.job, "started"))
    try:
        with closing(getattr(jobs, request.kind)(*request.arguments)) as events:
            while not line.cancelled():
                try:
                    event: JobEvent = next(events)
                except StopIteration as stop:
                    line.send(Reply(request.job, "finished", stop.value))
                    return
                line.stage = event.stage
                line.send(Reply(request.job, "progressed", event))
        end = Reply(request.job, "cancelled")
    except _WindowGoneError:
        raise
    except MedPruneError as error:
        end = Reply(request.job, "failed", error.record())
    except MemoryError:
        print_trace()
        end = Reply(request.job, "failed", OutOfMemoryError("there is not enough memory").record())
    except Exception as error:  # a process border: whatever a library raises becomes words
        print_trace()
        end = Reply(request.job, "failed", unexpected(error))
    line.send(end)


class _WindowGoneError(Exception):
    """Nobody is at the other end any more."""


class _Line(logging.Handler):
    """The compute process's end of the pipe; log records and warnings go there as events of the current job.

    A record may come from any thread, even in the middle of a reply's pickling or sending: it waits for the next reply.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(logging.WARNING)
        self._connection = connection
        self._warnings: deque[Reply] = deque(maxlen=1000)
        self._closing = False
        self._job: int | None = None
        self.stage = ""

    def send(self, message: Reply | Ready) -> None:
        """Send a message, and before it the warnings up to now."""
        data = ForkingPickler.dumps(message)
        try:
            for _ in range(len(self._warnings)):
                self._connection.send(self._warnings.popleft())
            self._connection.send_bytes(data)
        except OSError as error:
            raise _WindowGoneError from error

    def next_request(self) -> Request | None:
        """Wait for a job; return None when there will be none."""
        self._job = None
        while not self._closing:
            message = self._receive()
            if isinstance(message, Request):
                self._warnings.clear()
                self._job, self.stage = message.job, ""
                return message
        return None

    def cancelled(self) -> bool:
        """Return whether the current job is to end, without waiting."""
        while not self._closing and self._connection.poll():
            message = self._receive()
            if isinstance(message, Cancel) and message.job == self._job:
                return True
        return self._closing

    def _receive(self) -> Request | Cancel | None:
        try:
            message: Request | Cancel | None = self._connection.recv()
        except (EOFError, OSError) as error:
            raise _WindowGoneError from error
        self._closing = message is None
        return message

    def emit(self, record: logging.LogRecord) -> None:
        job = self._job
        if job is None:
            return
        try:
            text = (record.getMessage().strip().splitlines() or [""])[0]
        except Exception:  # a library's faulty log line must not end a job
            self.handleError(record)
            return
        self._warnings.append(Reply(job, "progressed", JobEvent(self.stage, message=text, level="warning")))
