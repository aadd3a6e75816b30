"""Where the images of an experiment are, so that they can be opened with it."""

from __future__ import annotations

import csv
from pathlib import Path

from medprune_gui.engine.config import DataConfig


def image_places(data: DataConfig) -> list[Path]:
    """Return the files and folders to open to see an experiment's images; empty where none are found.

    Of a table, the folders of the files that it names; what is wrong with it is said when the data are analysed.
    """
    places = _folders_of_table(data) if data.kind == "table" else [data.path]
    return [place for place in places if _exists(place)]


def _folders_of_table(data: DataConfig) -> list[Path]:
    table = data.path
    try:
        # The engine reads it with pandas, which the window does without.
        with table.open(encoding="utf-8-sig", newline="") as file:
            separator = max(",;\t", key=file.readline().count)
            file.seek(0)
            rows = csv.DictReader(file, delimiter=separator, skipinitialspace=True)
            names = {(row.get(data.columns.file) or "").strip() for row in rows}
    except (OSError, ValueError, csv.Error):
        return []
    folders = sorted({(table.parent / name).parent for name in names if name})
    outermost: list[Path] = []
    for folder in folders:  # Those above come first.
        if not any(folder.is_relative_to(above) for above in outermost[-1:]):
            outermost.append(folder)
    return outermost


def _exists(place: Path) -> bool:
    try:
        return place.exists()
    except (OSError, ValueError):  # a text that can be no path: too long, or with characters that none has
        return False
