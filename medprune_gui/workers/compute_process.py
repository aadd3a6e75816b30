"""The compute process: it loads, runs, prunes, trains and measures every network, and knows no window.

Only this process imports torch, and it does so by name, so that nothing in the window's process can.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Generator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.synchronize import Event
from typing import Any

from medprune_gui.engine.errors import ComputeError, MedPruneError, OutOfMemoryError
from medprune_gui.engine.records import ErrorRecord, JobEvent
from medprune_gui.workers.messages import Reply, Request

JOBS_MODULE = "medprune_gui.engine.experiments.jobs"


def serve(connection: Connection, cancel: Event, threads: int, jobs_module: str = JOBS_MODULE) -> None:
    """Carry out requests until the other end says None or is gone.

    Parameters
    ----------
    connection
        Receives `Request` or None, sends `Reply`.
    cancel
        Set by the other end to cancel the current job; read between two events of the job.
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
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    relay = _LogRelay(connection)
    logging.captureWarnings(capture=True)
    logging.getLogger().addHandler(relay)
    jobs = importlib.import_module(jobs_module).Jobs(threads)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while (request := connection.recv()) is not None:
            relay.job = request.job
            relay.send(Reply(request.job, "started"))
            relay.send(_carry_out(jobs, request, cancel, relay))
            relay.job = None


def _carry_out(jobs: Any, request: Request, cancel: Event, relay: _LogRelay) -> Reply:
    events: Generator[JobEvent, None, Any] = getattr(jobs, request.kind)(*request.arguments)
    try:
        while True:
            event = next(events)
            relay.stage = event.stage
            relay.send(Reply(request.job, "progressed", event))
            if cancel.is_set():
                events.close()
                return Reply(request.job, "cancelled")
    except StopIteration as stop:
        return Reply(request.job, "finished", stop.value)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except MedPruneError as error:
        return Reply(request.job, "failed", error.record())
    except MemoryError:
        return Reply(request.job, "failed", OutOfMemoryError("there is not enough memory").record())
    except Exception as error:  # The process border: whatever a library raises becomes words.
        logging.getLogger(__name__).debug("job %s failed", request.kind, exc_info=True)
        return Reply(request.job, "failed", unexpected(error))
    finally:
        events.close()


def unexpected(error: BaseException) -> ErrorRecord:
    """Say in words what no part of MedPrune foresaw."""
    first_line = (str(error).strip().splitlines() or ["no further word"])[0]
    return ComputeError(f"the computation stopped: {type(error).__name__}: {first_line}").record()


class _LogRelay(logging.Handler):
    """Sends replies, and log records and warnings as events of the current job."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(logging.WARNING)
        self._connection = connection
        self._sending = threading.Lock()
        self.job: int | None = None
        self.stage = ""

    def send(self, reply: Reply) -> None:
        with self._sending:
            self._connection.send(reply)

    def emit(self, record: logging.LogRecord) -> None:
        if self.job is None:
            return
        text = (record.getMessage().strip().splitlines() or [""])[0]
        event = JobEvent(self.stage, message=text, level="warning")
        with suppress(OSError):
            self.send(Reply(self.job, "progressed", event))


def _end_with_parent() -> None:
    """End this process at once when the window's process is gone, whatever it is busy with."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
