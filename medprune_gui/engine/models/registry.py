"""The networks that MedPrune knows by name. Listing them needs no torch; building one does."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.failures import NETWORK_FAILURES
from medprune_gui.engine.models.foreign_networks import (
    builder_of,
    installed_networks,
    network_in_file,
    network_in_package,
)
from medprune_gui.engine.models.known_networks import ARCHITECTURES, Architecture
from medprune_gui.engine.models.parameters import check_parameters
from medprune_gui.engine.settings.network_names import is_file_name

if TYPE_CHECKING:
    from torch import nn

    from medprune_gui.engine.config import ModelConfig
    from medprune_gui.engine.records import Task

_BUILDERS = "medprune_gui.engine.models.builders"


def architectures() -> tuple[Architecture, ...]:
    """Return all networks that can be chosen by name: MedPrune's, then those of installed packages."""
    return (*ARCHITECTURES, *map(network_in_package, installed_networks().values()))


def architecture(name: str, code: str | None = None) -> Architecture:
    """Return a network by name, or by file and function (see `foreign_networks`).

    Parameters
    ----------
    code
        Text of the file, where it was stored with the network.

    Raises
    ------
    ArchitectureError
        There is none of this name; the known ones are listed.
    """
    if is_file_name(name):
        return network_in_file(name, code)
    by_name = {known.name: known for known in architectures()}
    if name in by_name:
        return by_name[name]
    raise ArchitectureError(
        f"there is no network called {name!r}{_suggestion(name, by_name)}",
        where="model.architecture",
        remedy=f"Choose one of {', '.join(by_name)}",
    )


def fitting_architecture(name: str, task: Task, code: str | None = None) -> Architecture:
    """Return a network by name that can be trained for a task.

    Raises
    ------
    ArchitectureError
        There is none of this name, or it does not fit the task.
    """
    chosen = architecture(name, code)
    if task not in chosen.tasks:
        fitting = [known.name for known in ARCHITECTURES if task in known.tasks]
        raise ArchitectureError(
            f"{chosen.name} cannot be used for {task}",
            where="model.architecture",
            remedy=f"Choose {' or '.join(fitting)}",
        )
    return chosen


def build_network(
    config: ModelConfig,
    task: Task,
    classes: int,
    size: tuple[int, int],
    channels: int = 1,
    seed: int = 0,
    code: str | None = None,
) -> nn.Module:
    """Build a network on the CPU, its weights drawn from a seed; the global random state stays as it is.

    Parameters
    ----------
    classes
        Outputs: logits (batch, classes), or (batch, classes, row, column) in segmentation.
    size
        (rows, columns) of the input.
    channels
        Channels of the input.
    code
        Text of the Python file that the network comes from, where it was stored with it; None: as the file is now.

    Raises
    ------
    CheckpointError
        The user has not confirmed the Python file that the network comes from.
    ArchitectureError
        The name or a parameter is unknown, a parameter is out of range, or the network does not fit the task, the
        size or the memory.
    """
    chosen = fitting_architecture(config.architecture, task, code)
    # A package's parameters are known to itself alone.
    if chosen.origin != "package" and (unknown := [n for n in config.parameters if n not in chosen.parameters]):
        raise ArchitectureError(
            f"{chosen.name} has no parameter {unknown[0]!r}{_suggestion(unknown[0], chosen.parameters)}",
            where="model.parameters",
            remedy=f"Its parameters are {', '.join(chosen.parameters)}" if chosen.parameters else "It has none",
        )
    if chosen.origin == "medprune":
        check_parameters(config.parameters, chosen.parameters)
    # Imported by name: the window lists networks without torch, and only a build may bring it in.
    builders = import_module(_BUILDERS)
    parameters = {**chosen.parameters, **config.parameters}
    if chosen.origin != "medprune":
        foreign: nn.Module = builders.build_foreign(
            builder_of(chosen, code), chosen.name, parameters, task, classes, size, channels, seed
        )
        return foreign
    try:
        network: nn.Module = builders.build(chosen.name, parameters, classes, size, channels, seed)
    except (*NETWORK_FAILURES, MemoryError) as error:
        # Each parameter by itself is sound, so that what is left is their size together.
        raise ArchitectureError(
            f"{chosen.name} cannot be built with these parameters together: it is too large, or they contradict each "
            "other",
            where="model.parameters",
            remedy="Choose smaller numbers, or leave parameters out to take the usual ones",
        ) from error
    return network


def _suggestion(name: str, known: dict[str, Any]) -> str:
    by_lower = {candidate.lower(): candidate for candidate in known}
    close = get_close_matches(name.lower(), by_lower, n=1)
    return f" (did you mean {by_lower[close[0]]}?)" if close else ""
