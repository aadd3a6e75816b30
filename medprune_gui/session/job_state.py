"""A job as the window follows it: plain data, so that its arithmetic is tested without Qt."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from medprune_gui.engine.records import ErrorRecord, JobEvent

Status = Literal["waiting", "running", "cancelling", "finished", "failed", "cancelled"]

_LOG_LINES = 2000
# A curve holds at most so many points within epochs: more than a screen has columns.
_POINTS_WITHIN = 2000


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One value of a live curve; ``x`` counts the run's epochs, over all its trainings."""

    x: float
    stage: str
    value: float


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the job's log."""

    seconds: float
    text: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known about the current or last run.

    Attributes
    ----------
    job
        The job's id.
    title
        The experiment's name.
    folder
        The run folder; None for jobs that write nothing.
    event
        The latest event.
    elapsed_s
        Seconds since the start, at the latest event.
    curves
        Metric name -> points, in the order in which they came. ``train_loss`` has those at the ends of epochs and a
        bounded number in between, ``val_*`` have all; of any other metric the latest point is kept.
    borders
        (place, stage) wherever another stage's points begin: halfway between the last and the first point.
    spacing
        Points of ``train_loss`` within epochs are further apart than this.
    epochs_before, epoch
        Epochs of the trainings that are done, and the latest value of the metric ``epoch`` in the current one.
    reached, fraction_before
        Largest share of the job that any event told, and what it was before ``elapsed_s`` began to count: more than
        0 after a resumption. Warnings and the event that tells of a failure tell no share.
    error
        Why it failed.
    """

    job: int
    title: str
    folder: Path | None
    status: Status = "waiting"
    event: JobEvent | None = None
    elapsed_s: float = 0.0
    curves: dict[str, tuple[CurvePoint, ...]] = field(default_factory=dict)
    log: tuple[LogLine, ...] = ()
    error: ErrorRecord | None = None
    epochs_before: float = 0.0
    epoch: float = 0.0
    fraction_before: float = 0.0
    reached: float = 0.0
    borders: tuple[tuple[float, str], ...] = ()
    spacing: float = 0.0

    @property
    def active(self) -> bool:
        """Whether the job still runs or waits."""
        return self.status in ("waiting", "running", "cancelling")

    @property
    def fraction(self) -> float:
        """Share of the job that is done, 0 to 1."""
        return 1.0 if self.status == "finished" else self.reached

    @property
    def seconds_left(self) -> float | None:
        """Seconds left if the job goes on as it went, or None while that cannot be said yet."""
        done = self.fraction - self.fraction_before
        if not self.active or done < 0.02 or self.elapsed_s < 2.0:
            return None
        return self.elapsed_s * (1.0 - self.fraction) / done

    def after(self, event: JobEvent, elapsed_s: float) -> JobState:
        """Return the state once ``event`` has come, ``elapsed_s`` seconds after the start."""
        status: Status = "running" if self.status == "waiting" else self.status
        state = replace(
            self, status=status, event=event, elapsed_s=elapsed_s, reached=max(self.reached, event.fraction)
        )
        if "epoch" in event.metrics:
            state = state._measured(event)
        return state.said(event.message, warning=event.level == "warning") if event.message else state

    def _measured(self, event: JobEvent) -> JobState:
        epoch = event.metrics["epoch"]
        before = self.epochs_before + (self.epoch if epoch < self.epoch else 0.0)  # Another training has begun.
        x = before + epoch
        curves, borders, spacing = dict(self.curves), self.borders, self.spacing
        if (last := curves.get("epoch")) and last[-1].stage != event.stage:
            borders = (*borders, ((last[-1].x + x) / 2, event.stage))
        at_end = any(name.startswith("val_") for name in event.metrics)
        for name, value in event.metrics.items():
            point, earlier = CurvePoint(x, event.stage, value), curves.get(name, ())
            if name.startswith("val_"):
                curves[name] = (*earlier, point)
            elif name != "train_loss":
                curves[name] = (point,)
            elif at_end or not earlier or x - earlier[-1].x > spacing:
                curves[name] = (*earlier, point)
        losses = curves.get("train_loss", ())
        if len(losses) - len(curves.get("val_loss", ())) > _POINTS_WITHIN:
            ends = {point.x for name, points in curves.items() if name.startswith("val_") for point in points}
            spacing = 2 * (x - losses[0].x) / _POINTS_WITHIN
            curves["train_loss"] = _spaced(losses, ends, spacing)
        return replace(self, curves=curves, borders=borders, spacing=spacing, epochs_before=before, epoch=epoch)

    def said(self, text: str, *, warning: bool = False) -> JobState:
        """Return the state with one more line in the log."""
        return replace(self, log=(*self.log, LogLine(self.elapsed_s, text, warning))[-_LOG_LINES:])

    def resumed(self) -> JobState:
        """Return the state of a run that goes on: with its curves and its log, waiting for what comes next."""
        return replace(
            self.said("Resumed"), status="waiting", event=None, error=None, elapsed_s=0.0, fraction_before=self.reached
        )

    def ended(self, status: Status, error: ErrorRecord | None = None) -> JobState:
        """Return the state at the job's end."""
        text = str(error) if error else {"finished": "Done", "cancelled": "Cancelled"}.get(status, status)
        return replace(self.said(text, warning=error is not None), status=status, error=error)


def _spaced(points: tuple[CurvePoint, ...], ends: Set[float], spacing: float) -> tuple[CurvePoint, ...]:
    """Keep the points at the ends of epochs, and of the others those that are further apart than ``spacing``."""
    kept: list[CurvePoint] = []
    last = -math.inf
    for point in points:
        if point.x in ends:
            kept.append(point)
        elif point.x - last > spacing:
            kept.append(point)
            last = point.x
    return tuple(kept)


def duration_words(seconds: float) -> str:
    """Say a duration the way people do: ``45 s``, ``3 min 20 s``, ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
