"""Ways to make a network smaller in one picture: quality against the bytes of the model, and against its time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from medprune_gui.engine.export.figure_style import FAINT, ORIGINAL, PRUNED, figure
from medprune_gui.engine.export.tables import bytes_text, metric_name
from medprune_gui.engine.records import Estimate

# Of Okabe and Ito (2008), and each with a mark of its own.
_COLOURS = (PRUNED, "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#222222", "#8a8a8a")
_MARKS = "Ds^vPXh"


@dataclass(frozen=True, slots=True)
class TradeoffPoint:
    """A network as the picture shows it.

    Attributes
    ----------
    way
        What made it, such as ``original``, ``pruned`` or the name of a method; points of one way are joined.
    int8
        Whether it is quantised: its mark is hollow.
    quality
        The metric with its interval.
    size_bytes
        Of all it stores.
    time_share
        Its time as a share of the original's, measured in turns; None: not measured.
    """

    way: str
    int8: bool
    quality: Estimate
    size_bytes: int
    time_share: float | None = None


def tradeoff_figure(points: Sequence[TradeoffPoint], metric: str, margin: float | None = None) -> Figure:
    """Draw all points with their 95 % intervals; a second panel where the time of two or more is known.

    Parameters
    ----------
    points
        The original, of the way ``original``, is drawn like all others.
    metric
        Name of the metric, such as ``auc``.
    margin
        Given, a line stands this far below the original's value.
    """
    timed = [point for point in points if point.time_share is not None]
    ways = list(dict.fromkeys(point.way for point in points))
    drawn = figure(3.1 + 0.2 * math.ceil((len(ways) + 1) / 4))
    by_size = drawn.add_subplot(1, 2, 1) if len(timed) > 1 else drawn.add_subplot()
    _draw(by_size, points, ways, lambda point: point.size_bytes)
    by_size.set_xscale("log")
    sizes = [point.size_bytes for point in points]
    by_size.xaxis.set_major_locator(
        LogLocator(subs=(1.0, 2.0, 5.0)) if max(sizes) >= 4 * min(sizes) else MaxNLocator(5)
    )
    by_size.xaxis.set_major_formatter(FuncFormatter(lambda value, _: bytes_text(round(value)).replace(".00", "")))
    by_size.xaxis.set_minor_locator(NullLocator())
    by_size.set_xlabel("Stored bytes")
    by_size.set_ylabel(f"{metric_name(metric)} (95 % interval)")
    panels = [by_size]
    if len(timed) > 1:
        by_time = drawn.add_subplot(1, 2, 2, sharey=by_size)
        _draw(by_time, timed, ways, lambda point: point.time_share or 0.0)
        by_time.set_xlim(0.0, 1.05 * max(point.time_share or 0.0 for point in timed))
        by_time.set_xlabel("Time as a share of the original's")
        by_time.tick_params(labelleft=False)
        panels.append(by_time)
    whole = next((point for point in points if point.way == "original" and not point.int8), None)
    for axes in panels:
        axes.grid(axis="both")
        axes.yaxis.set_major_locator(MaxNLocator(6))
        if margin is not None and whole is not None:
            axes.axhline(whole.quality.value - margin, color=FAINT, linestyle=(0, (4, 2)), linewidth=1.0, zorder=1)
    handles = [
        Line2D([], [], color=colour, marker=mark, linestyle="", label=way)
        for way, (colour, mark) in zip(ways, _looks(ways), strict=True)
    ]
    if any(point.int8 for point in points):
        handles.append(_hollow("int8 (hollow)"))
    if margin is not None and whole is not None:
        handles.append(Line2D([], [], color=FAINT, linestyle=(0, (4, 2)), label=f"original less {margin:g}"))
    drawn.legend(handles=handles, loc="outside upper left", ncols=min(len(handles), 6))
    return drawn


def _draw(
    axes: Axes, points: Sequence[TradeoffPoint], ways: Sequence[str], where: Callable[[TradeoffPoint], float]
) -> None:
    for way, (colour, mark) in zip(ways, _looks(ways), strict=True):
        for int8 in (False, True):
            own = sorted((point for point in points if point.way == way and point.int8 == int8), key=where)
            if not own:
                continue
            places, values = [where(point) for point in own], [point.quality.value for point in own]
            axes.plot(places, values, color=colour, linewidth=0.9, linestyle=":" if int8 else "-", zorder=2)
            for place, point in zip(places, own, strict=True):
                if math.isfinite(point.quality.low) and math.isfinite(point.quality.high):
                    ends = [point.quality.low, point.quality.high]
                    axes.plot([place] * 2, ends, color=colour, linewidth=1.0, alpha=0.55, zorder=2)
            face = "white" if int8 else colour
            axes.plot(
                places, values, mark, color=colour, markerfacecolor=face, markersize=6, markeredgewidth=1.3, zorder=3
            )


def _looks(ways: Sequence[str]) -> list[tuple[str, str]]:
    """Return (colour, mark) of each way; the original has its own, whatever else is shown."""
    others = [way for way in ways if way != "original"]
    found = {way: (_COLOURS[index % len(_COLOURS)], _MARKS[index % len(_MARKS)]) for index, way in enumerate(others)}
    return [(ORIGINAL, "o") if way == "original" else found[way] for way in ways]


def _hollow(label: str) -> Line2D:
    return Line2D([], [], color=FAINT, marker="o", markerfacecolor="white", linestyle="", label=label)
