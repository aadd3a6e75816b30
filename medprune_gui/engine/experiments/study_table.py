"""The networks of a study as tables: one to read, one to compute with."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from medprune_gui.engine.experiments.benches.tables import BenchTable
from medprune_gui.engine.experiments.int8_figures import Int8Figures, NetworkFigures
from medprune_gui.engine.experiments.int8_table import figures_table
from medprune_gui.engine.experiments.study_ways import Way
from medprune_gui.engine.records import Comparison, Estimate

_COLUMNS = (
    "network", "allocation", "removed", "numbers", "parameters", "macs", "size_bytes", "metric",
    "validation", "validation_ci_low", "validation_ci_high", "test", "test_ci_low", "test_ci_high",
    "difference", "difference_ci_low", "difference_ci_high", "margin", "decision",
    "latency_ms_p50", "time_share", "integer_operators",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class WayFigures:
    """What a way of a study came to."""

    way: Way
    comparison: Comparison
    figures: Int8Figures


def study_table(name: str, entries: Sequence[WayFigures], notes: Sequence[str]) -> BenchTable:
    """Return all networks as rows; the original, which all ways share, stands once."""
    named = [("original" if way is None else way.way.name, one) for way, one in _networks(entries)]
    table = figures_table(f"{name}: ways to prune, beside int8", named, entries[0].figures.metric)
    chosen = "Choose by the validation metric: whoever chooses by the test metric has nothing left to judge by."
    return BenchTable(table.title, table.columns, table.rows, (chosen, *table.notes, *notes))


def study_csv(entries: Sequence[WayFigures]) -> bytes:
    """Return ``study.csv``: the rows of `study_table` as numbers; what was not measured is empty."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for entry, one in _networks(entries):
        comparison, figures = (entry or entries[0]).comparison, (entry or entries[0]).figures
        summary = comparison.original if entry is None else comparison.pruned
        verdict, runtime = one.verdict, one.runtime
        row = (
            one.network if entry is None else entry.way.name,
            None if entry is None else entry.way.allocation,
            None if entry is None else entry.way.removed,
            "int8" if one.int8 else "float32",
            summary.parameters,
            summary.macs,
            one.size_bytes,
            figures.metric,
            *_estimate(one.validation.get(figures.metric)),
            *_estimate(one.test[figures.metric]),
            *((None,) * 3 if verdict is None else (verdict.difference, verdict.ci_low, verdict.ci_high)),
            figures.margin,
            None if verdict is None else verdict.decision,
            *(
                (None,) * 3
                if runtime is None
                else (runtime.latency_ms.p50, runtime.time_share, runtime.integer_operators)
            ),
        )
        rows.writerow(
            "" if value is None or (isinstance(value, float) and math.isnan(value)) else value for value in row
        )
    return text.getvalue().encode()


def _networks(entries: Sequence[WayFigures]) -> list[tuple[WayFigures | None, NetworkFigures]]:
    """Return (way, network), the original of the first way without one."""
    original = [(None, one) for one in entries[0].figures.networks if one.network == "original"]
    return [
        *original,
        *((entry, one) for entry in entries for one in entry.figures.networks if one.network == "pruned"),
    ]


def _estimate(estimate: Estimate | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if estimate is None else (estimate.value, estimate.low, estimate.high)
