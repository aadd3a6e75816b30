"""What a pickle would import when it is opened, read from it without opening it."""

from __future__ import annotations

import pickletools
import zipfile
from pathlib import Path

_MOST_NAMES = 8
# Bytes of a pickle that are looked at: weights stand elsewhere, and what is longer says enough.
_MOST_BYTES = 2**24


def imports_of(path: Path) -> list[str]:
    """Return the names that a file of ``torch.save`` or ``pickle`` wants to import, in their order, each once.

    Parameters
    ----------
    path
        An archive with a pickle in it, or a bare pickle; of a damaged one, what stands before the damage.
    """
    found: dict[str, None] = {}
    strings: list[str] = []
    memo: dict[int, str | None] = {}
    last: str | None = None
    try:
        for operation, argument, _ in pickletools.genops(_pickle_of(path)):
            name = operation.name
            if name == "GLOBAL":
                found[str(argument).replace(" ", ".")] = None
            elif name == "STACK_GLOBAL":
                found[".".join(strings[-2:])] = None
            elif name in ("MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"):
                memo[len(memo) if name == "MEMOIZE" else int(argument or 0)] = last
                continue
            last = memo.get(int(argument or 0)) if name in ("GET", "BINGET", "LONG_BINGET") else argument
            last = last if isinstance(last, str) else None
            if last is not None:
                strings.append(last)
    except (ValueError, OSError, IndexError, KeyError, UnicodeDecodeError, zipfile.BadZipFile, NotImplementedError):
        pass  # damaged: what was found up to here is what can be said
    return list(found)


def in_words(names: list[str]) -> str:
    """Return the names as a list for people, not too long."""
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _pickle_of(path: Path) -> bytes:
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    with zipfile.ZipFile(path) as archive:
        member = next((name for name in archive.namelist() if name.endswith("data.pkl")), "data.pkl")
        with archive.open(member) as file:
            return file.read(_MOST_BYTES)
