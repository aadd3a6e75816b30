"""Cases as arrays that a network can be trained on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.data.preprocess import prepare_image, prepare_labels, prepare_slices
from medprune_gui.engine.imaging import read_image

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from medprune_gui.engine.data.cases import Case, CaseSet, Split
    from medprune_gui.engine.data.preprocess import PixelSettings


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
    ImageReadError
        An image cannot be read; its name is given.
    """
    cases = case_set.of(split)
    images = np.empty((len(cases), 1, *config.size), dtype=np.float32)
    segmentation = case_set.task == "segmentation"
    targets = np.empty((len(cases), *config.size) if segmentation else len(cases), dtype=np.int64)
    number = {name: index for index, name in enumerate(case_set.classes)}
    done = 0
    for (path, label_map), group in groupby(cases, key=lambda case: (case.image, case.label_map)):
        members = list(group)
        rows = slice(done, done + len(members))
        image = read_image(path)
        if label_map is None:
            images[rows] = prepare_image(image, config)
            targets[rows] = [number[case.label] for case in members]
        else:
            slices = [case.slice for case in members if case.slice is not None]
            images[rows] = prepare_slices(image, config, slices)
            targets[rows] = prepare_labels(read_image(label_map), config, case_set.label_values, slices)
        done += len(members)
        yield done, len(cases)
    return CaseArrays(images, targets, cases)
