"""Criteria by name: MedPrune's own, and those that installed packages bring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.pruning.criteria.base import Criterion
from medprune_gui.engine.settings.criterion_names import BUILT_IN, criterion_info, installed_criteria

CRITERIA: dict[str, Criterion] = {}

_Class = TypeVar("_Class", bound=type[Criterion])


def criterion(name: str) -> Callable[[_Class], _Class]:
    """Register a criterion of MedPrune by the name that the catalogue gives it."""

    def register(cls: _Class) -> _Class:
        CRITERIA[name] = cls()
        CRITERIA[name].name = name
        return cls

    return register


def find_criterion(name: str) -> Criterion:
    """Return the criterion of that name.

    Raises
    ------
    ConfigError
        There is none, or the package that brings it cannot be used.
    """
    criterion_info(name)
    if name in BUILT_IN:
        return CRITERIA[name]
    entry = installed_criteria()[name]
    try:
        loaded = entry.load()
        found = loaded() if isinstance(loaded, type) else loaded
    except Exception as error:  # A package of somebody else may fail in any way.
        raise ConfigError(
            f"the criterion {name} cannot be loaded: {error}",
            where=entry.value,
            remedy="Mend or remove the package that brings it, or choose another criterion",
        ) from error
    if not isinstance(found, Criterion):
        raise ConfigError(
            f"the criterion {name} is no subclass of medprune_gui.engine.pruning.criteria.Criterion", where=entry.value
        )
    found.name = name
    return found
