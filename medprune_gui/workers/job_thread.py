"""The thread that owns the compute process and turns its replies into signals."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from medprune_gui.engine.errors import ComputeProcessDiedError
from medprune_gui.engine.records import ErrorRecord, JobEvent
from medprune_gui.workers.compute_process import JOBS_MODULE, serve
from medprune_gui.workers.messages import Reply, Request

CANCEL_GRACE_S = 2.0
_PROGRESS_INTERVAL_S = 0.1


@dataclass(slots=True)
class _Child:
    process: BaseProcess
    connection: Connection
    cancel: Event


class JobThread(QThread):
    """Runs jobs one after another in a persistent compute process.

    For each job: `job_started` once it is begun, `job_progressed` at most about ten times a second (events with a
    message or with artefacts are never dropped), then exactly one of `job_finished`, `job_failed`, `job_cancelled`.
    Connect them to methods of QObjects in the main thread.

    Parameters
    ----------
    threads
        Threads for torch's operators; default: one less than there are cores.
    jobs_module
        Module whose ``Jobs`` class the compute process serves.
    """

    job_started = Signal(int)
    job_progressed = Signal(int, object)
    job_finished = Signal(int, object)
    job_failed = Signal(int, object)
    job_cancelled = Signal(int)

    def __init__(
        self, parent: QObject | None = None, *, threads: int | None = None, jobs_module: str = JOBS_MODULE
    ) -> None:
        super().__init__(parent)
        self._threads = threads or max(1, (os.cpu_count() or 2) - 1)
        self._jobs_module = jobs_module
        self._lock = threading.Lock()
        self._pending: deque[Request] = deque()
        self._next_job = 1
        self._current: Request | None = None
        self._cancel_requested: set[int] = set()
        self._stopping = False
        self._wake_receiver, self._wake_sender = multiprocessing.Pipe(duplex=False)
        self._child_pid: int | None = None
        self._last_progress = 0.0

    @property
    def compute_pid(self) -> int | None:
        """Process id of the compute process, or None while there is none."""
        return self._child_pid

    def submit(self, kind: str, *arguments: Any) -> int:
        """Queue a job and return its id. Callable from any thread."""
        with self._lock:
            job = self._next_job
            self._next_job += 1
            self._pending.append(Request(job, kind, arguments))
        self._wake()
        return job

    def cancel(self, job: int) -> None:
        """Cancel a waiting or running job; one that has ended is left alone. Callable from any thread."""
        with self._lock:
            self._cancel_requested.add(job)
        self._wake()

    def stop(self) -> None:
        """Cancel everything, end the compute process and the thread, and wait for both."""
        with self._lock:
            self._stopping = True
        self._wake()
        self.wait()

    def run(self) -> None:
        """Serve jobs until `stop` is called; Qt calls this in the new thread."""
        child: _Child | None = self._spawn()
        cancel_deadline: float | None = None
        try:
            while True:
                with self._lock:
                    stopping = self._stopping
                    dropped = self._take_dropped()
                    current = self._current
                    cancelling = current is not None and (stopping or current.job in self._cancel_requested)
                    waiting = bool(self._pending)
                for job in dropped:
                    self.job_cancelled.emit(job)
                if current is None:
                    cancel_deadline = None
                    if stopping:
                        return
                    if waiting:
                        child = child or self._spawn()
                        self._give_next(child)
                if cancelling and child is not None and cancel_deadline is None:
                    child.cancel.set()
                    cancel_deadline = time.monotonic() + CANCEL_GRACE_S
                if not self._attend(child, cancel_deadline):
                    assert child is not None
                    was_busy = self._mourn(child, cancelled=cancel_deadline is not None)
                    # One that dies idle is replaced with the next job, lest a broken installation spawns for ever.
                    child = self._spawn() if was_busy else None
        finally:
            if child is not None:
                self._end(child)

    def _attend(self, child: _Child | None, deadline: float | None) -> bool:
        """Wait for a reply, a wake-up, a death or the deadline; return whether all is well with the child."""
        if child is None:
            self._wake_receiver.recv_bytes()
            return True
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready = wait_for([child.connection, child.process.sentinel, self._wake_receiver], timeout)
        if self._wake_receiver in ready:
            self._wake_receiver.recv_bytes()
        alive = self._receive(child)
        if alive and deadline is not None and self._current is not None and time.monotonic() >= deadline:
            child.process.kill()
            alive = False
        return alive

    def _wake(self) -> None:
        self._wake_sender.send_bytes(b"!")

    def _take_dropped(self) -> list[int]:
        dropped = [request.job for request in self._pending if self._stopping or request.job in self._cancel_requested]
        self._pending = deque(request for request in self._pending if request.job not in dropped)
        current = {self._current.job} if self._current else set()
        self._cancel_requested &= current
        return dropped

    def _give_next(self, child: _Child) -> None:
        with self._lock:
            self._current = self._pending.popleft()
        child.cancel.clear()
        with suppress(OSError):  # Where the child has died, its sentinel says so next.
            child.connection.send(self._current)

    def _receive(self, child: _Child) -> bool:
        """Emit what has come; return whether the child is alive."""
        try:
            while child.connection.poll():
                self._announce(child.connection.recv())
        except (EOFError, OSError):
            return False
        return child.process.is_alive()

    def _announce(self, reply: Reply) -> None:
        if reply.kind == "started":
            self.job_started.emit(reply.job)
        elif reply.kind == "progressed":
            event: JobEvent = reply.payload
            now = time.monotonic()
            if event.message or event.artefacts or now - self._last_progress >= _PROGRESS_INTERVAL_S:
                self._last_progress = now
                self.job_progressed.emit(reply.job, event)
        else:
            self._forget_current()
            if reply.kind == "finished":
                self.job_finished.emit(reply.job, reply.payload)
            elif reply.kind == "failed":
                self.job_failed.emit(reply.job, reply.payload)
            else:
                self.job_cancelled.emit(reply.job)

    def _forget_current(self) -> Request | None:
        with self._lock:
            current, self._current = self._current, None
        return current

    def _mourn(self, child: _Child, *, cancelled: bool) -> bool:
        """Announce the end of the job that died with the child, if any; return whether there was one."""
        current = self._forget_current()
        child.process.join(CANCEL_GRACE_S)
        if child.process.is_alive():  # It closed its end but lingers.
            child.process.kill()
            child.process.join()
        exit_code = child.process.exitcode
        child.connection.close()
        child.process.close()
        self._child_pid = None
        if current is None:
            return False
        if cancelled:
            self.job_cancelled.emit(current.job)
        else:
            self.job_failed.emit(current.job, cause_of_death(exit_code))
        return True

    def _spawn(self) -> _Child:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        cancel = context.Event()
        process = context.Process(
            target=serve,
            args=(theirs, cancel, self._threads, self._jobs_module),
            name="medprune-compute",
            daemon=True,
        )
        process.start()
        theirs.close()
        self._child_pid = process.pid
        return _Child(process, ours, cancel)

    def _end(self, child: _Child) -> None:
        with suppress(OSError):
            child.connection.send(None)
        child.process.join(1.0)
        if child.process.is_alive():
            child.process.kill()
            child.process.join()
        child.connection.close()
        self._child_pid = None


def cause_of_death(exit_code: int | None) -> ErrorRecord:
    """Say in plain words why the compute process ended."""
    if exit_code is not None and exit_code < 0:
        name = signal.Signals(-exit_code).name
        reasons = {
            "SIGKILL": "it was killed, most often because memory ran out (SIGKILL)",
            "SIGSEGV": "a library crashed (segmentation fault)",
            "SIGABRT": "a library gave up (abort)",
        }
        reason = reasons.get(name, f"it was ended by {name}")
    else:
        reason = f"it ended by itself with status {exit_code}"
    return ComputeProcessDiedError(
        f"the compute process is gone: {reason}",
        remedy="A new one has been started and your run folder is intact: resume the run, "
        "with a smaller batch if memory ran out",
    ).record()
