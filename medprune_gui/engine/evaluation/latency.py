"""How long two networks take, measured in turns in PyTorch eager."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.latency_summary import latency_ratio, summarise
from medprune_gui.engine.models.modes import evaluation_mode
from medprune_gui.engine.records import LatencySamples

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from torch import Tensor, nn

__all__ = ["latency_ratio", "measure_in_turns", "summarise"]

_REPORT_EVERY_S = 0.2
# A process that has just slept is given its processor at once and keeps it for some milliseconds. With two busy
# processes on two processors this took the median of a 3 ms network from 22 to 6 ms.
_REST_S = 0.001


def measure_in_turns(
    original: nn.Module,
    pruned: nn.Module,
    example_input: Tensor,
    *,
    warm_up: int,
    repeats: int,
    device: str | torch.device = "cpu",
) -> Generator[tuple[int, int], None, LatencySamples]:
    """Time both networks in turns, so that whatever else the machine does strikes both alike.

    The first of a pair alternates (A B, B A, ...): a strict A B A B fell into step with the scheduler of a busy
    machine, and a network then seemed 1.8 times as slow as itself.

    In evaluation and inference mode, with the threads that torch is set to, the garbage collector off meanwhile; on
    CUDA each time runs from an idle device to an idle device. The networks' modes and devices are restored.

    Parameters
    ----------
    example_input
        (batch, channel, row, column); copied to the device once, outside the times.
    warm_up, repeats
        Runs of each network before, and in, the measurement.

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
    device = torch.device(device)
    networks = (original, pruned)
    samples: tuple[list[float], list[float]] = ([], [])
    with _on_device(original, device), _on_device(pruned, device):
        images = example_input.to(device)
        reported = time.perf_counter()
        total = warm_up + repeats
        for turn in range(total):
            order = (0, 1) if turn % 2 == 0 else (1, 0)
            with _collector_off():
                pair = {index: _milliseconds(networks[index], images) for index in order}
            if turn >= warm_up:
                for index, value in pair.items():
                    samples[index].append(value)
            if turn + 1 == total or time.perf_counter() - reported >= _REPORT_EVERY_S:
                yield turn + 1, total
                reported = time.perf_counter()
    return LatencySamples(
        original=tuple(samples[0]),
        pruned=tuple(samples[1]),
        runtime=f"PyTorch {torch.__version__} eager",
        threads=torch.get_num_threads(),
        batch=len(example_input),
        warm_up=warm_up,
        device=_device_name(device),
    )


@contextmanager
def _on_device(network: nn.Module, device: torch.device) -> Iterator[None]:
    home = next((parameter.device for parameter in network.parameters()), torch.device("cpu"))
    with evaluation_mode(network):
        try:
            network.to(device)
            yield
        finally:
            network.to(home)


@contextmanager
def _collector_off() -> Iterator[None]:
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _milliseconds(network: nn.Module, images: Tensor) -> float:
    cuda = images.device.type == "cuda"
    time.sleep(_REST_S)
    # Within one call: the mode must not reach whoever runs between two turns.
    with torch.inference_mode():
        if cuda:
            torch.cuda.synchronize(images.device)
        start = time.perf_counter_ns()
        network(images)
        if cuda:
            torch.cuda.synchronize(images.device)
        return (time.perf_counter_ns() - start) / 1e6


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
