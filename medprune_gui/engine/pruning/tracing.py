"""Follow real forward passes of a network and learn which channels belong together."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakTensorKeyDictionary

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.complexity import (
    ExampleInputs,
    ModuleStack,
    OperationsRun,
    as_inputs,
    macs_of,
    plain_attention,
)
from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.failures import NETWORK_FAILURES, failure_in_words
from medprune_gui.engine.models.randomness import private_random
from medprune_gui.engine.pruning import movement_rules, reshaping_rules, weight_rules  # noqa: F401 (for their rules)
from medprune_gui.engine.pruning.certification import Progress, certify_graph
from medprune_gui.engine.pruning.channel_constants import follow_constant
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.grouping import build_graph
from medprune_gui.engine.pruning.kept_graphs import kept_graph
from medprune_gui.engine.pruning.kept_memory import memory_kept
from medprune_gui.engine.pruning.network_outputs import tensors_in
from medprune_gui.engine.pruning.op_rules import Call, find_rule, untraceable
from medprune_gui.engine.pruning.trace_sizes import (
    CASES,
    limits_to_try,
    operations_at_full_size,
    same_but_for_moves,
    small_inputs,
)
from medprune_gui.engine.pruning.unit_ids import Ids, Labels, Units, along, as_ids, support

OUTPUT = "its channels are the network's output"

#: Elements of a tensor that the code makes up that are compared one by one between the modes.
MADE_UP = 64

_DROPOUTS = {
    cls.forward
    for cls in (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)
}


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
    approximate
        Whether channels that are normalised together may go although their statistics change.
    """

    def __init__(self, model: nn.Module, approximate: bool = False) -> None:
        self.model = model
        self.approximate = approximate
        self.same_in_training = False
        self.units = Units()
        self.stack = ModuleStack(model)
        self.unknown: set[str] = set()
        self.costs: list[CostAxes] = []
        self.kinds: set[tuple[str, str]] = set()
        self.produced: list[Ids] = []
        self.axis_ids: dict[str, dict[int, Ids]] = {}
        self.attributes: dict[str, int] = {}
        self.grids: dict[tuple[bytes, tuple[int, ...]], Ids] = {}
        self._fixed: dict[int, Labels] = {}
        self._ran: list[tuple[object, ...]] = []
        self._pending: tuple[Ids, ...] = ()
        self._values = WeakTensorKeyDictionary()
        self._fragile = WeakTensorKeyDictionary()
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
        for ids, reason in self._fragile.pop(tensor, ()):  # type: ignore[no-untyped-call]
            self.units.freeze(ids, reason)
        known = self._fixed.get(id(tensor))
        if known is None:
            known = self._values.get(tensor)  # type: ignore[no-untyped-call]
        if known is None or len(known.shape) != tensor.ndim:
            known = self._twin(tensor)
        return known

    def freeze_if_used(self, values: Sequence[torch.Tensor], ids: Ids, reason: str) -> None:
        """Freeze ids as soon as an operation, or the caller of the network, uses one of these values."""
        for value in values:
            self._fragile[value] = [*self._fragile.get(value, ()), (ids, reason)]  # type: ignore[no-untyped-call]

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
        name = str(call.func._overloadpacket)
        self.kinds.add((name, self.stack.name))
        self._note_that_it_ran(call)
        rule = find_rule(call.func)
        results = [follow_constant(self, call, labels) for labels in (rule or untraceable)(self, call)]
        for out, labels in zip(call.outputs, results, strict=True):
            if id(out) in self._fixed:
                continue  # Running statistics that are written in place keep their ids.
            self._write_through(out, labels)
            self._values[out] = labels
        macs = macs_of(call.func, call.args, call.kwargs, call.out)
        if macs is not None:
            self.costs.append(CostAxes(self.stack.name, name, macs, self._pending))

    def _note_that_it_ran(self, call: Call) -> None:
        """Note an operation, so that the modes can be compared; those of dropout and batch normalisation are alike.

        Either treats each channel by itself in both modes, so that what holds in one of them holds in the other.
        """
        forward = type(self.stack.module).forward
        if forward in _DROPOUTS:
            return
        if forward is _BatchNorm.forward:
            if self._ran[-1:] != [(forward, self.stack.name)]:
                self._ran.append((forward, self.stack.name))
            return
        settings = [
            self._made_up(x) if isinstance(x, torch.Tensor) else x for x in tree_leaves((call.args, call.kwargs))
        ]
        self._ran.append((call.func, self.stack.name, repr(settings)))

    def _made_up(self, tensor: torch.Tensor) -> object:
        """Return the values of a tensor that the code itself has made up; None for all that is followed."""
        if id(tensor) in self._fixed or tensor in self._values:
            return None
        return tensor.tolist() if tensor.numel() <= MADE_UP else float(tensor.double().sum())

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
        self.kinds.clear()
        before, self._ran = self._ran, []
        for x in inputs:
            self._fixed[id(x)] = Labels(tuple(x.shape))
        with self.stack, _TraceMode(self):
            out = self.model(*inputs)
        for value in tensors_in(out):
            for layer in self.labels(value).layers:
                self.units.freeze_output(as_ids(layer), OUTPUT)
        for x in inputs:
            del self._fixed[id(x)]
        self.same_in_training = self._ran == before


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


def _record(
    model: nn.Module, inputs: tuple[torch.Tensor, ...], full: OperationsRun, last: bool, approximate: bool
) -> Recorder:
    """Trace both modes; in evaluation the operations must be those that the full size runs.

    ``last``: no larger size is left, so that a network which cannot be trained at all may pass.
    """
    private = private_copy(model, own_parameters=True).cpu().requires_grad_(False)
    recorder = Recorder(private, approximate)
    # Training first: running statistics change, and evaluation, whose costs count, comes last.
    recorder.model.train()
    try:
        recorder.run(inputs)
    except NETWORK_FAILURES:
        if not last:
            raise
    recorder.model.eval()
    recorder.run(inputs)
    reshaping_rules.settle_grids(recorder.units, list(recorder.grids.values()))
    # Costs are those of one case at the real size; only the ids along their axes come from the trace.
    alike = same_but_for_moves(frozenset(recorder.kinds), full.kinds)
    if alike and [(c.module, c.op) for c in recorder.costs] == [(op.module, op.op) for op in full.macs]:
        recorder.costs = [replace(c, macs=op.macs) for c, op in zip(recorder.costs, full.macs, strict=True)]
    elif last:
        # One case alone may be computed by other operations than several, but at the real size they cost the same.
        recorder.costs = [replace(c, macs=c.macs // CASES) for c in recorder.costs]
    else:
        raise ValueError("the network runs other operations at this size")
    return recorder


def trace_channels(
    model: nn.Module,
    example_inputs: ExampleInputs,
    certify: bool = True,
    progress: Progress | None = None,
    *,
    approximate: bool = False,
    cache: bool = False,
) -> ChannelGraph:
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
    progress
        Called during the proof with how many groups are decided on, and how many there are.
    approximate
        Offer channels that layer normalisation mixes as well. Removing them changes its statistics, so that the result
        is not that of zeroing them, and fine-tuning has to follow; their groups are marked by ``exact=False``.
    cache
        Keep what is found and proven on disk (see `kept_graphs`), and use what was kept for the same architecture.

    Raises
    ------
    ArchitectureError
        The network does not run on the example.
    """
    started = time.perf_counter()
    inputs = as_inputs(example_inputs)
    with (
        torch.inference_mode(False), private_random((0,)), torch.no_grad(), plain_attention(), memory_kept(),
        warnings.catch_warnings(),
    ):  # fmt: skip
        # Warnings of trial runs are about sizes the user never asked for.
        warnings.simplefilter("ignore")
        followed = partial(_followed, model, inputs, certify, progress, approximate)
        keep = cache and certify
        graph = (
            kept_graph(model, [x[:1] if x.ndim else x for x in inputs], (approximate,), followed)
            if keep
            else followed()
        )
    shapes = tuple((1, *x.shape[1:]) if x.ndim else () for x in inputs)
    dtypes = tuple(str(x.dtype).removeprefix("torch.") for x in inputs)
    return replace(graph, seconds=time.perf_counter() - started, input_shapes=shapes, input_dtypes=dtypes)


def _followed(
    model: nn.Module, inputs: tuple[torch.Tensor, ...], certify: bool, progress: Progress | None, approximate: bool
) -> ChannelGraph:
    full = operations_at_full_size(model, inputs)
    for limits in limits_to_try(inputs):
        trial_inputs = small_inputs(inputs, limits)
        try:
            recorder = _record(model, trial_inputs, full, limits is None, approximate)
            break
        except NETWORK_FAILURES as error:
            if limits is None:
                raise ArchitectureError(
                    f"the network cannot be followed: {failure_in_words(error)}", where=type(model).__name__
                ) from error
    graph = build_graph(recorder)
    if not certify:
        return graph
    training = not recorder.same_in_training
    del recorder  # It holds a copy of the network, and trials need the memory.
    if not training:
        # Nothing looks at other cases then, and one is enough.
        trial_inputs = tuple(x[:1] if x.ndim else x for x in trial_inputs)
    return certify_graph(model, graph, trial_inputs, progress, training)
