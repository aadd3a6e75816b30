"""One exception tree: what happened, where, and what to do about it."""

from __future__ import annotations

import os
from typing import ClassVar

from medprune_gui.engine.records import ErrorRecord


class MedPruneError(Exception):
    """Something that a user can be told about in plain words.

    Parameters
    ----------
    what
        What happened, one sentence without a trailing full stop.
    where
        The file, column, layer or option that it is about.
    remedy
        What the user can do about it, one sentence.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str | os.PathLike[str] | None = None, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = None if where is None else os.fspath(where)
        self.remedy = remedy

    def __str__(self) -> str:
        return str(self.record())

    def record(self) -> ErrorRecord:
        """Return this error as a record that can cross the process border."""
        return ErrorRecord(type(self).__name__, self.what, self.where, self.remedy)


class InputError(MedPruneError):
    """What the user gave cannot be used; nothing was started or lost."""

    exit_status = 2


class ImageReadError(InputError):
    """A file could not be read as an image."""


class GeometryError(InputError):
    """Where a series' voxels lie is not known, or not regular enough for what was asked."""


class ReaderDiedError(ImageReadError):
    """A file crashed the process that reads images, or held it up until it was ended."""


class NoImagesError(InputError):
    """A folder or file holds no image."""


class DatasetError(InputError):
    """Labelled cases are missing, incomplete or contradictory."""


class SplitError(DatasetError):
    """Training, validation and test cases are not kept apart."""


class ConfigError(InputError):
    """An experiment file or an option has a value that cannot be used."""


class ArchitectureError(InputError):
    """A network's name or parameters are unknown or do not fit its input."""


class CheckpointError(InputError):
    """A file of weights cannot be loaded, or does not fit the network."""


class BudgetError(InputError):
    """A pruning budget cannot be met."""


class OutputError(InputError):
    """A folder cannot be written to: full, read-only, missing or in use."""


class ComputeError(MedPruneError):
    """A computation failed after it had been started."""


class TrainingDivergedError(ComputeError):
    """The loss became infinite or not a number."""


class OutOfMemoryError(ComputeError):
    """The computation needs more memory than there is."""


class ComputeProcessDiedError(ComputeError):
    """The compute process ended without a result."""
