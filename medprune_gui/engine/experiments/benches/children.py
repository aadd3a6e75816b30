"""Work in a child process with a time limit: a crash, a hang or an error is a result like any other."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.context
import os
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Any, Literal

import psutil

Ending = Literal["done", "failed", "crashed", "timed out"]

#: What the server imports beforehand, besides the work's own module; what is missing is passed over. torch imports the
#: last one when it is first needed, which takes each process seconds.
LIBRARIES = ("monai.networks.nets", "torch_pruning", "torch._dynamo")

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
    ((_, outcome),) = run_in_children([(work, arguments)], jobs=1, limit_s=limit_s)
    return outcome


def run_in_children(
    works: Sequence[tuple[Callable[..., Mapping[str, Any]], tuple[Any, ...]]], *, jobs: int, limit_s: float
) -> Generator[tuple[int, ChildOutcome], None, None]:
    """Call functions in a fresh process each, several at a time; closing the generator kills those that run.

    Parameters
    ----------
    works
        (function, arguments) each; see `run_in_child`.
    jobs
        How many processes run at once.

    Yields
    ------
    int, ChildOutcome
        A work's index and how it ended, in the order in which they end.
    """
    waiting = iter(enumerate(works))
    running: dict[int, _Child] = {}
    try:
        while True:
            for index, (work, arguments) in islice(waiting, jobs - len(running)):
                running[index] = _Child(work, arguments, limit_s)
            if not running:
                return
            wait([child.receiver for child in running.values()], POLL_S)
            for index, child in list(running.items()):
                if (outcome := child.ended()) is not None:
                    running.pop(index).close()
                    yield index, outcome
    finally:
        for child in running.values():
            child.close()


class _Child:
    """One piece of work in a process of its own."""

    def __init__(self, work: Callable[..., Mapping[str, Any]], arguments: tuple[Any, ...], limit_s: float) -> None:
        context = _context(work.__module__)
        self.receiver, sender = context.Pipe(duplex=False)
        self._started, self._limit_s, self._peak_bytes = time.perf_counter(), limit_s, 0
        self._process = context.Process(  # type: ignore[attr-defined]
            target=_enter, args=(sender, work, arguments), daemon=True
        )
        self._process.start()
        sender.close()

    def ended(self) -> ChildOutcome | None:
        """Return how the work ended; None: it goes on."""
        with contextlib.suppress(psutil.Error):
            self._peak_bytes = max(self._peak_bytes, psutil.Process(self._process.pid).memory_info().rss)
        seconds, peak_mb = time.perf_counter() - self._started, self._peak_bytes / 2**20
        if self.receiver.poll():
            try:
                ending, content = self.receiver.recv()
            except EOFError:  # The pipe was closed without a word.
                self._process.join()
                reason = f"the process ended with code {self._process.exitcode}"
                return ChildOutcome("crashed", {}, reason, seconds, peak_mb)
            if ending == "done":
                return ChildOutcome("done", content, "", seconds, peak_mb)
            return ChildOutcome(ending, {}, content, seconds, peak_mb)
        if seconds >= self._limit_s:
            return ChildOutcome("timed out", {}, f"stopped after {self._limit_s:g} s", seconds, peak_mb)
        return None

    def close(self) -> None:
        """Kill the process if it still runs, and forget it."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self.receiver.close()


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
