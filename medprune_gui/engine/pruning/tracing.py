"""Follow real forward passes of a network and learn which channels belong together."""

from __future__ import annotations

import copy
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakTensorKeyDictionary

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.complexity import (
    Complexity,
    ExampleInputs,
    ModuleStack,
    as_inputs,
    count_macs,
    macs_of,
    plain_attention,
)
from medprune_gui.engine.models.randomness import private_random
from medprune_gui.engine.pruning import movement_rules, weight_rules  # noqa: F401 (they register their rules)
from medprune_gui.engine.pruning.certification import certify_graph
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.grouping import build_graph
from medprune_gui.engine.pruning.op_rules import Call, find_rule, untraceable
from medprune_gui.engine.pruning.unit_ids import Ids, Labels, Units, along, as_ids, support

OUTPUT = "its channels are the network's output"

#: Sizes to trace pictures and volumes at, smallest first; the real size is the last resort. Much smaller ones leave
#: batch normalisation so few values in training that rounding errors grow.
SMALL_SIZES = {1: (64, 128), 2: (64, 96, 128), 3: (32, 64, 96)}

#: Cases traced at once: batch normalisation refuses to train on a single value per channel.
CASES = 2


@dataclass(frozen=True)
class CostAxes:
    """One operation with MACs: where it ran, what it cost, and the ids along each axis that it multiplies over."""

    module: str
    op: str
    macs: int
    axes: tuple[Ids, ...]


class Recorder:
    """What is learnt about a network while it runs: ids of parameters and values, outputs, costs.

    Parameters
    ----------
    model
        A private copy on the CPU, whose parameters and floating-point buffers get ids.
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.units = Units()
        self.stack = ModuleStack(model)
        self.unknown: set[str] = set()
        self.costs: list[CostAxes] = []
        self.produced: list[Ids] = []
        self.axis_ids: dict[str, dict[int, Ids]] = {}
        self.attributes: dict[str, int] = {}
        self._fixed: dict[int, Labels] = {}
        self._pending: tuple[Ids, ...] = ()
        self._values = WeakTensorKeyDictionary()
        for name, tensor in (*model.named_parameters(), *model.named_buffers()):
            self._fixed[id(tensor)] = self._allocate(name, tensor)

    def _allocate(self, name: str, tensor: torch.Tensor) -> Labels:
        layers = []
        if tensor.is_floating_point():
            self.axis_ids[name] = {a: self.units.new(size) for a, size in enumerate(tensor.shape) if size > 1}
            layers = [along(ids, axis, tensor.ndim) for axis, ids in self.axis_ids[name].items()]
        return Labels(tuple(tensor.shape), tuple(layers))

    def attribute(self, name: str, size: int) -> Ids:
        """Return the ids of a number of channels that a module without per-channel tensors knows."""
        if name not in self.axis_ids:
            self.axis_ids[name] = {0: self.units.new(size)}
            self.attributes[name] = size
        return self.axis_ids[name][0]

    def labels(self, tensor: torch.Tensor) -> Labels:
        """Return a value's labels; a value nobody has seen was made up by the code."""
        known = self._fixed.get(id(tensor))
        if known is None:
            known = self._values.get(tensor)  # type: ignore[no-untyped-call]
        if known is None or len(known.shape) != tensor.ndim:
            known = self._twin(tensor)
        return known

    def _twin(self, tensor: torch.Tensor) -> Labels:
        # `tensor.data` makes a new tensor object behind the dispatcher's back: look for one with the same memory.
        for other, labels in self._values.items():  # type: ignore[no-untyped-call]
            if (
                other.shape == tensor.shape
                and other.stride() == tensor.stride()
                and other.data_ptr() == tensor.data_ptr()
                and tensor.numel()
            ):
                found: Labels = labels
                return found
        return Labels(tuple(tensor.shape), filler=True)

    def produce(self, ids: Ids) -> None:
        """Note ids that a weight puts out."""
        if (ids > 0).any():
            self.produced.append(ids)

    def cost_axes(self, *axes: Ids) -> None:
        """Note the ids along the axes that the operation now observed multiplies over."""
        self._pending = axes

    def observe(self, call: Call) -> None:
        """Apply the rule of an operation that has just run."""
        self._pending = ()
        rule = find_rule(call.func)
        results = (rule or untraceable)(self, call)
        for out, labels in zip(call.outputs, results, strict=True):
            if id(out) in self._fixed:
                continue  # Running statistics that are written in place keep their ids.
            self._write_through(out, labels)
            self._values[out] = labels
        macs = macs_of(call.func, call.args, call.kwargs, call.out)
        if macs is not None:
            self.costs.append(CostAxes(self.stack.name, str(call.func._overloadpacket), macs, self._pending))

    def _write_through(self, view: torch.Tensor, labels: Labels) -> None:
        """Bring ids that were written into a view (``y[:, :8] = x``) to the value it belongs to."""
        base = view._base
        if base is None or view not in self._values or base not in self._values or id(base) in self._fixed:
            return
        before = {support(layer) for layer in self.labels(view).layers}
        if {support(layer) for layer in labels.layers} <= before:
            return
        whole = self.labels(base)
        ids = torch.zeros(base.shape, dtype=torch.int32).fill_(-1 if whole.filler else 0)
        for layer in whole.layers:
            ids = torch.maximum(ids, layer.expand(base.shape))
        ids = torch.empty_strided(base.shape, base.stride(), dtype=torch.int32).copy_(ids)
        window = ids.as_strided(view.shape, view.stride(), view.storage_offset() - base.storage_offset())
        for layer in labels.layers:
            window.copy_(torch.maximum(window, layer.expand(labels.shape)))
        self._values[base] = Labels(tuple(base.shape), (ids,))

    def run(self, inputs: tuple[torch.Tensor, ...]) -> None:
        """Run the network once in its present mode and freeze what it puts out."""
        self.costs.clear()
        for x in inputs:
            self._fixed[id(x)] = Labels(tuple(x.shape))
        with self.stack, _TraceMode(self):
            out = self.model(*inputs)
        for value in _tensors_in(out):
            for layer in self.labels(value).layers:
                self.units.freeze(as_ids(layer), OUTPUT)
        for x in inputs:
            del self._fixed[id(x)]


class _TraceMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self, recorder: Recorder) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._recorder = recorder

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        self._recorder.observe(Call(func, args, kwargs, out))
        return out


def _tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """Yield every tensor in nested results, those in plain objects (dataclasses) too."""
    for leaf in tree_leaves(value):
        if isinstance(leaf, torch.Tensor):
            yield leaf
        elif hasattr(leaf, "__dict__") and not isinstance(leaf, nn.Module):
            yield from (x for x in tree_leaves(vars(leaf)) if isinstance(x, torch.Tensor))


def small_inputs(inputs: tuple[torch.Tensor, ...], limit: int | None) -> tuple[torch.Tensor, ...]:
    """Return random inputs like the given ones, `CASES` each, spatial axes no longer than ``limit``.

    Whole numbers are kept as given.
    """
    made = []
    for x in inputs:
        one = x[:1].cpu() if x.ndim else x.cpu()
        if x.ndim and limit is not None and x.ndim >= 4:
            one = one[(slice(None), slice(None), *(slice(0, limit) for _ in range(x.ndim - 2)))]
        if x.ndim:
            one = one.repeat(CASES, *([1] * (x.ndim - 1)))
        made.append(torch.randn(one.shape, dtype=one.dtype) if one.is_floating_point() else one.clone())
    return tuple(made)


def _record(model: nn.Module, inputs: tuple[torch.Tensor, ...], full: Complexity, last: bool) -> Recorder:
    """Trace both modes; in evaluation the operations must be those that the full size runs.

    ``last``: no larger size is left, so that a network which cannot be trained at all may pass.
    """
    private = copy.deepcopy(model).cpu().requires_grad_(False)
    recorder = Recorder(private)
    # Training first: running statistics change, and evaluation, whose costs count, comes last.
    recorder.model.train()
    try:
        recorder.run(inputs)
    except (RuntimeError, ValueError):
        if not last:
            raise
    recorder.model.eval()
    recorder.run(inputs)
    # Costs are those of one case at the real size; only the ids along their axes come from the trace.
    if [(c.module, c.op) for c in recorder.costs] == [(op.module, op.op) for op in full.ops]:
        recorder.costs = [replace(c, macs=op.macs) for c, op in zip(recorder.costs, full.ops, strict=True)]
    elif last:
        # One case alone may be computed by other operations than several, but at the real size they cost the same.
        recorder.costs = [replace(c, macs=c.macs // CASES) for c in recorder.costs]
    else:
        raise ValueError("the network runs other operations at this size")
    return recorder


def trace_channels(model: nn.Module, example_inputs: ExampleInputs, certify: bool = True) -> ChannelGraph:
    """Find the channels of a network that can be removed, and which of them only together.

    A copy of the network runs on the CPU, in training and in evaluation mode, at small spatial sizes where it can. The
    network itself, its mode and the random numbers are left as found.

    Parameters
    ----------
    model
        Any network in plain PyTorch.
    example_inputs
        A tensor, or one tensor per argument of ``forward``, as (batch, channel, ...).
    certify
        Prove by trial removals in float64 that removing equals zeroing; groups that fail are frozen.

    Raises
    ------
    ArchitectureError
        The network does not run on the example.
    """
    started = time.perf_counter()
    inputs = as_inputs(example_inputs)
    with private_random((0,)), torch.no_grad(), plain_attention(), warnings.catch_warnings():
        # Warnings of trial runs are about sizes the user never asked for.
        warnings.simplefilter("ignore")
        full = count_macs(model, inputs)
        spatial = max((x.ndim - 2 for x in inputs), default=0)
        longest = max((size for x in inputs if x.ndim >= 4 for size in x.shape[2:]), default=0)
        limits: list[int | None] = [*(size for size in SMALL_SIZES.get(spatial, ()) if size < longest), None]
        for limit in limits:
            trial_inputs = small_inputs(inputs, limit)
            try:
                recorder = _record(model, trial_inputs, full, last=limit is None)
                break
            except (RuntimeError, ValueError, IndexError, TypeError, AssertionError) as error:
                if limit is None:
                    raise ArchitectureError(
                        f"the network cannot be followed: {error}", where=type(model).__name__
                    ) from error
        graph = build_graph(recorder, full)
        if certify:
            graph = certify_graph(model, graph, trial_inputs)
    return replace(graph, seconds=time.perf_counter() - started)
