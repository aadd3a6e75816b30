"""Sensitivity curves beside a list of the channel groups; list and plot point at the same group."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.session.session import Session
from medprune_gui.ui.compare.plain_table import width_of
from medprune_gui.ui.pruning.sensitivity_model import DROP, GROUP, PLANNED, SORT_ROLE, SensitivityModel
from medprune_gui.ui.pruning.sensitivity_plot import SensitivityPlot


class SensitivityView(QSplitter):
    """Mirrors ``session.sensitivity`` and, as dots, the amounts of ``session.estimate``; writes nothing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.model = SensitivityModel(session, self)
        self.proxy = QSortFilterProxyModel(self)
        self.proxy.setSourceModel(self.model)
        self.proxy.setSortRole(SORT_ROLE)
        self.proxy.setFilterKeyColumn(GROUP)
        self.proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.filter_edit = QLineEdit()
        self.filter_edit.setPlaceholderText(self.tr("Filter by name"))
        self.filter_edit.setAccessibleName(self.tr("Filter by name"))
        self.filter_edit.setClearButtonEnabled(True)
        self.filter_edit.textChanged.connect(self._filter)
        self.table = self._table()
        self.plot = SensitivityPlot()
        self.plot.pointed.connect(self._name)
        self.plot.clicked.connect(self.select)
        self.named = QLabel()
        self.named.setObjectName("sensitivity_named")
        self.named.setStyleSheet("font-weight: 600;")
        self.named.setWordWrap(True)
        hint = QLabel(
            self.tr(
                "Point at a curve to see its group. Dashed: the whole network. Dots: what the plan takes. The wheel "
                "zooms, a double click fits."
            )
        )
        hint.setProperty("muted", True)
        hint.setWordWrap(True)
        self.setChildrenCollapsible(False)
        for widgets in ((self.filter_edit, self.table), (self.named, self.plot, hint)):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            for widget in widgets:
                column.addWidget(widget, int(widget in (self.table, self.plot)))
            self.addWidget(side)
        self._divided = False
        self.splitterMoved.connect(self._keep_division)
        for keys, action in (
            (QKeySequence.StandardKey.ZoomIn, lambda: self.plot.zoom(1)),
            (QKeySequence.StandardKey.ZoomOut, lambda: self.plot.zoom(-1)),
            ("Ctrl+0", self.plot.fit),
            (QKeySequence.StandardKey.Find, self.filter_edit.setFocus),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(action)
        session.estimate_changed.connect(self._redraw_planned)
        self.model.modelReset.connect(self._redraw)
        self._redraw()

    def select(self, name: str) -> None:
        """Select a group in the list, and so its curve."""
        row = self.model.names.index(name)
        self.table.setCurrentIndex(self.proxy.mapFromSource(self.model.index(row, GROUP)))

    def _table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("sensitivity_table")
        table.setAccessibleName(self.tr("Channel groups, the costliest first"))
        table.setModel(self.proxy)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setSortingEnabled(True)
        table.sortByColumn(DROP, Qt.SortOrder.DescendingOrder)
        table.setTextElideMode(Qt.TextElideMode.ElideLeft)  # Names of deep networks differ at their ends.
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        table.setWordWrap(False)
        header.setMinimumSectionSize(30)
        header.setSectionResizeMode(GROUP, QHeaderView.ResizeMode.Stretch)
        header.sortIndicatorChanged.connect(self._fit_columns)
        table.selectionModel().currentRowChanged.connect(self._select_row)
        return table

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the list what its names need, as far as the plot can spare it."""
        super().resizeEvent(event)
        self._divide()

    def _fit_columns(self) -> None:
        for column in (PLANNED, DROP):
            self.table.setColumnWidth(column, width_of(self.table, column))

    def _divide(self) -> None:
        if self._divided:
            return
        names = max(self.table.sizeHintForColumn(GROUP) + 8, 60)
        bar = self.table.verticalScrollBar().sizeHint().width() + 2 * self.table.frameWidth()
        wanted = names + self.table.columnWidth(PLANNED) + self.table.columnWidth(DROP) + bar
        room = self.width() - self.handleWidth()
        # Long names are shortened before the plot gets narrower than the list.
        width = min(max(wanted, room * 2 // 5), room // 2)
        self.setSizes([width, room - width])

    def _keep_division(self) -> None:
        self._divided = True

    def _filter(self, text: str) -> None:
        self.proxy.setFilterFixedString(text)
        self.plot.show_only({self.proxy.index(row, GROUP).data() for row in range(self.proxy.rowCount())})
        if not self.table.currentIndex().isValid() and self.proxy.rowCount():
            self.table.setCurrentIndex(self.proxy.index(0, GROUP))

    def _select_row(self, index: QModelIndex) -> None:
        self.plot.select(index.siblingAtColumn(GROUP).data() if index.isValid() else "")
        self._name(self.plot.under_mouse)

    def _name(self, pointed: str) -> None:
        name = pointed or self.plot.selected
        self.named.setText(self.model.words_of(name) if name and self.model.curves is not None else "")

    def _redraw(self) -> None:
        if self.model.curves is None:
            return
        self.plot.show_curves(self.model.curves)
        self._redraw_planned()
        self._fit_columns()
        self._divide()
        self._filter(self.filter_edit.text())
        if self.proxy.rowCount():
            self.table.setCurrentIndex(self.proxy.index(0, GROUP))
        self.table.setFocus()

    def _redraw_planned(self) -> None:
        if self.model.curves is not None:
            self.plot.show_planned(self.model.curves, self.model.planned)
            self._name(self.plot.under_mouse)
