"""Small real networks and cases for training tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn


@dataclass(frozen=True)
class Cases:
    images: NDArray[np.float32]
    targets: NDArray[np.int64]


def bright_squares(cases: int, seed: int, size: tuple[int, int] = (16, 20)) -> Cases:
    """Noise; half of the pictures hold a brighter square."""
    random = np.random.default_rng(seed)
    images = random.normal(0.4, 0.1, (cases, 1, *size)).astype(np.float32)
    targets = np.arange(cases) % 2
    for index in np.flatnonzero(targets):
        row, column = random.integers(0, size[0] - 6), random.integers(0, size[1] - 6)
        images[index, 0, row : row + 6, column : column + 6] += 0.3
    images.flags.writeable = False
    return Cases(images, targets.astype(np.int64))


def square_maps(cases: int, seed: int, size: tuple[int, int] = (16, 16)) -> Cases:
    """Noise with a square each, and the square as a label map; every third picture has none."""
    random = np.random.default_rng(seed)
    images = random.normal(0.4, 0.05, (cases, 1, *size)).astype(np.float32)
    targets = np.zeros((cases, *size), dtype=np.int64)
    for index in range(cases):
        if index % 3:
            row, column = random.integers(0, 8, size=2)
            targets[index, row : row + 7, column : column + 7] = 1
    images[:, 0] += 0.4 * targets
    return Cases(images, targets)


def classifier(seed: int = 0) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 8, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveMaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(32, 2),
        )


def run(generator):
    """Exhaust a training and return its history."""
    try:
        while True:
            next(generator)
    except StopIteration as done:
        return done.value


def same_weights(a: nn.Module, b: nn.Module) -> bool:
    """Whether two networks are equal bit for bit."""
    other = b.state_dict()
    return all(torch.equal(value, other[name]) for name, value in a.state_dict().items())
