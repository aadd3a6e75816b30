"""What a candidate takes beside the unpruned network, measured in turns."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn

from medprune_gui.engine.models.runtimes import ready_to_run
from medprune_gui.engine.models.timing import Run, turns
from medprune_gui.engine.settings.runtimes import Runtime

_WARM_UP = 3
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

    def joined(self, other: Pair) -> Pair:
        """Return what two measurements of the same networks come to together, their means."""
        return Pair(
            (self.original + other.original) / 2,
            (self.candidate + other.candidate) / 2,
            (self.share + other.share) / 2,
        )


class InTurns:
    """Measures candidates beside the original, which stays ready to run; see `measuring_beside`."""

    def __init__(self, original: Run, images: torch.Tensor, runtime: Runtime) -> None:
        self._original = original
        self._images = images
        self._runtime = runtime

    def measure(self, candidate: nn.Module) -> Pair:
        """Measure one candidate; it is left as found."""
        with ready_to_run(candidate, self._images, self._runtime, self._images.device) as run:
            runs = (self._original, run)
            *_, last = turns(runs, _WARM_UP)
            count = min(max(int(_BUDGET_MS / max(sum(last), 1e-3)), _LEAST), _MOST)
            pairs = list(turns(runs, count))
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
