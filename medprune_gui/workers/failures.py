"""Plain words for what nobody foresaw: errors of libraries, and the compute process's death."""

from __future__ import annotations

import signal
import traceback
from contextlib import suppress

from medprune_gui.engine.errors import ComputeError, ComputeProcessDiedError
from medprune_gui.engine.records import ErrorRecord
from medprune_gui.workers.messages import Request

_RESUMABLE = ("run", "resume")
_REASONS = {
    "SIGKILL": "it was killed, most often because memory ran out (SIGKILL)",
    "SIGSEGV": "a library crashed (segmentation fault)",
    "SIGABRT": "a library gave up (abort)",
}


def name_of(error: BaseException) -> str:
    """Return an error's class and its first line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def unexpected(error: BaseException) -> ErrorRecord:
    """Say in words what no part of MedPrune foresaw."""
    return ComputeError(
        f"the computation stopped at an unforeseen error, {name_of(error)}",
        remedy="The terminal from which MedPrune was started shows where it came from",
    ).record()


def print_trace() -> None:
    """Write the current exception's traceback to standard error, a developer's only trace of it."""
    with suppress(OSError, ValueError, MemoryError):  # the terminal may be gone
        traceback.print_exc()


def cannot_start(reason: str) -> ErrorRecord:
    """Say that there is no compute process, and why."""
    return ComputeProcessDiedError(
        f"the compute process cannot start: {reason}",
        remedy="Close other programs and try again; if that does not help, install MedPrune anew",
    ).record()


def death_of(request: Request, exit_code: int | None) -> ErrorRecord:
    """Say why a job ended with the compute process."""
    if request.kind in _RESUMABLE:
        remedy = "The run folder is intact: resume the run, with a smaller batch if memory ran out"
    else:
        remedy = "Try again; if memory ran out, close other programs first"
    return ComputeProcessDiedError(f"the compute process is gone: {reason_of(exit_code)}", remedy=remedy).record()


def reason_of(exit_code: int | None) -> str:
    """Say why a process ended, after its exit code as `multiprocessing` gives it."""
    if exit_code is None or exit_code >= 0:
        return f"it ended by itself with status {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:  # real-time signals have no name
        name = f"signal {-exit_code}"
    return _REASONS.get(name, f"it was ended by {name}")
