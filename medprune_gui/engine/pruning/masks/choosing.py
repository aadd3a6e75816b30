"""From importance to masks, whatever the granularity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.masking import WeightMasks
from medprune_gui.engine.pruning.masks.blocks import block_cells
from medprune_gui.engine.pruning.masks.cells import choose_cells, share_gone
from medprune_gui.engine.pruning.masks.computed import computed_weights, strongest
from medprune_gui.engine.pruning.masks.filters import filter_cells, makes_the_output
from medprune_gui.engine.pruning.masks.kernels import kernel_cells
from medprune_gui.engine.pruning.masks.layouts import Layout, layouts, without_layout
from medprune_gui.engine.pruning.masks.n_of_m import zero_n_of_m
from medprune_gui.engine.pruning.masks.weights import zero_weights
from medprune_gui.engine.settings.granularities import numbers_of

_PLURALS = {"n:m": "groups", "block": "blocks", "kernel": "kernels", "filter": "filters"}


@dataclass(frozen=True, eq=False)
class MaskChoice:
    """Masks, and what is to be known about them.

    Attributes
    ----------
    amount
        Share that is zeroed of what was asked for: of the blocks, kernels or filters in the masks, else of the weights.
    notes
        What the user should know, in words.
    """

    masks: WeightMasks
    amount: float
    notes: tuple[str, ...]


def choose_masks(
    model: nn.Module,
    graph: ChannelGraph,
    config: PruningConfig,
    importance: Mapping[str, torch.Tensor],
    before: WeightMasks | None = None,
) -> MaskChoice:
    """Choose what is zeroed: exactly ``config.amount`` of the weights, groups, blocks, kernels or filters.

    The amount refers to the layers that the granularity fits; the notes name the others.

    Parameters
    ----------
    graph
        The network's channels, which say what the network's own outputs are.
    importance
        Parameter name -> importance of each weight.
    before
        Masks of an earlier step: what they zeroed stays zero and counts.

    Raises
    ------
    ConfigError
        The granularity fits no layer of the network.
    """
    assert config.amount is not None
    ranked = {name: values.detach().double().cpu() for name, values in importance.items()}
    for name, keep in before.keep.items() if before else ():
        ranked[name] = ranked[name].masked_fill(~keep.cpu(), -torch.inf)
    if config.granularity == "weight":
        return _single_weights(model, config, ranked)
    all_layouts = {name: layout for name, layout in layouts(model).items() if name in ranked}
    fits = _fits(graph, config)
    fitting = {name: layout for name, layout in all_layouts.items() if fits(name, layout)}
    if not fitting:
        raise ConfigError(
            f"no layer of this network can be pruned by {_PLURALS[config.granularity]}",
            where="granularity",
            remedy="Choose another granularity, such as weight",
        )
    rows = {name: layout.rows(ranked[name]) for name, layout in fitting.items()}
    if config.granularity == "n:m":
        kept = zero_n_of_m(rows, *numbers_of(config.pattern), config.amount, config.allocation)
        share = share_gone(kept)
    else:
        is_filter = config.granularity == "filter"
        parts = {name: layout.lengths for name, layout in fitting.items() if layout.lengths}
        cells = {name: _cells(config, values.shape) for name, values in rows.items()}
        kept = choose_cells(
            rows, cells, config.amount, config.allocation, least=config.min_channels * is_filter, relative=is_filter,
            parts=parts,
        )  # fmt: skip
        share = share_gone(kept, cells)
    masks = WeightMasks({name: layout.stored(kept[name]).contiguous() for name, layout in fitting.items()})
    whole = sorted({*all_layouts, *without_layout(model)} - set(fitting))
    notes = (f"left whole, as {_PLURALS[config.granularity]} do not fit them: {', '.join(whole)}",) if whole else ()
    return MaskChoice(masks, share, (*notes, *_emptied(masks)))


def _single_weights(model: nn.Module, config: PruningConfig, ranked: dict[str, torch.Tensor]) -> MaskChoice:
    """Choose among all weights, of which some may not be zeroed where they are computed from others."""
    assert config.amount is not None
    made = computed_weights(model)
    ranked = {name: values for name, values in ranked.items() if name not in made.none}
    stay = {name: strongest(ranked[name], shape) for name, shape in made.lengths.items() if name in ranked}
    for name, own in stay.items():
        ranked[name] = ranked[name].masked_fill(own, torch.inf)
    masks = WeightMasks(zero_weights(ranked, config.amount, config.allocation))
    short = [name for name, own in stay.items() if bool((own & ~masks.keep[name]).any())]
    masks = WeightMasks({name: keep | stay[name] if name in stay else keep for name, keep in masks.keep.items()})
    notes = []
    if short:
        notes.append(f"a weight of each length that the others are divided by stays in: {', '.join(short)}")
    if made.unknown:
        notes.append(f"left whole, as they are computed from others: {', '.join(made.unknown)}")
    return MaskChoice(masks, share_gone(masks.keep), (*notes, *_emptied(masks)))


def _fits(graph: ChannelGraph, config: PruningConfig) -> Callable[[str, Layout], bool]:
    if config.granularity == "n:m":
        _, group = numbers_of(config.pattern)
        return lambda _, layout: (
            (layout.shape[0] // layout.groups if layout.transposed else layout.shape[1]) % group == 0
        )
    if config.granularity == "kernel":
        return lambda _, layout: layout.convolution
    if config.granularity == "filter":
        # A row that is divided by its length cannot be zero.
        return lambda name, layout: layout.lengths < 2 and not makes_the_output(graph, name, layout)
    return lambda _name, _layout: True


def _cells(config: PruningConfig, shape: torch.Size) -> torch.Tensor:
    outputs, inputs, places = shape
    if config.granularity == "block":
        return block_cells(outputs, inputs, places, config.block)
    return (kernel_cells if config.granularity == "kernel" else filter_cells)(outputs, inputs, places)


def _emptied(masks: WeightMasks) -> tuple[str, ...]:
    empty = [name for name, keep in masks.keep.items() if not bool(keep.any())]
    return (f"all weights are zeroed in: {', '.join(empty)}",) if empty else ()
