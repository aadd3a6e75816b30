"""Live curves of a run: loss and quality, the stages marked."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from medprune_gui.session.job_state import CurvePoint
from medprune_gui.ui import theme

Curves = dict[str, tuple[CurvePoint, ...]]
Borders = tuple[tuple[float, str], ...]

_LOSSES = ("train_loss", "val_loss")
_METRICS = ("val_auc", "val_accuracy", "val_dice")
# Told apart from the other line of their plot; accuracy alone misleads, so it is the thin one.
_DASHED = ("train_loss", "val_accuracy")
_SOLID_SIGN, _DASHED_SIGN = "\N{BOX DRAWINGS HEAVY HORIZONTAL}", "\N{BOX DRAWINGS LIGHT TRIPLE DASH HORIZONTAL}"
# More values than this are a line of their own; marks would only blot it.
_MARKED_VALUES = 40
# Below this height the lines need the room of the words below them.
_LOW = 170
# Room for an axis with three values whose words do not touch, the words above and below it.
_LEAST_HEIGHT = 110
_GAP = 12
# Pixels of an axis that a value on it needs for itself, by which its density is 1.
_ROOMY = 150.0
_BEFORE_PRUNING = ("data", "train", "analyse")


def network_of(stage: str) -> Literal["original", "pruned"]:
    """Say which network a stage's values are of."""
    return "original" if stage in _BEFORE_PRUNING else "pruned"


class JobCurves(QWidget):
    """Loss and metric over the epochs of a run.

    The original's values are blue, the pruned network's orange; training and accuracy are thin dashed lines.
    pyqtgraph is imported only once it is needed: it would cost a third of the window's start. It must not be imported
    in another thread than the window's: it walks through Qt's names, which PySide makes as they are asked for.

    Attributes
    ----------
    colours
        The legend of colours, for whoever has room for it.

    Signals
    -------
    legends_changed
        `width_side_by_side` may be another one.
    """

    legends_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = QStackedLayout(self)
        self.waiting = QLabel(self.tr("Curves appear with the first epoch."))
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.waiting.setProperty("muted", True)
        self.waiting.setWordWrap(True)
        self._stack.addWidget(self.waiting)
        page = QWidget()
        self._stack.addWidget(page)
        self._plot_layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._plot_layout.setContentsMargins(0, 0, 0, 0)
        self.colours = QLabel(
            f'<span style="color: {theme.ORIGINAL}">&#9632;</span> {self.tr("original")} &nbsp; '
            f'<span style="color: {theme.PRUNED}">&#9632;</span> {self.tr("pruned")}'
        )
        self._plots: dict[str, Any] = {}
        self._legends: dict[str, QLabel] = {}
        self._lines: dict[tuple[str, str, str], Any] = {}
        self._drawn: Curves = {}
        self._places: Borders = ()
        self._borders: list[Any] = []
        self.setMinimumSize(200, _LEAST_HEIGHT)
        self.setAccessibleName(self.tr("Loss and quality during the run"))

    def prepare(self) -> None:
        """Make the empty plots before the first values come."""
        if not self._plots:
            self._make_plots()

    def clear(self) -> None:
        """Forget the run on display."""
        for line in self._lines.values():
            line.setData([], [])
        self._drawn = {}
        self._draw_borders(())
        self._stack.setCurrentIndex(0)

    def show_curves(self, curves: Curves, borders: Borders = ()) -> None:
        """Draw a run's values as far as they have come.

        Parameters
        ----------
        curves
            Metric name -> points; those of another name than a loss's or metric's are passed over.
        borders
            (place, stage) wherever another stage begins.
        """
        shown = {name: curves[name] for name in (*_LOSSES, *_METRICS) if curves.get(name)}
        if not shown:
            return
        self.prepare()
        for name, points in shown.items():
            # Points are immutable: the same tuple is drawn already.
            if points is not self._drawn.get(name):
                self._draw_line(name, points)
        if shown.keys() != self._drawn.keys():
            self._show_legends(shown)
        self._drawn = shown
        self._draw_borders(borders)
        self._stack.setCurrentIndex(1)

    def _draw_line(self, name: str, points: tuple[CurvePoint, ...]) -> None:
        parts: dict[str, list[CurvePoint]] = {}
        for point in points:
            parts.setdefault(network_of(point.stage), []).append(point)
        for network, of_network in parts.items():
            marked = name.startswith("val_") and len(of_network) <= _MARKED_VALUES
            self._line("loss" if name in _LOSSES else "metric", name, network).setData(
                np.fromiter((point.x for point in of_network), dtype=float),
                np.fromiter((point.value for point in of_network), dtype=float),
                symbol="o" if marked else None,
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the plots side by side where there is more width than height."""
        super().resizeEvent(event)
        wide = self.width() > 1.3 * self.height() and self.width() >= self.width_side_by_side
        self._plot_layout.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._show_units()

    @property
    def width_side_by_side(self) -> int:
        """Width in pixels that both plots need beside one another, their legends whole."""
        widest = max((legend.sizeHint().width() for legend in self._legends.values()), default=200)
        return 2 * max(widest + 4, 200) + _GAP

    def _show_units(self) -> None:
        for plot in self._plots.values():
            item = plot.getPlotItem()
            item.getAxis("bottom").showLabel(self.height() >= _LOW)
            item.getAxis("left").setTickDensity(min(max(self.height() / _ROOMY, 0.5), 1.0))

    def _make_plots(self) -> None:
        import pyqtgraph as pg

        self._plot_layout.setSpacing(_GAP)
        for kind in ("loss", "metric"):
            plot = pg.PlotWidget(background=theme.BACKGROUND)
            plot.setAntialiasing(True)
            plot.setMinimumHeight(50)
            item = plot.getPlotItem()
            item.setMenuEnabled(False)
            item.hideButtons()
            item.setMouseEnabled(x=False, y=False)
            item.showGrid(y=True, alpha=0.15)
            item.getAxis("left").setWidth(44)
            item.setLabel("bottom", self.tr("Epochs"), color=theme.MUTED)
            # The names of stages stand above the plot, where no line runs through them.
            item.showAxis("top")
            for name in ("left", "bottom", "top"):
                axis = item.getAxis(name)
                axis.enableAutoSIPrefix(False)
                axis.setPen(theme.BORDER)
                axis.setTextPen(theme.MUTED)
            # Names only: until there are some, the axis would count epochs as the one below does.
            item.getAxis("top").setTicks([[]])
            item.getAxis("top").setStyle(tickLength=0, tickTextOffset=1)
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
        self._show_units()

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
            self._lines[key] = self._plots[kind].plot(
                [], [], pen=pen, antialias=True, symbolSize=4, symbolBrush=colour, symbolPen=None
            )
        return self._lines[key]

    def _show_legends(self, shown: Curves) -> None:
        titles = {
            "train_loss": self.tr("training"),
            "val_loss": self.tr("validation"),
            "val_auc": "AUC",
            "val_accuracy": self.tr("accuracy"),
            "val_dice": "Dice",
        }
        for kind, title, names in (("loss", self.tr("Loss"), _LOSSES), ("metric", self.tr("Quality"), _METRICS)):
            words = [
                f"{_DASHED_SIGN if name in _DASHED else _SOLID_SIGN} {titles[name]}" for name in names if name in shown
            ]
            self._legends[kind].setText("  ".join([f"{title}:", *words]))
        self.legends_changed.emit()

    def _draw_borders(self, places: Borders) -> None:
        if places == self._places:
            return
        import pyqtgraph as pg

        self._places = places
        for line in self._borders:
            line.getViewBox().removeItem(line)
        self._borders = []
        for plot in self._plots.values():
            item = plot.getPlotItem()
            item.getAxis("top").setTicks([[(x, stage.capitalize()) for x, stage in places]])
            for x, _ in places:
                line = pg.InfiniteLine(x, angle=90, pen=pg.mkPen(theme.MUTED, style=Qt.PenStyle.DotLine))
                item.addItem(line, ignoreBounds=True)
                self._borders.append(line)
