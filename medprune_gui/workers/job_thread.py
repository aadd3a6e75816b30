"""The thread that owns the compute process and turns its replies into signals."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import deque
from multiprocessing.connection import wait as wait_for
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.records import JobEvent
from medprune_gui.workers.compute_child import ComputeChild
from medprune_gui.workers.compute_process import JOBS_MODULE
from medprune_gui.workers.failures import cannot_start, death_of, name_of, print_trace, reason_of, unexpected
from medprune_gui.workers.messages import Cancel, Reply, Request

CANCEL_GRACE_S = 2.0
_EXIT_S = 1.0
_PROGRESS_INTERVAL_S = 0.1


class JobThread(QThread):
    """Runs jobs one after another in a persistent compute process.

    For each job: `job_started` once it is begun, `job_progressed` at most about ten times a second (events with a
    message or with artefacts are never dropped), then exactly one of `job_finished`, `job_failed`, `job_cancelled`.
    Connect them to methods of QObjects in the main thread.

    A job waits here until the process is ready for it. Where the process dies before a job has started, the job goes
    to a new one, once.

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
        self._wake_receiver, self._wake_sender = multiprocessing.Pipe(duplex=False)
        # What the lock guards:
        self._lock = threading.Lock()
        self._pending: deque[Request] = deque()
        self._next_job = 1
        self._current: Request | None = None
        self._cancel_requested: set[int] = set()
        self._stopping = False
        # What only `run` changes:
        self._child: ComputeChild | None = None
        self._child_wanted = True  # even before there is a job: it takes seconds to start
        self._started = False  # the current job has
        self._kill_at: float | None = None
        self._retried: int | None = None
        self._last_progress = 0.0

    @property
    def compute_pid(self) -> int | None:
        """Process id of the compute process, or None while there is none."""
        child = self._child
        return None if child is None else child.pid

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
        going = True
        while going:
            try:
                going = self._step()
            except Exception as error:  # the thread's border: a job must not wait for ever
                print_trace()
                self._give_up(error)
        child = self._let_go()
        if child is not None:
            child.tell(None)
            child.end(_EXIT_S if child.ready else 0.0)

    def _step(self) -> bool:
        """Do what is due and wait for what comes next; return False once all is over."""
        with self._lock:
            stopping = self._stopping
            dropped = self._take_dropped()
            current = self._current
            cancelling = current is not None and (stopping or current.job in self._cancel_requested)
            waiting = bool(self._pending)
        for job in dropped:
            self.job_cancelled.emit(job)
        if current is None:
            if stopping:
                return False
            if self._child is None and (waiting or self._child_wanted):
                self._spawn()
            if self._child is not None and self._child.ready and waiting:
                self._give_next(self._child)
        elif cancelling and self._kill_at is None and self._child is not None:
            self._child.tell(Cancel(current.job))
            self._kill_at = time.monotonic() + CANCEL_GRACE_S
        if self._child is None:
            self._wake_receiver.recv_bytes()
        else:
            self._attend(self._child)
        return True

    def _attend(self, child: ComputeChild) -> None:
        """Wait for a reply, a wake-up, a death or the end of the grace period, and react to it."""
        timeout = None if self._kill_at is None else max(0.0, self._kill_at - time.monotonic())
        ready = wait_for([child.connection, child.sentinel, self._wake_receiver], timeout)
        if self._wake_receiver in ready:
            self._wake_receiver.recv_bytes()
        if child.connection in ready:  # A dead process's last words come before its death.
            try:
                reply = child.receive()
            except (EOFError, OSError):
                self._mourn(child.end(CANCEL_GRACE_S))
                return
            if reply is not None:
                self._announce(reply)
        elif child.sentinel in ready:
            self._mourn(child.end(CANCEL_GRACE_S))
            return
        if self._kill_at is not None and time.monotonic() >= self._kill_at:
            self._mourn(child.end())

    def _wake(self) -> None:
        self._wake_sender.send_bytes(b"!")

    def _take_dropped(self) -> list[int]:
        dropped = [request.job for request in self._pending if self._stopping or request.job in self._cancel_requested]
        self._pending = deque(request for request in self._pending if request.job not in dropped)
        current = {self._current.job} if self._current else set()
        self._cancel_requested &= current
        return dropped

    def _spawn(self) -> None:
        self._child_wanted = False
        try:
            self._child = ComputeChild(self._threads, self._jobs_module)
        except OSError as error:
            print_trace()
            self._fail_pending(name_of(error))

    def _give_next(self, child: ComputeChild) -> None:
        with self._lock:
            self._current = self._pending.popleft()
        child.tell(self._current)

    def _announce(self, reply: Reply) -> None:
        if reply.kind == "started":
            self._started = True
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
        self._started = False
        self._kill_at = None
        return current

    def _let_go(self) -> ComputeChild | None:
        child, self._child = self._child, None
        return child

    def _mourn(self, exit_code: int | None) -> None:
        """Announce the end of the job that died with the process, or have a new process do what had not started."""
        child = self._let_go()
        assert child is not None
        started, cancelled = self._started, self._kill_at is not None
        current = self._forget_current()
        if current is not None and cancelled:
            self._child_wanted = True
            self.job_cancelled.emit(current.job)
            return
        if current is not None and started:
            self._child_wanted = True
            self.job_failed.emit(current.job, death_of(current, exit_code))
            return
        with self._lock:
            if current is not None:
                self._pending.appendleft(current)
            first = self._pending[0].job if self._pending else None
        # One that dies idle is replaced with the next job, lest a broken installation spawns for ever.
        if first is not None and (child.error is not None or first == self._retried):
            self._fail_pending(child.error or reason_of(exit_code))
        self._retried = first

    def _fail_pending(self, reason: str) -> None:
        """Let the jobs that wait for a process fail because none can be had."""
        with self._lock:
            failed, self._pending = self._pending, deque()
        for request in failed:
            self.job_failed.emit(request.job, cannot_start(reason))

    def _give_up(self, error: Exception) -> None:
        """Let the job fail at which something unforeseen happened, and the process with it."""
        child = self._let_go()
        if child is not None:
            child.end()
        current = self._forget_current()
        if current is None:
            self._fail_pending(name_of(error))
        else:
            record = error.record() if isinstance(error, MedPruneError) else unexpected(error)
            self.job_failed.emit(current.job, record)
