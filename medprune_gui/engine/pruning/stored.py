"""A network from a model folder: built by its name, pruned as its manifest says, given its weights."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from medprune_gui.engine.config import ModelConfig
from medprune_gui.engine.models.checkpoints import ModelDescription, load_weights, read_description
from medprune_gui.engine.models.registry import build_network
from medprune_gui.engine.pruning import rebuild


def load_network(folder: Path) -> tuple[nn.Module, ModelDescription]:
    """Load a whole or pruned network that `medprune_gui.engine.models.checkpoints.save_model` wrote.

    Returns
    -------
    nn.Module
        On the CPU, in evaluation mode.
    ModelDescription
        What it predicts and how images are prepared for it.

    Raises
    ------
    CheckpointError
        The folder holds no network, or one that is damaged.
    ArchitectureError
        This version of MedPrune does not know the network.
    """
    description = read_description(folder)
    network = build_network(
        ModelConfig(architecture=description.architecture, parameters=description.parameters),
        description.task,
        len(description.classes),
        description.data.size,
        description.channels,
        code=description.code,
    )
    if description.manifest is not None:
        network = rebuild(network, description.manifest)
    load_weights(network, folder)
    return network.eval(), description
