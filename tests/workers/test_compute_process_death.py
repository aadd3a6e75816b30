"""What becomes of jobs, and of processes, when one of the two processes dies or cannot be started."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest


@pytest.mark.parametrize(("kind", "resumable"), [("die", False), ("run", True)])
def test_a_death_is_a_failure_with_its_cause_and_a_new_process_goes_on(worker, recorder, kind, resumable):
    job, following = worker.submit(kind), worker.submit("count", 2)
    end, error = recorder.wait_end(job)
    assert end == "failed"
    assert error.kind == "ComputeProcessDiedError"
    assert "SIGKILL" in error.what
    assert ("resume" in error.remedy) == resumable
    assert recorder.wait_end(following) == ("finished", 2)


def test_jobs_do_not_notice_that_an_idle_process_has_just_died(worker, recorder):
    _, pid = recorder.wait_end(worker.submit("pid"))
    for _ in range(5):
        os.kill(pid, signal.SIGKILL)
        end, following = recorder.wait_end(worker.submit("pid"))
        assert end == "finished"
        assert following != pid
        pid = following


@pytest.mark.parametrize(
    ("how", "words", "tries_at_most"), [("import", "torch is not what it was", 2), ("killed", "SIGKILL", 3)]
)
def test_a_process_that_cannot_start_fails_each_job_and_is_not_tried_for_ever(
    qtbot, start_worker, monkeypatch, tmp_path, capfd, how, words, tries_at_most
):
    tries = tmp_path / "tries"
    monkeypatch.setenv("BROKEN_TRIES", str(tries))
    monkeypatch.setenv("BROKEN_HOW", how)
    worker, recorder = start_worker("broken_jobs")
    qtbot.waitUntil(lambda: tries.exists() and worker.compute_pid is None, timeout=15_000)
    qtbot.wait(300)
    assert tries.read_text().count("tried") == 1

    first, second = worker.submit("run"), worker.submit("count", 1)
    for job in (first, second):
        end, error = recorder.wait_end(job)
        assert end == "failed"
        assert error.what.startswith("the compute process cannot start: ")
        assert words in error.what
        assert "resume" not in error.remedy
    qtbot.wait(300)
    assert tries.read_text().count("tried") <= tries_at_most


@pytest.fixture
def no_files_left():
    """Two functions: leave this process no file to open; undo that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = []

    def take_all():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        with suppress(OSError):
            while True:
                taken.append(os.dup(0))

    def give_back():
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        while taken:
            os.close(taken.pop())

    yield take_all, give_back
    give_back()


def test_a_system_without_room_for_a_process_fails_the_jobs_and_later_ones_are_tried_anew(
    worker, recorder, no_files_left, capfd
):
    take_all, give_back = no_files_left
    _, pid = recorder.wait_end(worker.submit("pid"))
    take_all()
    os.kill(pid, signal.SIGKILL)
    jobs = worker.submit("count", 1), worker.submit("count", 2)
    ends = [recorder.wait_end(job) for job in jobs]
    give_back()
    for end, error in ends:
        assert end == "failed"
        assert error.what.startswith("the compute process cannot start: OSError")
    assert recorder.wait_end(worker.submit("count", 1)) == ("finished", 1)


@pytest.mark.parametrize("state", ["busy", "idle"])
def test_no_process_outlives_a_window_that_is_killed(state):
    script = Path(__file__).parent / "window_process.py"
    with subprocess.Popen(
        [sys.executable, str(script), state],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as window:
        try:
            pid = int(window.stdout.readline())
            children = psutil.Process(window.pid).children(recursive=True)
            assert pid in [child.pid for child in children]
        finally:
            window.kill()
        _, alive = psutil.wait_procs(children, timeout=3)
        for child in alive:
            child.kill()
        assert not alive
        assert window.stderr.read() == ""
