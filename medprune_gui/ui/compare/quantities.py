"""Numbers as people read them: counts, sizes, ratios and intervals."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from medprune_gui.engine.records import Estimate

_MINUS = "\N{MINUS SIGN}"
_ARROW = "\N{RIGHTWARDS ARROW}"
_NO_BREAK = "\N{NO-BREAK SPACE}"


def unbroken(text: str) -> str:
    """Return a text that lines are not broken in: a number stays beside its unit."""
    return text.replace(" ", _NO_BREAK)


def plain(text: str) -> str:
    """Return a text as `unbroken` found it, such as for screen readers."""
    return text.replace(_NO_BREAK, " ")


def change_words(before: str, after: str) -> str:
    """Write what was and what is, on one line: ``19.2 M \N{RIGHTWARDS ARROW} 10.4 M``."""
    return unbroken(f"{before} {_ARROW} {after}")


def count_words(count: float) -> str:
    """Say a count with at most three significant digits: ``812``, ``9,140``, ``390 k``, ``1.57 M``, ``4.20 G``."""
    if count < 10_000:
        return f"{count:,.0f}"
    for unit, scale in (("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12)):
        value = count / scale
        if value < 999.5 or unit == "T":
            digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
            return f"{value:.{digits}f} {unit}"
    raise AssertionError("the last unit takes everything")


def size_words(size_bytes: float) -> str:
    """Say a size on disk in megabytes (10^6 bytes): ``1.57 MB``."""
    value = size_bytes / 1e6
    return f"{value:.3f} MB" if value < 0.1 else f"{value:.2f} MB" if value < 100 else f"{value:,.0f} MB"


def latency_words(latency_ms: float) -> str:
    """Say milliseconds with three significant digits."""
    if not math.isfinite(latency_ms):
        return "-"
    digits = 3 if latency_ms < 1 else 2 if latency_ms < 10 else 1 if latency_ms < 100 else 0
    return f"{latency_ms:,.{digits}f} ms"


def ratio(before: float, after: float) -> float:
    """Return how many times smaller ``after`` is; infinite where nothing is left, NaN where nothing was."""
    if not before or math.isnan(before) or math.isnan(after):
        return math.nan
    return before / after if after else math.inf


def ratio_words(before: float, after: float, less: str, more: str) -> str:
    """Say a ratio in words: ``3.2x fewer``, ``1.2x more``, ``unchanged``.

    Parameters
    ----------
    before, after
        The two amounts.
    less, more
        The words for a smaller and a larger ``after``, such as ``fewer`` and ``more``.
    """
    value = ratio(before, after)
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return QCoreApplication.translate("Quantities", "nothing left")
    if value < 1.0:
        times, word = 1.0 / value, more
    else:
        times, word = value, less
    if round(times, 2) == 1.0:
        return QCoreApplication.translate("Quantities", "unchanged")
    return f"{times:.2f}x {word}" if times < 1.1 else f"{times:.1f}x {word}"


def signed(value: float, digits: int = 3) -> str:
    """Write a difference with its sign, and a true minus: ``+0.004``, ``-0.003``; no sign for what rounds to zero."""
    if not math.isfinite(value):
        return "-"
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0.0:
        return text
    return f"{_MINUS if value < 0 else '+'}{text}"


def number(value: float, digits: int = 3) -> str:
    """Write a value, with a dash for NaN and a true minus."""
    return f"{value:.{digits}f}".replace("-", _MINUS) if math.isfinite(value) else "-"


def estimate_words(estimate: Estimate) -> str:
    """Write a value with its interval: ``0.990 (0.981 to 0.996)``."""
    if not (math.isfinite(estimate.low) and math.isfinite(estimate.high)):
        return number(estimate.value)
    return QCoreApplication.translate("Quantities", "{value} ({low} to {high})").format(
        value=number(estimate.value), low=number(estimate.low), high=number(estimate.high)
    )
