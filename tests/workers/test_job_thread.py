"""The worker's contract: which signals come, in which order, whatever the compute process does."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QObject, Signal, Slot

from medprune_gui.workers.job_thread import JobThread

sys.path.insert(0, str(Path(__file__).parent))


class Recorder(QObject):
    """Keeps what has come, as (signal, job, payload)."""

    ended = Signal()

    def __init__(self, thread: JobThread) -> None:
        super().__init__()
        self.seen: list[tuple[str, int, object]] = []
        thread.job_started.connect(self.started)
        thread.job_progressed.connect(self.progressed)
        thread.job_finished.connect(self.finished)
        thread.job_failed.connect(self.failed)
        thread.job_cancelled.connect(self.cancelled)

    @Slot(int)
    def started(self, job):
        self.seen.append(("started", job, None))

    @Slot(int, object)
    def progressed(self, job, event):
        self.seen.append(("progressed", job, event))

    @Slot(int, object)
    def finished(self, job, result):
        self._end("finished", job, result)

    @Slot(int, object)
    def failed(self, job, error):
        self._end("failed", job, error)

    @Slot(int)
    def cancelled(self, job):
        self._end("cancelled", job, None)

    def _end(self, kind, job, payload):
        self.seen.append((kind, job, payload))
        self.ended.emit()

    def of(self, job):
        return [(kind, payload) for kind, number, payload in self.seen if number == job]

    def ends(self, job):
        return [kind for kind, _ in self.of(job) if kind in ("finished", "failed", "cancelled")]


@pytest.fixture
def worker(qtbot):
    thread = JobThread(threads=1, jobs_module="plain_jobs")
    thread.start()
    yield thread
    pid = thread.compute_pid
    thread.stop()
    assert thread.isFinished()
    assert pid is None or not psutil.pid_exists(pid)


@pytest.fixture
def recorder(worker):
    return Recorder(worker)


def wait_end(qtbot, recorder, job):
    qtbot.waitUntil(lambda: bool(recorder.ends(job)), timeout=15_000)


def test_a_job_starts_progresses_and_finishes_in_this_order(qtbot, worker, recorder):
    job = worker.submit("count", 3)
    wait_end(qtbot, recorder, job)
    assert [kind for kind, _ in recorder.of(job)] == ["started", "progressed", "progressed", "progressed", "finished"]
    assert [event.step for kind, event in recorder.of(job) if kind == "progressed"] == [1, 2, 3]
    assert recorder.of(job)[-1] == ("finished", 3)


def test_jobs_run_one_after_another_in_one_process(qtbot, worker, recorder):
    first, second = worker.submit("pid"), worker.submit("pid")
    wait_end(qtbot, recorder, second)
    kinds = [(kind, job) for kind, job, _ in recorder.seen if kind != "progressed"]
    assert kinds == [("started", first), ("finished", first), ("started", second), ("finished", second)]
    assert recorder.of(first)[-1] == recorder.of(second)[-1]
    assert recorder.of(first)[-1][1] not in (None, os.getpid())


def test_progress_is_throttled_but_the_end_comes(qtbot, worker, recorder):
    job = worker.submit("flood", 20_000)
    begin = time.monotonic()
    wait_end(qtbot, recorder, job)
    seconds = time.monotonic() - begin
    shown = sum(kind == "progressed" for kind, _ in recorder.of(job))
    assert 1 <= shown <= 11 * seconds + 2
    assert recorder.ends(job) == ["finished"]


def test_an_error_arrives_in_words(qtbot, worker, recorder):
    job = worker.submit("fail")
    wait_end(qtbot, recorder, job)
    kind, error = recorder.of(job)[-1]
    assert kind == "failed"
    assert (error.kind, error.where) == ("DatasetError", "cases.csv")
    assert "Choose the column" in str(error)


def test_an_unforeseen_exception_becomes_words_and_the_process_lives(qtbot, worker, recorder):
    job, following = worker.submit("crash"), worker.submit("count", 1)
    wait_end(qtbot, recorder, following)
    assert recorder.ends(job) == ["failed"]
    assert "nobody foresaw this" in str(recorder.of(job)[-1][1])
    assert recorder.ends(following) == ["finished"]


def test_cancelling_runs_the_finally_blocks(qtbot, worker, recorder, tmp_path):
    job = worker.submit("clean_up", str(tmp_path / "mark"))
    qtbot.waitUntil(lambda: any(kind == "progressed" for kind, _ in recorder.of(job)), timeout=15_000)
    pid = worker.compute_pid
    worker.cancel(job)
    wait_end(qtbot, recorder, job)
    assert recorder.ends(job) == ["cancelled"]
    assert (tmp_path / "mark").read_text() == "released"
    assert worker.compute_pid == pid


def test_a_job_that_does_not_listen_is_killed_after_the_grace_period(qtbot, worker, recorder):
    job = worker.submit("hang")
    qtbot.waitUntil(lambda: any(kind == "progressed" for kind, _ in recorder.of(job)), timeout=15_000)
    pid = worker.compute_pid
    begin = time.monotonic()
    worker.cancel(job)
    following = worker.submit("count", 1)
    wait_end(qtbot, recorder, following)
    assert recorder.ends(job) == ["cancelled"]
    assert recorder.ends(following) == ["finished"]
    assert time.monotonic() - begin > 1.5
    assert not psutil.pid_exists(pid)


def test_a_waiting_job_can_be_cancelled_without_being_started(qtbot, worker, recorder):
    first, second = worker.submit("count", 20, 0.02), worker.submit("count", 1)
    worker.cancel(second)
    wait_end(qtbot, recorder, first)
    assert recorder.of(second) == [("cancelled", None)]
    assert recorder.ends(first) == ["finished"]


def test_a_death_is_a_failure_with_its_cause_and_a_new_process_goes_on(qtbot, worker, recorder):
    job, following = worker.submit("die"), worker.submit("count", 2)
    wait_end(qtbot, recorder, following)
    assert recorder.ends(job) == ["failed"]
    error = recorder.of(job)[-1][1]
    assert error.kind == "ComputeProcessDiedError"
    assert "SIGKILL" in error.what
    assert error.remedy
    assert recorder.ends(following) == ["finished"]


def test_an_idle_process_that_is_killed_is_replaced_for_the_next_job(qtbot, worker, recorder):
    first = worker.submit("pid")
    wait_end(qtbot, recorder, first)
    os.kill(recorder.of(first)[-1][1], signal.SIGKILL)
    second = worker.submit("pid")
    wait_end(qtbot, recorder, second)
    # The kill may be noticed before or after the job was handed over.
    if recorder.ends(second) == ["failed"]:
        second = worker.submit("pid")
        wait_end(qtbot, recorder, second)
    assert recorder.ends(second) == ["finished"]
    assert recorder.of(second)[-1] != recorder.of(first)[-1]


def test_warnings_and_log_records_arrive_as_events(qtbot, worker, recorder):
    job = worker.submit("warn")
    wait_end(qtbot, recorder, job)
    warned = [event.message for kind, event in recorder.of(job) if kind == "progressed" and event.level == "warning"]
    assert any("mind the gap" in text for text in warned)
    assert "and the step" in warned


def test_stopping_during_a_job_cancels_it_and_leaves_no_process(qtbot):
    thread = JobThread(threads=1, jobs_module="plain_jobs")
    recorder = Recorder(thread)
    thread.start()
    job, waiting = thread.submit("count", 1000, 0.02), thread.submit("count", 1)
    qtbot.waitUntil(lambda: any(kind == "progressed" for kind, _ in recorder.of(job)), timeout=15_000)
    pid = thread.compute_pid
    thread.stop()
    qtbot.waitUntil(lambda: bool(recorder.ends(job) and recorder.ends(waiting)), timeout=5_000)
    assert recorder.ends(job) == recorder.ends(waiting) == ["cancelled"]
    assert not psutil.pid_exists(pid)


def test_a_jobs_module_that_cannot_be_imported_fails_each_job_and_does_not_spin(qtbot, capfd):
    thread = JobThread(threads=1, jobs_module="no_such_module")
    recorder = Recorder(thread)
    thread.start()
    job = thread.submit("count", 1)
    wait_end(qtbot, recorder, job)
    thread.stop()
    assert recorder.ends(job) == ["failed"]


def test_20_000_signals_do_not_abort_the_program(qtbot):
    """PySide6 6.12 on Python 3.11 aborts after some ten thousand emits."""

    class Emitter(QObject):
        sent = Signal(int, object)

    class Counter(QObject):
        total = 0

        @Slot(int, object)
        def count(self, number, payload):
            self.total += 1

    emitter, counter = Emitter(), Counter()
    emitter.sent.connect(counter.count)
    for i in range(20_000):
        emitter.sent.emit(i, True)
    assert counter.total == 20_000
