"""What the window's process and the compute process say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Request:
    """A job to do: the name of a method of `medprune_gui.engine.experiments.jobs.Jobs` and its arguments."""

    job: int
    kind: str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Cancel:
    """A job is to end at its next event; where it has ended already, this means nothing."""

    job: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The compute process waits for requests, or ends because of an error."""

    error: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What has become of a job.

    ``progressed`` carries a `JobEvent`, ``finished`` the result, ``failed`` an `ErrorRecord`, the others nothing.
    """

    job: int
    kind: Literal["started", "progressed", "finished", "failed", "cancelled"]
    payload: Any = None
