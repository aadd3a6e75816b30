"""Labelled cases from whatever a data configuration points to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medprune_gui.engine.data.cases import CaseSet, order_classes
from medprune_gui.engine.data.copies import identical_files
from medprune_gui.engine.data.folders import read_folders
from medprune_gui.engine.data.splits import complete_splits
from medprune_gui.engine.data.table import read_table
from medprune_gui.engine.data.volumes import read_volumes

if TYPE_CHECKING:
    from medprune_gui.engine.config import DataConfig


def read_cases(config: DataConfig, seed: int) -> CaseSet:
    """Return the labelled cases of a data set, divided into training, validation and test.

    Pictures are only found here and their files compared, not decoded; volumes and their label maps are read once,
    to find out which slices hold anything.

    Parameters
    ----------
    config
        Where the data are and how they are laid out.
    seed
        Decides the splits that the data do not name themselves.

    Raises
    ------
    DatasetError
        Files, columns or classes are missing or contradict each other (SplitError: splits share patients or images).
    NoImagesError
        A folder is missing or holds no images.
    ImageReadError
        A volume cannot be read, or a file cannot be opened.
    """
    if config.kind == "volumes":
        return read_volumes(config, seed)
    if config.kind == "folders":
        found, notes = read_folders(config.path)
    else:
        found, notes = read_table(config.path, config.columns)
    classes = order_classes((case.label for case in found), config.classes, config.positive, config.path)
    copies = identical_files([case.image for case in found])
    cases, more = complete_splits(found, config.splits, seed, config.path, copies)
    return CaseSet(config.task, classes, cases, notes + more)
