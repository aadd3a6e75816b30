"""Whether 2:4 sparsity is faster on this machine: measured, never assumed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

_ROWS, _INPUTS, _OUTPUTS = 4096, 4096, 4096
_ROUNDS, _CALLS = 15, 10
#: A gain below this is within what such measurements vary by.
LEAST_GAIN = 1.05


@dataclass(frozen=True, slots=True)
class SparseProbe:
    """What the probe found.

    Attributes
    ----------
    faster
        Whether 2:4 may be offered as faster here.
    gain
        Time of the dense product over that of the sparse one; None: not measured.
    words
        The finding as a sentence.
    """

    faster: bool
    gain: float | None
    words: str


def probe(device: torch.device) -> SparseProbe:
    """Time one large product in half precision with a dense and with a 2:4 matrix, in turns.

    The product is of a size that suits sparse tensor cores well: smaller layers gain less, and most lose.

    References
    ----------
    A. Mishra et al., Accelerating sparse deep neural networks, 2021, arXiv:2104.08378.
    """
    if device.type != "cuda":
        return SparseProbe(False, None, "2:4 zeroes weights but makes nothing faster on a CPU.")
    try:
        gain = _measure(device)
    except (RuntimeError, NotImplementedError) as error:
        # torch says in this way that the GPU or its libraries know no 2:4 products.
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return SparseProbe(False, None, f"2:4 makes nothing faster on this GPU: it cannot compute with it ({reason}).")
    if gain < LEAST_GAIN:
        return SparseProbe(False, gain, f"2:4 is not faster on this GPU: {gain:.2f} times as fast in a large product.")
    return SparseProbe(
        True, gain, f"2:4 can be up to {gain:.2f} times as fast on this GPU, in large half-precision layers only."
    )


def _measure(device: torch.device) -> float:
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(_OUTPUTS, _INPUTS, generator=generator)
    weight *= torch.tensor([1.0, 0.0, 1.0, 0.0]).repeat(_INPUTS // 4)
    dense = weight.to(device, torch.float16)
    inputs = torch.randn(_ROWS, _INPUTS, generator=generator).to(device, torch.float16)
    sparse = torch.sparse.to_sparse_semi_structured(dense)
    with torch.no_grad():
        expected = torch.nn.functional.linear(inputs, dense)
        found = torch.nn.functional.linear(inputs, sparse)
        if (expected - found).abs().max() > 0.02 * expected.abs().max():
            raise RuntimeError("the sparse product is wrong")
        times: tuple[list[float], list[float]] = ([], [])
        for round_number in range(_ROUNDS):
            for matrix, taken in zip((dense, sparse), times, strict=True):
                seconds = _seconds(lambda matrix=matrix: torch.nn.functional.linear(inputs, matrix), device)  # type: ignore[misc]
                if round_number > 1:  # The first rounds warm up.
                    taken.append(seconds)
    return statistics.median(times[0]) / statistics.median(times[1])


def _seconds(call: Callable[[], object], device: torch.device) -> float:
    torch.cuda.synchronize(device)
    started = time.perf_counter()
    for _ in range(_CALLS):
        call()
    torch.cuda.synchronize(device)
    return time.perf_counter() - started
