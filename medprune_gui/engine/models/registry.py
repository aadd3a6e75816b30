"""The networks that MedPrune knows by name. Listing them needs no torch; building one does."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.failures import NETWORK_FAILURES
from medprune_gui.engine.models.known_networks import ARCHITECTURES, Architecture
from medprune_gui.engine.models.parameters import check_parameters

if TYPE_CHECKING:
    from torch import nn

    from medprune_gui.engine.config import ModelConfig
    from medprune_gui.engine.records import Task

_BUILDERS = "medprune_gui.engine.models.builders"


def architectures() -> tuple[Architecture, ...]:
    """Return all networks that can be chosen."""
    return ARCHITECTURES


def architecture(name: str) -> Architecture:
    """Return a network by name.

    Raises
    ------
    ArchitectureError
        There is none of this name; the known ones are listed.
    """
    by_name = {known.name: known for known in ARCHITECTURES}
    if name in by_name:
        return by_name[name]
    raise ArchitectureError(
        f"there is no network called {name!r}{_suggestion(name, by_name)}",
        where="model.architecture",
        remedy=f"Choose one of {', '.join(by_name)}",
    )


def fitting_architecture(name: str, task: Task) -> Architecture:
    """Return a network by name that can be trained for a task.

    Raises
    ------
    ArchitectureError
        There is none of this name, or it does not fit the task.
    """
    chosen = architecture(name)
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

    Raises
    ------
    ArchitectureError
        The name or a parameter is unknown, a parameter is out of range, or the network does not fit the task, the
        size or the memory.
    """
    chosen = fitting_architecture(config.architecture, task)
    if unknown := [name for name in config.parameters if name not in chosen.parameters]:
        raise ArchitectureError(
            f"{chosen.name} has no parameter {unknown[0]!r}{_suggestion(unknown[0], chosen.parameters)}",
            where="model.parameters",
            remedy=f"Its parameters are {', '.join(chosen.parameters)}",
        )
    check_parameters(config.parameters, chosen.parameters)
    # Imported by name: the window lists networks without torch, and only a build may bring it in.
    builders = import_module(_BUILDERS)
    parameters = {**chosen.parameters, **config.parameters}
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
