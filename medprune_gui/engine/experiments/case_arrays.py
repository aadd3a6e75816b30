"""Pictures of single test cases in a run folder: a compressed file of arrays each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.records import CaseRecord

FOLDER = "cases"


def write_case_arrays(run: Path, case: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    """Write a case's arrays as one NPZ file and return the file relative to the run folder.

    Parameters
    ----------
    run
        The run folder.
    case
        The case's name; characters that file systems do not take are replaced.
    arrays
        Name -> array.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    content = BytesIO()
    named: dict[str, Any] = dict(arrays)
    np.savez_compressed(content, **named)
    file = run / FOLDER / f"{_file_name(case)}.npz"
    write_whole(file, content.getvalue())
    return file.relative_to(run).as_posix()


def read_case_arrays(run: Path, case: CaseRecord) -> dict[str, NDArray[Any]]:
    """Read a case's arrays; nothing in the file is run.

    Raises
    ------
    InputError
        The case has no arrays, or their file is outside the run folder, missing or damaged.
    """
    file = (run / (case.arrays or "")).resolve()
    if case.arrays is None or not file.is_relative_to(run.resolve()):
        raise InputError(f"the case {case.case} has no images in this run folder", where=run)
    try:
        with np.load(BytesIO(read_stored(file)), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (ValueError, EOFError, BadZipFile, AttributeError) as error:
        raise damaged(file, error) from error


def _file_name(case: str) -> str:
    name = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in case)[:100]
    if name == case:
        return name
    # Two cases must not share a file once their names are simplified.
    return f"{name}-{hashlib.sha256(case.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
