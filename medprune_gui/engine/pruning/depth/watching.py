"""One forward pass, watched: which modules take one tensor and give one of the same shape, and run once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import TensorWeakRef, WeakTensorKeyDictionary

JOINED = "what it puts out is joined with its own input, which would be counted twice without it"


class _Joins(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes which modules' outputs meet their own inputs in one operation, as in ``x + self.f(x)``."""

    def __init__(self, passed: WeakTensorKeyDictionary) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._passed = passed
        self.names: set[str] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if torch.Tag.pointwise in func.tags:
            operands = [x for x in args if isinstance(x, torch.Tensor)]
            for out in operands:
                for name, given in self._passed.get(out, ()):  # type: ignore[no-untyped-call]
                    if any(given() is x for x in operands if x is not out):
                        self.names.add(name)
        return func(*args, **(kwargs or {}))


class Watch:
    """What a network's modules did in one forward pass.

    Attributes
    ----------
    runs
        Module name -> how often it ran.
    reasons
        Module name -> why it cannot be replaced by its input, in words.
    order
        Names in the order in which they finished.
    """

    def __init__(self, model: nn.Module, inputs: Sequence[torch.Tensor]) -> None:
        self.runs: Counter[str] = Counter()
        self.reasons: dict[str, str] = {}
        self.order: list[str] = []
        # Weak, for together a network's values take a lot of memory.
        self._last: dict[str, TensorWeakRef] = {}
        self._passed = WeakTensorKeyDictionary()
        joins = _Joins(self._passed)
        handles = [
            module.register_forward_hook(self._see(name), with_kwargs=True)
            for name, module in model.named_modules()
            if name
        ]
        try:
            with torch.no_grad(), joins:
                ends = [y for y in tree_leaves(model(*inputs)) if isinstance(y, torch.Tensor)]
        finally:
            for handle in handles:
                handle.remove()
        for name, last in self._last.items():
            # What a network puts out besides, such as the states between its blocks, may change.
            if ends and last() is ends[0]:
                self.reasons.setdefault(name, "it puts out what the network puts out")
        for name in joins.names:
            self.reasons.setdefault(name, JOINED)

    def _see(self, name: str) -> Any:
        def see(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any) -> None:
            self.runs[name] += 1
            self.order.append(name)
            tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)]
            if isinstance(out, torch.Tensor):
                self._last[name] = TensorWeakRef(out)
            if self.runs[name] > 1:
                self.reasons[name] = "it runs more than once"
            elif not tensors or not args or args[0] is not tensors[0] or not isinstance(out, torch.Tensor):
                self.reasons[name] = "it does not turn one tensor into one tensor"
            elif any(other.shape == tensors[0].shape for other in tensors[1:]):  # A mask has another shape.
                self.reasons[name] = "it joins several tensors"
            elif out.shape != args[0].shape or out.dtype != args[0].dtype:
                self.reasons[name] = f"it turns the shape {shape_of(args[0])} into {shape_of(out)}"
            elif out is not args[0]:
                passed = (*self._passed.get(out, ()), (name, TensorWeakRef(args[0])))  # type: ignore[no-untyped-call]
                self._passed[out] = passed

        return see


def shape_of(tensor: torch.Tensor) -> str:
    """Return the shape of one case in words, such as ``8 x 16 x 16``."""
    return " x ".join(map(str, tensor.shape[1:])) or "1"
