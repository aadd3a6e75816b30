"""Cases as arrays that a network can be trained on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import psutil

from medprune_gui.engine.data.alignment import laid_on
from medprune_gui.engine.data.cases import SPLITS
from medprune_gui.engine.data.preprocess import prepare_image, prepare_labels, prepare_slices
from medprune_gui.engine.errors import DatasetError
from medprune_gui.engine.imaging import read_image
from medprune_gui.engine.imaging.formats import identify
from medprune_gui.engine.imaging.nifti import nifti_header

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from numpy.typing import NDArray

    from medprune_gui.engine.data.cases import Case, CaseSet, Split
    from medprune_gui.engine.data.preprocess import PixelSettings
    from medprune_gui.engine.imaging.volume import Volume


@dataclass(frozen=True, slots=True, eq=False)
class CaseArrays:
    """The cases of a split, prepared.

    Attributes
    ----------
    images
        (case, channel, row, column), float32 from 0 to 1.
    targets
        Index of the class: (case,), or (case, row, column) in segmentation, int64.
    """

    images: NDArray[np.float32]
    targets: NDArray[np.int64]
    cases: tuple[Case, ...]


def load_arrays(case_set: CaseSet, split: Split, config: PixelSettings) -> Generator[tuple[int, int], None, CaseArrays]:
    """Read and prepare the cases of a split; a volume is read once for all its slices.

    Yields
    ------
    done, total
        Cases ready and cases in all, after each image.

    Raises
    ------
    DatasetError
        The cases need more memory than is free, a file holds several volumes, or a label map does not lie on its
        image.
    ImageReadError
        An image cannot be read; its name is given.
    """
    cases = case_set.of(split)
    segmentation = case_set.task == "segmentation"
    # Splits are loaded in their order and stay: better refused now than after the training.
    _check_memory(sum(len(case_set.of(later)) for later in SPLITS[SPLITS.index(split) :]), segmentation, config)
    images = np.empty((len(cases), 1, *config.size), dtype=np.float32)
    targets = np.empty((len(cases), *config.size) if segmentation else len(cases), dtype=np.int64)
    number = {name: index for index, name in enumerate(case_set.classes)}
    done = 0
    for (path, label_map), group in groupby(cases, key=lambda case: (case.image, case.label_map)):
        members = list(group)
        rows = slice(done, done + len(members))
        image = read_single(path)
        if label_map is None:
            images[rows] = prepare_image(image, config)
            targets[rows] = [number[case.label] for case in members]
        else:
            slices = [case.slice for case in members if case.slice is not None]
            images[rows] = prepare_slices(image, config, slices)
            labels = laid_on(read_single(label_map), image, label_map)
            targets[rows] = prepare_labels(labels, config, case_set.label_values, slices)
        done += len(members)
        yield done, len(cases)
    return CaseArrays(images, targets, cases)


def read_single(path: Path) -> Volume:
    """Read an image of a data set, which must not be one of several in its file.

    Raises
    ------
    DatasetError
        The file is a NIfTI file of several volumes, such as a time series.
    ImageReadError
        It cannot be read.
    """
    if identify(path) == "nifti" and (volumes := nifti_header(path).volumes) > 1:
        raise DatasetError(
            f"the file holds {volumes} volumes, and it is not said which one is meant",
            where=path,
            remedy="Save the one volume that is meant to a file of its own",
        )
    return read_image(path)


def _check_memory(count: int, segmentation: bool, config: PixelSettings) -> None:
    pixel_bytes = np.dtype(np.float32).itemsize + segmentation * np.dtype(np.int64).itemsize
    needed, free = count * config.size[0] * config.size[1] * pixel_bytes, psutil.virtual_memory().available
    if needed > free:
        raise DatasetError(
            f"the cases need {needed / 2**30:,.1f} GiB of memory, and {free / 2**30:,.1f} GiB are free",
            where=f"{count} images of {config.size[0]} x {config.size[1]}",
            remedy="Choose a smaller data.size or fewer cases, or close other programs",
        )
