"""How each registered network is built: one function per network, called by the registry."""

from __future__ import annotations

import torch
from torch import nn

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
