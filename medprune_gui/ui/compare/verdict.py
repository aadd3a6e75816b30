"""The verdict in plain words, and the quality of both networks in a small table."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.records import Comparison, Estimate
from medprune_gui.ui import theme
from medprune_gui.ui.compare.quantities import estimate_words, number, signed

# More of them, one for each structure, are scrolled.
_ROWS_SHOWN = 5
_DIFFERENCE = 3
_LEAST = 60


def metric_title(name: str) -> str:
    """Return a metric's name as people write it."""
    titles = {
        "auc": "AUC",
        "accuracy": QCoreApplication.translate("Metric", "Accuracy"),
        "balanced_accuracy": QCoreApplication.translate("Metric", "Balanced accuracy"),
        "sensitivity": QCoreApplication.translate("Metric", "Sensitivity"),
        "specificity": QCoreApplication.translate("Metric", "Specificity"),
        "dice": QCoreApplication.translate("Metric", "Dice"),
    }
    if name in titles:
        return titles[name]
    if name.startswith("dice "):
        return f"{titles['dice']}, {name.removeprefix('dice ')}"
    return name.replace("_", " ").capitalize()


def verdict_words(comparison: Comparison) -> str:
    """Return one sentence that says whether the pruned network is as good as the original.

    The decision, the primary metric of both, the difference with its 95 % interval, and the margin that was
    agreed on before the run.
    """
    verdict = comparison.verdict
    decision = {
        "non-inferior": QCoreApplication.translate("Verdict", "Non-inferior"),
        "inferior": QCoreApplication.translate("Verdict", "Inferior"),
        "inconclusive": QCoreApplication.translate("Verdict", "Inconclusive"),
    }[verdict.decision]
    before, after = (
        network.metrics.get(verdict.metric, Estimate(math.nan, math.nan, math.nan)).value
        for network in (comparison.original, comparison.pruned)
    )
    return QCoreApplication.translate(
        "Verdict",
        "{decision}: {metric} {before} \N{RIGHTWARDS ARROW} {after}, difference {difference} "
        "(95 % interval {low} to {high}), margin {margin}",
    ).format(
        decision=decision,
        metric=metric_title(verdict.metric),
        before=number(before),
        after=number(after),
        difference=signed(verdict.difference),
        low=signed(verdict.ci_low),
        high=signed(verdict.ci_high),
        margin=f"{verdict.margin:g}",
    )


def decision_explained(comparison: Comparison) -> str:
    """Return what the decision means for the reader, in one sentence."""
    if comparison.verdict.withheld:
        return QCoreApplication.translate("Verdict", "Against an original that tells so little, nothing can be said.")
    return {
        "non-inferior": QCoreApplication.translate(
            "Verdict", "The pruned network is at most the margin worse than the original, on these test cases."
        ),
        "inferior": QCoreApplication.translate(
            "Verdict",
            "The pruned network is worse than the original by more than the margin. Prune less, or fine-tune longer.",
        ),
        "inconclusive": QCoreApplication.translate(
            "Verdict", "The interval reaches past the margin: more test cases are needed to tell."
        ),
    }[comparison.verdict.decision]


class VerdictHeader(QFrame):
    """The sentence, what it means, and the table of metrics with their 95 % intervals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.sentence = QLabel()
        self.sentence.setObjectName("verdict_sentence")
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self.sentence.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self.sentence.setFont(font)
        self.meaning = QLabel()
        self.meaning.setWordWrap(True)
        self.meaning.setProperty("muted", True)
        self.table = QTableWidget(0, 4)
        self.table.setObjectName("metrics_table")
        self.table.setAccessibleName(self.tr("Quality of both networks"))
        self.table.setHorizontalHeaderLabels(
            [
                self.tr("Metric"),
                self.tr("Original (95 % interval)"),
                self.tr("Pruned (95 % interval)"),
                self.tr("Difference"),
            ]
        )
        for column, colour in ((1, theme.ORIGINAL), (2, theme.PRUNED)):
            item = self.table.horizontalHeaderItem(column)
            assert item is not None
            item.setForeground(QColor(colour))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setShowGrid(False)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout.addWidget(self.sentence)
        layout.addWidget(self.meaning)
        layout.addWidget(self.table)

    def show_comparison(self, comparison: Comparison) -> None:
        """Fill in one run's verdict and metrics."""
        self.sentence.setText(verdict_words(comparison))
        self.meaning.setText(
            " ".join(dict.fromkeys((decision_explained(comparison), *comparison.verdict.notes, *comparison.notes)))
        )
        warn = comparison.verdict.decision != "non-inferior"
        self.sentence.setStyleSheet(f"color: {theme.WARNING};" if warn else "")
        names = list(comparison.original.metrics)
        names.sort(key=lambda name: name != comparison.verdict.metric)
        self.table.setRowCount(len(names))
        for row, name in enumerate(names):
            for column, text in enumerate(self._cells(comparison, name)):
                item = QTableWidgetItem(text)
                if name == comparison.verdict.metric:
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
                self.table.setItem(row, column, item)
        height = self.fontMetrics().height() + 8
        self.table.verticalHeader().setDefaultSectionSize(height)
        self._fit_columns()
        rows = min(len(names), _ROWS_SHOWN)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows * height + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out anew."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give each column what its words need; short of room, cut the two networks' columns, not the difference."""
        table = self.table
        if not table.rowCount():
            return
        title, *networks, difference = (self._width_of(column) for column in range(_DIFFERENCE + 1))
        bar = table.verticalScrollBar().sizeHint().width() if table.rowCount() > _ROWS_SHOWN else 0
        room = self.width() - bar - title - difference
        if sum(networks) > room:
            networks = [max(room // 2, _LEAST)] * 2
        for column, width in enumerate((title, *networks)):
            table.setColumnWidth(column, width)

    def _width_of(self, column: int) -> int:
        header = self.table.horizontalHeaderItem(column)
        words = self.table.horizontalHeader().fontMetrics()
        needed = [0 if header is None else words.horizontalAdvance(header.text()) + 16]
        for row in range(self.table.rowCount()):
            item = self.table.item(row, column)
            if item is not None:
                needed.append(QFontMetrics(item.font()).horizontalAdvance(item.text()) + 10)
        return max(needed)

    def _cells(self, comparison: Comparison, name: str) -> tuple[str, str, str, str]:
        original = comparison.original.metrics[name]
        pruned = comparison.pruned.metrics.get(name, Estimate(math.nan, math.nan, math.nan))
        difference = signed(pruned.value - original.value)
        verdict = comparison.verdict
        if name == verdict.metric:
            difference = self.tr("{difference} ({low} to {high})").format(
                difference=signed(verdict.difference), low=signed(verdict.ci_low), high=signed(verdict.ci_high)
            )
        return metric_title(name), estimate_words(original), estimate_words(pruned), difference
