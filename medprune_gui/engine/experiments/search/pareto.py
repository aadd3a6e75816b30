"""Which of many networks are worth having: the Pareto front of score and cost, and who is far behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def pareto_front(points: Sequence[tuple[float, float]]) -> list[int]:
    """Return the numbers of the points that no other one dominates, by rising cost.

    A point dominates another if it is no worse in both and better in one; of equal points the first stays. Points
    whose score or cost is not a number are left out.

    Parameters
    ----------
    points
        (score, cost): more score and less cost are better.
    """
    real = [number for number, (score, cost) in enumerate(points) if score == score and cost == cost]
    front: list[int] = []
    best = float("-inf")
    for number in sorted(real, key=lambda number: (points[number][1], -points[number][0], number)):
        if points[number][0] > best:
            best = points[number][0]
            front.append(number)
    return front


def is_far_behind(score: float, cost: float, others: Iterable[tuple[float, float]], margin: float) -> bool:
    """Whether another network that costs no more scores better by more than a margin.

    Parameters
    ----------
    others
        (score, cost) of networks that were trained for as many epochs.
    """
    return any(other_cost <= cost and other_score > score + margin for other_score, other_cost in others)
