"""Modules whose class's own code wants widths that a cut has parted: they run other code and stay what they were."""

from __future__ import annotations

import functools
from typing import Any

from torch import nn


class ReplacedCode:
    """Base of code that stands in for that of a module's class.

    The class of such a module is made while the program runs and stands in no file: the module is pickled by what its
    class was made of.
    """

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Return how to make the module again."""
        made_of = vars(type(self)).get("_made_of")
        if made_of is None:
            return super().__reduce_ex__(protocol)
        reduced: Any = super().__reduce_ex__(2)
        return _blank, made_of, *reduced[2:]


@functools.cache
def class_with(code: type[ReplacedCode], cls: type[nn.Module]) -> Any:
    """Return the one class that is ``cls`` but for the methods of ``code``."""
    return type(f"Pruned{cls.__name__}", (code, cls), {"__module__": code.__module__, "_made_of": (code, cls)})


def replace_code(module: Any, code: Any) -> None:
    """Let a module run the code of a `ReplacedCode` class, in place, unless it does."""
    if not isinstance(module, code):
        own: Any = type(module)  # To mypy, classes cannot be hashed.
        module.__class__ = class_with(code, own)


def _blank(code: Any, cls: Any) -> Any:
    made = class_with(code, cls)
    return made.__new__(made)
