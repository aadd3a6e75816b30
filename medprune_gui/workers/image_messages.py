"""What the window's process and the image process say to each other, and the sign of life between them."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from medprune_gui.engine.imaging.layers import LayerKind
from medprune_gui.engine.imaging.study import Series, Study

ENDS = frozenset({"finished", "failed", "cancelled"})  # kinds of the last answer to a request
_PATH_BYTES = 4096  # PATH_MAX of Linux


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """Find the studies in files and folders and add them to those known; files in ``left_out`` are not opened."""

    id: int
    paths: tuple[Path, ...]
    known: tuple[Study, ...] = ()
    left_out: tuple[tuple[Path, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """Read a series, slice ``first`` before all others (None: no slice matters more than another)."""

    id: int
    series: Series
    first: int | None = None


@dataclass(frozen=True, slots=True)
class ThumbnailRequest:
    """Make a small picture of a series' middle slice."""

    id: int
    series: Series


@dataclass(frozen=True, slots=True)
class LayerRequest:
    """Read what is to be laid over an image; ``kind`` None: its values tell which kind it is."""

    id: int
    path: Path
    kind: LayerKind | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """Slice ``index`` of the load ``id`` is to be read next."""

    id: int
    index: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """A request is to end at its next file or slice; where it has ended already, this means nothing."""

    id: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The image process takes requests."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What has become of a request.

    ``progressed`` carries (done, total); ``found`` the `StudyNews` of a scan under way; ``slice`` the index of a slice,
    and its pixels follow; ``finished`` the scan's (`StudyNews`, errors, `LeftOut`), the thumbnail, a layer's kind
    with its pixels behind it, or nothing where the pixels of a series follow;
    ``failed`` an `ErrorRecord`; ``cancelled`` nothing.
    """

    id: int
    kind: Literal["progressed", "found", "slice", "finished", "failed", "cancelled"]
    payload: Any = None
    pixels_follow: bool = False


Request = ScanRequest | LoadRequest | ThumbnailRequest | LayerRequest


class SignOfLife(ctypes.Structure):
    """Memory that both processes see: what the image process is at, and a number that grows while it gets on.

    The window looks at it only where nothing has been heard for long, or where the process has died. A message for
    each of thousands of files would keep the window's interpreter busy instead.
    """

    _fields_ = (
        ("count", ctypes.c_uint64),
        ("request", ctypes.c_int64),
        ("size_bytes", ctypes.c_uint64),
        ("path", ctypes.c_char * _PATH_BYTES),
    )
    count: int
    request: int
    size_bytes: int
    path: bytes

    def at(self, request: int, path: Path | None, size_bytes: int = 0) -> None:
        """Say which file of which request is opened next; None: something without an end that could be foreseen.

        ``size_bytes`` is how much there is to do, unless it is the file's size.
        """
        self.size_bytes = size_bytes
        self.path = b"" if path is None else bytes(path)[: _PATH_BYTES - 1]
        self.request = request
        self.count += 1
        if path is not None and not size_bytes:
            with suppress(OSError):  # opening it will tell
                self.size_bytes = path.stat().st_size

    @property
    def file(self) -> Path | None:
        """The file that was opened last."""
        name = self.path
        return Path(name.decode(errors="surrogateescape")) if name else None
