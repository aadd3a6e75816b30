"""One trial: channels are taken out of a private copy of a network, and zeroed in it, and it is run both times."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.failures import NETWORK_FAILURES
from medprune_gui.engine.pruning.graph import ChannelGraph, ChannelGroup
from medprune_gui.engine.pruning.masking import zero_
from medprune_gui.engine.pruning.network_outputs import tensors_in
from medprune_gui.engine.pruning.shrinking import Cut, cut_, cuts_of, places_of
from medprune_gui.engine.pruning.still_mode import StillMode

#: Largest relative difference between the masked and the shrunk network that rounding explains.
TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-4}

#: Values per channel that batch normalisation needs in training, or it may blow rounding errors up beyond all bounds:
#: of two values that are nearly equal it makes -1 and 1.
ENOUGH_VALUES = 16

#: Most cases that a trial runs at once, and most elements of an input: the values between the layers of a network,
#: in double precision, take some hundred times that.
MOST_CASES, MOST_ELEMENTS = 32, 2**20

#: Effect of a unit's weights, as a share of the largest of the network, up to which it is looked at closely.
NEARLY_NONE = 1e-10


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

    Attributes
    ----------
    modes
        Whether it is in training, for each mode that it is tried in.
    """

    def __init__(
        self, model: nn.Module, graph: ChannelGraph, inputs: Sequence[torch.Tensor], training: bool = True
    ) -> None:
        self._graph = graph
        self.modes = (False, True) if training else (False,)
        self._model = private_copy(model, own_parameters=True).cpu().requires_grad_(False)
        self._moving: list[str] = []
        self._inputs = tuple(inputs)
        self.dtype = torch.float64
        with torch.no_grad():
            self._randomise()
            self._effects = self._unit_effects()
            try:
                self._to(torch.float64)
                self._original = self._first_outputs()
            except NETWORK_FAILURES:
                # The code asks for single precision somewhere; rounding then hides more.
                self.dtype = torch.float32
                self._to(torch.float32)
                self._original = self._first_outputs()
            if self._fewest < ENOUGH_VALUES:
                self.widen(math.ceil(ENOUGH_VALUES / self._fewest))
        if any(x.is_floating_point() and x.dtype != torch.float64 for mode in self._original for x in mode):
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
                self._original = [self._outputs(training) for training in self.modes]
        except NETWORK_FAILURES:
            self._inputs = before  # The network takes so many cases only.
            return False
        return True

    def _randomise(self) -> None:
        """Give values to what is constant (fresh biases, norms, zero initialisation): a wrong cut would not show."""
        generator = torch.Generator().manual_seed(1)
        for name, tensor in (*self._model.named_parameters(), *self._model.named_buffers()):
            axes = self._graph.tensors.get(name)
            if axes is None or not tensor.is_floating_point() or not tensor.numel():
                continue
            first = tensor.flatten()[0]
            # A single number says what it says, but at zero it is a gate that nothing passes.
            if bool(first) if tensor.numel() == 1 else not bool((tensor == first).all()):
                continue
            spread = torch.rand(tensor.shape, generator=generator, dtype=torch.float32).to(tensor)
            if name.endswith("running_var"):
                tensor.copy_(0.5 + spread)
            elif tensor.ndim >= 2:
                fan_in = max(tensor.numel() // tensor.shape[0], 1)
                tensor.copy_((spread - 0.5) * (12.0 / fan_in) ** 0.5)
            else:
                tensor.add_(spread - 0.4)

    def _first_outputs(self) -> list[list[torch.Tensor]]:
        """Run in each mode; note which parameters the code itself changes in training, as moving averages do."""
        if self.modes == (False,):
            return [self._outputs(training=False)]
        before = {name: parameter.clone() for name, parameter in self._model.named_parameters()}
        values = [self._outputs(training=False)]
        try:
            values.append(self._outputs(training=True))
        except NETWORK_FAILURES:
            self.modes = (False,)  # It cannot be trained at this size.
        self._moving = [n for n, p in self._model.named_parameters() if not torch.equal(p, before[n])]
        return values

    def _outputs(self, training: bool, without_absent: bool = False) -> list[torch.Tensor]:
        with self._buffers_kept():
            return self._run(training, without_absent)

    def _run(self, training: bool, without_absent: bool = False) -> list[torch.Tensor]:
        still = StillMode(without_absent)
        self._model.train(training)
        torch.default_generator.manual_seed(0)
        with still:
            out = self._model(*self._inputs)
        self._fewest = still.fewest
        return list(tensors_in(out))

    @contextmanager
    def _buffers_kept(self) -> Iterator[None]:
        """Put running statistics back, which the next run would see moved by training."""
        buffers = [(buffer, buffer.clone()) for buffer in self._model.buffers()]
        try:
            yield
        finally:
            with torch.no_grad():
                for buffer, before in buffers:
                    buffer.copy_(before)

    def error(self, groups: Sequence[ChannelGroup], kept: Mapping[str, list[int]], training: bool = False) -> float:
        """Take units out of some groups and return the largest relative difference to zeroing them.

        Parameters
        ----------
        groups
            The groups on trial; all others stay whole.
        kept
            Group name -> units that stay.
        training
            In which of the `modes`.

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
        # The smaller network first: where it does not run, the other need not.
        with torch.no_grad(), _put_back(self._model):
            _replace_by_copies(self._model, self._moving)
            cut_(self._model, cuts)
            found = self._outputs(training)
        expected = self._masked(cuts, training, without_absent=not all(group.exact for group in groups))
        if len(expected) != len(found):
            return float("inf")
        original = self._original[self.modes.index(training)]
        if groups and not relative_difference(expected, original) > self.tolerance:
            return float("nan")
        return relative_difference(found, expected)

    def _unit_effects(self) -> np.ndarray:
        """Return for each unit, to first order, by how much what comes out would change without its weights.

        All zero where the network's code does not let gradients through.
        """
        effects = np.zeros(self._graph.units + 1)
        self._reached: set[str] = set()
        parameters = {n: p for n, p in self._model.named_parameters() if p.is_floating_point()}
        for training in self.modes:
            with torch.enable_grad(), self._buffers_kept():
                self._model.requires_grad_(True)
                try:
                    values = [x for x in self._run(training) if x.requires_grad]
                    total = torch.stack([_spread(x) for x in values]).sum()
                    gradients: list[torch.Tensor | None] = [
                        *torch.autograd.grad(total, list(parameters.values()), allow_unused=True)
                    ]
                except NETWORK_FAILURES:
                    continue
                finally:
                    self._model.requires_grad_(False)
            for (name, parameter), gradient in zip(parameters.items(), gradients, strict=True):
                if gradient is None:
                    continue
                self._reached.add(name)
                axes = self._graph.tensors[name].units
                change = (gradient * parameter.detach()).abs_()
                for axis, ids in axes.items():
                    others = [other for other in range(change.ndim) if other != axis]
                    along = change.amax(others) if others else change
                    np.maximum.at(effects, ids, along.double().nan_to_num().numpy())
        effects[0] = 0.0
        return effects

    def unseen(self, groups: Sequence[ChannelGroup]) -> list[ChannelGroup]:
        """Return the groups on which nothing depends that comes out for these inputs: no trial proves a thing of them.

        Those with gradients of (nearly) zero are zeroed one by one to see; more cases have the last word.
        """
        offsets = dict(zip((group.name for group in self._graph.groups), self._graph.offsets.tolist(), strict=False))
        enough = NEARLY_NONE * self._effects.max()
        waiting = [
            group
            for group in groups
            if not self._effects[offsets[group.name] + 1 :][: group.size].max() > enough and not self._is_seen(group)
        ]
        # What no gradient reaches at all is not part of what comes out, however many cases there are.
        dormant = [group for group in waiting if self.is_reached(group)]
        if not dormant or not self.widen(MOST_CASES):
            return waiting
        seen = {group.name for group in dormant if self._is_seen(group)}
        return [group for group in waiting if group.name not in seen]

    def add_training(self) -> bool:
        """Run in training mode as well from now on; False: it does already, or cannot."""
        if self.modes != (False,):
            return False
        self.modes = (False, True)
        try:
            with torch.no_grad():
                self._original = self._first_outputs()
        except NETWORK_FAILURES:
            self.modes = (False,)
        return self.modes != (False,)

    def is_reached(self, group: ChannelGroup) -> bool:
        """Whether a gradient of what comes out reaches a group's weights, be it zero; see `unseen`."""
        return any(slot.parameter in self._reached for slot in group.slots)

    def _is_seen(self, group: ChannelGroup) -> bool:
        """Whether the result differs without any of a group's units; one that has only one loses it."""
        cuts = cuts_of(self._graph, {group.name: []})
        return any(
            relative_difference(self._masked(cuts, training), original) > self.tolerance
            for training, original in zip(self.modes, self._original, strict=True)
        )

    def _masked(self, cuts: Mapping[str, Cut], training: bool, without_absent: bool = False) -> list[torch.Tensor]:
        with torch.no_grad(), _put_back(self._model):
            _replace_by_copies(self._model, {*cuts, *self._moving})
            zero_(self._model, cuts)
            return self._outputs(training, without_absent)

    def place_of(self, failure: BaseException) -> str:
        """Say in which layer the last trial failed: torch's own message speaks of shapes, which explains little."""
        names = {id(module): name for name, module in self._model.named_modules()}
        found = ""
        step: TracebackType | None = failure.__traceback__
        while step is not None:
            found = names.get(id(step.tb_frame.f_locals.get("self"))) or found
            step = step.tb_next
        return f"the layer {found}" if found else "its code"


@contextmanager
def _put_back(model: nn.Module) -> Iterator[None]:
    """At the end, let each module have the class, the attributes and the tensors that it had; values are not copied."""
    modules = [(module, type(module), dict(vars(module))) for module in model.modules()]
    containers = [
        (value, copy.copy(value) if value else None)
        for _, _, attributes in modules
        for value in attributes.values()
        if isinstance(value, dict | list)
    ]
    try:
        yield
    finally:
        for module, cls, attributes in modules:
            module.__class__ = cls
            vars(module).clear()
            vars(module).update(attributes)
        for container, content in containers:
            if not container and not content:
                continue
            container.clear()
            if content:
                container.update(content) if isinstance(container, dict) else container.extend(content)


def _replace_by_copies(model: nn.Module, names: Iterable[str]) -> None:
    """Put copies in the place of some parameters and buffers, wherever they are held."""
    tensors, places = {**dict(model.named_parameters()), **dict(model.named_buffers())}, places_of(model)
    for name in names:
        if name in tensors:
            values = tensors[name].detach().clone()
            copied = nn.Parameter(values, requires_grad=False) if isinstance(tensors[name], nn.Parameter) else values
            for module, attribute in places[id(tensors[name])]:
                setattr(module, attribute, copied)


def _more_cases(x: torch.Tensor, factor: int, generator: torch.Generator) -> torch.Tensor:
    """Return more cases: random ones of the same kind; whole numbers, which may be labels or sizes, are repeated."""
    if not x.ndim:
        return x
    if not x.is_floating_point():
        return x.repeat(factor, *([1] * (x.ndim - 1)))
    more = torch.randn((x.shape[0] * (factor - 1), *x.shape[1:]), generator=generator, dtype=torch.float32)
    return torch.cat([x, more.to(x)])


def _spread(values: torch.Tensor) -> torch.Tensor:
    """Return the sum of squares of an output, as a share of its largest: the plain sum of a softmax does not change."""
    sizes = values.abs()
    largest = sizes.detach().max() if sizes.numel() else sizes.new_ones(())
    return (sizes / torch.where(largest > 0, largest, 1.0)).square().sum().float()


def relative_difference(values: Sequence[torch.Tensor], reference: Sequence[torch.Tensor]) -> float:
    """Return the largest difference of outputs over their largest value.

    It is infinite where shapes differ, whole numbers differ or one value alone is infinite or not a number.
    """
    worst = 0.0
    for value, expected in zip(values, reference, strict=True):
        if value.shape != expected.shape:
            return float("inf")
        if not expected.numel():
            continue
        if not (expected.is_floating_point() or expected.is_complex()):
            if not torch.equal(value, expected):
                return float("inf")
            continue
        difference = torch.where(value == expected, 0.0, (value - expected).abs()).max()
        sizes = expected.abs()
        scale = float(sizes[sizes.isfinite()].max()) if sizes.isfinite().any() else 1.0
        worst = max(worst, float(difference) / (scale or 1.0) if bool(difference.isfinite()) else float("inf"))
    return worst
