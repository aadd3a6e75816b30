"""Jobs without torch, for the worker's contract: real processes, real deaths."""

import logging
import os
import signal
import time
import warnings
from pathlib import Path

from medprune_gui.engine.errors import DatasetError
from medprune_gui.engine.records import JobEvent

WAIT_POLICY_AT_IMPORT = os.environ.get("OMP_WAIT_POLICY")


class Jobs:
    def __init__(self, threads):
        self.threads = threads

    def count(self, n, pause=0.0):
        for i in range(n):
            yield JobEvent("train", i + 1, n, f"step {i + 1}")
            time.sleep(pause)
        return n

    def flood(self, n):
        for i in range(n):
            yield JobEvent("train", i + 1, n)
        return n

    def hang(self):
        yield JobEvent("train", 1, 1, "hanging")
        time.sleep(60)

    def fail(self):
        yield JobEvent("data", message="about to fail")
        raise DatasetError("no column named 'label'", where="cases.csv", remedy="Choose the column that holds labels")

    def crash(self):
        yield JobEvent("data", message="about to crash")
        raise ZeroDivisionError("nobody foresaw this")

    def die(self):
        yield JobEvent("train", message="about to die")
        os.kill(os.getpid(), signal.SIGKILL)

    def warn(self):
        yield JobEvent("train", message="begin")
        warnings.warn("mind the gap", stacklevel=1)
        logging.getLogger("somewhere").warning("and the step")
        return None

    def clean_up(self, path):
        try:
            for i in range(1000):
                yield JobEvent("train", i, 1000, f"step {i}")
                time.sleep(0.02)
        finally:
            with Path(path).open("w") as file:
                file.write("released")

    def pid(self):
        yield JobEvent("data")
        return os.getpid()

    run = die

    def wait_policy(self):
        yield JobEvent("data")
        return WAIT_POLICY_AT_IMPORT

    def unpicklable(self):
        yield JobEvent("data")
        return lambda: None

    def unreadable(self):
        yield JobEvent("data")
        return Unreadable()

    def warn_late(self):
        yield JobEvent("data", message="begin")
        return HardToPickle()


def explode():
    raise ValueError("nobody can read this")


class Unreadable:
    def __reduce__(self):
        return explode, ()


class HardToPickle:
    def __reduce__(self):
        warnings.warn("pickling is hard", stacklevel=1)
        return HardToPickle, ()
