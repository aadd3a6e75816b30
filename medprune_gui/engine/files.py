"""Files written whole: a crash or a full disk never leaves half a file where a good one was."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
from typing import TYPE_CHECKING

from medprune_gui.engine.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
_PART = re.compile(r"\..+\.[0-9a-f]{8}\.part")


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file at one stroke: write beside it, flush to the disk, rename.

    Missing folders are made. On any failure the old file stays as it was and nothing is left beside it.

    Raises
    ------
    OutputError
        The disk is full, the folder is read-only, or the path is no place for a file.
    """
    beside = _beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise output_error(error, path) from error
    if os.name == "posix":
        # Makes the rename itself last; some network file systems refuse this, and the data are safe without.
        with contextlib.suppress(OSError):
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def check_writable(path: Path) -> None:
    """Make sure, before hours of work, that a file can be written; one that is there stays as it is.

    Missing folders are made.

    Raises
    ------
    OutputError
        The folder cannot be written to, or the path is no place for a file.
    """
    if path.is_dir():
        raise OutputError("this is a folder, not a file", where=path, remedy="Give the name of a file")
    beside = _beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.touch(exist_ok=False)
        beside.unlink()
    except OSError as error:
        raise output_error(error, path) from error


def remove_parts(folder: Path) -> None:
    """Remove the unfinished files that `write_whole` left in a folder when its process was killed.

    Only for a folder that nobody else writes to now.

    Raises
    ------
    OutputError
        One cannot be removed.
    """
    if not folder.is_dir():
        return
    try:
        for path in folder.iterdir():
            if _PART.fullmatch(path.name) and path.is_file():
                path.unlink()
    except OSError as error:
        raise output_error(error, folder) from error


def output_error(error: OSError, path: Path) -> OutputError:
    """Say in plain words why a file or folder cannot be written, and the way out."""
    if error.errno in _FULL:
        return OutputError(
            "the disk is full or the quota is used up",
            where=path,
            remedy="Free some space or choose another folder; what was there before is unchanged",
        )
    if error.errno in _FORBIDDEN:
        return OutputError(
            "the folder cannot be written to", where=path, remedy="Choose a folder that you may write to"
        )
    return OutputError(
        f"the file cannot be written: {error.strerror or error}", where=path, remedy="Choose another folder"
    )


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
