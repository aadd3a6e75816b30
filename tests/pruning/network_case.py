"""A network on which the pruning engine is proven: how it is built, what it is shown, what must stay whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import nn

PICTURE = (1, 1, 32, 32)
VOLUME = (1, 1, 16, 16, 16)
DEEP_VOLUME = (1, 1, 32, 32, 32)
LONG_VOLUME = (1, 1, 32, 16, 16)
FLAT_VOLUME = (1, 1, 16, 16, 8)
PAIR = (1, 2, 32, 32)
PAIR_OF_VOLUMES = (1, 2, 16, 16, 16)
LARGE = (1, 1, 64, 64)


@dataclass(frozen=True)
class Network:
    """How to build a network, and what to show it.

    Attributes
    ----------
    build
        Makes it with random weights.
    shapes
        Shape of each input.
    whole
        Groups that cannot lose channels (besides the outputs), with a part of the reason that must be given. Where
        this is empty all of them can.
    double
        Whether it runs in double precision.
    single
        Whether it is compared in single precision: not where it passes on the places of maxima, for rounding decides
        between two that are nearly equal.
    """

    build: Callable[[], nn.Module]
    shapes: tuple[tuple[int, ...], ...] = (PICTURE,)
    whole: dict[str, str] = field(default_factory=dict)
    double: bool = True
    single: bool = True

    def inputs(self) -> tuple[torch.Tensor, ...]:
        """Return random inputs."""
        generator = torch.Generator().manual_seed(7)
        return tuple(torch.rand(shape, generator=generator) for shape in self.shapes)
