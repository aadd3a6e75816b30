"""How networks are named: by a registered name, or as ``path/to/file.py:function``."""

from __future__ import annotations

from pathlib import Path


def is_file_name(name: str) -> bool:
    """Whether a network is named as a function in a Python file."""
    return name.rpartition(":")[0].endswith(".py")


def split_name(name: str) -> tuple[Path, str]:
    """Return file and function of ``file.py:function``."""
    file, _, function = name.rpartition(":")
    return Path(file), function
