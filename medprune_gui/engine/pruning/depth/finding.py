"""Which layers of a network can be taken out whole: found by watching it run, certified by taking each out on trial."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.complexity import ExampleInputs, as_inputs, count_macs, own_parameters
from medprune_gui.engine.pruning.depth.removing import is_within, removed_layers
from medprune_gui.engine.pruning.depth.trial import LayerTrial
from medprune_gui.engine.pruning.depth.units import LayerUnit
from medprune_gui.engine.pruning.depth.watching import Watch
from medprune_gui.engine.pruning.graph import ChannelGraph


def removable_layers(model: nn.Module, example_inputs: ExampleInputs) -> tuple[LayerUnit, ...]:
    """Find the modules that can be replaced by their input: residual and transformer blocks, repeated layers, levels.

    A candidate has parameters and MACs, runs once, and turns one tensor into one of the same shape and type; it may be
    given others of other shapes, such as a mask. Each is
    taken out of a private copy on trial, which must then still run in both modes, with outputs of the same shapes and
    no infinite values. Candidates within one another exclude each other: a block goes as a whole, and a plain sequence
    of several, or of a level within a level, gives way to what it holds. Nothing that holds a layer that is gone
    already is a candidate.

    Parameters
    ----------
    model
        The network; it, its modes and the random numbers are left as found.
    example_inputs
        A tensor, or one per argument of ``forward``; axis 0 is the batch.

    Returns
    -------
    tuple of LayerUnit
        Everything with parameters and MACs but the network itself, in the order of ``named_modules``; what stays says
        why.

    Raises
    ------
    ArchitectureError
        The network does not run on the example.
    """
    inputs = as_inputs(example_inputs)
    layer_macs = count_macs(model, inputs).layer_macs
    trial = LayerTrial(model, inputs)
    units = [_look(model, name, trial.watch, layer_macs) for name, _ in model.named_modules() if name]
    found = [unit for unit in units if unit.parameters and unit.macs]
    settled = _disjoint(model, _tried(model, found, trial))
    proven = {unit.name: unit for unit in trial.with_zeroings([unit for unit in settled if unit.removable])}
    return tuple(proven.get(unit.name, unit) for unit in settled)


def example_of(graph: ChannelGraph, device: torch.device, dtype: torch.dtype) -> ExampleInputs:
    """Return two cases of the sizes and types that a channel graph holds: random ones.

    Whole numbers are 0, which every table, time and label has.

    Raises
    ------
    ArchitectureError
        The sizes are not known.
    """
    generator, made = torch.Generator().manual_seed(0), []
    for shape, kind in zip(graph.input_shapes, graph.input_dtypes, strict=True):
        size, own = (2, *shape[1:]) if shape else (), getattr(torch, kind)
        if own.is_floating_point:
            made.append(torch.rand(size, generator=generator).to(device, dtype))
        else:
            made.append(torch.zeros(size, dtype=own, device=device))
    if not made:
        raise ArchitectureError(
            "the size of the network's input is not known",
            where="granularity",
            remedy="Trace the network's channels with trace_channels",
        )
    return tuple(made)


def _look(model: nn.Module, name: str, watch: Watch, layer_macs: dict[str, int]) -> LayerUnit:
    module = model.get_submodule(name)
    own = {id(parameter) for parameter in module.parameters()}
    reason = watch.reasons.get(name)
    if not watch.runs[name]:
        reason = "it does not run"
    elif any(is_within(gone, [name]) for gone in removed_layers(model)):
        reason = "it holds a layer that is gone already"
    elif any(
        id(p) in own
        for path, other in model.named_modules()
        if not is_within(path, [name])
        for p in other.parameters(recurse=False)
    ):
        reason = "it shares weights with another layer"
    return LayerUnit(
        name,
        type(module).__name__,
        sum(p.numel() for _, held in own_parameters(module).items() for _, p in held),
        sum(macs for path, macs in layer_macs.items() if is_within(path, [name])),
        reason is None,
        reason,
    )


def _tried(model: nn.Module, units: list[LayerUnit], trial: LayerTrial) -> list[LayerUnit]:
    """Take candidates out on trial, but for what goes with an outer one anyway."""
    whole: list[str] = []
    tried = []
    for unit in units:  # An outer module comes before what it holds.
        if unit.removable and not is_within(unit.name, whole):
            unit = trial.runs_without(unit)
            if unit.removable and not _is_sequence(model, unit.name):
                whole.append(unit.name)
        tried.append(unit)
    return tried


def _disjoint(model: nn.Module, units: list[LayerUnit]) -> tuple[LayerUnit, ...]:
    """Settle which of nested candidates may go."""
    chosen: list[str] = []
    settled = []
    for unit in units:  # An outer module comes before what it holds.
        if not unit.removable:
            settled.append(unit)
            continue
        inner = [other for other in units if other.removable and other.name.startswith(f"{unit.name}.")]
        outermost = [u for u in inner if not is_within(u.name, [other.name for other in inner if other is not u])]
        if is_within(unit.name, chosen):
            outer = next(name for name in chosen if is_within(unit.name, [name]))
            settled.append(replace(unit, removable=False, reason=f"it goes with {outer} as a whole"))
        elif _is_sequence(model, unit.name) and (
            len(outermost) > 1 or any(_is_composite(model, u.name) for u in outermost)
        ):
            names = ", ".join(u.name for u in outermost)
            settled.append(replace(unit, removable=False, reason=f"what it holds goes one by one: {names}"))
        else:
            chosen.append(unit.name)
            settled.append(unit)
    return tuple(settled)


def _is_sequence(model: nn.Module, name: str) -> bool:
    return isinstance(model.get_submodule(name), (nn.Sequential, nn.ModuleList))


def _is_composite(model: nn.Module, name: str) -> bool:
    """Whether several layers with weights of two or more axes are in it."""
    matrices = [p for p in model.get_submodule(name).parameters() if p.ndim >= 2]
    return len(matrices) > 1
