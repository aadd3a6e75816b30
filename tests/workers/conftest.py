"""Job threads with real compute processes, that leave none behind."""

import sys
from pathlib import Path

import psutil
import pytest
from recording import Recorder

from medprune_gui.workers.job_thread import JobThread

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def start_worker(qtbot):
    """Start a job thread that serves a module; return it and what it says."""
    threads = []

    def start(jobs_module="plain_jobs"):
        thread = JobThread(threads=1, jobs_module=jobs_module)
        threads.append(thread)
        recorder = Recorder(thread, qtbot)
        thread.start()
        return thread, recorder

    yield start
    for thread in threads:
        pid = thread.compute_pid
        thread.stop()
        assert thread.isFinished()
        assert pid is None or not psutil.pid_exists(pid)


@pytest.fixture
def worker_and_recorder(start_worker):
    return start_worker()


@pytest.fixture
def worker(worker_and_recorder):
    return worker_and_recorder[0]


@pytest.fixture
def recorder(worker_and_recorder):
    return worker_and_recorder[1]
