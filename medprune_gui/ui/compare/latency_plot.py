"""The distribution of both networks' latencies on one axis."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medprune_gui.engine.records import LatencySamples
from medprune_gui.ui import theme

PERCENTILES = (50, 90, 99)


class LatencyPlot(QWidget):
    """For each time, the share of measurements done within it; p50, p90 and p99 marked.

    A cumulative curve needs no bins, shows the tail, and stays readable where the two networks are far apart.
    pyqtgraph is imported when there is something to draw, to keep the window's start short.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(150)
        self.setAccessibleName(self.tr("Distribution of the latency of both networks"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.plot: Any = None

    def show_samples(self, samples: LatencySamples) -> None:
        """Draw both networks' measurements, in milliseconds."""
        import pyqtgraph as pg

        if self.plot is None:
            self.plot = _new_plot(pg, self)
            self._layout.addWidget(self.plot)
        item = self.plot.getPlotItem()
        item.clear()
        everything = np.concatenate([np.asarray(samples.original), np.asarray(samples.pruned)])
        everything = everything[np.isfinite(everything)]
        if not len(everything):
            return
        # A few stray measurements must not squeeze all others into a corner; marks beyond stand at the edge.
        slow = max(float(np.percentile(values, 90)) for values in (samples.original, samples.pruned) if len(values))
        low, high = float(everything.min()), min(float(everything.max()), 1.6 * slow)
        margin = max((high - low) * 0.06, 1e-3)
        for share in PERCENTILES:
            item.addItem(pg.InfiniteLine(share, angle=0, pen=pg.mkPen(theme.BORDER, style=Qt.PenStyle.DotLine)))
        for title, values, colour in (
            (self.tr("Original"), samples.original, theme.ORIGINAL),
            (self.tr("Pruned"), samples.pruned, theme.PRUNED),
        ):
            times = np.sort(np.asarray(values, dtype=float))
            times = times[np.isfinite(times)]
            if not len(times):
                continue
            shares = 100.0 * np.arange(1, len(times) + 1) / len(times)
            x = np.concatenate([[low - margin], np.repeat(times, 2), [high + margin]])
            y = np.concatenate([[0.0, 0.0], np.repeat(shares, 2)])
            item.plot(x, y, pen=pg.mkPen(colour, width=2), name=title, antialias=True)
            marks = np.percentile(times, PERCENTILES)
            inside = marks <= high + margin
            item.addItem(
                pg.ScatterPlotItem(
                    np.where(inside, marks, high + 0.6 * margin),
                    PERCENTILES,
                    symbol=["o" if seen else "t2" for seen in inside],
                    size=9,
                    brush=colour,
                    pen=pg.mkPen(theme.BACKGROUND),
                )
            )
        item.setXRange(low - margin, high + margin, padding=0)
        item.setYRange(0, 104, padding=0)


def _new_plot(pg: Any, view: QWidget) -> Any:
    plot = pg.PlotWidget(background=theme.BACKGROUND)
    item = plot.getPlotItem()
    item.setMenuEnabled(False)
    item.hideButtons()
    item.setMouseEnabled(x=False, y=False)
    item.addLegend(offset=(-12, -12), labelTextColor=theme.TEXT, brush=theme.PANEL)
    item.setLabel("bottom", view.tr("Time for one batch"), units=None, color=theme.MUTED)
    item.getAxis("bottom").setLabel(view.tr("Milliseconds for one batch"), color=theme.MUTED)
    item.getAxis("left").setLabel(view.tr("Measurements within"), color=theme.MUTED)
    item.getAxis("left").setTicks([[(0, "0 %"), *((share, f"p{share}") for share in PERCENTILES)]])
    for name in ("left", "bottom"):
        item.getAxis(name).setPen(theme.BORDER)
        item.getAxis(name).setTextPen(theme.MUTED)
    return plot
