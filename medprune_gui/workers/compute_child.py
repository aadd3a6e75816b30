"""The window's end of a compute process."""

from __future__ import annotations

from multiprocessing.reduction import ForkingPickler

from medprune_gui.engine.errors import ComputeError
from medprune_gui.workers.child_process import ChildProcess
from medprune_gui.workers.compute_process import serve
from medprune_gui.workers.failures import name_of
from medprune_gui.workers.messages import Ready, Reply


class ComputeChild(ChildProcess):
    """A compute process that has just been started.

    Parameters
    ----------
    threads
        Threads for torch's operators.
    jobs_module
        Module whose ``Jobs`` class it serves.

    Attributes
    ----------
    ready
        It has said that it takes jobs; importing torch takes seconds.
    error
        Why it will never be ready, in its own words.

    Raises
    ------
    OSError
        If the system has no memory, process or file left for it.
    """

    def __init__(self, threads: int, jobs_module: str) -> None:
        super().__init__(serve, (threads, jobs_module), "medprune-compute")
        self.ready = False
        self.error: str | None = None

    def receive(self) -> Reply | None:
        """Take the next message; return it if it is about a job.

        Raises
        ------
        EOFError, OSError
            If the process has closed its end.
        ComputeError
            If the message cannot be unpickled.
        """
        data = self.connection.recv_bytes()
        try:
            message: Reply | Ready = ForkingPickler.loads(data)
        except Exception as error:  # a process border: whatever a class does when it is unpickled
            raise ComputeError(f"the compute process's answer cannot be read: {name_of(error)}") from error
        if isinstance(message, Reply):
            return message
        self.ready, self.error = message.error is None, message.error
        return None
