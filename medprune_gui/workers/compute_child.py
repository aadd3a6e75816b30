"""The window's end of a compute process."""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from multiprocessing.reduction import ForkingPickler

from medprune_gui.engine.errors import ComputeError
from medprune_gui.workers.compute_process import serve
from medprune_gui.workers.failures import name_of
from medprune_gui.workers.messages import Cancel, Ready, Reply, Request

_KILL_S = 2.0


class ComputeChild:
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
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, threads, jobs_module), name="medprune-compute", daemon=True
        )
        self._process.start()
        theirs.close()
        self.pid = self._process.pid
        self.sentinel = self._process.sentinel
        self.ready = False
        self.error: str | None = None

    def tell(self, message: Request | Cancel | None) -> None:
        """Send a message; where the process has died, its sentinel will say so."""
        with suppress(OSError):
            self.connection.send(message)

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

    def end(self, patience_s: float = 0.0) -> int | None:
        """Wait for the process's end, kill it where that takes longer, and return its exit code."""
        self._process.join(patience_s)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_KILL_S)
        exit_code = self._process.exitcode
        self.connection.close()
        with suppress(ValueError):  # one that hangs in the kernel outlives its kill
            self._process.close()
        return exit_code
