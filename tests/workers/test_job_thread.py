"""The worker's contract: which signals come, in which order, whatever the compute process does."""

from __future__ import annotations

import os
import signal
import time

import psutil
import pytest
from PySide6.QtCore import QObject, Signal, Slot

from medprune_gui.workers import job_thread


def test_a_job_starts_progresses_and_finishes_in_this_order(worker, recorder):
    job = worker.submit("count", 3)
    recorder.wait_end(job)
    assert [kind for kind, _ in recorder.of(job)] == ["started", "progressed", "progressed", "progressed", "finished"]
    assert [event.step for kind, event in recorder.of(job) if kind == "progressed"] == [1, 2, 3]
    assert recorder.of(job)[-1] == ("finished", 3)


def test_jobs_run_one_after_another_in_one_process(worker, recorder):
    first, second = worker.submit("pid"), worker.submit("pid")
    recorder.wait_end(second)
    kinds = [(kind, job) for kind, job, _ in recorder.seen if kind != "progressed"]
    assert kinds == [("started", first), ("finished", first), ("started", second), ("finished", second)]
    assert recorder.of(first)[-1] == recorder.of(second)[-1]
    assert recorder.of(first)[-1][1] not in (None, os.getpid())


def test_progress_is_throttled_but_the_end_comes(worker, recorder):
    job = worker.submit("flood", 20_000)
    begin = time.monotonic()
    recorder.wait_end(job)
    seconds = time.monotonic() - begin
    shown = sum(kind == "progressed" for kind, _ in recorder.of(job))
    assert 1 <= shown <= 11 * seconds + 2
    assert recorder.ends(job) == ["finished"]


def test_an_error_arrives_in_words(worker, recorder):
    job = worker.submit("fail")
    recorder.wait_end(job)
    kind, error = recorder.of(job)[-1]
    assert kind == "failed"
    assert (error.kind, error.where) == ("DatasetError", "cases.csv")
    assert "Choose the column" in str(error)


def test_an_unforeseen_exception_becomes_words_and_the_process_lives(worker, recorder):
    job, following = worker.submit("crash"), worker.submit("count", 1)
    recorder.wait_end(following)
    assert recorder.ends(job) == ["failed"]
    assert "nobody foresaw this" in str(recorder.of(job)[-1][1])
    assert recorder.ends(following) == ["finished"]


def test_cancelling_runs_the_finally_blocks(worker, recorder, tmp_path):
    job = worker.submit("clean_up", str(tmp_path / "mark"))
    recorder.wait_progress(job)
    pid = worker.compute_pid
    worker.cancel(job)
    recorder.wait_end(job)
    assert recorder.ends(job) == ["cancelled"]
    assert (tmp_path / "mark").read_text() == "released"
    assert worker.compute_pid == pid


def test_a_job_that_does_not_listen_is_killed_after_the_grace_period(worker, recorder):
    job = worker.submit("hang")
    recorder.wait_progress(job)
    pid = worker.compute_pid
    begin = time.monotonic()
    worker.cancel(job)
    following = worker.submit("count", 1)
    recorder.wait_end(following)
    assert recorder.ends(job) == ["cancelled"]
    assert recorder.ends(following) == ["finished"]
    assert time.monotonic() - begin > 1.5
    assert not psutil.pid_exists(pid)


def test_a_waiting_job_can_be_cancelled_without_being_started(worker, recorder):
    first, second = worker.submit("count", 20, 0.02), worker.submit("count", 1)
    worker.cancel(second)
    recorder.wait_end(first)
    assert recorder.of(second) == [("cancelled", None)]
    assert recorder.ends(first) == ["finished"]


def test_warnings_and_log_records_arrive_as_events(worker, recorder):
    job = worker.submit("warn")
    recorder.wait_end(job)
    warned = [event.message for kind, event in recorder.of(job) if kind == "progressed" and event.level == "warning"]
    assert any("mind the gap" in text for text in warned)
    assert "and the step" in warned


def test_stopping_during_a_job_cancels_it_and_leaves_no_process(qtbot, worker, recorder):
    job, waiting = worker.submit("count", 1000, 0.02), worker.submit("count", 1)
    recorder.wait_progress(job)
    pid = worker.compute_pid
    worker.stop()
    recorder.wait_end(waiting)
    assert recorder.ends(job) == recorder.ends(waiting) == ["cancelled"]
    assert not psutil.pid_exists(pid)


def test_stopping_takes_no_half_second_though_torch_takes_longer_to_leave(start_worker):
    worker, recorder = start_worker("torch_jobs")
    pid = recorder.wait_end(worker.submit("pid"))[1]
    begin = time.monotonic()
    worker.stop()
    assert time.monotonic() - begin < 0.5
    assert not psutil.pid_exists(pid)


def test_stopping_does_not_wait_for_a_process_that_starts(start_worker):
    worker, _ = start_worker("slow_jobs")
    begin = time.monotonic()
    worker.stop()
    assert time.monotonic() - begin < 0.5


def test_a_job_is_cancelled_at_once_while_the_process_starts_which_goes_on(qtbot, start_worker):
    worker, recorder = start_worker("slow_jobs")
    begin = time.monotonic()
    job, following = worker.submit("count", 1), worker.submit("pid")
    qtbot.waitUntil(lambda: worker.compute_pid is not None)
    qtbot.wait(200)
    worker.cancel(job)
    recorder.wait_end(job)
    assert time.monotonic() - begin < 1.5
    pid = worker.compute_pid
    assert recorder.of(job) == [("cancelled", None)]
    assert recorder.wait_end(following) == ("finished", pid)
    assert time.monotonic() - begin > job_thread.CANCEL_GRACE_S


def test_a_flood_of_progress_does_not_keep_a_cancel_waiting(worker, recorder):
    job = worker.submit("flood", 10**9)
    recorder.wait_progress(job)
    begin = time.monotonic()
    worker.cancel(job)
    assert recorder.wait_end(job)[0] == "cancelled"
    assert time.monotonic() - begin < 1.0


def test_a_process_that_is_stopped_cannot_keep_a_cancel_waiting(worker, recorder, monkeypatch):
    monkeypatch.setattr(job_thread, "CANCEL_GRACE_S", 0.3)
    job, following = worker.submit("count", 1000, 0.001), worker.submit("count", 1)
    recorder.wait_progress(job)
    os.kill(worker.compute_pid, signal.SIGSTOP)
    worker.cancel(job)
    assert recorder.wait_end(job)[0] == "cancelled"
    assert recorder.wait_end(following) == ("finished", 1)


@pytest.mark.parametrize(("kind", "words"), [("unpicklable", "lambda"), ("unreadable", "nobody can read this")])
def test_a_result_that_does_not_arrive_fails_its_job_alone(worker, recorder, kind, words):
    job, following = worker.submit(kind), worker.submit("count", 1)
    end, error = recorder.wait_end(job)
    assert end == "failed"
    assert words in error.what
    assert recorder.wait_end(following) == ("finished", 1)


def test_arguments_that_cannot_be_sent_fail_their_job_alone(worker, recorder):
    job, following = worker.submit("count", lambda: 3), worker.submit("count", 1)
    assert recorder.wait_end(job)[0] == "failed"
    assert recorder.wait_end(following) == ("finished", 1)


def test_a_warning_while_a_reply_is_pickled_arrives_before_it(worker, recorder):
    job = worker.submit("warn_late")
    assert recorder.wait_end(job)[0] == "finished"
    assert "pickling is hard" in recorder.of(job)[-2][1].message


def test_an_unforeseen_error_leaves_its_trace_on_standard_error(start_worker, capfd):
    worker, recorder = start_worker()
    _, error = recorder.wait_end(worker.submit("crash"))
    assert "ZeroDivisionError: nobody foresaw this" in error.what
    trace = capfd.readouterr().err
    assert "Traceback" in trace
    assert 'raise ZeroDivisionError("nobody foresaw this")' in trace


def test_threads_are_told_not_to_spin_before_the_engine_is_imported(start_worker, monkeypatch):
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    worker, recorder = start_worker()
    assert recorder.wait_end(worker.submit("wait_policy")) == ("finished", "PASSIVE")


def test_20_000_signals_do_not_abort_the_program(qapp):
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
