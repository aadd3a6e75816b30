"""The picture of ways to make a network smaller: every point where its numbers say, time only where it is known."""

from __future__ import annotations

import math

import matplotlib.style
import pytest

from medprune_gui.engine.export.figure_style import render
from medprune_gui.engine.export.tradeoff import TradeoffPoint, tradeoff_figure
from medprune_gui.engine.records import Estimate


def point(way, int8, value, size, time=None, spread=0.02):
    return TradeoffPoint(way, int8, Estimate(value, value - spread, value + spread), size, time)


RUN = [
    point("original", False, 0.95, 7_322_120, 1.0),
    point("original", True, 0.948, 1_838_419, 0.7),
    point("pruned", False, 0.94, 1_400_000, 0.35),
    point("pruned", True, 0.939, 352_000, 0.31),
]


def drawn_points(axes):
    return {
        (round(float(x), 6), round(float(y), 6))
        for line in axes.lines
        if line.get_marker() not in ("None", "", None)
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }


def test_every_point_stands_where_its_numbers_say():
    by_size, by_time = tradeoff_figure(RUN, "auc", 0.02).axes
    assert drawn_points(by_size) == {(one.size_bytes, one.quality.value) for one in RUN}
    assert drawn_points(by_time) == {(one.time_share, one.quality.value) for one in RUN}
    hollow = [line for line in by_size.lines if line.get_markerfacecolor() == "white"]
    assert {x for line in hollow for x in line.get_xdata()} == {1_838_419, 352_000}
    margins = [line for line in by_size.lines if list(line.get_ydata()) == pytest.approx([0.93, 0.93])]
    assert len(margins) == 1


def test_without_times_there_is_one_panel_and_an_interval_that_is_undefined_is_left_out():
    points = [point("original", False, 0.9, 1000), point("greedy", False, 0.8, 500, spread=math.nan)]
    (axes,) = tradeoff_figure(points, "dice").axes
    assert drawn_points(axes) == {(1000, 0.9), (500, 0.8)}
    whiskers = [line for line in axes.lines if line.get_marker() == "None" and len(set(line.get_xdata())) == 1]
    assert sum(len(line.get_xdata()) == 2 for line in whiskers) == 1


def test_the_same_points_give_the_same_bytes_and_every_way_its_name():
    ways = ["global", "uniform", "sensitivity", "greedy", "search"]
    points = [
        *RUN[:2],
        *(
            point(way, int8, 0.94 - 0.005 * index - 0.02 * removed, 7e6 * (1 - removed) / (4 if int8 else 1))
            for index, way in enumerate(ways)
            for removed in (0.5, 0.75, 0.9)
            for int8 in (False, True)
        ),
    ]
    labels = [text.get_text() for text in tradeoff_figure(points, "auc").legends[0].get_texts()]
    assert labels == ["original", *ways, "int8 (hollow)"]
    first, second = (render(lambda: tradeoff_figure(points, "auc"), "svg") for _ in range(2))
    assert first == second
    with matplotlib.style.context("dark_background"):
        assert render(lambda: tradeoff_figure(points, "auc"), "svg") == first


@pytest.mark.parametrize("points", [RUN[:1], RUN[:2]])
def test_few_points_can_be_drawn(points):
    assert render(lambda: tradeoff_figure(points, "auc"), "png").startswith(b"\x89PNG")
