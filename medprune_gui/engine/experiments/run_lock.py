"""One process at a time in a run folder: two would corrupt it silently."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import psutil

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.files import output_error

if TYPE_CHECKING:
    from pathlib import Path

# A lock file without content was created a moment ago, or its writer lost power.
_SECONDS_TO_FILL_A_LOCK = 10.0
# Start times are read from clocks of different precision.
_START_TIME_TOLERANCE_S = 2.0


@dataclass(frozen=True, slots=True)
class LockHolder:
    """The process that a lock file names.

    ``started``, in seconds since 1970, tells it from a later process of the same number.
    """

    pid: int
    host: str
    started: float

    @classmethod
    def this_process(cls) -> LockHolder:
        """Return the process that runs this code."""
        return cls(os.getpid(), socket.gethostname(), psutil.Process().create_time())

    def alive(self) -> bool:
        """Whether the process still runs; on another computer that cannot be known, so it is taken to run."""
        if self.host != socket.gethostname():
            return True
        try:
            process = psutil.Process(self.pid)
            started = process.create_time()
            same = abs(started - self.started) < _START_TIME_TOLERANCE_S
            return bool(same and process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True


def holder(lock: Path) -> LockHolder | None:
    """Return the living process that holds ``lock``, or None where nobody does."""
    try:
        content = lock.read_text(encoding="utf-8")
        return _living(content, lock.stat().st_mtime)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise output_error(error, lock) from error


def take(lock: Path) -> None:
    """Create ``lock`` for this process; one that a dead process left behind is replaced.

    Raises
    ------
    OutputError
        Another process, or this one, already works in the folder, or the folder cannot be written to.
    """
    # Two attempts: the second follows the removal of a dead process's lock.
    for _ in range(2):
        try:
            _create(lock)
        except FileExistsError:
            living = holder(lock)
            if living is not None:
                raise _in_use(lock, living) from None
            _remove_dead(lock)
        except OSError as error:
            raise output_error(error, lock.parent) from error
        else:
            return
    raise OutputError("another process has just taken this folder", where=lock.parent, remedy="Choose another folder.")


def release(lock: Path) -> None:
    """Remove ``lock`` if this process holds it."""
    try:
        found = _parse(lock.read_text(encoding="utf-8"))
        if found is not None and (found.pid, found.host) == (os.getpid(), socket.gethostname()):
            lock.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise output_error(error, lock) from error


def _create(lock: Path) -> None:
    with lock.open("x", encoding="utf-8") as file:
        try:
            file.write(json.dumps(asdict(LockHolder.this_process())))
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            # Closed first, for systems that keep open files; what it still holds fails to be written once more.
            with contextlib.suppress(OSError):
                file.close()
            with contextlib.suppress(OSError):
                lock.unlink()
            raise


def _remove_dead(lock: Path) -> None:
    # Moved aside first: of several processes that found the same dead lock, only one can move it. A
    # newcomer's lock that was moved by mistake goes back, and this process's next attempt sees it.
    aside = lock.with_name(f"{lock.name}.{os.getpid()}")
    try:
        lock.replace(aside)
        if _living(aside.read_text(encoding="utf-8"), aside.stat().st_mtime) is not None:
            aside.replace(lock)
        aside.unlink(missing_ok=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise output_error(error, lock) from error


def _living(content: str, written: float) -> LockHolder | None:
    found = _parse(content)
    if found is None:
        if time.time() - written > _SECONDS_TO_FILL_A_LOCK:
            return None
        return LockHolder(0, socket.gethostname(), written)
    return found if found.alive() else None


def _parse(content: str) -> LockHolder | None:
    try:
        values = json.loads(content)
        return LockHolder(int(values["pid"]), str(values["host"]), float(values["started"]))
    except (ValueError, TypeError, KeyError):
        return None


def _in_use(lock: Path, living: LockHolder) -> OutputError:
    if living.host != socket.gethostname():
        return OutputError(
            f"process {living.pid} on the computer {living.host} works in this folder",
            where=lock.parent,
            remedy=f"Choose another folder, or delete {lock.name} in it if that computer no longer runs it.",
        )
    return OutputError(
        f"process {living.pid} works in this folder",
        where=lock.parent,
        remedy="Wait until it has finished, or choose another folder.",
    )
