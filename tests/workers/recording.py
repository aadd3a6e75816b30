"""What a job thread has said, in order."""

from PySide6.QtCore import QObject, Slot


class Recorder(QObject):
    """Keeps what has come, as (signal, job, payload)."""

    def __init__(self, thread, qtbot):
        super().__init__()
        self.qtbot = qtbot
        self.seen = []
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
        self.seen.append(("finished", job, result))

    @Slot(int, object)
    def failed(self, job, error):
        self.seen.append(("failed", job, error))

    @Slot(int)
    def cancelled(self, job):
        self.seen.append(("cancelled", job, None))

    def of(self, job):
        return [(kind, payload) for kind, number, payload in self.seen if number == job]

    def ends(self, job):
        return [kind for kind, _ in self.of(job) if kind in ("finished", "failed", "cancelled")]

    def wait_progress(self, job):
        self.qtbot.waitUntil(lambda: any(kind == "progressed" for kind, _ in self.of(job)), timeout=60_000)

    def wait_end(self, job):
        """Wait for a job's end and return it, as (signal, payload)."""
        self.qtbot.waitUntil(lambda: bool(self.ends(job)), timeout=60_000)
        assert len(self.ends(job)) == 1
        return self.of(job)[-1]
