"""The same cases by both networks: the verdict, a table to find the interesting ones, and the images."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
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
from medprune_gui.ui.compare.plain_table import plain_table, width_of
from medprune_gui.ui.compare.verdict import VerdictHeader

# J held down passes over cases faster than images are read.
_LOAD_AFTER_MS = 20
# Pixels of list and images together.
_NARROW = 800
# Of a case's name, at least.
_CASE_LETTERS = 12


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
        splitter.splitterMoved.connect(self._fit_columns)
        self.splitter = splitter
        self._fitting = QTimer(self, singleShot=True)
        self._fitting.timeout.connect(self._fit)
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
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(30)
        header.sortIndicatorChanged.connect(lambda: self._fitting.start())
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
        self._fitting.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the list's columns once the list has its new width."""
        super().resizeEvent(event)
        self._fitting.start()

    def _show_comparison(self, comparison: Comparison | None) -> None:
        self.model.show_comparison(comparison)
        self.setCurrentIndex(1 if comparison else 0)
        if comparison is None:
            self.images.clear()
            return
        self.verdict.show_comparison(comparison)
        self._fill_filters(comparison.task == "segmentation")
        self.table.sortByColumn(case_table.CHANGE, Qt.SortOrder.DescendingOrder)
        self._fitting.start()
        self._filter()
        self.step(-self.cases.rowCount())

    def _fit(self) -> None:
        comparison = self._session.comparison
        if comparison is not None and self.isVisible():
            self._divide(comparison.task)
            self._fit_columns()

    def _divide(self, task: Task) -> None:
        """Give the list the room that its columns need, once for each task: the reader may want it otherwise."""
        if task != self._task:
            self._task = task
            whole = sum(self.splitter.sizes())
            # In a narrow view the pictures need it more than the list, which can do without some columns.
            list_share = 0.36 if task == "segmentation" else 0.46 if whole < _NARROW else 0.52
            self.splitter.setSizes([round(whole * list_share), round(whole * (1 - list_share))])

    def _fit_columns(self) -> None:
        """Show as many columns as have room, and the names of cases in what the others leave."""
        classes = (case_table.TRUTH, case_table.ORIGINAL, case_table.PRUNED)
        scores = (case_table.ORIGINAL_SCORE, case_table.PRUNED_SCORE)
        segmentation = self.model.segmentation
        never = classes if segmentation else ()
        # From all columns to the least that can be worked with.
        choices = (
            ((False, never), (False, (*never, *scores)))
            if segmentation
            else ((False, ()), (False, scores), (True, scores), (True, (*scores, case_table.TRUTH)))
        )
        # The scroll bar comes and goes with the filter.
        bar = self.table.verticalScrollBar().sizeHint().width()
        room = self.table.width() - 2 * self.table.frameWidth() - bar
        least = _CASE_LETTERS * self.fontMetrics().averageCharWidth()
        widest = 18 * self.fontMetrics().averageCharWidth()
        widths: dict[int, int] = {}
        for marks_only, hidden in choices:
            self.model.show_marks_only(marks_only)
            widths = {
                column: min(width_of(self.table, column), widest if column in classes else 10 * widest)
                for column in range(self.model.columnCount())
                if column != case_table.CASE and column not in hidden
            }
            if sum(widths.values()) + least <= room:
                break
        for column in range(self.model.columnCount()):
            self.table.setColumnHidden(column, column != case_table.CASE and column not in widths)
        for column, width in widths.items():
            self.table.setColumnWidth(column, width)
        self.table.setColumnWidth(case_table.CASE, max(room - sum(widths.values()), least))
        self.table.viewport().update()

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
