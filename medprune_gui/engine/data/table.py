"""A table of cases: a CSV file with a row per picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from medprune_gui.engine.config import TableColumns
from medprune_gui.engine.data.cases import FoundCase, listed
from medprune_gui.engine.data.patients import patient_of, patients_note
from medprune_gui.engine.data.splits import known_split
from medprune_gui.engine.errors import DatasetError

if TYPE_CHECKING:
    from pathlib import Path


def read_table(path: Path, columns: TableColumns) -> tuple[list[FoundCase], tuple[str, ...]]:
    """Read a CSV file; paths in it are relative to its folder, other columns become attributes.

    Columns for patient and split may be absent as long as they have their usual names in ``columns``. Without a
    column for patients they are told from the headers of DICOM files; any other image is taken for a patient of
    its own.

    Raises
    ------
    DatasetError
        The table cannot be read or is empty, columns, values or files are missing, a file is listed twice, or a
        split has an unknown name.
    ImageReadError
        A file that must name its patient cannot be opened, or is a damaged DICOM file.
    """
    table = _read(path)
    usual = TableColumns()
    patient, split = (
        "" if name == default and name not in table.columns else name
        for name, default in ((columns.patient, usual.patient), (columns.split, usual.split))
    )
    used = [name for name in (columns.file, columns.label, patient, split) if name]
    if missing := [name for name in used if name not in table.columns]:
        raise DatasetError(
            f"the table has no column {listed(missing)}",
            where=path,
            remedy=f"Its columns are: {', '.join(table.columns)}",
        )
    for name in used:
        if (blank := table[name] == "").any():
            lines = [str(int(row) + 2) for row in blank.to_numpy().nonzero()[0]]
            raise DatasetError(
                f"column {name} is empty in {len(lines)} rows: line {listed(lines)}",
                where=path,
                remedy="Fill these cells in or take the rows out",
            )
    if split and (unknown := sorted(name for name in set(table[split]) if known_split(name) is None)):
        raise DatasetError(
            f"unknown splits: {listed(unknown)}", where=path, remedy=f"Use train, val and test in column {split}"
        )
    files = list(table[columns.file])
    if missing_files := [name for name in files if not _is_file(path.parent / name)]:
        raise DatasetError(
            f"{len(missing_files)} of {len(table)} files are missing: {listed(missing_files)}",
            where=path,
            remedy=f"Paths in column {columns.file} are looked for from the table's own folder; "
            "choose another column if it does not hold paths",
        )
    # Resolved, because x.png and ./x.png are one file.
    if (twice := pd.Series([str((path.parent / name).resolve()) for name in files]).duplicated()).any():
        raise DatasetError(
            f"files are listed twice: {listed(table[columns.file][twice])}",
            where=path,
            remedy="Keep one row for each file",
        )
    found = []
    for row in table.to_dict("records"):
        file = row[columns.file]
        whose = row[patient] if patient else patient_of(path.parent / file)
        found.append(
            FoundCase(
                name=file,
                image=path.parent / file,
                patient=whose or file,
                label=row[columns.label],
                split=known_split(row[split]) if split else None,
                attributes={str(key): value for key, value in row.items() if key not in used},
            )
        )
    return found, () if patient else patients_note(sum(case.patient == case.name for case in found), len(found))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a text that can be no path: too long, or with characters that none has
        return False


def _read(path: Path) -> pd.DataFrame:
    try:
        # utf-8-sig and the choice of separator: what spreadsheets save.
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        separator = max(",;\t", key=header.count)
        # Everything stays text: patient 00000001 is not 1, and a class may be called NA.
        table = pd.read_csv(
            path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True
        )
    except OSError as error:
        raise DatasetError(
            f"the table cannot be read: {error.strerror or error}", where=path, remedy="Choose a CSV file"
        ) from error
    except (ValueError, pd.errors.ParserError) as error:
        raise DatasetError(
            f"this is no readable CSV table: {error}",
            where=path,
            remedy="Save it again as CSV: a row of column names, then a row for each image",
        ) from error
    if table.empty:
        raise DatasetError("the table has no rows", where=path, remedy="Add a row for each image")
    stripped: pd.DataFrame = table.apply(lambda column: column.str.strip())
    return stripped
