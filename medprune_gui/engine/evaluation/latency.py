"""How long two networks take, measured in turns."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import torch

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.latency_summary import latency_ratio, summarise
from medprune_gui.engine.models.runtimes import ready_to_run, runtime_in_words
from medprune_gui.engine.models.timing import turns
from medprune_gui.engine.records import LatencySamples

if TYPE_CHECKING:
    from collections.abc import Generator

    from torch import Tensor, nn

    from medprune_gui.engine.settings.runtimes import Runtime

__all__ = ["latency_ratio", "measure_in_turns", "summarise"]

_REPORT_EVERY_S = 0.2


def measure_in_turns(
    original: nn.Module,
    pruned: nn.Module,
    example_input: Tensor,
    *,
    warm_up: int,
    repeats: int,
    device: str | torch.device = "cpu",
    runtime: Runtime = "eager",
) -> Generator[tuple[int, int], None, LatencySamples]:
    """Time both networks in turns (see `models.timing.turns`).

    In evaluation mode, with the threads that torch is set to; on CUDA each time runs from an idle device to an idle
    device. The networks' modes and devices are restored.

    Parameters
    ----------
    example_input
        (batch, channel, row, column); copied to the device once, outside the times.
    warm_up, repeats
        Runs of each network before, and in, the measurement.
    device
        Where PyTorch computes; other runtimes compute on the processor.

    Yields
    ------
    done, total
        Pairs measured, warm-up included; about every 0.2 s and at the end.

    Raises
    ------
    InputError
        ``repeats`` is below 1.
    """
    if repeats < 1:
        raise InputError("nothing is measured with no repeats", remedy="Choose at least 5 repeats.")
    device = torch.device(device if runtime == "eager" else "cpu")
    total = warm_up + repeats
    pairs: list[tuple[float, ...]] = []
    with (
        ready_to_run(original, example_input, runtime, device) as first,
        ready_to_run(pruned, example_input, runtime, device) as second,
    ):
        reported = time.perf_counter()
        for pair in turns((first, second), total):
            pairs.append(pair)
            if len(pairs) == total or time.perf_counter() - reported >= _REPORT_EVERY_S:
                yield len(pairs), total
                reported = time.perf_counter()
    counted = pairs[warm_up:]
    return LatencySamples(
        original=tuple(pair[0] for pair in counted),
        pruned=tuple(pair[1] for pair in counted),
        runtime=runtime_in_words(runtime),
        threads=torch.get_num_threads(),
        batch=len(example_input),
        warm_up=warm_up,
        device=_device_name(device),
    )


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
