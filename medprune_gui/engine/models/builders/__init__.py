"""How each registered network is built: one function per network, called by the registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.builders.checks import Parameters, Size
from medprune_gui.engine.models.builders.classifiers import CLASSIFIERS
from medprune_gui.engine.models.builders.segmenters import SEGMENTERS

_BUILDERS = {**CLASSIFIERS, **SEGMENTERS}


def build(name: str, parameters: Parameters, classes: int, size: Size, channels: int, seed: int) -> nn.Module:
    """Build a network by its name, with weights drawn from a seed; the global random state stays as it is."""
    # The CPU's generator alone: torch.manual_seed would reseed the GPU's as well.
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return _BUILDERS[name](parameters, classes, size, channels)


def build_foreign(
    builder: Callable[..., Any],
    name: str,
    parameters: Parameters,
    task: str,
    classes: int,
    size: Size,
    channels: int,
    seed: int,
) -> nn.Module:
    """Have somebody else's function build its network, with weights drawn from a seed.

    Raises
    ------
    ArchitectureError
        The function fails, or returns no network.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        try:
            network = builder(task=task, classes=classes, channels=channels, size=tuple(size), **parameters)
        except Exception as error:  # Code of somebody else may fail in any way.
            raise ArchitectureError(
                f"the code of the network fails: {type(error).__name__}: {error}",
                where=name,
                remedy="Mend it, or set its parameters to what it can build",
            ) from error
    if not isinstance(network, nn.Module):
        raise ArchitectureError(
            f"the code of the network returns {type(network).__name__}, which is no torch.nn.Module", where=name
        )
    return network
