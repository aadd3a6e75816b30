"""What a candidate takes beside the unpruned network, measured in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn

from medprune_gui.engine.models.runtimes import ready_to_run
from medprune_gui.engine.models.timing import Run, turns
from medprune_gui.engine.settings.runtimes import Runtime

# Turns before, and at least so many seconds of them.
_WARM_UP, _WARM_UP_S = 4, 1.5
# Turns that are counted: as many as fit into the time, within these bounds.
_LEAST, _MOST, _BUDGET_MS = 11, 60, 1500.0


@dataclass(frozen=True)
class Pair:
    """Medians over turns.

    Attributes
    ----------
    original, candidate
        Milliseconds.
    share
        Candidate over original, the median of the turns' quotients: a machine that is busy for a while slows both.
    """

    original: float
    candidate: float
    share: float


class InTurns:
    """Measures candidates beside the original, which stays ready to run; see `measuring_beside`."""

    def __init__(self, original: Run, images: torch.Tensor, runtime: Runtime) -> None:
        self._original = original
        self._images = images
        self._runtime = runtime

    def measure(self, candidate: nn.Module, once_more: Callable[[Pair], bool] = lambda _: False) -> Pair:
        """Measure one candidate; it is left as found.

        Parameters
        ----------
        candidate
            The network.
        once_more
            Whether to go on after a first measurement, and take the second instead.
        """
        with ready_to_run(candidate, self._images, self._runtime, self._images.device) as run:
            runs = (self._original, run)
            # A network that has just been built goes on getting faster for a second: 0.49, 0.47, 0.46 of the original.
            started, warm = time.perf_counter(), 0
            while warm < _WARM_UP or time.perf_counter() - started < _WARM_UP_S:
                for last in turns(runs, 2):  # noqa: B007
                    warm += 1
            count = min(max(int(_BUDGET_MS / max(sum(last), 1e-3)), _LEAST), _MOST)
            pair = _pair(turns(runs, count))
            return _pair(turns(runs, count)) if once_more(pair) else pair


def _pair(times: Iterator[tuple[float, ...]]) -> Pair:
    pairs = list(times)
    return Pair(
        statistics.median(first for first, _ in pairs),
        statistics.median(second for _, second in pairs),
        statistics.median(second / first for first, second in pairs),
    )


@contextmanager
def measuring_beside(original: nn.Module, images: torch.Tensor, runtime: Runtime) -> Iterator[InTurns]:
    """Make the original ready to run, on its images' device, for as long as candidates are measured."""
    with ready_to_run(original, images, runtime, images.device) as run:
        yield InTurns(run, images, runtime)
