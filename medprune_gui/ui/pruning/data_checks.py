"""Whether the files that a data set names are there, and a table has the columns that it should."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from medprune_gui.engine.errors import ConfigError


def must_exist(path: Path, folder: bool | None) -> None:
    """Refuse a path that is not there or not of the right kind.

    Parameters
    ----------
    folder
        True: it must be a folder; False: a file; None: either.

    Raises
    ------
    ConfigError
        It is not.
    """
    if not path.exists():
        raise ConfigError(
            _tr("there is nothing of this name"), where=path, remedy=_tr("Choose an existing file or folder")
        )
    if folder is True and not path.is_dir():
        raise ConfigError(
            _tr("this is a file"), where=path, remedy=_tr("Choose the folder with a folder per class in it")
        )
    if folder is False and not path.is_file():
        raise ConfigError(_tr("this is a folder"), where=path, remedy=_tr("Choose the table itself, a CSV file"))


def column_names(table: Path) -> list[str]:
    """Return a table's column names; empty where the file cannot be read as one."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline(100_000)
    except (OSError, UnicodeDecodeError):
        return []
    return [name.strip() for name in next(csv.reader([first]), []) if name.strip()]


def check_columns(table: Path, columns: Mapping[str, str]) -> None:
    """Refuse columns that a table does not have.

    Parameters
    ----------
    columns
        What is looked for (``file``, ``label``, ``patient``, ``split``) -> name of its column; the first two must
        have one.

    Raises
    ------
    ConfigError
        One is missing.
    """
    names = column_names(table)
    for field, column in columns.items():
        if not column and field in ("file", "label"):
            raise ConfigError(_tr("say which column holds the {field}").format(field=field), where=table)
        if column and column not in names:
            raise ConfigError(
                _tr("the table has no column {column}").format(column=repr(column)),
                where=table,
                remedy=_tr("Its columns are {names}").format(names=", ".join(names) or "-"),
            )


def _tr(text: str) -> str:
    return QCoreApplication.translate("DataDialog", text)
