"""Files that hold the same under different names."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.files import file_sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from pathlib import Path


def identical_files(paths: Sequence[Path]) -> tuple[tuple[int, ...], ...]:
    """Return the indices of files that are copies of each other, a group for each content.

    Only files of one size are read.

    Raises
    ------
    ImageReadError
        A file cannot be opened.
    """
    try:
        same_size = _grouped(range(len(paths)), lambda index: paths[index].stat().st_size)
        return tuple(
            tuple(group)
            for members in same_size
            for group in _grouped(members, lambda index: file_sha256(paths[index]))
        )
    except OSError as error:
        raise ImageReadError(
            f"The file cannot be opened ({error.strerror})", where=error.filename, remedy="Check its permissions."
        ) from error


def _grouped(indices: Iterable[int], key: Callable[[int], Hashable]) -> list[list[int]]:
    """Return those that share a key with others."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index in indices:
        groups[key(index)].append(index)
    return [group for group in groups.values() if len(group) > 1]
