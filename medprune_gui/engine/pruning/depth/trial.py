"""A layer is taken out of a private copy of a network on trial."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.models.complexity import plain_attention
from medprune_gui.engine.models.randomness import private_random
from medprune_gui.engine.pruning.depth.removing import is_within, remove_layers_
from medprune_gui.engine.pruning.depth.units import LayerUnit
from medprune_gui.engine.pruning.depth.watching import Watch
from medprune_gui.engine.pruning.trial import TOLERANCE, relative_difference


class LayerTrial:
    """Takes layers out of a private copy, one at a time.

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
        self._model = copy.deepcopy(model).cpu().requires_grad_(False).eval()
        self._inputs = tuple(_two_cases(x.detach().cpu()) for x in inputs)
        with _undisturbed():
            self.double = self._to_double()
            self.watch = Watch(self._model, self._inputs)
            self._plain = self._run(self._model)
            try:
                self._training: list[torch.Tensor] | None = self._run(self._model, training=True)
            except ValueError:
                self._training = None  # Too small for batch normalisation in training, with every layer in place.

    def _to_double(self) -> bool:
        """Go over to double precision; False: the network's code asks for single precision."""
        model, inputs = copy.deepcopy(self._model).double(), self._inputs
        self._inputs = tuple(x.double() if x.is_floating_point() else x for x in inputs)
        try:
            self._run(model)
        except (RuntimeError, TypeError, ValueError):
            self._inputs = inputs
            return False
        self._model = model
        return True

    def certified(self, unit: LayerUnit) -> LayerUnit:
        """Return a candidate with what its trial showed."""
        with _undisturbed():
            without = copy.deepcopy(self._model)
            remove_layers_(without, [unit.name])
            try:
                found = self._run(without)
                reason = _complaint(found, self._plain)
                if reason is None and self._training is not None:
                    reason = _complaint(self._run(without, training=True), self._training)
            except Exception as error:  # The code of any network may fail in any way without its layer.
                reason = f"the network does not run without it: {str(error).splitlines()[0] if str(error) else error!r}"
            if reason is not None:
                return replace(unit, removable=False, reason=reason)
            if not self.double:
                return unit
            for names in self._zeroings(unit.name):
                error_found = self._difference(names, found)
                if error_found <= TOLERANCE[torch.float64]:
                    return replace(unit, zeroed=names, max_error=error_found)
        return unit

    def _zeroings(self, name: str) -> Iterator[tuple[str, ...]]:
        """Yield parameters whose zeroing may silence the branches: those of the last layers first, at last all."""
        layers = []
        for path in reversed(self.watch.order):
            if is_within(path, [name]):
                own = [f"{path}.{n}" for n, _ in self._model.get_submodule(path).named_parameters(recurse=False)]
                if own:
                    layers.append(own)
        for count in range(1, min(3, len(layers))):  # All of them come last.
            yield tuple(n for own in layers[:count] for n in own)
        yield tuple(f"{name}.{n}" for n, _ in self._model.get_submodule(name).named_parameters())

    def _difference(self, names: Sequence[str], expected: Sequence[torch.Tensor]) -> float:
        silenced = copy.deepcopy(self._model)
        for parameter in map(silenced.get_parameter, names):
            parameter.zero_()
        return relative_difference(self._run(silenced), expected)

    def _run(self, model: nn.Module, training: bool = False) -> list[torch.Tensor]:
        # Training moves running statistics: a copy keeps them.
        runner = copy.deepcopy(model).train() if training else model
        return [y for y in tree_leaves(runner(*self._inputs)) if isinstance(y, torch.Tensor)]


@contextmanager
def _undisturbed() -> Iterator[None]:
    with torch.inference_mode(False), torch.no_grad(), private_random((0,), torch.device("cpu")), plain_attention():
        yield


def _two_cases(x: torch.Tensor) -> torch.Tensor:
    return x.repeat(2, *([1] * (x.ndim - 1))) if x.ndim and x.shape[0] == 1 else x


def _complaint(found: Sequence[torch.Tensor], expected: Sequence[torch.Tensor]) -> str | None:
    if [y.shape for y in found] != [y.shape for y in expected]:
        return "without it the network puts out another shape"
    if any(y.is_floating_point() and not bool(torch.isfinite(y).all()) for y in found):
        return "without it the network puts out values that are not finite"
    return None
