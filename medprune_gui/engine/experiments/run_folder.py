"""The folder that holds everything about one run: written whole, locked, and read back by the window."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import ValidationError

from medprune_gui.engine.config import ExperimentConfig, config_error, dump_experiment
from medprune_gui.engine.errors import ConfigError, InputError, OutputError
from medprune_gui.engine.experiments import case_arrays, run_lock
from medprune_gui.engine.experiments.comparison_files import (
    cases_csv,
    cases_from_csv,
    comparison_from_values,
    json_bytes,
    latency_from_values,
    layers_from_values,
    summary_values,
)
from medprune_gui.engine.experiments.event_log import EventLog
from medprune_gui.engine.experiments.stored_files import RUN_AGAIN, damaged, read_stored
from medprune_gui.engine.files import output_error, remove_parts, write_whole
from medprune_gui.engine.records import CaseRecord, Comparison, JobEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from numpy.typing import NDArray

State = Literal["empty", "running", "interrupted", "finished"]

# A small network, its checkpoints and the figures of its report.
MINIMUM_FREE_BYTES = 100 * 2**20


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
        self.cases_file = self.path / "cases.csv"
        self.events_file = self.path / "events.jsonl"
        self.summary_file = self.path / "summary.json"
        self.layers_file = self.path / "layers.json"
        self.latency_file = self.path / "latency.json"
        self.sensitivity_file = self.path / "sensitivity.json"
        self.predictions_file = self.path / "predictions.csv"
        self.report_file = self.path / "report.html"
        self.original = self.path / "original"
        self.pruned = self.path / "pruned"
        self.figures = self.path / "figures"
        self.int8 = self.path / "int8"
        self.resumable = self.path / "state"
        self._log = EventLog(self.events_file)
        self._lock = self.path / "run.lock"
        self._locked = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def check_begun(self, what: str = "run") -> None:
        """Refuse to go on where nothing was begun: whoever misspells the folder would train anew, unawares.

        Raises
        ------
        InputError
            The folder does not exist, or holds no file of a run.
        """
        if not any((self.path / name).exists() for name in self._own_names()):
            raise InputError(
                f"there is no {what} to resume",
                where=self.path,
                remedy="Check the spelling, or begin one without --resume",
            )

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
        self._locked = True
        try:
            self._take_over(config, resume)
        except BaseException:
            self.release()
            raise
        return self

    def release(self) -> None:
        """Let others work in the folder; harmless where this object does not hold it."""
        if self._locked:
            self._locked = False
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
            return ExperimentConfig.model_validate(tomllib.loads(self._text(self.experiment_file)))
        except ValidationError as error:
            raise config_error(error, self.experiment_file) from error
        except ValueError as error:
            raise damaged(self.experiment_file, error) from error

    @property
    def elapsed_s(self) -> float:
        """Seconds that the run has taken in all its sessions."""
        return self._log.elapsed_s

    def append_event(self, event: JobEvent) -> None:
        """Add one line to ``events.jsonl``.

        Raises
        ------
        OutputError
            The line cannot be written.
        """
        self._log.append(event)

    def events(self) -> Iterator[JobEvent]:
        """Yield the events of ``events.jsonl`` in order; a line that a crash cut short is left out."""
        return self._log.events()

    def forget_state(self) -> None:
        """Delete what only a run that goes on needs."""
        shutil.rmtree(self.resumable, ignore_errors=True)

    def write_comparison(self, comparison: Comparison) -> None:
        """Write ``predictions.csv``, ``layers.json``, ``latency.json`` and, last, ``summary.json``.

        The run counts as finished once ``summary.json`` stands; whatever else belongs to it is written before.

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
            There is no finished run, or a file is missing or damaged.
        """
        self._check_finished()
        file = self.summary_file
        try:
            summary = self._json(file)
            task = summary["task"]
            file = self.predictions_file
            cases = cases_from_csv(read_stored(file), task)
            file = self.layers_file
            layers = layers_from_values(self._json(file))
            file = self.latency_file
            latency = latency_from_values(self._json(file))
            file = self.summary_file
            return comparison_from_values(summary, layers, latency, cases)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise damaged(file, error) from error

    def write_case_arrays(self, case: str, arrays: Mapping[str, NDArray[Any]]) -> str:
        """Write a case's ``image``, ``truth``, ``original`` and ``pruned``, each (row, column), as one NPZ file.

        Returns
        -------
        str
            The file relative to the run folder, for `CaseRecord.arrays`.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        return case_arrays.write_case_arrays(self.path, case, arrays)

    def case_arrays(self, case: CaseRecord) -> dict[str, NDArray[Any]]:
        """Read a case's arrays; nothing in the file is run.

        Raises
        ------
        InputError
            The case has no arrays, or their file is missing or damaged.
        """
        return case_arrays.read_case_arrays(self.path, case)

    def forget_unused(self) -> None:
        """Remove the run's files where it ended before it had computed anything: there is nothing to go on with."""
        if any(path.exists() for path in (self.original, self.pruned, self.resumable, self.summary_file)):
            return
        for file in (self.experiment_file, self.events_file, self.cases_file):
            file.unlink(missing_ok=True)

    def check_run(self) -> None:
        """Make sure that there is a run, finished or not.

        Raises
        ------
        InputError
            The folder does not exist, or holds no run.
        """
        if not self.path.is_dir():
            raise InputError("there is no such folder", where=self.path, remedy="Check the spelling")
        if not any((self.path / name).exists() for name in self._own_names()):
            raise InputError(
                "there is no run in this folder", where=self.path, remedy="Choose what --out named for medprune run"
            )

    def _check_finished(self) -> None:
        if self.summary_file.exists():
            return
        self.check_run()
        raise InputError("the run in this folder is not finished", where=self.summary_file, remedy=RUN_AGAIN)

    def _take_over(self, config: ExperimentConfig, resume: bool) -> None:
        held = [name for name in self._own_names() if (self.path / name).exists()]
        if held and not resume:
            what = {
                "finished": "this folder holds a finished run",
                "interrupted": "this folder holds a run that was broken off",
            }.get(self._state_without_lock(), f"this folder holds files that a run would replace, such as {held[0]}")
            raise OutputError(
                what,
                where=self.path,
                remedy="Choose another folder, or resume that run (--resume on the command line).",
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
        for folder in self._own_folders():
            remove_parts(folder)
        self._log.begin_session()

    def _state_without_lock(self) -> State:
        if self.summary_file.exists():
            return "finished"
        return "interrupted" if self.experiment_file.exists() else "empty"

    def _own_names(self) -> list[str]:
        own = [
            path.name for path in vars(self).values() if isinstance(path, Path) and path not in (self.path, self._lock)
        ]
        return [*own, case_arrays.FOLDER]

    def _own_folders(self) -> list[Path]:
        below = [path for path in self.resumable.iterdir() if path.is_dir()] if self.resumable.is_dir() else []
        own = [self.original, self.pruned, self.figures, self.path / case_arrays.FOLDER, self.resumable]
        return [self.path, *own, *below]

    def _json(self, file: Path) -> Any:
        return json.loads(self._text(file))

    def _text(self, file: Path) -> str:
        return read_stored(file).decode("utf-8", "surrogateescape")


def _first_difference(one: Any, other: Any, key: str = "") -> str | None:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in [*one, *(name for name in other if name not in one)]:
            found = _first_difference(one.get(name), other.get(name), f"{key}.{name}" if key else name)
            if found:
                return found
        return None
    return None if one == other else key
