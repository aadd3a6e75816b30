"""What the rows of the accuracy bench say: means over seeds, each tool's best, and how far apart the two are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

from medprune_gui.engine.experiments.benches.accuracy.contenders import CONTENDERS, Side
from medprune_gui.engine.experiments.benches.results import Row


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean over seeds.

    Attributes
    ----------
    deviation
        Sample standard deviation; NaN for one seed.
    """

    mean: float
    deviation: float
    count: int

    @staticmethod
    def of(values: Sequence[float]) -> Spread:
        """Return the mean and the deviation of values."""
        return Spread(fmean(values), stdev(values) if len(values) > 1 else math.nan, len(values))

    @property
    def standard_error(self) -> float:
        """Standard error of the mean; NaN for one seed."""
        return self.deviation / math.sqrt(self.count)


@dataclass(frozen=True, slots=True)
class Point:
    """All contenders of one problem at one share of MACs removed.

    Attributes
    ----------
    test, val
        Contender -> the metric by seed; only contenders that came through on all seeds.
    failed
        Contender -> why it did not.
    """

    problem: str
    removed: float
    test: Mapping[str, Mapping[int, float]]
    val: Mapping[str, Mapping[int, float]]
    failed: Mapping[str, str]

    def score(self, contender: str) -> Spread | None:
        """Return a contender's test metric; None where it did not come through."""
        return Spread.of(list(self.test[contender].values())) if contender in self.test else None

    def best(self, side: Side, by: Literal["val", "test"] = "val") -> str | None:
        """Return a tool's contender with the greatest mean over the seeds on a split; None: none came through."""
        scores = self.val if by == "val" else self.test
        own = [name for name in scores if name in CONTENDERS and CONTENDERS[name].side == side]
        return max(own, key=lambda name: fmean(scores[name].values()), default=None)

    def difference(self, first: str, second: str) -> Spread:
        """Return the first contender's test metric minus the second's, seed by seed."""
        return Spread.of([value - self.test[second][seed] for seed, value in self.test[first].items()])


def points(rows: Iterable[Row]) -> list[Point]:
    """Return the problems and shares in the order of the rows; a share of 0 is the originals."""
    by_place: dict[tuple[str, float], list[Row]] = {}
    for row in rows:
        by_place.setdefault((row["problem"], row["removed"]), []).append(row)
    order = list(dict.fromkeys(problem for problem, _ in by_place))
    places = sorted(by_place, key=lambda place: (order.index(place[0]), place[1]))
    return [_point(*place, by_place[place]) for place in places]


def _point(problem: str, removed: float, rows: Sequence[Row]) -> Point:
    test: dict[str, dict[int, float]] = {}
    val: dict[str, dict[int, float]] = {}
    failed: dict[str, str] = {}
    for row in rows:
        name = row["contender"]
        if row["ending"] != "done":
            failed.setdefault(name, row["reason"])
        elif math.isnan(row["test"]) or math.isnan(row["val"]):
            failed.setdefault(name, "its metric is undefined")
        else:
            test.setdefault(name, {})[row["seed"]] = row["test"]
            val.setdefault(name, {})[row["seed"]] = row["val"]
    for name in failed:
        test.pop(name, None)
        val.pop(name, None)
    return Point(problem, removed, test, val, failed)
