"""The folder that holds everything about one run: written whole, locked, and read back by the window."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tomllib
from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from zipfile import BadZipFile

import numpy as np
from pydantic import ValidationError

from medprune_gui.engine.config import ExperimentConfig, config_error, dump_experiment
from medprune_gui.engine.errors import ConfigError, InputError, OutputError
from medprune_gui.engine.experiments import run_lock
from medprune_gui.engine.experiments.comparison_files import (
    cases_csv,
    cases_from_csv,
    comparison_from_values,
    finite_or_none,
    json_bytes,
    latency_from_values,
    layers_from_values,
    summary_values,
)
from medprune_gui.engine.files import output_error, write_whole
from medprune_gui.engine.records import CaseRecord, Comparison, JobEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from numpy.typing import NDArray

State = Literal["empty", "running", "interrupted", "finished"]

# A small network, its checkpoints and the figures of its report.
MINIMUM_FREE_BYTES = 100 * 2**20

_RUN_AGAIN = "Continue the run with --resume, or run the experiment again in a new folder."


class RunFolder:
    """The files of one run.

    Creating the object touches nothing: `create` makes the folder and locks it, the reading methods take it as it
    is. Use it as a context manager, or call `release`, to let go of the lock::

        with RunFolder(path).create(config) as run:
            run.append_event(event)

    Parameters
    ----------
    path
        The folder; it need not exist.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.experiment_file = self.path / "experiment.toml"
        self.events_file = self.path / "events.jsonl"
        self.summary_file = self.path / "summary.json"
        self.layers_file = self.path / "layers.json"
        self.latency_file = self.path / "latency.json"
        self.predictions_file = self.path / "predictions.csv"
        self.report_file = self.path / "report.html"
        self.original = self.path / "original"
        self.pruned = self.path / "pruned"
        self.figures = self.path / "figures"
        self._lock = self.path / "run.lock"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def create(self, config: ExperimentConfig, resume: bool = False) -> Self:
        """Make the folder ready for a run of ``config`` and lock it for this process.

        Parameters
        ----------
        config
            Written to ``experiment.toml``.
        resume
            Go on with the run that the folder holds, which must be of the same experiment.

        Raises
        ------
        OutputError
            The folder cannot be written to, its disk is nearly full, another process works in it, or it holds
            another run's files and ``resume`` is not asked for.
        ConfigError
            The folder holds a run of another experiment.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self.path).free
        except FileExistsError as error:
            raise OutputError(
                "this is a file, not a folder", where=self.path, remedy="Choose another folder."
            ) from error
        except OSError as error:
            raise output_error(error, self.path) from error
        if free < MINIMUM_FREE_BYTES:
            raise OutputError(
                f"only {free / 2**20:.0f} MiB are free on this disk, a run needs {MINIMUM_FREE_BYTES / 2**20:.0f}",
                where=self.path,
                remedy="Free some space, or choose a folder on another disk.",
            )
        run_lock.take(self._lock)
        try:
            self._take_over(config, resume)
        except BaseException:
            self.release()
            raise
        return self

    def release(self) -> None:
        """Let other processes work in the folder; harmless where this process does not hold it."""
        run_lock.release(self._lock)

    def state(self) -> State:
        """Say whether the folder holds no run, one that a living process works on, a broken-off or a finished one."""
        if run_lock.holder(self._lock) is not None:
            return "running"
        return self._state_without_lock()

    def experiment(self) -> ExperimentConfig:
        """Read ``experiment.toml`` as it was written.

        Raises
        ------
        InputError
            The file is missing, or no experiment.
        """
        try:
            return ExperimentConfig.model_validate(tomllib.loads(self._read(self.experiment_file).decode("utf-8")))
        except ValidationError as error:
            raise config_error(error, self.experiment_file) from error
        except ValueError as error:
            raise _damaged(self.experiment_file, error) from error

    def append_event(self, event: JobEvent) -> None:
        """Add one line to ``events.jsonl``: the event's fields, and ``time`` in UTC.

        Raises
        ------
        OutputError
            The line cannot be written.
        """
        values = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **asdict(event)}
        line = json.dumps(finite_or_none(values), ensure_ascii=False, allow_nan=False) + "\n"
        try:
            with self.events_file.open("ab") as file:
                file.write(line.encode("utf-8", "surrogateescape"))
        except OSError as error:
            raise output_error(error, self.events_file) from error

    def events(self) -> Iterator[JobEvent]:
        """Yield the events of ``events.jsonl`` in order; a line that a crash cut short is left out."""
        if not self.events_file.exists():
            return
        for line in self._read(self.events_file).decode("utf-8", "surrogateescape").split("\n"):
            try:
                values = json.loads(line)
                values.pop("time", None)
                metrics = {name: float("nan") if value is None else value for name, value in values["metrics"].items()}
                event = JobEvent(**{**values, "metrics": metrics, "artefacts": tuple(values["artefacts"])})
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
            yield event

    def write_comparison(self, comparison: Comparison) -> None:
        """Write ``predictions.csv``, ``layers.json``, ``latency.json`` and, last, ``summary.json``.

        The run counts as finished once ``summary.json`` stands. Its ``ratios`` say how many times smaller or
        faster the pruned network is (original divided by pruned; latency: of medians).

        Raises
        ------
        OutputError
            A file cannot be written.
        """
        write_whole(self.predictions_file, cases_csv(comparison))
        write_whole(self.layers_file, json_bytes([asdict(layer) for layer in comparison.layers]))
        write_whole(self.latency_file, json_bytes(asdict(comparison.latency)))
        write_whole(self.summary_file, json_bytes(summary_values(comparison)))

    def read_comparison(self) -> Comparison:
        """Read what `write_comparison` wrote.

        Raises
        ------
        InputError
            A file is missing or damaged.
        """
        file = self.summary_file
        try:
            summary = self._json(file)
            task = summary["task"]
            file = self.predictions_file
            cases = cases_from_csv(self._read(file), task)
            file = self.layers_file
            layers = layers_from_values(self._json(file))
            file = self.latency_file
            latency = latency_from_values(self._json(file))
            file = self.summary_file
            return comparison_from_values(summary, layers, latency, cases)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _damaged(file, error) from error

    def write_case_arrays(self, case: str, arrays: Mapping[str, NDArray[Any]]) -> str:
        """Write a case's ``image``, ``truth``, ``original`` and ``pruned``, each (row, column), as one NPZ file.

        Parameters
        ----------
        case
            The case's name; characters that file systems do not take are replaced.
        arrays
            Name -> array.

        Returns
        -------
        str
            The file relative to the run folder, for `CaseRecord.arrays`.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        file = self.path / "cases" / f"{_file_name(case)}.npz"
        content = BytesIO()
        named: dict[str, Any] = dict(arrays)
        np.savez_compressed(content, **named)
        write_whole(file, content.getvalue())
        return file.relative_to(self.path).as_posix()

    def case_arrays(self, case: CaseRecord) -> dict[str, NDArray[Any]]:
        """Read a case's arrays; nothing in the file is run.

        Raises
        ------
        InputError
            The case has no arrays, or their file is missing or damaged.
        """
        file = (self.path / (case.arrays or "")).resolve()
        if case.arrays is None or not file.is_relative_to(self.path.resolve()):
            raise InputError(f"the case {case.case} has no images in this run folder", where=self.path)
        try:
            with np.load(BytesIO(self._read(file)), allow_pickle=False) as stored:
                return {name: stored[name] for name in stored.files}
        except (ValueError, EOFError, BadZipFile, AttributeError) as error:
            raise _damaged(file, error) from error

    def _take_over(self, config: ExperimentConfig, resume: bool) -> None:
        held = [name for name in self._own_names() if (self.path / name).exists()]
        if held and not resume:
            what = {
                "finished": "this folder holds a finished run",
                "interrupted": "this folder holds a run that was broken off",
            }.get(self._state_without_lock(), f"this folder holds files that a run would replace, such as {held[0]}")
            raise OutputError(
                what, where=self.path, remedy="Choose another folder, or continue that run with --resume."
            )
        if self.experiment_file.exists():
            different = _first_difference(self.experiment().model_dump(mode="json"), config.model_dump(mode="json"))
            if different is not None:
                raise ConfigError(
                    f"the run in this folder is of another experiment: {different} differs",
                    where=self.path,
                    remedy="Choose another folder, or continue with the experiment.toml in it.",
                )
        elif held:
            raise OutputError(
                f"this folder holds files of a run, such as {held[0]}, but no experiment.toml to continue",
                where=self.path,
                remedy="Choose another folder.",
            )
        else:
            write_whole(self.experiment_file, dump_experiment(config).encode("utf-8", "surrogateescape"))
        self._end_last_event()

    def _state_without_lock(self) -> State:
        if self.summary_file.exists():
            return "finished"
        return "interrupted" if self.experiment_file.exists() else "empty"

    def _own_names(self) -> list[str]:
        return [path.name for path in vars(self).values() if path not in (self.path, self._lock)]

    def _end_last_event(self) -> None:
        # A crash can leave half a line, which must not swallow the next event.
        if self.events_file.exists() and not self._read(self.events_file).endswith(b"\n"):
            with self.events_file.open("ab") as file:
                file.write(b"\n")

    def _json(self, file: Path) -> Any:
        return json.loads(self._read(file).decode("utf-8", "surrogateescape"))

    def _read(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except FileNotFoundError as error:
            raise InputError("this file is missing", where=file, remedy=_RUN_AGAIN) from error
        except OSError as error:
            raise InputError(f"this file cannot be read: {error.strerror or error}", where=file) from error


def _damaged(file: Path, error: Exception) -> InputError:
    detail = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return InputError(f"this file is damaged ({detail})", where=file, remedy=_RUN_AGAIN)


def _file_name(case: str) -> str:
    name = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in case)[:100]
    if name == case:
        return name
    # Two cases must not share a file once their names are simplified.
    return f"{name}-{hashlib.sha256(case.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def _first_difference(one: Any, other: Any, key: str = "") -> str | None:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in [*one, *(name for name in other if name not in one)]:
            found = _first_difference(one.get(name), other.get(name), f"{key}.{name}" if key else name)
            if found:
                return found
        return None
    return None if one == other else key
