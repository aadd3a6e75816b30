"""The same cases by both networks: the verdict, a table to find the interesting ones, and the images."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.records import Comparison, Task
from medprune_gui.session.session import Session
from medprune_gui.ui.compare import case_table
from medprune_gui.ui.compare.case_images import CaseImages
from medprune_gui.ui.compare.case_table import CaseFilter, CaseFilterModel, CaseModel
from medprune_gui.ui.compare.empty_state import EmptyState
from medprune_gui.ui.compare.plain_table import plain_table
from medprune_gui.ui.compare.verdict import VerdictHeader

# J held down passes over cases faster than images are read.
_LOAD_AFTER_MS = 20


class PredictionsView(QStackedWidget):
    """Verdict, cases and images of the session's comparison.

    Parameters
    ----------
    session
        Read: ``comparison``, ``run_folder``, ``case``. Written: ``case``.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._task: Task | None = None
        self.verdict = VerdictHeader()
        self.model = CaseModel(self)
        self.cases = CaseFilterModel(self.model, self)
        self.images = CaseImages()
        self._loading = QTimer(self)
        self._loading.setSingleShot(True)
        self._loading.setInterval(_LOAD_AFTER_MS)
        self._loading.timeout.connect(self._load_case)

        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._case_list())
        splitter.addWidget(self.images)
        splitter.setStretchFactor(0, 4)
        splitter.setStretchFactor(1, 5)
        splitter.setChildrenCollapsible(False)
        self.splitter = splitter
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self.verdict)
        layout.addWidget(splitter, 1)
        self.empty = EmptyState(
            self.tr("No predictions to compare yet"),
            self.tr(
                "Start a run in the pruning panel, or open the folder of a finished one. "
                "Every test case then stands here as both networks saw it."
            ),
        )
        self.addWidget(self.empty)
        self.addWidget(content)

        session.comparison_changed.connect(self._show_comparison)
        session.case_changed.connect(self._show_case)
        self._show_comparison(session.comparison)

    def _case_list(self) -> QWidget:
        self.filter_combo = QComboBox()
        self.filter_combo.setObjectName("case_filter")
        self.filter_combo.setAccessibleName(self.tr("Which cases are listed"))
        self.filter_combo.currentIndexChanged.connect(self._filter)
        self.search_edit = QLineEdit()
        self.search_edit.setObjectName("case_search")
        self.search_edit.setPlaceholderText(self.tr("Search case, patient, class"))
        self.search_edit.setAccessibleName(self.tr("Search cases"))
        self.search_edit.setClearButtonEnabled(True)
        self.search_edit.textChanged.connect(self._filter)
        self.table = plain_table(self.cases, "case_table", self.tr("Test cases"))
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.selectionModel().currentRowChanged.connect(self._take_row)
        self.count_label = QLabel()
        self.count_label.setProperty("muted", True)
        self.count_label.setWordWrap(True)
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        filters = QHBoxLayout()
        filters.addWidget(self.filter_combo, 1)
        filters.addWidget(self.search_edit, 1)
        layout.addLayout(filters)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.count_label)
        return box

    def step(self, rows: int) -> None:
        """Go ``rows`` rows down the table, or up where negative, and stop at its ends."""
        last = self.cases.rowCount() - 1
        current = self.table.currentIndex().row()
        if last >= 0:
            self._select_row(0 if current < 0 else min(max(current + rows, 0), last))

    def showEvent(self, event: QShowEvent) -> None:
        """Load the case that was chosen while the view was hidden, and take the keys."""
        super().showEvent(event)
        # J and K act at once, but nobody is torn from typing.
        if not isinstance(QApplication.focusWidget(), (QLineEdit, QAbstractSpinBox, QPlainTextEdit)):
            self.table.setFocus()
        self._loading.start()

    def _show_comparison(self, comparison: Comparison | None) -> None:
        self.model.show_comparison(comparison)
        self.setCurrentIndex(1 if comparison else 0)
        if comparison is None:
            self.images.clear()
            return
        self.verdict.show_comparison(comparison)
        self._divide(comparison.task)
        self._fill_filters(comparison.task == "segmentation")
        for column in (case_table.TRUTH, case_table.ORIGINAL, case_table.PRUNED):
            self.table.setColumnHidden(column, comparison.task == "segmentation")
        self.table.sortByColumn(case_table.CHANGE, Qt.SortOrder.DescendingOrder)
        self._fit_columns()
        self._filter()
        self.step(-self.cases.rowCount())

    def _divide(self, task: Task) -> None:
        """Give the list the room that its columns need, once for each task: the reader may want it otherwise."""
        if task != self._task:
            self._task = task
            list_share = 0.36 if task == "segmentation" else 0.46
            whole = max(sum(self.splitter.sizes()), 1000)
            self.splitter.setSizes([round(whole * list_share), round(whole * (1 - list_share))])

    def _fit_columns(self) -> None:
        titles = self.table.horizontalHeader().fontMetrics()
        for column in range(self.model.columnCount()):
            title = self.model.headerData(column, Qt.Orientation.Horizontal)
            room = 34 if column == case_table.CHANGE else 14
            width = max(self.table.sizeHintForColumn(column) + 8, titles.horizontalAdvance(title) + room)
            self.table.setColumnWidth(column, width)
        # A long file name must not push the figures out of sight.
        widest = 18 * self.fontMetrics().averageCharWidth()
        for column in (case_table.CASE, case_table.TRUTH, case_table.ORIGINAL, case_table.PRUNED):
            self.table.setColumnWidth(column, min(self.table.columnWidth(column), widest))

    def _fill_filters(self, segmentation: bool) -> None:
        entries: tuple[tuple[CaseFilter, str], ...] = (
            (
                ("all", self.tr("All cases")),
                ("disagreements", self.tr("Dice changed by more than the margin")),
                ("lost", self.tr("Pruned worse by more than the margin")),
                ("won", self.tr("Pruned better by more than the margin")),
                ("both wrong", self.tr("Both poor (Dice below {limit})").format(limit=case_table.POOR_DICE)),
            )
            if segmentation
            else (
                ("all", self.tr("All cases")),
                ("disagreements", self.tr("Disagreements")),
                ("lost", self.tr("Correct \N{RIGHTWARDS ARROW} wrong")),
                ("won", self.tr("Wrong \N{RIGHTWARDS ARROW} correct")),
                ("both wrong", self.tr("Both wrong")),
            )
        )
        self.filter_combo.blockSignals(True)
        self.filter_combo.clear()
        for value, text in entries:
            count = sum(self.model.passes(row, value) for row in range(self.model.rowCount()))
            self.filter_combo.addItem(f"{text} ({count})", value)
        self.filter_combo.setMinimumContentsLength(12)
        self.filter_combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.filter_combo.blockSignals(False)
        self.search_edit.blockSignals(True)
        self.search_edit.clear()
        self.search_edit.blockSignals(False)

    def _filter(self) -> None:
        self.cases.show_only(self.filter_combo.currentData() or "all", self.search_edit.text())
        shown, everything = self.cases.rowCount(), self.model.rowCount()
        if shown:
            text = self.tr("{shown} of {all} cases. J: next, K: previous.").format(shown=shown, all=everything)
        else:
            text = self.tr("No case fits. Choose another filter or clear the search.")
        self.count_label.setText(text)
        if shown and not self.cases.mapFromSource(self.model.index(self._session.case, 0)).isValid():
            self._select_row(0)
        else:
            self._show_case(self._session.case)

    def _take_row(self, current: QModelIndex) -> None:
        if current.isValid():
            self._session.case = self.cases.mapToSource(current).row()

    def _select_row(self, row: int) -> None:
        index = self.cases.index(row, case_table.CASE)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(index, flags)
        self.table.scrollTo(index)

    def _show_case(self, case: int) -> None:
        """Select the session's case where the filter leaves it, and load its images soon."""
        if 0 <= case < self.model.rowCount():
            index = self.cases.mapFromSource(self.model.index(case, 0))
            if index.isValid() and index.row() != self.table.currentIndex().row():
                self._select_row(index.row())
        self._loading.start()

    def _load_case(self) -> None:
        comparison, case = self._session.comparison, self._session.case
        if not self.isVisible() or comparison is None:
            return
        if 0 <= case < len(comparison.cases):
            self.images.show_case(comparison, comparison.cases[case], self._session.run_folder)
        else:
            self.images.clear()
