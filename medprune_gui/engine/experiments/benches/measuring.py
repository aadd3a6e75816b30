"""What the child processes of the benches do: build a network, let a tool loose on it, judge and time the outcome."""

from __future__ import annotations

import copy
import gc
import time
import warnings
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any, TypeAlias

import torch
from torch import nn

from medprune_gui.engine.experiments.benches.children import in_one_line
from medprune_gui.engine.experiments.benches.contenders import (
    AgainMedPrune,
    Example,
    MedPrune,
    Tool,
    UnprovenMedPrune,
)
from medprune_gui.engine.experiments.benches.judging import Judgement, judge, make_distinct_
from medprune_gui.engine.experiments.benches.torch_pruning_tool import AssistedTorchPruning, TorchPruning
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.models.monai_networks import ReferenceNetwork

#: A function of a module, so that a child can find it, that returns the networks of a bench.
Catalogue: TypeAlias = Callable[[], Mapping[str, ReferenceNetwork]]

TOOLS: dict[str, type[Tool]] = {
    "medprune": MedPrune,
    "medprune-again": AgainMedPrune,
    "medprune-unproven": UnprovenMedPrune,
    "torch-pruning": TorchPruning,
    "torch-pruning-assisted": AssistedTorchPruning,
}


def _build(catalogue: Catalogue, name: str) -> tuple[nn.Module, Example]:
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    network = catalogue()[name]
    model = network.build().eval()
    make_distinct_(model)
    return model, network.example()


def _as(dtype: torch.dtype, model: nn.Module, example: Example) -> tuple[nn.Module, Example]:
    return copy.deepcopy(model).to(dtype), tuple(x.to(dtype) if x.is_floating_point() else x for x in example)


def _prepared(tool: str, model: nn.Module, example: Example) -> Tool:
    made = TOOLS[tool](copy.deepcopy(model), example)
    made.prepare()
    return made


def _warm_up(tool: str) -> None:
    """Let a tool import and cache what it needs on a small network, so that its own time is measured afterwards."""
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 3)).eval()
    worker = _prepared(tool, network, (torch.zeros(1, 1, 8, 8),))
    worker.analyse()
    worker.prune(0.5)


def _judged(first: Tool, tool: str, model: nn.Module, example: Example) -> tuple[Judgement, Tool]:
    """Prune by half in double precision, or in single where the network's code asks for it, and judge."""
    dtype = torch.float64
    try:
        with torch.no_grad():
            _as(dtype, model, example)[0](*_as(dtype, model, example)[1])
    except (RuntimeError, TypeError):
        dtype = torch.float32
    original, inputs = _as(dtype, model, example)
    worker = _prepared(tool, original, inputs)
    worker.follow(first)
    return judge(original, worker.prune(0.5), inputs), worker


def cover(catalogue: Catalogue, name: str, tool: str) -> dict[str, Any]:
    """Measure what one tool makes of one network.

    Returns
    -------
    dict
        ``finding``, ``error``, ``reason`` (see `judging.Judgement`), ``analysis_s`` and ``step_s`` (seconds of the
        analysis and of one step of 50 %), ``macs_share`` (share of the MACs that is gone when nearly all channels are
        removed; None where the result is not exact).
    """
    model, example = _build(catalogue, name)
    _warm_up(tool)
    worker = _prepared(tool, model, example)
    started = time.perf_counter()
    worker.analyse()
    analysed = time.perf_counter()
    worker.prune(0.5)
    stepped = time.perf_counter()
    judgement, judged = _judged(worker, tool, model, example)
    share, reason = None, judgement.reason
    if judgement.finding == "exact":
        try:
            left = count_macs(judged.prune_most(), judged.example).macs
            share = 1.0 - left / max(count_macs(model, example).macs, 1)
        except Exception as error:  # The border to a tool: half of the channels could go, nearly all could not.
            reason = f"nearly all channels: {in_one_line(error)}"
    return {
        "finding": judgement.finding, "error": judgement.error, "reason": reason,
        "analysis_s": analysed - started, "step_s": stepped - analysed, "macs_share": share,
    }  # fmt: skip


def race(catalogue: Catalogue, name: str, tools: tuple[str, ...], rounds: int) -> dict[str, Any]:
    """Time the analysis and one step of 50 % of several tools in turns.

    Returns
    -------
    dict
        Tool -> median ``analysis_s``, ``step_s`` and ``total_s``.
    """
    model, example = _build(catalogue, name)
    times: dict[str, list[tuple[float, float]]] = {tool: [] for tool in tools}
    for number in range(rounds + 1):
        for tool in tools:
            worker = _prepared(tool, model, example)
            gc.collect()
            started = time.perf_counter()
            worker.analyse()
            analysed = time.perf_counter()
            worker.prune(0.5)
            stepped = time.perf_counter()
            if number:  # The first round warms up: imports, caches.
                times[tool].append((analysed - started, stepped - analysed))
    return {
        tool: {
            "analysis_s": median(analysis for analysis, _ in measured),
            "step_s": median(step for _, step in measured),
            "total_s": median(analysis + step for analysis, step in measured),
        }
        for tool, measured in times.items()
    }
