"""A network of a run in another program's format."""

from __future__ import annotations

from pathlib import Path

import torch

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.models.onnx import export_onnx
from medprune_gui.engine.pruning.stored import load_network

FORMATS = ("onnx",)
NETWORKS = ("pruned", "original")


def export_network(directory: Path, network: str, format_: str, out: Path | None = None) -> Path:
    """Write a network of a run folder in another format and return the file.

    Parameters
    ----------
    network
        ``pruned`` or ``original``.
    format_
        ``onnx``.
    out
        Default: the network's name in the run folder.

    Raises
    ------
    InputError
        There is no run, the format or the network is unknown, or the format's packages are not installed.
    CheckpointError
        The run folder holds no such network.
    OutputError
        The file cannot be written.
    """
    for what, value, known in (("format", format_, FORMATS), ("network", network, NETWORKS)):
        if value not in known:
            raise InputError(f"there is no {what} called {value!r}", remedy=f"Choose {' or '.join(known)}")
    folder = RunFolder(directory)
    folder.check_run()
    model, description = load_network(folder.path / network)
    file = out or folder.path / f"{network}.{format_}"
    export_onnx(model, torch.zeros(1, description.channels, *description.data.size), file)
    return file
