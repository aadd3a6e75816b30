"""The report's charts: readable in grey, for colour-blind eyes, and as vectors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from medprune_gui.engine.export.figure_style import (
    FAINT,
    INK,
    KEPT,
    ORIGINAL,
    PRUNED,
    REMOVED,
    ZEROED,
    figure,
)
from medprune_gui.engine.export.tables import MINUS, metric_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from medprune_gui.engine.records import Comparison, LayerRecord

History = dict[str, list[dict[str, float]]]
"""Stage (``train``, ``fine-tune``) -> metrics of each epoch, such as ``train_loss`` and ``val_auc``."""

MOST_LAYERS = 40

_PERCENTILES: dict[str, Literal["-", "--", ":"]] = {"median": "-", "p90": "--", "p99": ":"}
_NETWORKS = (("Original", ORIGINAL, "o", ORIGINAL), ("Pruned", PRUNED, "D", "white"))


def verdict_figure(comparison: Comparison) -> Figure:
    """Draw the difference in the primary metric with its interval, beside the margin it is judged by."""
    verdict = comparison.verdict
    drawn = figure(1.25)
    axes = drawn.add_subplot()
    ends = [
        value
        for value in (verdict.difference, verdict.ci_low, verdict.ci_high, -verdict.margin, 0.0)
        if math.isfinite(value)
    ]
    room = 0.12 * max(max(ends) - min(ends), verdict.margin)
    low, high = min(ends) - 2 * room, max(ends) + 2 * room
    axes.axvspan(low, -verdict.margin, facecolor="#eeeeee", edgecolor="#cccccc", hatch="///", linewidth=0)
    axes.axvline(-verdict.margin, color=INK, linestyle=(0, (4, 2)), linewidth=1.0)
    axes.axvline(0.0, color=FAINT, linewidth=0.8)
    if math.isfinite(verdict.ci_low) and math.isfinite(verdict.ci_high):
        axes.plot([verdict.ci_low, verdict.ci_high], [0, 0], color=INK, linewidth=2.2, solid_capstyle="butt")
        axes.plot([verdict.ci_low, verdict.ci_high], [0, 0], "|", color=INK, markersize=9, markeredgewidth=1.6)
    axes.plot([verdict.difference], [0], "D", color=PRUNED, markeredgecolor=INK, markersize=7)
    axes.annotate(
        f"margin {MINUS}{verdict.margin:g}",
        (-verdict.margin, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-2, 3),
        textcoords="offset points",
        ha="right",  # Away from the other text, however near the two lines are.
    )
    axes.annotate(
        "no difference",
        (0.0, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(2, 3),
        textcoords="offset points",
        ha="left",
    )
    axes.set(xlim=(low, high), ylim=(-1, 1), yticks=[])
    axes.set_xlabel(f"Difference in {metric_name(verdict.metric)}, pruned {MINUS} original (95 % interval)")
    axes.spines["left"].set_visible(False)
    return drawn


def metrics_figure(comparison: Comparison) -> Figure:
    """Draw every metric of both networks with its 95 % interval; those outside 0 to 1 stand in the table only."""
    shown = [
        name
        for name, estimate in comparison.original.metrics.items()
        if 0.0 <= estimate.value <= 1.0 and name in comparison.pruned.metrics
    ]
    shown.sort(key=lambda name: name != comparison.primary_metric)
    drawn = figure(0.75 + 0.36 * max(len(shown), 1))
    axes = drawn.add_subplot()
    for summary, (label, colour, marker, face), offset in zip(
        (comparison.original, comparison.pruned), _NETWORKS, (-0.15, 0.15), strict=True
    ):
        for row, name in enumerate(shown):
            estimate = summary.metrics[name]
            if math.isfinite(estimate.low) and math.isfinite(estimate.high):
                axes.plot([estimate.low, estimate.high], [row + offset] * 2, color=colour, linewidth=1.6, zorder=2)
            axes.plot(
                [estimate.value],
                [row + offset],
                marker,
                color=colour,
                markerfacecolor=face,
                markersize=5.5,
                markeredgewidth=1.4,
                zorder=3,
                label=label if row == 0 else None,
            )
    axes.set_yticks(range(len(shown)), [metric_name(name) for name in shown])
    axes.set_ylim(len(shown) - 0.45, -0.55)
    axes.set_xlabel("Value (95 % interval)")
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    _legend_above(axes)
    return drawn


def largest_layers(layers: Sequence[LayerRecord]) -> list[LayerRecord]:
    """Return at most `MOST_LAYERS` layers that multiply, those with the most parameters, in the network's order.

    Norms and activations follow the channels of the others and are left out, unless there is nothing else.
    """
    working = [index for index, layer in enumerate(layers) if layer.macs_before] or list(range(len(layers)))
    largest = sorted(working, key=lambda index: -layers[index].parameters_before)[:MOST_LAYERS]
    return [layers[index] for index in sorted(largest)]


def layers_figure(comparison: Comparison) -> Figure:
    """Draw each layer's channels and parameters: kept, zeroed and removed."""
    layers = largest_layers(comparison.layers)
    names = [layer.name for layer in layers]
    rows = np.arange(len(layers))
    drawn = figure(0.95 + 0.2 * max(len(layers), 2))
    channels, parameters = drawn.subplots(1, 2, sharey=True, width_ratios=(1, 1))

    after = np.array([layer.channels_after for layer in layers], dtype=float)
    before = np.array([layer.channels_before for layer in layers], dtype=float)
    _bars(channels, rows, np.zeros(len(layers)), after, "kept")
    _bars(channels, rows, after, before - after, "removed")
    channels.set(title="Channels", xlabel="Output channels")
    channels.set_yticks(rows, names)
    channels.invert_yaxis()

    whole = np.array([max(layer.parameters_before, 1) for layer in layers], dtype=float)
    zeroed = 100 * np.array([layer.zeroed for layer in layers]) / whole
    stored = 100 * np.array([layer.parameters_after for layer in layers]) / whole
    _bars(parameters, rows, np.zeros(len(layers)), stored - zeroed, "kept")
    _bars(parameters, rows, stored - zeroed, zeroed, "zeroed")
    _bars(parameters, rows, stored, 100 - stored, "removed")
    parameters.set(title="Parameters", xlabel="Share of the original layer (%)", xlim=(0, 100))
    for axes in (channels, parameters):
        axes.tick_params(axis="y", length=0, labelsize=7.5)
        axes.grid(axis="x")
        axes.margins(y=0.01)
    drawn.legend(
        handles=[
            Patch(facecolor=KEPT, edgecolor=INK, linewidth=0.5, label="kept"),
            Patch(facecolor=ZEROED, edgecolor=INK, linewidth=0.5, hatch="....", label="zeroed (still computed)"),
            Patch(facecolor=REMOVED, edgecolor=INK, linewidth=0.5, hatch="////", label="removed"),
        ],
        loc="outside upper right",
        ncols=3,
    )
    return drawn


def latency_figure(comparison: Comparison) -> Figure:
    """Draw how long single batches took, with the median, the 90th and the 99th percentile."""
    samples = (np.array(comparison.latency.original), np.array(comparison.latency.pruned))
    summaries = (comparison.original.latency_ms, comparison.pruned.latency_ms)
    # A few very slow batches (the computer did something else) would squeeze all others into one bin.
    end = 1.08 * max(summary.p99 for summary in summaries)
    start = min(float(taken.min()) for taken in samples)
    bins = np.linspace(start - 0.02 * (end - start), end, 61)
    drawn = figure(2.9)
    panels = drawn.subplots(2, 1, sharex=True)
    for axes, taken, summary, (label, colour, _, _) in zip(panels, samples, summaries, _NETWORKS, strict=True):
        axes.hist(taken, bins=bins, color=colour, edgecolor="white", linewidth=0.3)
        for value, style in zip((summary.p50, summary.p90, summary.p99), _PERCENTILES.values(), strict=True):
            axes.axvline(value, color=INK, linestyle=style, linewidth=1.2)
        beyond = int((taken > end).sum())
        slower = f"; {beyond} slower than shown" if beyond else ""
        axes.set_title(
            f"{label}: median {summary.p50:.2f} ms, p90 {summary.p90:.2f} ms, p99 {summary.p99:.2f} ms{slower}"
        )
        axes.set_ylabel("Batches")
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    panels[1].set_xlabel("Milliseconds a batch")
    panels[1].set_xlim(bins[0], end)
    drawn.legend(
        handles=[
            Line2D([], [], color=INK, linestyle=style, linewidth=1.2, label=label)
            for label, style in _PERCENTILES.items()
        ],
        loc="outside upper right",
        ncols=3,
    )
    return drawn


def training_figure(history: Mapping[str, Sequence[Mapping[str, float]]], metric: str) -> Figure:
    """Draw loss and validation metric per epoch, of the original's training and of fine-tuning."""
    drawn = figure(2.3)
    losses, scores = drawn.subplots(1, 2)
    for stage, label, colour, marker in (
        ("train", "training of the original", ORIGINAL, "o"),
        ("fine-tune", "fine-tuning of the pruned", PRUNED, "D"),
    ):
        epochs = history.get(stage, [])
        for axes, name, style in (
            (losses, "train_loss", "-"),
            (losses, "val_loss", "--"),
            (scores, f"val_{metric}", "--"),
        ):
            points = [(index, epoch[name]) for index, epoch in enumerate(epochs, start=1) if name in epoch]
            if points:
                axes.plot(
                    *zip(*points, strict=True),
                    linestyle=style,
                    color=colour,
                    marker=marker,
                    markersize=3.5,
                    markeredgecolor=INK,
                    markeredgewidth=0.4,
                    label=f"{label}, {'training' if name == 'train_loss' else 'validation'}",
                )
    losses.set(title="Loss", xlabel="Epoch")
    scores.set(title=f"{metric_name(metric)}, validation", xlabel="Epoch")
    for axes in (losses, scores):
        axes.grid(axis="y")
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    handles, labels = losses.get_legend_handles_labels()
    if handles:
        drawn.legend(handles, labels, loc="outside lower center", ncols=2)
    return drawn


def _bars(axes: Axes, rows: np.ndarray, left: np.ndarray, width: np.ndarray, kind: str) -> None:
    face, hatch = {"kept": (KEPT, ""), "zeroed": (ZEROED, "...."), "removed": (REMOVED, "////")}[kind]
    axes.barh(rows, width, left=left, height=0.72, facecolor=face, edgecolor=INK, linewidth=0.5, hatch=hatch or None)


def _legend_above(axes: Axes) -> None:
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.2)
