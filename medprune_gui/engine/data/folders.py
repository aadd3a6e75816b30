"""A folder per class, optionally below folders for training, validation and test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medprune_gui.engine.data.cases import FoundCase, Split, listed
from medprune_gui.engine.data.splits import known_split
from medprune_gui.engine.errors import DatasetError, NoImagesError

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIXES = {".png", ".jpg", ".jpeg", ".pgm", ".bmp", ".tif", ".tiff", ".dcm", ".dicom"}


def read_folders(root: Path) -> tuple[list[FoundCase], tuple[str, ...]]:
    """Find pictures in a folder per class; each picture is taken for a patient of its own.

    Raises
    ------
    NoImagesError
        A folder is missing or holds no pictures.
    DatasetError
        Folders for splits and for classes are mixed.
    """
    if not root.is_dir():
        raise NoImagesError(
            "there is no such folder", where=root, remedy="Choose a folder that holds a folder per class"
        )
    folders = _folders(root)
    named: list[tuple[Path, Split | None]] = [(folder, known_split(folder.name)) for folder in folders]
    if not any(split for _, split in named):
        named = [(root, None)]
    elif others := [folder.name for folder, split in named if split is None]:
        raise DatasetError(
            f"beside folders for training or test there are others: {listed(others)}",
            where=root,
            remedy="Use only train, val and test at this level, with a folder per class in each",
        )
    found: list[FoundCase] = []
    for above, split in named:
        for folder in _folders(above):
            pictures = [path for path in sorted(folder.rglob("*")) if _is_picture(path)]
            if not pictures:
                raise NoImagesError(
                    "the folder holds no images", where=folder, remedy="Add images or take the folder out"
                )
            for path in pictures:
                name = path.relative_to(root).as_posix()
                found.append(FoundCase(name, path, name, folder.name, split))
    if not found:
        raise NoImagesError(
            "the folder holds no folder with images", where=root, remedy="Put the images into a folder per class"
        )
    return found, (
        "Folders do not say which images are of the same patient: each image was taken for a patient of its own.",
    )


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _is_picture(path: Path) -> bool:
    if path.name.startswith(".") or not path.is_file():
        return False
    suffix = path.suffix.lower()
    if suffix in _SUFFIXES:
        return True
    # DICOM files often have no suffix, or the last part of a UID for one: PS3.10 7.1 puts DICM at byte 128.
    if suffix and not suffix[1:].isdigit():
        return False
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"
