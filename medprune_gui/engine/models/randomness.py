"""Random numbers made a function of a key and kept away from everybody else."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def private_random(key: tuple[int, ...], device: torch.device | None = None) -> Iterator[None]:
    """Seed torch from ``key`` (such as seed, epoch, batch) inside the block; afterwards all is as it was found.

    Python's and numpy's own random numbers, which a network's code might draw, are put back as well. Generators are
    used directly: ``torch.manual_seed`` also queues a seed for every other kind of device, which costs more than a
    small training step.

    Parameters
    ----------
    key
        Whole numbers, 0 or above.
    device
        Where numbers are drawn besides the CPU.
    """
    generators = [torch.default_generator]
    if device is not None and device.type == "cuda":
        index = torch.cuda.current_device() if device.index is None else device.index
        generators.append(torch.cuda.default_generators[index])
    found = [generator.get_state() for generator in generators]
    others = random.getstate(), np.random.get_state()  # noqa: NPY002
    seed = int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0] >> 1)
    try:
        for generator in generators:
            generator.manual_seed(seed)
        yield
    finally:
        for generator, state in zip(generators, found, strict=True):
            generator.set_state(state)
        random.setstate(others[0])
        np.random.set_state(others[1])  # noqa: NPY002
