"""Sensitivity curves in a run folder: no torch."""

from __future__ import annotations

import json
from pathlib import Path

from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.records import SensitivityCurves


def write_curves(file: Path, curves: SensitivityCurves) -> None:
    """Write curves as JSON.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_whole(file, json.dumps(curves.to_dict()).encode())


def read_curves(file: Path) -> SensitivityCurves | None:
    """Read what `write_curves` wrote; None where there is no such file.

    Raises
    ------
    InputError
        The file is damaged.
    """
    if not file.is_file():
        return None
    try:
        return SensitivityCurves.from_dict(json.loads(read_stored(file)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(file, error) from error
