"""Training and fine-tuning: loop, losses, optimisers, augmentation, exact resume."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medprune_gui.engine.training.loop import train
    from medprune_gui.engine.training.progress import History, TrainingProgress

__all__ = ["History", "TrainingProgress", "train"]

_HOMES = {"train": "loop", "History": "progress", "TrainingProgress": "progress"}


def __getattr__(name: str) -> Any:
    # The window imports this package, and must not import torch with it.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
