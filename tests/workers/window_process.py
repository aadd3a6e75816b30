"""A program that owns a compute process, as the window does: says its id, then goes on until it is killed."""

import sys

from PySide6.QtCore import QCoreApplication, Qt

from medprune_gui.workers.job_thread import JobThread


def main(state):
    app = QCoreApplication([])
    jobs = JobThread(threads=1, jobs_module="plain_jobs")

    def say(*_):
        print(jobs.compute_pid, flush=True)  # noqa: T201

    signal, job = {"busy": (jobs.job_progressed, ("hang",)), "idle": (jobs.job_finished, ("count", 0))}[state]
    signal.connect(say, Qt.ConnectionType.DirectConnection)
    jobs.start()
    jobs.submit(*job)
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1])
