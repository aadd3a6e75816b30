"""Live curves of a run: loss above, quality below, the stages marked."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import Any, Literal

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from medprune_gui.session.job_state import CurvePoint
from medprune_gui.ui import theme

Curves = dict[str, tuple[CurvePoint, ...]]

_LOSSES = ("train_loss", "val_loss")
_METRICS = ("val_auc", "val_accuracy", "val_dice")
# Told apart from the other line of their plot; accuracy alone misleads, so it is the thin one.
_DASHED = ("train_loss", "val_accuracy")
_SOLID_SIGN, _DASHED_SIGN = "\N{BOX DRAWINGS HEAVY HORIZONTAL}", "\N{BOX DRAWINGS LIGHT TRIPLE DASH HORIZONTAL}"
_BEFORE_PRUNING = ("data", "train", "analyse")


def network_of(stage: str) -> Literal["original", "pruned"]:
    """Say which network a stage's values are of."""
    return "original" if stage in _BEFORE_PRUNING else "pruned"


def borders(curves: Curves) -> list[tuple[float, str]]:
    """Return where a new stage begins, halfway between the last and the first value, and its name."""
    stages = sorted({(point.x, point.stage) for points in curves.values() for point in points})
    return [((one[0] + other[0]) / 2, other[1]) for one, other in pairwise(stages) if one[1] != other[1]]


class JobCurves(QWidget):
    """Loss and metric over the epochs of a run.

    The original's values are blue, the pruned network's orange; training and accuracy are thin dashed lines.
    pyqtgraph is imported when the first value comes: it would cost a third of the window's start.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = QStackedLayout(self)
        self.waiting = QLabel(self.tr("Curves appear with the first epoch."))
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.waiting.setProperty("muted", True)
        self.waiting.setWordWrap(True)
        self._stack.addWidget(self.waiting)
        self._page = QWidget()
        self._stack.addWidget(self._page)
        self._plot_layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._plots: dict[str, Any] = {}
        self._legends: dict[str, QLabel] = {}
        self._lines: dict[tuple[str, str, str], Any] = {}
        self._places: list[tuple[float, str]] = []
        self._borders: list[Any] = []
        self.setMinimumSize(200, 90)
        self.setAccessibleName(self.tr("Loss and quality during the run"))

    def clear(self) -> None:
        """Forget the run on display."""
        for line in self._lines.values():
            line.setData([], [])
        self._draw_borders([])
        self._stack.setCurrentIndex(0)

    def show_curves(self, curves: Curves) -> None:
        """Draw a run's values as far as they have come."""
        shown = [name for name in (*_LOSSES, *_METRICS) if curves.get(name)]
        if not shown:
            return
        if not self._plots:
            self._make_plots()
        for name in shown:
            for network, points in self._by_network(curves[name]).items():
                line = self._line("loss" if name in _LOSSES else "metric", name, network)
                line.setData(
                    np.array([point.x for point in points], dtype=float),
                    np.array([point.value for point in points], dtype=float),
                )
        self._show_legends(shown)
        self._draw_borders(borders({name: curves[name] for name in shown}))
        self._stack.setCurrentIndex(1)

    def _by_network(self, points: tuple[CurvePoint, ...]) -> dict[str, list[CurvePoint]]:
        parts: dict[str, list[CurvePoint]] = {}
        for network, group in groupby(points, key=lambda point: network_of(point.stage)):
            parts.setdefault(network, []).extend(group)
        return parts

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the plots side by side where there is more width than height."""
        super().resizeEvent(event)
        wide = self.width() > 1.3 * self.height()
        self._plot_layout.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def _make_plots(self) -> None:
        import pyqtgraph as pg

        colours = QLabel(
            f'<span style="color: {theme.ORIGINAL}">&#9632;</span> {self.tr("original")} &nbsp; '
            f'<span style="color: {theme.PRUNED}">&#9632;</span> {self.tr("pruned")}'
        )
        colours.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        page_layout = QVBoxLayout(self._page)
        page_layout.setContentsMargins(0, 0, 0, 0)
        page_layout.setSpacing(2)
        page_layout.addWidget(colours)
        page_layout.addLayout(self._plot_layout, 1)
        self._plot_layout.setSpacing(6)
        for kind, title in (("loss", self.tr("Loss")), ("metric", self.tr("Quality"))):
            plot = pg.PlotWidget(background=theme.BACKGROUND)
            plot.setAntialiasing(True)
            plot.setMinimumHeight(50)
            item = plot.getPlotItem()
            item.setMenuEnabled(False)
            item.hideButtons()
            item.setMouseEnabled(x=False, y=False)
            item.showGrid(y=True, alpha=0.15)
            item.getAxis("left").setWidth(54)
            item.setLabel("left", title, color=theme.MUTED)
            item.setLabel("bottom", self.tr("Epochs"), color=theme.MUTED)
            for name in ("left", "bottom"):
                axis = item.getAxis(name)
                axis.enableAutoSIPrefix(False)
                axis.setPen(theme.BORDER)
                axis.setTextPen(theme.MUTED)
            legend = QLabel()
            legend.setProperty("muted", True)
            legend.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(legend)
            column.addWidget(plot, 1)
            self._plot_layout.addLayout(column, 1)
            self._plots[kind], self._legends[kind] = plot, legend
        self._plots["metric"].getPlotItem().setXLink(self._plots["loss"].getPlotItem())

    def _line(self, kind: str, name: str, network: str) -> Any:
        import pyqtgraph as pg

        key = (kind, name, network)
        if key not in self._lines:
            colour = theme.ORIGINAL if network == "original" else theme.PRUNED
            solid = name not in _DASHED
            pen = pg.mkPen(
                colour,
                width=2 if solid else 1.2,
                style=Qt.PenStyle.SolidLine if solid else Qt.PenStyle.DashLine,
            )
            symbol = "o" if name.startswith("val_") else None
            self._lines[key] = self._plots[kind].plot(
                [], [], pen=pen, antialias=True, symbol=symbol, symbolSize=4, symbolBrush=colour, symbolPen=None
            )
        return self._lines[key]

    def _show_legends(self, shown: list[str]) -> None:
        titles = {
            "train_loss": self.tr("training"),
            "val_loss": self.tr("validation"),
            "val_auc": "AUC",
            "val_accuracy": self.tr("accuracy"),
            "val_dice": "Dice",
        }
        for kind, names in (("loss", _LOSSES), ("metric", _METRICS)):
            words = [
                f"{_DASHED_SIGN if name in _DASHED else _SOLID_SIGN} {titles[name]}" for name in names if name in shown
            ]
            self._legends[kind].setText("   ".join(words))

    def _draw_borders(self, places: list[tuple[float, str]]) -> None:
        if places == self._places:
            return
        import pyqtgraph as pg

        self._places = places
        for line in self._borders:
            line.getViewBox().removeItem(line)
        self._borders = []
        for kind, plot in self._plots.items():
            for x, stage in places:
                line = pg.InfiniteLine(
                    x,
                    angle=90,
                    pen=pg.mkPen(theme.MUTED, style=Qt.PenStyle.DotLine),
                    label=stage.capitalize() if kind == "loss" else None,
                    labelOpts={"position": 0.88, "color": theme.MUTED},
                )
                plot.addItem(line, ignoreBounds=True)
                self._borders.append(line)
