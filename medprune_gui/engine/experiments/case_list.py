"""The cases that a run began with, and whether the data still are those."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Generator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from medprune_gui.engine.data.cases import Case, CaseSet
from medprune_gui.engine.errors import ConfigError, ImageReadError
from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.files import file_sha256, write_whole


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case as ``cases.csv`` holds it, each field as text.

    ``bytes`` and ``sha256`` are of the image file; fields that do not apply are empty.
    """

    name: str
    file: str
    label_map: str
    patient: str
    label: str
    split: str
    slice: str
    bytes: str
    sha256: str
    label_map_sha256: str


_COLUMNS = [field.name for field in fields(ListedCase)]
_IN_WORDS = {"bytes": "image", "sha256": "image", "label_map_sha256": "label map"}


def list_cases(cases: Sequence[Case]) -> Generator[tuple[int, int], None, tuple[ListedCase, ...]]:
    """Hash the images and label maps of all cases, yielding (files done, files in all).

    Raises
    ------
    ImageReadError
        A file cannot be read.
    """
    files = sorted({path for case in cases for path in (case.image, case.label_map) if path is not None})
    known: dict[Path | None, tuple[str, str]] = {None: ("", "")}
    for done, path in enumerate(files, 1):
        try:
            known[path] = str(path.stat().st_size), file_sha256(path)
        except OSError as error:
            raise ImageReadError("the file cannot be read", where=path, remedy=error.strerror) from error
        yield done, len(files)
    return tuple(
        ListedCase(
            name=case.name,
            file=str(case.image),
            label_map="" if case.label_map is None else str(case.label_map),
            patient=case.patient,
            label=case.label,
            split=case.split,
            slice="" if case.slice is None else str(case.slice),
            bytes=known[case.image][0],
            sha256=known[case.image][1],
            label_map_sha256=known[case.label_map][1],
        )
        for case in cases
    )


def data_sha256(case_set: CaseSet, listed: Sequence[ListedCase]) -> str:
    """Return the SHA-256 of all that a run takes from its data.

    These are task, classes and label values, and of each case its name, patient, label, split, slice and the
    SHA-256 of its image and label map: the same wherever the files lie.
    """
    whole = hashlib.sha256(json.dumps([case_set.task, case_set.classes, case_set.label_values]).encode())
    for case in sorted(listed, key=lambda case: case.name):
        parts = [case.name, case.patient, case.label, case.split, case.slice, case.sha256, case.label_map_sha256]
        # json escapes what is not ASCII, so that bytes of odd names survive.
        whole.update(json.dumps(parts).encode() + b"\n")
    return whole.hexdigest()


def keep_cases(file: Path, listed: Sequence[ListedCase], *, begun: bool, data: Path) -> None:
    """Write the cases where the run begins; where it goes on, make sure that they are those it began with.

    A case that moved from training to test would be judged by a network that has learnt it.

    Parameters
    ----------
    file
        ``cases.csv`` of the run folder.
    begun
        Whether the run has networks already.
    data
        Where the data are, for messages.

    Raises
    ------
    ConfigError
        The data are others than at the beginning, or the folder does not say which they were.
    InputError
        The file cannot be read or is damaged.
    OutputError
        The file cannot be written.
    """
    if not file.exists():
        if begun:
            raise ConfigError(
                "this run does not say which cases its networks were trained with, so it cannot go on",
                where=file,
                remedy="Start the experiment again in a new folder",
            )
        write_whole(file, _to_csv(listed))
    elif difference := _first_difference(_from_csv(file), listed):
        raise ConfigError(
            f"the data have changed since this run began: {difference}",
            where=data,
            remedy=f"Put the data back as {file.name} in the run folder lists them, or start again in a new folder",
        )


def _first_difference(before: Sequence[ListedCase], now: Sequence[ListedCase]) -> str | None:
    found = {case.name: case for case in now}
    for case in before:
        if case.name not in found:
            return f"the case {case.name} is gone"
        for column, old, new in zip(_COLUMNS, astuple(case), astuple(found[case.name]), strict=True):
            if old != new and column in _IN_WORDS:
                return f"the {_IN_WORDS[column]} of the case {case.name} is another"
            if old != new:
                return f"the {column} of the case {case.name} was {old or 'none'} and is {new or 'none'}"
    known = {case.name for case in before}
    if new_names := [case.name for case in now if case.name not in known]:
        return f"the case {new_names[0]} is new"
    return None if list(before) == list(now) else "the cases are in another order"


def _to_csv(listed: Sequence[ListedCase]) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    rows.writerows(astuple(case) for case in listed)
    return text.getvalue().encode("utf-8", "surrogateescape")


def _from_csv(file: Path) -> tuple[ListedCase, ...]:
    try:
        rows = csv.reader(io.StringIO(read_stored(file).decode("utf-8", "surrogateescape"), newline=""))
        if next(rows, []) != _COLUMNS:
            raise ValueError(f"its columns are not {', '.join(_COLUMNS)}")
        return tuple(ListedCase(*row) for row in rows)
    except (ValueError, TypeError, csv.Error) as error:
        raise damaged(file, error) from error
