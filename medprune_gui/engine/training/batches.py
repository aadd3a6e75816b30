"""Order and batches of an epoch: functions of (seed, epoch)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch

from medprune_gui.engine.errors import ConfigError, DatasetError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor


class LabelledImages(Protocol):
    """What training needs of a prepared split.

    Attributes
    ----------
    images
        (case, channel, row, column), float32.
    targets
        Index of the class: (case,), or (case, row, column) in segmentation, int64.
    """

    @property
    def images(self) -> NDArray[np.float32]:
        """(case, channel, row, column)."""
        ...

    @property
    def targets(self) -> NDArray[np.int64]:
        """(case,) or (case, row, column)."""
        ...


def check_cases(data: LabelledImages, classes: int, split: str) -> None:
    """Refuse a split that a network with ``classes`` outputs cannot be trained on.

    Raises
    ------
    DatasetError
        It is empty, images and targets differ in number, or a target is no class.
    """
    if len(data.images) == 0:
        raise DatasetError(f"there are no {split} cases", remedy="Choose a larger share for this split.")
    if len(data.images) != len(data.targets):
        raise DatasetError(f"{len(data.images)} {split} images have {len(data.targets)} labels")
    low, high = int(data.targets.min()), int(data.targets.max())
    if low < 0 or high >= classes:
        raise DatasetError(f"the {split} labels run from {low} to {high}, but there are {classes} classes, from 0")


def shuffled(cases: int, batch_size: int, seed: int, epoch: int) -> list[NDArray[np.int64]]:
    """Return the indices of each batch of a training epoch.

    Batches are of nearly equal size, so that none is left with a single case, which batch normalisation may not be able
    to use, unless batches are of one or two cases.
    """
    order = np.random.default_rng([seed, epoch]).permutation(cases)
    return np.array_split(order, -(-cases // batch_size))


def in_order(cases: int, batch_size: int) -> Iterator[slice]:
    """Slices that walk through all cases."""
    return (slice(start, start + batch_size) for start in range(0, cases, batch_size))


def to_tensors(data: LabelledImages, which: NDArray[np.int64] | slice, device: torch.device) -> tuple[Tensor, Tensor]:
    """Copy the chosen images (n, channel, row, column) and targets to the device."""
    # torch warns of read-only arrays, and a slice is a view: copy always.
    images = torch.from_numpy(np.array(data.images[which], dtype=np.float32))
    targets = torch.from_numpy(np.array(data.targets[which], dtype=np.int64))
    return images.to(device), targets.to(device)


@contextmanager
def too_few_values_in_words(images: Tensor) -> Iterator[None]:
    """Say in words where a normalisation has nothing to average over: deep in a network of small images and batches.

    Raises
    ------
    ConfigError
        In place of torch's error.
    """
    try:
        yield
    except ValueError as error:
        over_the_batch = "more than 1 value per channel" in str(error)
        if not over_the_batch and "more than 1 spatial element" not in str(error):
            raise
        rows, columns = images.shape[-2:]
        cases = "1 image" if len(images) == 1 else f"{len(images)} images"
        raise ConfigError(
            f"a batch of {cases} of {rows} x {columns} pixels leaves the network's normalisation a single value to "
            "average over",
            remedy=f"Choose {'a larger batch size or ' if over_the_batch else ''}larger images, or fewer levels of the "
            "network.",
        ) from error
