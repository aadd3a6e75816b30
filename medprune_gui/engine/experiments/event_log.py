"""The log of a run: one JSON line an event, readable however the run ended."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from medprune_gui.engine.experiments.comparison_files import finite_or_none
from medprune_gui.engine.experiments.stored_files import read_stored
from medprune_gui.engine.files import output_error
from medprune_gui.engine.records import JobEvent


class EventLog:
    """Events of all sessions of a run.

    Each line holds an event's fields, ``time`` in UTC, and ``elapsed_s``: seconds that the run has taken so far in
    all its sessions. A killed session counts up to its last line.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._earlier_s = 0.0
        self._began: float | None = None

    def begin_session(self) -> None:
        """Begin to count this session's time, and end a line that a crash cut short.

        Raises
        ------
        InputError
            The log cannot be read.
        OutputError
            The log cannot be written to.
        """
        self._earlier_s = max((float(values.get("elapsed_s", 0.0)) for values in self._lines()), default=0.0)
        self._began = time.monotonic()
        if self.file.exists() and not read_stored(self.file).endswith(b"\n"):
            self._append(b"\n")  # Half a line must not swallow the next event.

    @property
    def elapsed_s(self) -> float:
        """Seconds that the run has taken in all its sessions."""
        return self._earlier_s + (0.0 if self._began is None else time.monotonic() - self._began)

    def append(self, event: JobEvent) -> None:
        """Add an event.

        Raises
        ------
        OutputError
            The line cannot be written.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        values = {"time": now, "elapsed_s": round(self.elapsed_s, 3), **asdict(event)}
        line = json.dumps(finite_or_none(values), ensure_ascii=False, allow_nan=False) + "\n"
        self._append(line.encode("utf-8", "surrogateescape"))

    def events(self) -> Iterator[JobEvent]:
        """Yield the events in order; a line that a crash cut short is left out."""
        for values in self._lines():
            fields = {name: value for name, value in values.items() if name not in ("time", "elapsed_s")}
            try:
                metrics = {name: float("nan") if value is None else value for name, value in fields["metrics"].items()}
                event = JobEvent(**{**fields, "metrics": metrics, "artefacts": tuple(fields["artefacts"])})
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
            yield event

    def _lines(self) -> Iterator[dict[str, Any]]:
        if not self.file.exists():
            return
        for line in read_stored(self.file).decode("utf-8", "surrogateescape").split("\n"):
            try:
                values = json.loads(line)
            except ValueError:
                continue
            if isinstance(values, dict):
                yield values

    def _append(self, content: bytes) -> None:
        try:
            with self.file.open("ab") as file:
                file.write(content)
        except OSError as error:
            raise output_error(error, self.file) from error
