"""Sensitivity curves read off between what was measured, and as a table for a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from itertools import pairwise

from medprune_gui.engine.records import SensitivityCurves


def drop_at(curves: SensitivityCurves, group: str, amount: float) -> float:
    """Return what the score loses when a share of one group is zeroed, between measured shares on a straight line.

    Parameters
    ----------
    group
        One of ``curves.scores``.
    amount
        0 to 1; beyond the largest share that was measured, that one's drop.
    """
    points = [(0.0, curves.baseline), *zip(curves.amounts, curves.scores[group], strict=True)]
    for (low, before), (high, after) in pairwise(points):
        if amount <= high:
            way = (amount - low) / (high - low) if high > low else 1.0
            return curves.baseline - (before + way * (after - before))
    return curves.baseline - points[-1][1]


def sensitivity_csv(curves: SensitivityCurves, planned: Mapping[str, float] | None = None) -> bytes:
    """Return the curves as CSV: a line per group and share, with the score and what it lost.

    Parameters
    ----------
    planned
        Group -> share that a plan takes of it, 0 to 1; given, a column more.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["group", "amount", curves.metric, "drop", *([] if planned is None else ["planned_amount"])])
    for group, scores in curves.scores.items():
        share = [] if planned is None else [f"{planned[group]:.4g}" if group in planned else ""]
        for amount, score in zip((0.0, *curves.amounts), (curves.baseline, *scores), strict=True):
            writer.writerow([group, f"{amount:g}", f"{score:.6g}", f"{curves.baseline - score:.6g}", *share])
    return text.getvalue().encode()
