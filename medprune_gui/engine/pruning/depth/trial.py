"""Layers are taken out of a private copy of a network on trial, one at a time, and put back."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_leaves, tree_map

from medprune_gui.engine.models.complexity import plain_attention
from medprune_gui.engine.models.randomness import private_random
from medprune_gui.engine.pruning.depth.removing import is_within, layer_removed
from medprune_gui.engine.pruning.depth.units import LayerUnit
from medprune_gui.engine.pruning.depth.watching import Watch
from medprune_gui.engine.pruning.kept_memory import memory_kept
from medprune_gui.engine.pruning.still_mode import StillMode
from medprune_gui.engine.pruning.trial import TOLERANCE, relative_difference


class LayerTrial:
    """Takes layers out of a private copy, and puts them back.

    Parameters
    ----------
    model
        The network; it has been seen to run on the inputs.
    inputs
        One or more cases; a single one is doubled, for batch normalisation in training.

    Attributes
    ----------
    watch
        What the network's modules did in evaluation.
    """

    def __init__(self, model: nn.Module, inputs: Sequence[torch.Tensor]) -> None:
        self._inputs = tuple(_two_cases(x.detach().cpu()) for x in inputs)
        self._private = copy.deepcopy(model).cpu().requires_grad_(False).eval()
        # Single precision is enough to see whether a network runs, and faster.
        self._go_over_to(torch.float32)
        with _undisturbed():
            self.watch = Watch(self._private, self._inputs)
            self._plain = self._run()
            try:
                training: list[torch.Tensor] | None = self._run(training=True)
            except ValueError:
                training = None  # Too small for batch normalisation in training, with every layer in place.
            # A network that does the same in training need not be tried twice.
            self._training = None if training is None or _equal(training, self._plain) else training

    def runs_without(self, unit: LayerUnit) -> LayerUnit:
        """Return a candidate, with the reason why it cannot go where the network needs it."""
        with _undisturbed(), layer_removed(self._private, unit.name):
            try:
                reason = _complaint(self._run(), self._plain)
                if reason is None and self._training is not None:
                    reason = _complaint(self._run(training=True), self._training)
            except Exception as error:  # The code of any network may fail in any way without its layer.
                reason = f"the network does not run without it: {str(error).splitlines()[0] if str(error) else error!r}"
        return unit if reason is None else replace(unit, removable=False, reason=reason)

    def with_zeroings(self, units: Sequence[LayerUnit]) -> tuple[LayerUnit, ...]:
        """Return layers with the parameters whose zeroing makes each give back its input, where there are such.

        The network runs once in double precision; each layer is run again, with parameters at zero, on what it is
        given there. None of them may lie within another. This ends the trial.
        """
        self._go_over_to(torch.float64)
        found: dict[str, LayerUnit] = {}
        running: list[str] = []

        def silence(unit: LayerUnit) -> Any:
            def hook(module: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
                if running:
                    return
                running.append(unit.name)
                for names in self._zeroings(unit.name):
                    args_, kwargs_ = tree_map(_copy_of, (args, dict(kwargs)))
                    with self._zeroed(names):
                        error = relative_difference([module(*args_, **kwargs_)], [args[0]])
                    if error <= TOLERANCE[torch.float64]:
                        found[unit.name] = replace(unit, zeroed=names, max_error=error)
                        break
                running.clear()

            return hook

        with _undisturbed():
            handles = [
                self._private.get_submodule(unit.name).register_forward_pre_hook(silence(unit), with_kwargs=True)
                for unit in units
            ]
            try:
                with StillMode():  # It convolves volumes in double precision faster than torch does.
                    self._run()
            except (RuntimeError, TypeError, ValueError):
                found.clear()  # The network's code asks for single precision: nothing is proven.
            finally:
                for handle in handles:
                    handle.remove()
        return tuple(found.get(unit.name, unit) for unit in units)

    def _zeroings(self, name: str) -> Iterator[tuple[str, ...]]:
        """Yield parameters whose zeroing may silence the branches: those of the last layers first, at last all."""
        layers = []
        for path in reversed(self.watch.order):
            if is_within(path, [name]):
                own = [f"{path}.{n}" for n, _ in self._private.get_submodule(path).named_parameters(recurse=False)]
                if own:
                    layers.append(own)
        for count in range(1, min(3, len(layers))):  # All of them come last.
            yield tuple(n for own in layers[:count] for n in own)
        yield tuple(f"{name}.{n}" for n, _ in self._private.get_submodule(name).named_parameters())

    def _go_over_to(self, dtype: torch.dtype) -> None:
        self._private.to(dtype)
        self._inputs = tuple(x.to(dtype) if x.is_floating_point() else x for x in self._inputs)

    @contextmanager
    def _zeroed(self, names: Sequence[str]) -> Iterator[None]:
        parameters = [self._private.get_parameter(name) for name in names]
        before = [parameter.clone() for parameter in parameters]
        for parameter in parameters:
            parameter.zero_()
        try:
            yield
        finally:
            for parameter, values in zip(parameters, before, strict=True):
                parameter.copy_(values)

    def _run(self, training: bool = False) -> list[torch.Tensor]:
        if not training:
            return [y for y in tree_leaves(self._private(*self._inputs)) if isinstance(y, torch.Tensor)]
        # Training moves running statistics.
        before = [(buffer, buffer.clone()) for buffer in self._private.buffers()]
        self._private.train()
        try:
            return [y for y in tree_leaves(self._private(*self._inputs)) if isinstance(y, torch.Tensor)]
        finally:
            self._private.eval()
            for buffer, values in before:
                buffer.copy_(values)


@contextmanager
def _undisturbed() -> Iterator[None]:
    with (
        torch.inference_mode(False), torch.no_grad(), private_random((0,), torch.device("cpu")), plain_attention(),
        memory_kept(),
    ):  # fmt: skip
        yield


def _two_cases(x: torch.Tensor) -> torch.Tensor:
    return x.repeat(2, *([1] * (x.ndim - 1))) if x.ndim and x.shape[0] == 1 else x


def _copy_of(value: Any) -> Any:
    """Return a copy of a tensor, which the code may write into; anything else as it is."""
    return value.clone() if isinstance(value, torch.Tensor) else value


def _equal(values: Sequence[torch.Tensor], others: Sequence[torch.Tensor]) -> bool:
    return len(values) == len(others) and all(map(torch.equal, values, others))


def _complaint(found: Sequence[torch.Tensor], expected: Sequence[torch.Tensor]) -> str | None:
    if [y.shape for y in found] != [y.shape for y in expected]:
        return "without it the network puts out another shape"
    if any(y.is_floating_point() and not bool(torch.isfinite(y).all()) for y in found):
        return "without it the network puts out values that are not finite"
    return None
