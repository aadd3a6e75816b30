"""Work in a child process with a time limit: a crash, a hang or an error is a result like any other."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.context
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Literal

import psutil

Ending = Literal["done", "failed", "crashed", "timed out"]

#: What the server imports beforehand, besides the work's own module; what is missing is passed over.
LIBRARIES = ("monai.networks.nets", "torch_pruning")

#: How often a child's memory is looked at.
POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class ChildOutcome:
    """How a piece of work ended.

    Attributes
    ----------
    ending
        ``done``, ``failed`` with an error, ``crashed`` without a word, or ``timed out``.
    values
        What the work returned; empty unless it is done.
    error
        What went wrong, in one line; empty where it is done.
    seconds
        From the start of the process to its end.
    peak_mb
        Largest resident memory that was seen, in MiB.
    """

    ending: Ending
    values: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0
    peak_mb: float = 0.0


def run_in_child(work: Callable[..., Mapping[str, Any]], *arguments: Any, limit_s: float) -> ChildOutcome:
    """Call a function in a fresh process and wait for it.

    Parameters
    ----------
    work
        A function of a module that the child can import; it returns built-in types.
    limit_s
        The process is killed after this many seconds, its start and its imports included.
    """
    context = _context(work.__module__)
    receiver, sender = context.Pipe(duplex=False)
    started = time.perf_counter()
    child = context.Process(  # type: ignore[attr-defined]
        target=_enter, args=(sender, work, arguments), daemon=True
    )
    child.start()
    sender.close()
    peak_bytes = 0
    answer: tuple[Ending, Any] | None = None
    try:
        watched = psutil.Process(child.pid)
        while answer is None and time.perf_counter() - started < limit_s:
            with contextlib.suppress(psutil.Error):
                peak_bytes = max(peak_bytes, watched.memory_info().rss)
            if receiver.poll(POLL_S):
                try:
                    answer = receiver.recv()
                except EOFError:  # The pipe was closed without a word.
                    child.join()
                    answer = ("crashed", f"the process ended with code {child.exitcode}")
    finally:
        child.kill()
        child.join()
        child.close()
        receiver.close()
    seconds = time.perf_counter() - started
    peak_mb = peak_bytes / 2**20
    if answer is None:
        return ChildOutcome("timed out", {}, f"stopped after {limit_s:g} s", seconds, peak_mb)
    ending, content = answer
    if ending == "done":
        return ChildOutcome("done", content, "", seconds, peak_mb)
    return ChildOutcome(ending, {}, content, seconds, peak_mb)


def _context(module: str) -> multiprocessing.context.BaseContext:
    """Return how processes are started: where it can be, by a server that has imported the libraries once."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module, *LIBRARIES])
    return context


def _enter(sender: Connection, work: Callable[..., Mapping[str, Any]], arguments: tuple[Any, ...]) -> None:
    """Run in the child: what libraries print goes nowhere, what they raise goes to the parent."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 (not a file)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(nowhere.fileno(), stream.fileno())
    try:
        answer: tuple[Ending, Any] = ("done", dict(work(*arguments)))
    except Exception as error:  # The process border: whatever a tool raises is a row.
        answer = ("failed", in_one_line(error))
    sender.send(answer)
    sender.close()


def in_one_line(error: BaseException) -> str:
    """Return an error's class and the beginning of its text."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:160] if text else type(error).__name__
