"""A child process that a thread of the window owns, and that never outlives the window."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait as wait_for
from typing import Any

_KILL_S = 2.0


class ChildProcess:
    """A freshly started Python process with a pipe to it.

    It is spawned, never forked: a copy of the window's process would hold Qt's locks and its sockets.

    Parameters
    ----------
    target
        What it carries out, with its end of the pipe as the first argument; has to be importable by name.
    arguments
        The other arguments.
    name
        Of the process.

    Raises
    ------
    OSError
        If the system has no memory, process or file left for it.
    """

    def __init__(self, target: Callable[..., object], arguments: tuple[Any, ...], name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=target, args=(theirs, *arguments), name=name, daemon=True)
        self._process.start()
        theirs.close()
        self.pid = self._process.pid
        self.sentinel = self._process.sentinel

    def tell(self, message: object) -> None:
        """Send a message; where the process has died, its sentinel will say so."""
        with suppress(OSError):
            self.connection.send(message)

    def end(self, patience_s: float = 0.0) -> int | None:
        """Wait for the process's end, kill it where that takes longer, and return its exit code."""
        self.wait_or_kill(patience_s)
        exit_code = self._process.exitcode
        self.connection.close()
        with suppress(ValueError):  # one that hangs in the kernel outlives its kill
            self._process.close()
        return exit_code

    def wait_or_kill(self, patience_s: float) -> None:
        """Wait for the process's end, and kill it where that takes longer."""
        self._process.join(patience_s)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_KILL_S)


def end_with_parent() -> None:
    """End this process at once when the window's process is gone, whatever it is busy with; runs in a thread."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
