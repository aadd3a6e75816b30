"""A comparison as rows of text and one sentence, for the printed table and the report alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from medprune_gui.engine.evaluation.latency_summary import latency_ratio

if TYPE_CHECKING:
    from medprune_gui.engine.records import Comparison, Estimate

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
NONE = "\N{EN DASH}"

_METRIC_NAMES = {"auc": "AUC", "iou": "IoU", "f1": "F1", "ppv": "PPV", "npv": "NPV", "hd95": "HD95"}
_HEADLINES = {
    "non-inferior": "The pruned network is non-inferior to the original",
    "inferior": "The pruned network is worse than the original",
    "inconclusive": "These cases do not decide whether the pruned network is as good as the original",
}
_WITHHELD = "No verdict: the original network is not good enough to be a measure"
_BYTE_UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity of both networks; ``change`` is a difference in quality, a ratio in size and speed."""

    section: Literal["Quality", "Size", "Speed"]
    quantity: str
    original: str
    pruned: str
    change: str


def comparison_table(comparison: Comparison) -> list[Row]:
    """Return what both networks reach, in the order of interest: quality, size, speed.

    Quality comes with 95 % intervals and the difference pruned minus original, the primary metric first and with the
    interval of its difference. Size and speed come with ratios, original divided by pruned: how many times smaller or
    faster. Percentiles of latency have the ratio of the two that are shown; how many times faster the network is says
    the row of pairs (`latency_ratio`). Parameters that are not zero have no ratio: zeroed ones are still stored and
    computed.
    """
    original, pruned = comparison.original, comparison.pruned
    names = sorted(original.metrics, key=lambda name: name != comparison.primary_metric)
    rows = [
        Row(
            "Quality",
            metric_name(name),
            estimate_text(original.metrics[name]),
            estimate_text(pruned.metrics[name]) if name in pruned.metrics else NONE,
            _difference_text(comparison, name),
        )
        for name in names
    ]
    counts = (
        ("Parameters", original.parameters, pruned.parameters),
        ("Multiply-accumulates (MACs)", original.macs, pruned.macs),
    )
    rows += [
        Row("Size", name, f"{before:,}", f"{after:,}", times_text(ratio(before, after), "fewer", "more"))
        for name, before, after in counts
    ]
    rows.append(
        Row(
            "Size",
            "Parameters not zero",
            share_text(original.nonzero_parameters, original.parameters),
            share_text(pruned.nonzero_parameters, pruned.parameters),
            "",
        )
    )
    before, after = original.size_bytes, pruned.size_bytes
    rows.append(
        Row(
            "Size",
            "Size on disk",
            bytes_text(before),
            bytes_text(after),
            times_text(ratio(before, after), "smaller", "larger"),
        )
    )
    speeds = (
        ("Latency, median", original.latency_ms.p50, pruned.latency_ms.p50),
        ("Latency, 90th percentile", original.latency_ms.p90, pruned.latency_ms.p90),
        ("Latency, 99th percentile", original.latency_ms.p99, pruned.latency_ms.p99),
    )
    rows += [
        Row("Speed", name, f"{slow:.2f} ms", f"{fast:.2f} ms", times_text(ratio(slow, fast), "faster", "slower"))
        for name, slow, fast in speeds
    ]
    rows.append(
        Row("Speed", "Latency, pair by pair", "", "", times_text(latency_ratio(comparison.latency), "faster", "slower"))
    )
    rates = [1000.0 * ratio(network.latency_ms.batch, network.latency_ms.p50) for network in (original, pruned)]
    rows.append(Row("Speed", "Images per second", f"{rates[0]:,.1f}", f"{rates[1]:,.1f}", ""))
    return rows


def ratio(original: float, pruned: float) -> float:
    """Return ``original / pruned``, how many times smaller or faster; NaN where there is nothing to divide by."""
    return original / pruned if pruned else math.nan


def verdict_headline(comparison: Comparison) -> str:
    """Return the verdict as one line without a full stop."""
    return _WITHHELD if comparison.verdict.withheld else _HEADLINES[comparison.verdict.decision]


def verdict_reading(comparison: Comparison) -> str:
    """Return what the verdict rests on: the difference, its interval and the margin, in one sentence."""
    verdict = comparison.verdict
    name = metric_name(verdict.metric)
    if math.isnan(verdict.difference):
        return f"The difference in {name} cannot be computed from these cases."
    size = f"{abs(verdict.difference):.3f}"
    change = (
        "the same to three decimals as"
        if float(size) == 0.0
        else f"{size} {'lower' if verdict.difference < 0 else 'higher'} than"
    )
    side = {
        "non-inferior": f"the whole interval lies above {MINUS}{verdict.margin:g}, the loss accepted beforehand",
        "inferior": f"the whole interval lies below {MINUS}{verdict.margin:g}, the loss accepted beforehand",
        "inconclusive": f"the interval reaches to both sides of {MINUS}{verdict.margin:g}, the loss accepted "
        "beforehand: more cases are needed",
    }[verdict.decision]
    if verdict.withheld:
        side = "matching such an original proves nothing, as the notes say"
    whose = "The pruned network's" if verdict.withheld else "Its"
    return (
        f"{whose} {name} is {change} that of the original (95 % interval of the difference {signed(verdict.ci_low)} to "
        f"{signed(verdict.ci_high)}); {side}."
    )


def verdict_sentence(comparison: Comparison) -> str:
    """Return the verdict and what it rests on, for one line of a terminal."""
    return f"{verdict_headline(comparison)}. {verdict_reading(comparison)}"


def _difference_text(comparison: Comparison, name: str) -> str:
    verdict = comparison.verdict
    if name == verdict.metric and math.isfinite(verdict.ci_low) and math.isfinite(verdict.ci_high):
        return f"{signed(verdict.difference)} ({signed(verdict.ci_low)} to {signed(verdict.ci_high)})"
    if name not in comparison.pruned.metrics:
        return NONE
    return signed(comparison.pruned.metrics[name].value - comparison.original.metrics[name].value)


def metric_name(name: str) -> str:
    """Return a metric's name as people write it: ``auc`` -> AUC, ``dice_grey`` -> Dice grey."""
    first, *rest = name.replace("_", " ").split(" ") if name else [""]
    return " ".join([_METRIC_NAMES.get(first.lower(), first[:1].upper() + first[1:]), *rest])


def estimate_text(estimate: Estimate) -> str:
    """Return a value with its interval, such as ``0.941 (0.912 to 0.965)``."""
    if math.isnan(estimate.value):
        return NONE
    if math.isnan(estimate.low) or math.isnan(estimate.high):
        return f"{estimate.value:.3f}"
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def signed(value: float, digits: int = 3) -> str:
    """Return a difference with its sign, a true minus sign, and no sign on zero."""
    if math.isnan(value):
        return NONE
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0.0:
        return text
    return ("+" if value > 0 else MINUS) + text


def times_text(value: float, more_than_one: str, less_than_one: str) -> str:
    """Return a ratio in words: ``3.4x fewer``, ``1.2x slower``, ``unchanged``."""
    if not math.isfinite(value) or value <= 0:
        return NONE
    factor, word = (value, more_than_one) if value >= 1 else (1 / value, less_than_one)
    text = f"{factor:.2f}" if factor < 10 else f"{factor:.1f}"
    return "unchanged" if float(text) == 1.0 else f"{text}{TIMES} {word}"


def share_text(part: int, whole: int) -> str:
    """Return a count with its share, such as ``1,200 (12.0 %)``."""
    return f"{part:,} ({100 * part / whole:.1f} %)" if whole else f"{part:,}"


def bytes_text(size_bytes: int) -> str:
    """Return a size in the largest decimal unit that leaves at least 1: 1 MB is a million bytes."""
    size, unit = float(size_bytes), 0
    while size >= 1000 and unit < len(_BYTE_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size_bytes} B" if unit == 0 else f"{size:.2f} {_BYTE_UNITS[unit]}"
