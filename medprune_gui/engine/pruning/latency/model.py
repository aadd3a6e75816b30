"""Milliseconds of a network as a function of how many units of each group stay, from times of its layers."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.models.runtimes import ready_to_run
from medprune_gui.engine.models.timing import threads_in_words, turns
from medprune_gui.engine.pruning.costs import Keep
from medprune_gui.engine.pruning.criteria.evidence import place_of
from medprune_gui.engine.pruning.depth.removing import is_within
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.latency.layers import LayerCall, layer_calls
from medprune_gui.engine.pruning.latency.table import LayerTimes
from medprune_gui.engine.pruning.unit_ids import Ids
from medprune_gui.engine.settings.runtimes import RUNTIME_NAMES, Runtime
from medprune_gui.engine.steps import Seldom, Telling, carried_out

# Runs of the network at hand, before anything is predicted: as many as fit into the time, within these bounds.
_WARM_UP, _LEAST, _MOST, _BUDGET_MS = 2, 3, 12, 1000.0


class LatencyModel:
    """Predicts times from measured times of single convolutions and linear layers.

    What the layers do not account for (normalisation, activations, moving data, the runtime's own work) is taken to
    shrink with the elements that the layers put out. Layer by layer prediction from a table is that of Yang et al.
    2018 (NetAdapt, arXiv:1804.03230, section 3.3); it errs by what a runtime fuses and overlaps, so that whoever needs
    the milliseconds exactly measures the network (`meet_latency`).

    Parameters
    ----------
    graph
        Channels of the network at hand.
    calls
        Its layers' calls.
    times
        Where the layers' times come from.
    milliseconds
        What the network at hand takes, measured.
    """

    def __init__(self, graph: ChannelGraph, calls: Sequence[LayerCall], times: LayerTimes, milliseconds: float) -> None:
        self._graph = graph
        self._calls = tuple(calls)
        self._times = times
        self.milliseconds = milliseconds
        batch = calls[0].input_shape[0] if calls else 1
        self.in_words = f"{times.runtime_in_words}, batch of {batch}, {threads_in_words(torch.get_num_threads())}"
        whole = np.ones(graph.units + 1, dtype=np.bool_)
        layers, self._outputs = self._times_of(self._calls, whole), sum(call.outputs for call in self._calls)
        self._rest = max(milliseconds - layers, 0.0)
        self._scale = milliseconds / (layers + self._rest) if layers + self._rest else 1.0

    def after(self, counts: Ids) -> float:
        """Return the milliseconds that are predicted when ``counts[g]`` units of each group stay."""
        return self.after_keeping(self._graph.costs.first_units(counts))

    def after_keeping(self, keep: Keep, removed: Sequence[str] = ()) -> float:
        """Return the milliseconds that are predicted for a choice of units and without some layers."""
        calls = [call for call in self._calls if not is_within(call.name, removed)]
        left = sum(call.outputs_left(keep) for call in calls)
        rest = self._rest * left / self._outputs if self._outputs else self._rest
        return self._scale * (self._times_of(calls, keep) + rest)

    @property
    def kinds_of_layers(self) -> int:
        """How many layers, each of another shape, have been measured so far."""
        return len(self._times)

    def keep_times(self) -> None:
        """Keep the layers' times for the next time."""
        self._times.keep()

    def _times_of(self, calls: Sequence[LayerCall], keep: Keep) -> float:
        return sum(call.time_in(self._times, keep) for call in calls)


def latency_model(
    model: nn.Module, graph: ChannelGraph, runtime: Runtime, batch: int = 1, milliseconds: float | None = None
) -> LatencyModel:
    """Return the model of a network's latency, for which the network is measured.

    Parameters
    ----------
    model
        The network; left as found.
    graph
        Its channels.
    runtime
        What runs it.
    batch
        Cases in one forward pass.
    milliseconds
        What it takes, where that has been measured.

    Raises
    ------
    ConfigError
        The network takes several inputs.
    InputError
        The runtime is not installed.
    ComputeError
        The runtime cannot run the network.
    """
    return carried_out(modelling(model, graph, runtime, batch, milliseconds))


def modelling(
    model: nn.Module, graph: ChannelGraph, runtime: Runtime, batch: int = 1, milliseconds: float | None = None
) -> Telling[LatencyModel]:
    """Measure as `latency_model` does, and say how far it is."""
    images = images_for(model, graph, batch)
    times = LayerTimes(runtime, images.device)
    if milliseconds is None:
        with ready_to_run(model, images, runtime, images.device) as run:
            *_, (last,) = turns((run,), _WARM_UP)
            count = min(max(int(_BUDGET_MS / max(last, 1e-3)), _LEAST), _MOST)
            milliseconds = statistics.median(time for (time,) in turns((run,), count))
    calls, seldom = layer_calls(model, graph, images), Seldom()
    whole = np.ones(graph.units + 1, dtype=np.bool_)
    for number, call in enumerate(calls, 1):
        call.time_in(times, whole)
        if seldom.due():
            yield f"Measuring layers in {RUNTIME_NAMES[runtime]}: {number} of {len(calls)} so far"
    found = LatencyModel(graph, calls, times, milliseconds)
    found.keep_times()
    return found


def images_for(model: nn.Module, graph: ChannelGraph, batch: int) -> torch.Tensor:
    """Return random images of the size that a channel graph was traced with, (batch, channel, ...).

    Raises
    ------
    ConfigError
        The network takes several inputs.
    """
    if len(graph.input_shapes) != 1:
        raise ConfigError(
            f"time and peak memory are measured of networks with one input; this one has {len(graph.input_shapes)}",
            where="budget.quantity",
            remedy="Choose macs, parameters or bytes",
        )
    device, dtype = place_of(model)
    generator = torch.Generator().manual_seed(0)
    return torch.rand((batch, *graph.input_shapes[0][1:]), generator=generator).to(device, dtype)
