"""Bytes that a forward pass holds at its peak."""

from __future__ import annotations

import weakref
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.models.complexity import ExampleInputs, as_inputs
from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.failures import failures_in_words


def peak_memory(model: nn.Module, example_inputs: ExampleInputs) -> int:
    """Run a network once in evaluation mode and return the most bytes that its tensors hold at one time.

    Counted are weights, buffers, inputs and everything in between, each storage once, from when an operation makes it
    until nothing refers to it. What a runtime takes for itself (a convolution's workspace, an allocator's reserve) is
    not, so that the figure depends on the network and its input alone.

    Parameters
    ----------
    model
        Any network; a copy with the same parameters is run, so that it is left as found.
    example_inputs
        A tensor, or one per argument of ``forward``, as (batch, channel, ...), on the model's device.

    Raises
    ------
    ArchitectureError
        The network cannot be copied, or does not run on the example.
    OutOfMemoryError
        There is too little memory for it.
    """
    inputs, private = as_inputs(example_inputs), private_copy(model).eval()
    mode = _WatchingMode((*private.parameters(), *private.buffers(), *inputs))
    with torch.no_grad(), mode, failures_in_words(private, inputs):
        private(*inputs)
    return mode.peak


class _WatchingMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self, held: tuple[torch.Tensor, ...]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._now = 0
        self.peak = 0
        self._seen: set[int] = set()
        for tensor in held:
            self._see(tensor)

    def _see(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        place, size = storage.data_ptr(), storage.nbytes()
        if not size or place in self._seen:
            return
        self._seen.add(place)
        self._now += size
        self.peak = max(self.peak, self._now)
        weakref.finalize(storage, self._let_go, place, size)

    def _let_go(self, place: int, size: int) -> None:
        self._seen.discard(place)
        self._now -= size

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        for value in tree_leaves(out):
            if isinstance(value, torch.Tensor):
                self._see(value)
        return out
