"""Proof by trial: a network without some channels must compute what it computes with them at zero."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.pruning.graph import ChannelGraph, ChannelGroup
from medprune_gui.engine.pruning.masking import zero_
from medprune_gui.engine.pruning.shrinking import cut_, cuts_of

#: Largest relative difference between the masked and the shrunk network that rounding explains.
TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-4}

aten = torch.ops.aten


class StillMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Replaces random numbers by constants: dropout drops nothing, and both networks of a trial see the same."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        packet = func._overloadpacket
        if packet is aten.native_dropout:
            return args[0].clone(), torch.ones_like(args[0], dtype=torch.bool)
        if packet is aten.bernoulli_:
            return args[0].fill_(1.0)
        if packet in (aten.normal_, aten.uniform_):
            return args[0].fill_(0.5)
        out = func(*args, **kwargs)
        if packet is aten.bernoulli:
            return torch.ones_like(out)
        if packet in (aten.rand, aten.randn, aten.rand_like, aten.randn_like):
            return torch.full_like(out, 0.5)
        return out


class Trial:
    """A private copy of a network that channels are taken out of, to see whether the result stays the same.

    Parameters
    ----------
    model
        The user's network; it is copied.
    graph
        Its channel graph.
    inputs
        Two cases or more, on the CPU.
    """

    def __init__(self, model: nn.Module, graph: ChannelGraph, inputs: Sequence[torch.Tensor]) -> None:
        self._graph = graph
        self._model = copy.deepcopy(model).cpu().requires_grad_(False)
        self._inputs = tuple(inputs)
        self.dtype = torch.float64
        with torch.no_grad():
            self._randomise()
            try:
                self._to(torch.float64)
                self._original = self._outputs(self._model)
            except (RuntimeError, TypeError):
                # The code asks for single precision somewhere; rounding then hides more.
                self.dtype = torch.float32
                self._to(torch.float32)
                self._original = self._outputs(self._model)
        if any(x.is_floating_point() and x.dtype != torch.float64 for x in self._original):
            self.dtype = torch.float32

    def _to(self, dtype: torch.dtype) -> None:
        self._model.to(dtype)
        self._inputs = tuple(x.to(dtype) if x.is_floating_point() else x for x in self._inputs)

    def _randomise(self) -> None:
        """Give values to what is constant (fresh biases, norms, zero initialisation): a wrong cut would not show."""
        generator = torch.Generator().manual_seed(1)
        for name, tensor in (*self._model.named_parameters(), *self._model.named_buffers()):
            axes = self._graph.tensors.get(name)
            if axes is None or not tensor.is_floating_point() or tensor.numel() < 2:
                continue
            if not bool((tensor == tensor.flatten()[0]).all()):
                continue
            spread = torch.rand(tensor.shape, generator=generator, dtype=torch.float32).to(tensor)
            if name.endswith("running_var"):
                tensor.copy_(0.5 + spread)
            elif tensor.ndim >= 2:
                fan_in = max(tensor.numel() // tensor.shape[0], 1)
                tensor.copy_((spread - 0.5) * (12.0 / fan_in) ** 0.5)
            else:
                tensor.add_(spread - 0.4)

    def _outputs(self, model: nn.Module) -> list[torch.Tensor]:
        """Run in both modes; a network that cannot be trained at this size runs in evaluation only."""
        values: list[torch.Tensor] = []
        for training in (False, True):
            # Training moves running statistics, which the next run would see.
            buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
            model.train(training)
            torch.default_generator.manual_seed(0)
            try:
                with StillMode():  # type: ignore[no-untyped-call]
                    out = model(*self._inputs)
                values += [x for x in tree_leaves(_plain(out)) if isinstance(x, torch.Tensor)]
            except ValueError:
                if not training:
                    raise
            for name, buffer in model.named_buffers():
                buffer.copy_(buffers[name])
        return values

    def error(self, groups: Sequence[ChannelGroup], kept: Mapping[str, list[int]]) -> float:
        """Take units out of some groups and return the largest relative difference to zeroing them.

        Parameters
        ----------
        groups
            The groups on trial; all others stay whole.
        kept
            Group name -> units that stay.

        Returns
        -------
        float
            NaN: zeroing changed nothing, so that nothing was proven.

        Raises
        ------
        Exception
            Whatever the network without these channels raises when it no longer runs.
        """
        cuts = cuts_of(self._graph, {group.name: kept[group.name] for group in groups})
        masked, small = copy.deepcopy(self._model), copy.deepcopy(self._model)
        zero_(masked, cuts)
        cut_(small, cuts)
        with torch.no_grad():
            expected, found = self._outputs(masked), self._outputs(small)
        if len(expected) != len(found):
            return float("inf")
        if groups and not _difference(expected, self._original) > TOLERANCE[self.dtype]:
            return float("nan")
        return _difference(found, expected)


def _plain(value: Any) -> Any:
    return vars(value) if hasattr(value, "__dict__") and not isinstance(value, torch.Tensor | dict) else value


def _difference(values: Sequence[torch.Tensor], reference: Sequence[torch.Tensor]) -> float:
    worst = 0.0
    for value, expected in zip(values, reference, strict=True):
        if value.shape != expected.shape:
            return float("inf")
        if not expected.numel() or not expected.is_floating_point():
            continue
        scale = float(expected.abs().max()) or 1.0
        difference = float((value - expected).abs().max()) / scale
        worst = max(worst, difference if difference == difference else float("inf"))
    return worst


def random_kept(groups: Sequence[ChannelGroup], seed: int) -> dict[str, list[int]]:
    """Return a random choice of units for each group: at least one is kept and, where there are two, one removed."""
    generator = np.random.default_rng(seed)
    kept = {}
    for group in groups:
        count = int(generator.integers(1, group.size)) if group.size > 1 else 1
        kept[group.name] = sorted(generator.choice(group.size, size=count, replace=False).tolist())
    return kept


def all_but_one(groups: Sequence[ChannelGroup], seed: int) -> dict[str, list[int]]:
    """Return a choice that leaves a random unit out of each group.

    Code that needs its channels in equal parts (a shuffle, say) may survive a lucky random share, but never this.
    """
    generator = np.random.default_rng(seed)
    kept = {}
    for group in groups:
        gone = int(generator.integers(group.size))
        kept[group.name] = [unit for unit in range(group.size) if unit != gone or group.size == 1]
    return kept


def certify_graph(model: nn.Module, graph: ChannelGraph, inputs: Sequence[torch.Tensor]) -> ChannelGraph:
    """Freeze the groups that cannot be removed exactly, and say how exact the others are.

    Where no group is left nothing was proven: the graph is not exact, and its error is unknown.

    A trial removes channels of all groups together, once a random share and once a single unit of each; only when it
    fails are the groups halved. A group is accepted together with those accepted before it, so that in the end all
    accepted ones have passed in common.

    Parameters
    ----------
    model
        The network; left as found.
    inputs
        Small random inputs, two cases or more, on the CPU.
    """
    trial = Trial(model, graph, inputs)
    accepted: list[ChannelGroup] = []
    reasons: dict[str, str] = {}
    errors: list[float] = []

    def accept(candidates: Sequence[ChannelGroup]) -> None:
        reason = _failure(trial, [*accepted, *candidates], errors)
        if reason is None:
            accepted.extend(candidates)
        elif len(candidates) == 1:
            reasons[candidates[0].name] = reason
        else:
            middle = len(candidates) // 2
            accept(candidates[:middle])
            accept(candidates[middle:])

    candidates = [group for group in graph.groups if group.prunable]
    if candidates:
        accept(candidates)
    return replace(graph.frozen(reasons), exact=bool(accepted), max_error=errors[-1] if errors else math.nan)


def _failure(trial: Trial, groups: Sequence[ChannelGroup], errors: list[float]) -> str | None:
    """Try to remove groups together; return what went wrong in words, or None and note the error."""
    try:
        error = trial.error(groups, random_kept(groups, seed=0))
        if error <= TOLERANCE[trial.dtype]:
            error = max(error, trial.error(groups, all_but_one(groups, seed=0)))
    except (RuntimeError, ValueError, IndexError, TypeError, AttributeError, AssertionError, ZeroDivisionError,
            MedPruneError) as failure:  # fmt: skip
        return f"the network does not run without some of its channels ({_first_line(failure)})"
    if error != error:
        return "zeroing it changes nothing, so that its removal cannot be checked"
    if not error <= TOLERANCE[trial.dtype]:
        return f"removing its channels changes the result (by {error:.1g})"
    errors.append(error)
    return None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:120] if lines else type(error).__name__
