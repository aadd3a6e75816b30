"""Sensitivity curves of all channel groups in one plot, one of them picked out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from medprune_gui.engine.export.sensitivity_table import drop_at
from medprune_gui.engine.records import SensitivityCurves
from medprune_gui.ui import theme
from medprune_gui.ui.compare.verdict import metric_title

#: A curve is under the mouse within so many pixels.
NEAR_PX = 12.0
# So far beyond a curve's ends, which a hand misses by a pixel.
_NEAR_PERCENT = 1.0
# How strong a line is that is not picked out, 0 to 255: the weaker, the more there are.
_STRONG, _WEAK, _MANY = 120, 55, 40
_ZOOM = 1.25


class SensitivityPlot(QWidget):
    """The score against the share of each group that is zeroed; the wheel zooms the score, dragging moves it.

    pyqtgraph is imported when there is something to draw, to keep the window's start short.

    Signals
    -------
    pointed
        The group under the mouse; empty: none.
    clicked
        A group that was clicked.
    """

    pointed = Signal(str)
    clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(260, 200)
        self.setAccessibleName(self.tr("Sensitivity of each channel group"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.plot: Any = None
        self.lines: dict[str, Any] = {}
        self._marks: Any = None
        self._names: tuple[str, ...] = ()
        self._x: NDArray[np.float64] = np.zeros(0)
        self._y: NDArray[np.float64] = np.zeros((0, 0))
        self._places: dict[str, tuple[float, float]] = {}
        self._shown: Collection[str] = ()
        self.selected = self.under_mouse = ""

    def show_curves(self, curves: SensitivityCurves) -> None:
        """Draw a line per group, and the whole network's score as a dashed one."""
        import pyqtgraph as pg

        if self.plot is None:
            self._make_plot(pg)
        item = self.plot.getPlotItem()
        item.clear()
        self._names, self.selected, self.under_mouse = tuple(curves.scores), "", ""
        self._shown = self._names
        self._x = 100.0 * np.array([0.0, *curves.amounts])
        self._y = np.array([[curves.baseline, *scores] for scores in curves.scores.values()]).reshape(-1, self._x.size)
        self.lines = {
            name: item.plot(self._x, own, connect="finite", antialias=True)
            for name, own in zip(self._names, self._y, strict=True)
        }
        for line in self.lines.values():
            self._pen(line, "plain")
        dashed = pg.mkPen(theme.ORIGINAL, width=1.5, style=Qt.PenStyle.DashLine)
        item.addItem(pg.InfiniteLine(curves.baseline, angle=0, pen=dashed))
        self._marks = pg.ScatterPlotItem(pen=pg.mkPen(theme.BACKGROUND))
        self._marks.setZValue(20)
        item.addItem(self._marks)
        item.getAxis("left").setLabel(metric_title(curves.metric), color=theme.MUTED)
        self.fit()

    def show_planned(self, curves: SensitivityCurves, planned: Mapping[str, float]) -> None:
        """Mark on each group's curve how much of it a plan takes."""
        self._places = {
            name: (100.0 * planned[name], curves.baseline - drop_at(curves, name, planned[name]))
            for name in self._names
            if name in planned
        }
        self._draw_marks()

    def show_only(self, names: Collection[str]) -> None:
        """Hide the curves of all other groups."""
        self._shown = names
        for name, line in self.lines.items():
            line.setVisible(name in names)
        self._draw_marks()

    def select(self, name: str) -> None:
        """Pick one group's curve out; empty: none."""
        former, self.selected = self.selected, name
        for which in (former, name):
            self._draw(which)
        self._draw_marks()

    def fit(self) -> None:
        """Show all scores."""
        finite = self._y[np.isfinite(self._y)]
        if self.plot is not None and finite.size:
            low, high = float(finite.min()), float(finite.max())
            margin = max(0.05 * (high - low), 0.002)
            self.plot.getPlotItem().setYRange(low - margin, high + margin, padding=0)

    def zoom(self, steps: int) -> None:
        """Zoom the score in (positive) or out, around the middle."""
        if self.plot is not None:
            self.plot.getPlotItem().getViewBox().scaleBy(y=_ZOOM**-steps)

    def group_at(self, x: float, y: float, height_px: float) -> str:
        """Return the group whose curve passes nearest to a point of the plot, within `NEAR_PX`; empty: none.

        Parameters
        ----------
        x, y
            Percent and score.
        height_px
            Score that a pixel stands for.
        """
        if not self._names or not self._x[0] - _NEAR_PERCENT <= x <= self._x[-1] + _NEAR_PERCENT:
            return ""
        x = float(np.clip(x, self._x[0], self._x[-1]))
        right = int(np.clip(np.searchsorted(self._x, x), 1, self._x.size - 1))
        way = (x - self._x[right - 1]) / (self._x[right] - self._x[right - 1])
        passes = (1.0 - way) * self._y[:, right - 1] + way * self._y[:, right]
        distances = np.abs(passes - y) / height_px
        hidden = np.array([name not in self._shown for name in self._names])
        distances[hidden | ~np.isfinite(distances)] = np.inf
        nearest = int(distances.argmin())
        return self._names[nearest] if distances[nearest] <= NEAR_PX else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let go of the curve under the mouse when the mouse leaves."""
        if event.type() == QEvent.Type.Leave:
            self._point("")
        return super().eventFilter(watched, event)

    def _make_plot(self, pg: Any) -> None:
        self.plot = pg.PlotWidget(background=theme.BACKGROUND)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = self.plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(x=False, y=True)
        item.setXRange(0, 100, padding=0.01)
        item.showGrid(y=True, alpha=0.15)
        item.getAxis("bottom").setLabel(self.tr("Zeroed of the group, in percent"), color=theme.MUTED)
        item.getAxis("left").setWidth(56)
        for name in ("left", "bottom"):
            axis = item.getAxis(name)
            axis.enableAutoSIPrefix(False)
            axis.setPen(theme.BORDER)
            axis.setTextPen(theme.MUTED)
        self.plot.scene().sigMouseMoved.connect(self._mouse_moved)
        self.plot.scene().sigMouseClicked.connect(self._mouse_clicked)
        self.plot.viewport().installEventFilter(self)
        self._layout.addWidget(self.plot)

    def _mouse_moved(self, place: QPointF) -> None:
        self._point(self._group_under(place))

    def _mouse_clicked(self, event: Any) -> None:
        if event.double():
            self.fit()
        elif name := self._group_under(event.scenePos()):
            self.clicked.emit(name)

    def _group_under(self, place: QPointF) -> str:
        box = self.plot.getPlotItem().getViewBox()
        if not box.sceneBoundingRect().contains(place):
            return ""
        point = box.mapSceneToView(place)
        return self.group_at(point.x(), point.y(), abs(box.viewPixelSize()[1]))

    def _point(self, name: str) -> None:
        if name != self.under_mouse:
            former, self.under_mouse = self.under_mouse, name
            for which in (former, name):
                self._draw(which)
            if name:
                QToolTip.showText(QCursor.pos(), name, self.plot)
            else:
                QToolTip.hideText()
            self.pointed.emit(name)

    def _draw(self, name: str) -> None:
        if name in self.lines:
            kind = "selected" if name == self.selected else "pointed" if name == self.under_mouse else "plain"
            self._pen(self.lines[name], kind)

    def _pen(self, line: Any, kind: str) -> None:
        import pyqtgraph as pg

        colour = pg.mkColor({"selected": theme.PRUNED, "pointed": theme.TEXT}.get(kind, theme.MUTED))
        if kind == "plain":
            colour.setAlpha(_WEAK if len(self._names) > _MANY else _STRONG)
        line.setPen(pg.mkPen(colour, width={"selected": 3, "pointed": 2}.get(kind, 1)))
        line.setZValue({"selected": 10, "pointed": 9}.get(kind, 0))

    def _draw_marks(self) -> None:
        if self._marks is not None:
            names = [name for name in self._places if name in self._shown]
            self._marks.setData(
                [self._places[name][0] for name in names],
                [self._places[name][1] for name in names],
                size=[11 if name == self.selected else 4 if len(self._names) > _MANY else 7 for name in names],
                brush=[theme.PRUNED if name == self.selected else theme.MUTED for name in names],
            )
