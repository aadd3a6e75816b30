"""One trial: channels are taken out of a private copy of a network, and zeroed in another, and both are run."""

from __future__ import annotations

import copy
import math
from collections.abc import Collection, Mapping, Sequence
from types import TracebackType
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.pruning.absent_channels import normalised_without
from medprune_gui.engine.pruning.double_convolution import convolved_in_double
from medprune_gui.engine.pruning.graph import ChannelGraph, ChannelGroup
from medprune_gui.engine.pruning.masking import zero_
from medprune_gui.engine.pruning.shrinking import cut_, cuts_of

#: Largest relative difference between the masked and the shrunk network that rounding explains.
TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-4}

#: Values per channel that batch normalisation needs in training, or it may blow rounding errors up beyond all bounds:
#: of two values that are nearly equal it makes -1 and 1.
ENOUGH_VALUES = 16

#: Most cases that a trial runs at once, and most elements of an input: the values between the layers of a network,
#: in double precision, take some hundred times that.
MOST_CASES, MOST_ELEMENTS = 32, 2**20

aten = torch.ops.aten
_BATCH_NORMS = {
    getattr(aten, name)
    for name in ("native_batch_norm", "_native_batch_norm_legit", "_batch_norm_with_update", "cudnn_batch_norm")
    if hasattr(aten, name)
}


class StillMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Replaces random numbers by constants: dropout drops nothing, and both networks of a trial see the same.

    Parameters
    ----------
    without_absent
        Whether layer normalisation leaves out channels that are zero.

    Attributes
    ----------
    fewest
        Least number of values per channel that a batch normalisation has averaged over in training.
    """

    def __init__(self, without_absent: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.fewest = math.inf
        self._without_absent = without_absent

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
        if self._without_absent and (normalised := normalised_without(packet, args)) is not None:
            return normalised
        if (convolved := convolved_in_double(packet, args)) is not None:
            return convolved
        out = func(*args, **kwargs)
        if packet is aten.bernoulli:
            return torch.ones_like(out)
        if packet in (aten.rand, aten.randn, aten.rand_like, aten.randn_like):
            return torch.full_like(out, 0.5)
        # Instance normalisation comes along as a batch of one, which more cases would not help.
        if packet in _BATCH_NORMS and args[0].shape[0] > 1 and True in args[5:6]:
            self.fewest = min(self.fewest, args[0].numel() / args[0].shape[1])
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
        Some cases, on the CPU. Where batch normalisation would see too few values, more cases are made.
    training
        Whether the network is run in training mode as well; needless where it does the same there.
    """

    def __init__(
        self, model: nn.Module, graph: ChannelGraph, inputs: Sequence[torch.Tensor], training: bool = True
    ) -> None:
        self._graph = graph
        self._modes = (False, True) if training else (False,)
        self._model = copy.deepcopy(model).cpu().requires_grad_(False)
        self._small = self._model
        self._inputs = tuple(inputs)
        self.dtype = torch.float64
        with torch.no_grad():
            self._randomise()
            try:
                self._to(torch.float64)
                self._original = self._first_outputs()
            except (RuntimeError, TypeError):
                # The code asks for single precision somewhere; rounding then hides more.
                self.dtype = torch.float32
                self._to(torch.float32)
                self._original = self._first_outputs()
            if self._fewest < ENOUGH_VALUES:
                self.widen(math.ceil(ENOUGH_VALUES / self._fewest))
        if any(x.is_floating_point() and x.dtype != torch.float64 for x in self._original):
            self.dtype = torch.float32

    @property
    def tolerance(self) -> float:
        """Largest relative difference that rounding explains."""
        return TOLERANCE[self.dtype]

    def _to(self, dtype: torch.dtype) -> None:
        self._model.to(dtype)
        self._inputs = tuple(x.to(dtype) if x.is_floating_point() else x for x in self._inputs)

    def widen(self, factor: int) -> bool:
        """Run ``factor`` times as many cases from now on, or fewer; False: there are as many as can be."""
        cases = max((x.shape[0] for x in self._inputs if x.ndim), default=MOST_CASES)
        elements = max((x.numel() for x in self._inputs), default=1)
        factor = min(factor, MOST_CASES // cases, MOST_ELEMENTS // elements)
        if factor < 2:
            return False
        before, generator = self._inputs, torch.Generator().manual_seed(2)
        self._inputs = tuple(_more_cases(x, factor, generator) for x in before)
        try:
            with torch.no_grad():
                self._original = self._outputs(self._model)
        except (RuntimeError, ValueError, IndexError, TypeError, AssertionError):
            self._inputs = before  # The network takes so many cases only.
            return False
        return True

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

    def _first_outputs(self) -> list[torch.Tensor]:
        """Run, and note which parameters the code itself changes in training, as moving averages of a code book."""
        before = {name: parameter.clone() for name, parameter in self._model.named_parameters()}
        values = self._outputs(self._model)
        self._moving = {n for n, p in self._model.named_parameters() if not torch.equal(p, before[n])}
        return values

    def _outputs(self, model: nn.Module, without_absent: bool = False) -> list[torch.Tensor]:
        """Run in both modes; a network that cannot be trained at this size runs in evaluation only."""
        values: list[torch.Tensor] = []
        still = StillMode(without_absent)
        for training in self._modes:
            # Training moves running statistics, which the next run would see.
            buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
            model.train(training)
            torch.default_generator.manual_seed(0)
            try:
                with still:
                    out = model(*self._inputs)
                values += [x for x in tree_leaves(_plain(out)) if isinstance(x, torch.Tensor)]
            except ValueError:
                if not training:
                    raise
            for name, buffer in model.named_buffers():
                buffer.copy_(buffers[name])
        self._fewest = still.fewest
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
        self._small = _sharing_tensors(self._model, but=self._moving)
        cut_(self._small, cuts)
        with torch.no_grad():
            # The smaller network first: where it does not run, the other need not.
            found = self._outputs(self._small)
            self._small = self._model
            masked = _sharing_tensors(self._model, but={*cuts, *self._moving})
            zero_(masked, cuts)
            expected = self._outputs(masked, without_absent=not all(group.exact for group in groups))
        if len(expected) != len(found):
            return float("inf")
        if groups and not relative_difference(expected, self._original) > self.tolerance:
            return float("nan")
        return relative_difference(found, expected)

    def place_of(self, failure: BaseException) -> str:
        """Say in which layer the last trial failed: torch's own message speaks of shapes, which explains little."""
        names = {id(module): name for name, module in self._small.named_modules()}
        found = ""
        step: TracebackType | None = failure.__traceback__
        while step is not None:
            found = names.get(id(step.tb_frame.f_locals.get("self"))) or found
            step = step.tb_next
        return f"the layer {found}" if found else "its code"


def _sharing_tensors(model: nn.Module, but: Collection[str] = ()) -> nn.Module:
    """Return a copy whose parameters and buffers are the network's own, but for the named ones."""
    named = (*model.named_parameters(), *model.named_buffers())
    copied: nn.Module = copy.deepcopy(model, {id(tensor): tensor for name, tensor in named if name not in but})
    return copied


def _more_cases(x: torch.Tensor, factor: int, generator: torch.Generator) -> torch.Tensor:
    """Return more cases: random ones of the same kind; whole numbers, which may be labels or sizes, are repeated."""
    if not x.ndim:
        return x
    if not x.is_floating_point():
        return x.repeat(factor, *([1] * (x.ndim - 1)))
    more = torch.randn((x.shape[0] * (factor - 1), *x.shape[1:]), generator=generator, dtype=torch.float32)
    return torch.cat([x, more.to(x)])


def _plain(value: Any) -> Any:
    return vars(value) if hasattr(value, "__dict__") and not isinstance(value, torch.Tensor | dict) else value


def relative_difference(values: Sequence[torch.Tensor], reference: Sequence[torch.Tensor]) -> float:
    """Return the largest difference of outputs over their largest value; infinite where shapes differ or one is NaN."""
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
