"""A folder per class, optionally below folders for training, validation and test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medprune_gui.engine.data.cases import FoundCase, Split, listed
from medprune_gui.engine.data.patients import patient_of, patients_note
from medprune_gui.engine.data.splits import known_split
from medprune_gui.engine.errors import DatasetError, ImageReadError, NoImagesError
from medprune_gui.engine.imaging.scanning import visible_files

if TYPE_CHECKING:
    from pathlib import Path
    from typing import NoReturn


def read_folders(root: Path) -> tuple[list[FoundCase], tuple[str, ...]]:
    """Find images in a folder per class, however deep; hidden files and folders are passed over.

    Patients are told from the headers of DICOM files; any other image is taken for a patient of its own.

    Raises
    ------
    NoImagesError
        A folder is missing or holds no images.
    DatasetError
        Folders for splits and for classes are mixed.
    ImageReadError
        A folder or file cannot be opened, or a DICOM file is damaged.
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
            patients = {path: patient_of(path) for path in sorted(visible_files(folder, _refuse)) if path.is_file()}
            if all(patient is None for patient in patients.values()):
                raise NoImagesError(
                    "the folder holds no images", where=folder, remedy="Add images or take the folder out"
                )
            for path, patient in patients.items():
                if patient is not None:
                    name = path.relative_to(root).as_posix()
                    found.append(FoundCase(name, path, patient or name, folder.name, split))
    if not found:
        raise NoImagesError(
            "the folder holds no folder with images", where=root, remedy="Put the images into a folder per class"
        )
    return found, patients_note(sum(case.patient == case.name for case in found), len(found))


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _refuse(error: ImageReadError) -> NoReturn:
    raise error
