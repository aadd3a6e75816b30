"""How far a run is: the share of the whole that its stages have done."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from typing import Literal, TypeVar

from medprune_gui.engine.records import JobEvent

T = TypeVar("T")

_SHOW_EVERY_S = 0.2


class RunProgress:
    """Turns steps of stages into events with the share of the whole run.

    Parameters
    ----------
    weights
        Stage -> its expected share of the time, in any unit, in the order of the run. A key may carry a number, such
        as ``fine-tune 2``; events show the stage without it.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = dict(weights)
        self._total = sum(weights.values())
        self._before = 0.0
        self._stage = ""
        # What was done, and the share that it was told to be, when a stage was last weighed anew.
        self._weighed_at, self._told = 0.0, 0.0

    def begin(self, stage: str, message: str = "") -> JobEvent:
        """Begin a stage; all stages before it count as done."""
        self._stage = stage
        keys = list(self._weights)
        self._before = sum(self._weights[key] for key in keys[: keys.index(stage)])
        return self.at(0, 0, message)

    def weigh(self, stage: str, weight: float) -> None:
        """Give a stage to come another share of the time that is left; the current stage counts as done."""
        done = self._before + self._weights[self._stage]
        self._told, self._weighed_at = self._fraction(done), done
        self._weights[stage] = weight
        self._total = sum(self._weights.values())

    def _fraction(self, done: float) -> float:
        since = max(done - self._weighed_at, 0.0) / (self._total - self._weighed_at)
        return min(1.0, self._told + (1.0 - self._told) * since)

    def at(
        self,
        step: int,
        total: int,
        message: str = "",
        metrics: Mapping[str, float] | None = None,
        *,
        artefacts: tuple[str, ...] = (),
        level: Literal["info", "warning"] = "info",
        done: float | None = None,
    ) -> JobEvent:
        """Return an event at ``step`` of ``total`` in the current stage; ``done`` is its share where finer known."""
        share = done if done is not None else step / total if total else 0.0
        fraction = self._fraction(self._before + self._weights[self._stage] * share)
        name = self._stage.split(" ")[0]
        return JobEvent(name, step, total, message, dict(metrics or {}), artefacts, fraction, level)

    def warn(self, message: str) -> JobEvent:
        """Return a warning in the current stage."""
        return self.at(0, 0, message, level="warning")

    def follow(
        self, steps: Generator[tuple[int, int] | str, None, T], before: float = 0.0, share: float = 1.0
    ) -> Generator[JobEvent, None, T]:
        """Carry out ``steps``, which yield (done, total) or words, as events, and return their result.

        Parameters
        ----------
        before, share
            Share of the current stage that is done before them, and that they make up.
        """
        shown = 0.0
        try:
            while True:
                step = next(steps)
                if isinstance(step, str):
                    yield self.at(0, 0, step, done=before)
                    continue
                done, total = step
                if time.monotonic() - shown >= _SHOW_EVERY_S or done == total:
                    shown = time.monotonic()
                    yield self.at(done, total, done=before + share * done / total)
        except StopIteration as stop:
            result: T = stop.value
            return result
        finally:
            steps.close()
