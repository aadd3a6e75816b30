"""How long both networks take: distribution, percentiles, throughput, size."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.evaluation.latency_summary import latency_ratio
from medprune_gui.engine.records import Comparison, LatencySamples, LatencySummary
from medprune_gui.session.session import Session
from medprune_gui.ui import theme
from medprune_gui.ui.compare.empty_state import EmptyState
from medprune_gui.ui.compare.latency_plot import LatencyPlot
from medprune_gui.ui.compare.quantities import change_words, count_words, latency_words, ratio, ratio_words, size_words

# Less than this is within what a busy computer does by itself.
_FASTER = 1.05
# From here on, a reader expects the saved work to show.
_FEWER = 1.3


class SpeedView(QStackedWidget):
    """Latency, throughput and size of both networks, with ratios.

    Parameters
    ----------
    session
        Read: ``comparison``.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._drawn: Comparison | None = None
        self.headline = QLabel()
        self.headline.setObjectName("speed_headline")
        font = self.headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        self.headline.setFont(font)
        self.remark = QLabel()
        self.remark.setObjectName("speed_remark")
        self.remark.setProperty("warning", True)
        self.method = QLabel()
        self.method.setObjectName("speed_method")
        self.method.setProperty("muted", True)
        for label in (self.headline, self.remark, self.method):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.plot = LatencyPlot()
        self.table = self._table()
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self.headline)
        layout.addWidget(self.remark)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.method)
        layout.addWidget(self.table)
        self.empty = EmptyState(
            self.tr("No measurements yet"),
            self.tr(
                "Start a run in the pruning panel, or open the folder of a finished one. "
                "Both networks are then timed in turns on this computer."
            ),
        )
        self.addWidget(self.empty)
        self.addWidget(content)
        session.comparison_changed.connect(self._show_comparison)
        self._show_comparison(session.comparison)

    def _table(self) -> QTableWidget:
        table = QTableWidget(0, 4)
        table.setObjectName("speed_table")
        table.setAccessibleName(self.tr("Speed and size of both networks"))
        table.setHorizontalHeaderLabels(["", self.tr("Original"), self.tr("Pruned"), self.tr("Ratio")])
        for column, colour in ((1, theme.ORIGINAL), (2, theme.PRUNED)):
            item = table.horizontalHeaderItem(column)
            assert item is not None
            item.setForeground(QColor(colour))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return table

    def showEvent(self, event: QShowEvent) -> None:
        """Draw the distribution that came while the view was hidden."""
        super().showEvent(event)
        self._draw_plot()

    def _show_comparison(self, comparison: Comparison | None) -> None:
        self.setCurrentIndex(1 if comparison else 0)
        if comparison is None:
            self._drawn = None
            return
        before, after = comparison.original.latency_ms.p50, comparison.pruned.latency_ms.p50
        faster = ratio_words(latency_ratio(comparison.latency), 1.0, self.tr("faster"), self.tr("slower"))
        self.headline.setText(
            self.tr("{faster}, measured in turns (medians: {change})").format(
                faster=faster[:1].upper() + faster[1:], change=change_words(latency_words(before), latency_words(after))
            )
        )
        remarks = self._remarks(comparison)
        self.remark.setText(" ".join(remarks))
        self.remark.setVisible(bool(remarks))
        self.method.setText(self._method(comparison.latency))
        self._fill(comparison)
        if self.isVisible():
            self._draw_plot()

    def _draw_plot(self) -> None:
        comparison = self._session.comparison
        if comparison is not None and comparison is not self._drawn:
            self._drawn = comparison
            self.plot.show_samples(comparison.latency)

    def _remarks(self, comparison: Comparison) -> list[str]:
        original, pruned = comparison.original, comparison.pruned
        macs = ratio(original.macs, pruned.macs)
        speed = latency_ratio(comparison.latency)
        remarks = []
        if macs > _FEWER and speed < _FASTER:
            remarks.append(
                self.tr(
                    "{macs}x fewer MACs did not make this network faster here ({speed}): on this computer and at this "
                    "batch size other costs count. Try another batch size or rounding, or judge it by its size."
                ).format(
                    macs=f"{macs:.1f}",
                    speed=ratio_words(speed, 1.0, self.tr("faster"), self.tr("slower")),
                )
            )
        zeroed = sum(layer.zeroed for layer in comparison.layers)
        if zeroed:
            remarks.append(
                self.tr("{zeroed} weights are zeroed, not removed: that never makes a network faster here.").format(
                    zeroed=count_words(zeroed)
                )
            )
        return remarks

    def _method(self, samples: LatencySamples) -> str:
        return self.tr(
            "Measured with {runtime} on {device}: {threads} thread(s), batch of {batch}, {warm_up} warm-up runs, then "
            "{n} measurements of each network, taken in turns."
        ).format(
            runtime=samples.runtime,
            device=samples.device,
            threads=samples.threads,
            batch=samples.batch,
            warm_up=samples.warm_up,
            n=min(len(samples.original), len(samples.pruned)),
        )

    def _fill(self, comparison: Comparison) -> None:
        rows = self._rows(comparison)
        self.table.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                self.table.setItem(row, column, QTableWidgetItem(text))
        height = self.fontMetrics().height() + 8
        self.table.verticalHeader().setDefaultSectionSize(height)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + len(rows) * height + 2)

    def _rows(self, comparison: Comparison) -> list[tuple[str, str, str, str]]:
        original, pruned = comparison.original, comparison.pruned
        before, after = original.latency_ms, pruned.latency_ms
        faster, slower = self.tr("faster"), self.tr("slower")
        fewer, more = self.tr("fewer"), self.tr("more")
        rows = [
            (title, latency_words(one), latency_words(other), ratio_words(one, other, faster, slower))
            for title, one, other in (
                (self.tr("Median (p50)"), before.p50, after.p50),
                (self.tr("9 of 10 within (p90)"), before.p90, after.p90),
                (self.tr("99 of 100 within (p99)"), before.p99, after.p99),
            )
        ]
        rates = images_per_second(before), images_per_second(after)
        rows.append(
            (
                self.tr("Images per second"),
                _rate_words(rates[0]),
                _rate_words(rates[1]),
                # More of these is better, so the sides change places.
                ratio_words(rates[1], rates[0], more, fewer),
            )
        )
        rows.append(
            (
                self.tr("Size on disk"),
                size_words(original.size_bytes),
                size_words(pruned.size_bytes),
                ratio_words(original.size_bytes, pruned.size_bytes, self.tr("smaller"), self.tr("larger")),
            )
        )
        rows += [
            (title, count_words(one), count_words(other), ratio_words(one, other, fewer, more))
            for title, one, other in (
                (self.tr("Parameters"), original.parameters, pruned.parameters),
                (self.tr("MACs"), original.macs, pruned.macs),
            )
        ]
        return rows


def images_per_second(latency: LatencySummary) -> float:
    """Return how many images a network takes in a second, at its median."""
    return 1000.0 * latency.batch / latency.p50 if latency.p50 > 0 else math.nan


def _rate_words(rate: float) -> str:
    return "-" if math.isnan(rate) else f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}"
