"""Reading files of a run folder: what is missing or damaged is said in words."""

from __future__ import annotations

from pathlib import Path

from medprune_gui.engine.errors import InputError

#: What to do where a run lacks something.
RUN_AGAIN = "Resume that run (--resume on the command line), or run the experiment again in a new folder."


def read_stored(file: Path) -> bytes:
    """Return a file's content.

    Raises
    ------
    InputError
        The file is missing or cannot be read.
    """
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise InputError("this file is missing", where=file, remedy=RUN_AGAIN) from error
    except OSError as error:
        raise InputError(f"this file cannot be read: {error.strerror or error}", where=file) from error


def damaged(file: Path, error: Exception) -> InputError:
    """Return the error that says that a file's content makes no sense, and why."""
    detail = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return InputError(f"this file is damaged ({detail})", where=file, remedy=RUN_AGAIN)
