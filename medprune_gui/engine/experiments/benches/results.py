"""A bench's results: one JSON line a row, kept for the versions and the machine that they were measured with."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import medprune_gui
from medprune_gui.engine.experiments.provenance import processor
from medprune_gui.engine.experiments.stored_files import read_stored
from medprune_gui.engine.files import check_writable, output_error

Row = dict[str, Any]

#: Number of the way of measuring (timing in turns, judging, sizes). Raise it when that changes: rows measured in the
#: old way are then measured again.
METHOD = "2"


def installed_version(package: str) -> str:
    """Return a package's version; empty where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def versions(*packages: str, rooms: Sequence[str] = ("models", "pruning")) -> dict[str, str]:
    """Return the versions of the way of measuring, of Python and of the packages.

    MedPrune's own version carries a hash of the code of the engine's ``rooms``, so that a changed engine is measured
    again.
    """
    found = {"method": METHOD, "python": platform.python_version()}
    for package in packages:
        found[package] = f"{medprune_gui.__version__}+{_engine_hash(rooms)}" if package == "medprune" else (
            installed_version(package)
        )  # fmt: skip
    return found


def _engine_hash(rooms: Sequence[str]) -> str:
    engine = Path(medprune_gui.__file__).parent / "engine"
    digest = hashlib.sha256()
    for room in rooms:
        for file in sorted((engine / room).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def machine() -> str:
    """Return what the bench runs on, in words."""
    return f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


class ResultFile:
    """Rows of one or several benches; a row is added at once when it has been measured.

    Rows of other versions or other machines stay in the file and are not shown.

    Parameters
    ----------
    file
        May be missing.

    Raises
    ------
    OutputError
        The file cannot be written.
    """

    def __init__(self, file: Path) -> None:
        check_writable(file)
        self.file = file
        self._machine = machine()
        self._rows: dict[str, Row] = {}
        content = read_stored(file) if file.exists() else b""
        if content and not content.endswith(b"\n"):
            self._append(b"\n")  # Half a line, which a crash left, must not swallow the next row.
        for line in content.decode("utf-8", "replace").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict) and row.get("machine") == self._machine and isinstance(row.get("key"), str):
                self._rows[row["key"]] = row

    @staticmethod
    def key(bench: str, network: str, tool: str, used: Mapping[str, str]) -> str:
        """Return what a row is found by."""
        return json.dumps([bench, network, tool, dict(sorted(used.items()))])

    def find(self, bench: str, network: str, tool: str, used: Mapping[str, str]) -> Row | None:
        """Return the row that was measured for this network with these versions on this machine, if any."""
        return self._rows.get(self.key(bench, network, tool, used))

    def add(self, bench: str, network: str, tool: str, used: Mapping[str, str], values: Mapping[str, Any]) -> Row:
        """Write a row and return it.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        key = self.key(bench, network, tool, used)
        row = {
            "key": key, "bench": bench, "network": network, "tool": tool, **values, "versions": dict(used),
            "machine": self._machine,
        }  # fmt: skip
        self._append(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        self._rows[key] = row
        return row

    def _append(self, content: bytes) -> None:
        try:
            with self.file.open("ab") as file:
                file.write(content)
        except OSError as error:
            raise output_error(error, self.file) from error
