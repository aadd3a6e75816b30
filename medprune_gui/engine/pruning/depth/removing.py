"""What stands in the place of a layer that was taken out, and how it gets there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_map
from torch.utils.hooks import RemovableHandle

from medprune_gui.engine.errors import CheckpointError


class RemovedLayer(nn.Identity):
    """Stands where a layer was: it gives back its first input, whatever else the layer was given."""

    def forward(self, input: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:  # noqa: A002 (torch's name for it)
        """Return ``input`` itself."""
        return input


def removed_layers(model: nn.Module) -> tuple[str, ...]:
    """Return the names of the layers that were taken out of a network."""
    return tuple(name for name, module in model.named_modules() if isinstance(module, RemovedLayer))


def is_within(name: str, layers: Iterable[str]) -> bool:
    """Whether a module is one of the layers or a part of one."""
    return any(name == layer or name.startswith(f"{layer}.") for layer in layers)


def remove_layers_(model: nn.Module, layers: Iterable[str]) -> None:
    """Take layers out of a network, in place, with their parameters.

    Raises
    ------
    CheckpointError
        The network has no such layer.
    """
    for parent, attribute in (_place(model, name) for name in layers):
        setattr(parent, attribute, RemovedLayer().train(getattr(parent, attribute).training))


@contextmanager
def layer_removed(model: nn.Module, layer: str) -> Iterator[None]:
    """Take a layer out of a network inside the block.

    Raises
    ------
    CheckpointError
        The network has no such layer.
    """
    parent, attribute = _place(model, layer)
    held = getattr(parent, attribute)
    remove_layers_(model, [layer])
    try:
        yield
    finally:
        setattr(parent, attribute, held)


def skip_layers_(model: nn.Module, layers: Iterable[str]) -> tuple[Skip, ...]:
    """Make layers give back their first input, in place; they stay, and run, as before.

    Returns
    -------
    tuple of Skip
        What makes each of them do so, which can be taken away again.

    Raises
    ------
    CheckpointError
        The network has no such layer.
    """
    places = [_place(model, name) for name in layers]
    return tuple(Skip(getattr(parent, attribute)) for parent, attribute in places)


class Skip:
    """Makes a layer give back its first input as it was given; `remove` ends it."""

    def __init__(self, layer: nn.Module) -> None:
        self._given: Any = None
        # First of all, so that it sees what a layer in its place would be given.
        before = layer.register_forward_pre_hook(self._lend, prepend=True, with_kwargs=True)
        self._handles: tuple[RemovableHandle, ...] = (before, layer.register_forward_hook(self._give_back))

    def remove(self) -> None:
        """Let the layer give what it computes again."""
        for handle in self._handles:
            handle.remove()

    def _lend(self, _: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        # Copies, for a layer may write into what it is given, as ReLU(inplace=True) does.
        self._given = args[0]
        return tree_map(_copy_of, (args, kwargs))

    def _give_back(self, _: nn.Module, __: tuple[Any, ...], ___: Any) -> Any:
        given, self._given = self._given, None
        return given


def _copy_of(value: Any) -> Any:
    return value.clone() if isinstance(value, torch.Tensor) else value


def _place(model: nn.Module, name: str) -> tuple[nn.Module, str]:
    """Return the module that holds a layer, and the attribute under which it does."""
    path, _, attribute = name.rpartition(".")
    try:
        parent = model.get_submodule(path)
        if attribute:
            parent.get_submodule(attribute)
            return parent, attribute
    except AttributeError:
        pass
    raise CheckpointError("the network has no such layer to take out", where=name or "the network itself")
