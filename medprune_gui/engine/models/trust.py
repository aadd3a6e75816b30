"""Which code of the user's own may run: files that were confirmed once, each by the hash of its content."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_config_path

from medprune_gui.engine.errors import CheckpointError
from medprune_gui.engine.files import write_whole

#: Variable with the folder to use instead of the user's own.
FOLDER_VARIABLE = "MEDPRUNE_CONFIG"


def code_hash(code: str) -> str:
    """Return the SHA-256 of a file's text, as it is written in UTF-8."""
    return hashlib.sha256(code.encode()).hexdigest()


def is_trusted(sha256: str) -> bool:
    """Whether the user has confirmed code with this hash; another letter makes it other code."""
    return sha256 in _confirmed()


def trust(code: str, name: str) -> str:
    """Note that the user has confirmed code, and return its hash.

    Parameters
    ----------
    name
        What the user knows it by; only kept to be read by people.

    Raises
    ------
    OutputError
        The list of confirmed code cannot be written.
    """
    sha256 = code_hash(code)
    known = {**_confirmed(), sha256: {"name": name, "confirmed": datetime.now(UTC).isoformat(timespec="seconds")}}
    _file().parent.mkdir(parents=True, exist_ok=True)
    write_whole(_file(), json.dumps(known, indent=1).encode())
    return sha256


def require_trust(code: str, name: str) -> None:
    """Refuse code that nobody has confirmed.

    Raises
    ------
    CheckpointError
        It was not confirmed, or has changed since.
    """
    if not is_trusted(sha256 := code_hash(code)):
        raise CheckpointError(
            f"this file would run as a program, and nobody has confirmed it (SHA-256 {sha256[:16]}...)",
            where=name,
            remedy="Read it, then confirm it with medprune trust FILE, or in the window under Network",
        )


def _confirmed() -> dict[str, object]:
    with contextlib.suppress(OSError, ValueError):  # none yet, or damaged: nothing is trusted
        known = json.loads(_file().read_bytes())
        if isinstance(known, dict):
            return known
    return {}


def _file() -> Path:
    given = os.environ.get(FOLDER_VARIABLE)
    return (Path(given) if given else user_config_path("medprune")) / "trusted-code.json"
