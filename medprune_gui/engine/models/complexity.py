"""How much a network computes and stores: multiply-accumulates (MACs) and parameters, layer by layer."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.failures import failures_in_words
from medprune_gui.engine.records import LayerRecord

ExampleInputs = torch.Tensor | Sequence[torch.Tensor]


@dataclass(frozen=True, slots=True)
class OpMacs:
    """MACs of one operation, in the order of execution, with the innermost module that ran it."""

    module: str
    op: str
    macs: int


@dataclass(frozen=True, slots=True)
class OperationsRun:
    """What a network ran for one case.

    Attributes
    ----------
    macs
        Every operation with MACs in the order of execution.
    kinds
        (operation, innermost module that ran it) of all operations.
    """

    macs: tuple[OpMacs, ...]
    kinds: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Complexity:
    """Size and cost of a network for one case.

    Attributes
    ----------
    macs
        Multiply-accumulates of one forward pass in evaluation mode with a batch of one.
    parameters, nonzero_parameters
        Elements of all parameters, shared ones counted once; and those that are not exactly zero.
    layer_macs
        Module name -> MACs that run directly in it, not in its children.
    ops
        Every counted operation in the order of execution.
    """

    macs: int
    parameters: int
    nonzero_parameters: int
    layer_macs: dict[str, int]
    ops: tuple[OpMacs, ...]


class ModuleStack:
    """Knows, while a network runs, which of its modules is at work: a context manager over forward hooks.

    Compiled TorchScript takes no hooks: what runs inside it counts as run by the module that holds it.
    """

    def __init__(self, model: nn.Module) -> None:
        self._model = model
        self._names: dict[nn.Module, str] = {module: name for name, module in model.named_modules()}
        self._running: list[nn.Module] = []
        self._hooks = contextlib.ExitStack()

    def __enter__(self) -> ModuleStack:
        with contextlib.ExitStack() as hooks:
            for module in self._names:
                if not isinstance(module, torch.jit.ScriptModule):
                    hooks.callback(module.register_forward_pre_hook(self._enter_module).remove)
                    hooks.callback(module.register_forward_hook(self._leave_module, always_call=True).remove)
            self._hooks = hooks.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._hooks.close()
        self._running.clear()

    def _enter_module(self, module: nn.Module, _: Any) -> None:
        self._running.append(module)

    def _leave_module(self, _: nn.Module, __: Any, ___: Any) -> None:
        if self._running:
            self._running.pop()

    @property
    def module(self) -> nn.Module:
        """The innermost module that is running."""
        return self._running[-1] if self._running else self._model

    @property
    def name(self) -> str:
        """The innermost running module's name within the network; empty for the network itself."""
        name: str = self._names[self.module]
        return name


def macs_of(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any) -> int | None:
    """Return the MACs of one ATen call by torch's FLOP formulas, or None where it multiplies no matrices."""
    formula = flop_registry.get(func._overloadpacket)
    return None if formula is None else int(formula(*args, **kwargs, out_val=out)) // 2


class _CountingMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self, stack: ModuleStack) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.stack = stack
        self.ops: list[OpMacs] = []
        self.kinds: set[tuple[str, str]] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        name = str(func._overloadpacket)
        self.kinds.add((name, self.stack.name))
        macs = macs_of(func, args, kwargs, out)
        if macs is not None:
            self.ops.append(OpMacs(self.stack.name, name, macs))
        return out


def as_inputs(example_inputs: ExampleInputs) -> tuple[torch.Tensor, ...]:
    """Return the example as a tuple of tensors, one per argument of ``forward``."""
    return (example_inputs,) if isinstance(example_inputs, torch.Tensor) else tuple(example_inputs)


@contextlib.contextmanager
def plain_attention() -> Iterator[None]:
    """Run attention as matrix products, which are counted and traced like all others, not as fused kernels."""
    fast_path = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast_path)


def operations_run(model: nn.Module, example_inputs: ExampleInputs) -> OperationsRun:
    """Return which operations a network runs; arguments and errors as in `count_macs`.

    A network on torch's ``meta`` device, which computes shapes only, will do.
    """
    return _operations(private_copy(model), example_inputs)


def _operations(private: nn.Module, example_inputs: ExampleInputs) -> OperationsRun:
    private.eval()
    device = next((tensor.device for tensor in (*private.parameters(), *private.buffers())), torch.device("cpu"))
    inputs = tuple(x[:1].to(device) if x.ndim else x.to(device) for x in as_inputs(example_inputs))
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices), torch.no_grad(), plain_attention():
        mode = _CountingMode(ModuleStack(private))
        with mode.stack, mode, failures_in_words(private, inputs):
            private(*inputs)
    return OperationsRun(tuple(mode.ops), frozenset(mode.kinds))


def count_macs(model: nn.Module, example_inputs: ExampleInputs) -> Complexity:
    """Count MACs and parameters of a network on the first case of an example.

    Parameters
    ----------
    model
        Any network; a copy with the same parameters runs once in evaluation mode, so that it is left as found.
    example_inputs
        A tensor, or one tensor per argument of ``forward``; axis 0 is the batch, of which one case is used.

    Raises
    ------
    ArchitectureError
        The network cannot be copied, or does not run on the example.
    OutOfMemoryError
        There is too little memory for it.
    """
    private = private_copy(model)
    ops = _operations(private, example_inputs).macs
    by_module: Counter[str] = Counter()
    for op in ops:
        by_module[op.module] += op.macs
    return Complexity(
        macs=sum(by_module.values()),
        parameters=sum(p.numel() for p in private.parameters()),
        nonzero_parameters=sum(int(torch.count_nonzero(p)) for p in private.parameters()),
        layer_macs=dict(by_module),
        ops=ops,
    )


def output_channels(module: nn.Module) -> int:
    """Return how many channels a layer puts out; 0 for a module that has no channels of its own."""
    for attribute in (
        "out_channels", "out_features", "num_features", "num_channels", "num_parameters", "embedding_dim"
    ):  # fmt: skip
        if isinstance(value := getattr(module, attribute, None), int):
            return value
    shape = getattr(module, "normalized_shape", None)
    return int(shape[-1]) if shape else 0


def own_parameters(model: nn.Module) -> dict[str, tuple[tuple[str, nn.Parameter], ...]]:
    """Return the parameters that each module holds itself, a shared one under its first owner only.

    Returns
    -------
    dict
        Module name -> pairs of (full name, parameter), in the order of ``named_modules``.
    """
    seen: set[int] = set()
    owned: dict[str, tuple[tuple[str, nn.Parameter], ...]] = {}
    for module_name, module in model.named_modules():
        prefix = f"{module_name}." if module_name else ""
        fresh = [(prefix + n, p) for n, p in module.named_parameters(recurse=False) if id(p) not in seen]
        seen.update(id(p) for _, p in fresh)
        owned[module_name] = tuple(fresh)
    return owned


def compare_layers(original: nn.Module, pruned: nn.Module, example_inputs: ExampleInputs) -> tuple[LayerRecord, ...]:
    """Set two networks with the same module names side by side, layer by layer.

    Parameters
    ----------
    original, pruned
        The network before and after pruning.
    example_inputs
        As in `count_macs`.

    Returns
    -------
    tuple of LayerRecord
        One for each module that has parameters or MACs of its own. ``zeroed`` counts the parameters of the pruned
        network that are exactly zero. Of a layer that was taken out, alone or with what holds it, nothing is left: an
        identity stands there.

    Raises
    ------
    ArchitectureError
        A layer of the original is missing in the pruned network, or one of them does not run.
    """
    macs_before = count_macs(original, example_inputs).layer_macs
    macs_after = count_macs(pruned, example_inputs).layer_macs
    owned_before, owned_after = own_parameters(original), own_parameters(pruned)
    modules_after = dict(pruned.named_modules())
    records = []
    for name, module in original.named_modules():
        if not owned_before[name] and name not in macs_before:
            continue
        after = modules_after.get(name)
        if after is None and not _is_gone(name, modules_after):
            raise ArchitectureError(
                "the pruned network lacks this layer",
                where=name,
                remedy="Compare a network only with one that was pruned from it",
            )
        records.append(
            LayerRecord(
                name=name,
                kind=type(module).__name__,
                channels_before=output_channels(module),
                channels_after=0 if after is None else output_channels(after),
                parameters_before=sum(p.numel() for _, p in owned_before[name]),
                parameters_after=sum(p.numel() for _, p in owned_after.get(name, ())),
                zeroed=sum(p.numel() - int(torch.count_nonzero(p)) for _, p in owned_after.get(name, ())),
                macs_before=macs_before.get(name, 0),
                macs_after=macs_after.get(name, 0),
            )
        )
    return tuple(records)


def _is_gone(name: str, modules: Mapping[str, nn.Module]) -> bool:
    """Whether a layer was taken out with what holds it: an identity stands there."""
    while name:
        name = name.rpartition(".")[0]
        if name in modules:
            return isinstance(modules[name], nn.Identity)
    return False
