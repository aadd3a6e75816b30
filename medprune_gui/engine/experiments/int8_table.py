"""Networks in float32 and int8 as a table, for the terminal and for files."""

from __future__ import annotations

from collections.abc import Sequence

from medprune_gui.engine.experiments.benches.tables import BenchTable
from medprune_gui.engine.experiments.int8_figures import Int8Figures, NetworkFigures
from medprune_gui.engine.export.tables import NONE, bytes_text, estimate_text, metric_name, signed

_EMULATED = (
    "The quality of int8 is that of an emulation in PyTorch, which computes what the integers compute up to the "
    "rounding of float32; ranges of inputs are from training cases alone."
)
_RUN = (
    "Time: median over pairs measured in turns in ONNX Runtime, as a share of the original's. Integer operators: "
    "layers that ONNX Runtime computes with integers; it computes other quantised layers in float32."
)


def int8_table(name: str, figures: Int8Figures) -> BenchTable:
    """Return a run's networks as a table."""
    return figures_table(f"{name}: float32 and int8", [(one.network, one) for one in figures.networks], figures.metric)


def figures_table(title: str, named: Sequence[tuple[str, NetworkFigures]], metric: str) -> BenchTable:
    """Return networks as rows, each with the name that it is shown by."""
    timed = any(one.runtime is not None for _, one in named)
    quality = metric_name(metric)
    columns = ("network", "numbers", "size", f"{quality}, validation", f"{quality}, test", "difference", "verdict")
    more = ("time", "share of the original's", "integer operators") if timed else ()
    rows = tuple((*_row(name, one, metric), *(_runtime(one) if timed else ())) for name, one in named)
    left = tuple(f"{name}, int8: {note}." for name, one in named for note in one.notes)
    return BenchTable(title, (*columns, *more), rows, (_EMULATED, *left, *((_RUN,) if timed else ())))


def _row(name: str, one: NetworkFigures, metric: str) -> tuple[str, ...]:
    verdict = one.verdict
    return (
        name,
        f"int8, {len(one.int8_layers)} layers" if one.int8 else "float32",
        bytes_text(one.size_bytes),
        estimate_text(one.validation[metric]) if metric in one.validation else NONE,
        estimate_text(one.test[metric]),
        NONE
        if verdict is None
        else f"{signed(verdict.difference)} ({signed(verdict.ci_low)} to {signed(verdict.ci_high)})",
        NONE if verdict is None else verdict.decision,
    )


def _runtime(one: NetworkFigures) -> tuple[str, ...]:
    if one.runtime is None:
        return (NONE,) * 3
    operators = f"{one.runtime.integer_operators} of {len(one.int8_layers)}" if one.int8 else NONE
    return f"{one.runtime.latency_ms.p50:.2f} ms", f"{one.runtime.time_share:.2f}", operators
