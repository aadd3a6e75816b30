"""Which weights of a file belong to which of a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medprune_gui.engine.data.cases import listed

if TYPE_CHECKING:
    import torch

# Older files lack these counters, which prediction does not use.
_DISPENSABLE = "num_batches_tracked"


@dataclass(frozen=True, slots=True)
class WeightPair:
    """One tensor of a network and the one of a file that is meant for it.

    Attributes
    ----------
    name, shape
        In the network.
    found, found_shape
        In the file; None: there is none for it.
    """

    name: str
    shape: tuple[int, ...]
    found: str | None
    found_shape: tuple[int, ...] | None

    @property
    def fits(self) -> bool:
        """Whether it can be loaded, or does without."""
        return self.found_shape == self.shape or (self.found is None and self.name.endswith(_DISPENSABLE))


@dataclass(frozen=True, slots=True)
class WeightsFit:
    """How a file's weights fit a network.

    Attributes
    ----------
    pairs
        One for each tensor of the network, in its order.
    unexpected
        Names in the file that the network has nothing for.
    """

    pairs: tuple[WeightPair, ...]
    unexpected: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether all can be loaded."""
        return not self.unexpected and all(pair.fits for pair in self.pairs)

    @property
    def faults(self) -> tuple[str, ...]:
        """What does not fit: how many are missing, unexpected or of another shape, and which."""
        wrong = [pair for pair in self.pairs if not pair.fits]
        groups = (
            ("missing", [pair.name for pair in wrong if pair.found is None]),
            ("unexpected", list(self.unexpected)),
            (
                "of another shape",
                [
                    f"{pair.name} ({shape_in_words(pair.found_shape)} instead of {shape_in_words(pair.shape)})"
                    for pair in wrong
                    if pair.found_shape is not None
                ],
            ),
        )
        return tuple(f"{len(names)} {fault}: {listed(names)}" for fault, names in groups if names)


def shape_in_words(shape: tuple[int, ...]) -> str:
    """Return a shape such as ``8x1x3x3``."""
    return "x".join(map(str, shape)) or "scalar"


def fit_of(expected: Mapping[str, torch.Tensor], found: Mapping[str, torch.Tensor]) -> WeightsFit:
    """Find out which weights of a file are meant for which of a network.

    Names must be equal, but for a first part that all names of the file share and the network's have not, or the other
    way round: programs often keep a network as a part of something larger.
    """
    renamed = _without_wrapper(expected, found)
    by_name = {renamed.get(name, name): name for name in found}
    pairs = []
    for name, tensor in expected.items():
        theirs = by_name.get(name)
        shape = None if theirs is None else tuple(found[theirs].shape)
        pairs.append(WeightPair(name, tuple(tensor.shape), theirs, shape))
    return WeightsFit(tuple(pairs), tuple(theirs for ours, theirs in by_name.items() if ours not in expected))


def _without_wrapper(expected: Mapping[str, torch.Tensor], found: Mapping[str, torch.Tensor]) -> dict[str, str]:
    """Return name in the file -> name in the network, where they differ by one part in front."""
    if not expected.keys().isdisjoint(found):
        return {}
    heads = {name.partition(".")[0] for name in found}
    if len(heads) == 1:
        shorter = {name: name.partition(".")[2] for name in found}
        if not expected.keys().isdisjoint(shorter.values()):
            return shorter
    own = {name.partition(".")[0] for name in expected}
    if len(own) == 1:
        longer = {name: f"{next(iter(own))}.{name}" for name in found}
        if not expected.keys().isdisjoint(longer.values()):
            return longer
    return {}
