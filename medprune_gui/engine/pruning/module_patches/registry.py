"""The registry of module patches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from torch import nn

#: A patch reads the shapes of the module's own (already cut) tensors and corrects its attributes; run twice, it changes
#: nothing the second time.
ModulePatch: TypeAlias = Callable[[Any], None]

PATCHES: dict[str, ModulePatch] = {}


def module_patch(*class_names: str) -> Callable[[ModulePatch], ModulePatch]:
    """Register a patch for classes and their subclasses by qualified name, so that nothing need be imported for it."""

    def register(function: ModulePatch) -> ModulePatch:
        PATCHES.update(dict.fromkeys(class_names, function))
        return function

    return register


def patch_modules(model: nn.Module) -> None:
    """Apply to every module the patch of its most special registered class; inner modules come first."""
    for module in reversed(list(model.modules())):
        for cls in type(module).__mro__:
            patch = PATCHES.get(f"{cls.__module__}.{cls.__qualname__}")
            if patch is not None:
                patch(module)
                break
