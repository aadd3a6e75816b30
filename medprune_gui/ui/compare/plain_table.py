"""The look that the tables of cases and of layers share."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

# Columns are fitted to so many rows: looking at every one would take seconds in a long table.
_ROWS_MEASURED = 50
_ARROW = 20


def plain_table(model: QAbstractItemModel, name: str, title: str) -> QTableView:
    """Return a table of rows that can be selected one by one and sorted.

    Parameters
    ----------
    model
        Its rows.
    name
        Object name, for tests.
    title
        What screen readers call it.
    """
    table = QTableView()
    table.setObjectName(name)
    table.setAccessibleName(title)
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setWordWrap(False)
    # Names differ at their ends.
    table.setTextElideMode(Qt.TextElideMode.ElideLeft)
    table.setTabKeyNavigation(False)
    table.setSortingEnabled(True)
    rows, columns = table.verticalHeader(), table.horizontalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(table.fontMetrics().height() + 8)
    columns.setHighlightSections(False)
    columns.setResizeContentsPrecision(_ROWS_MEASURED)
    return table


def width_of(table: QTableView, column: int) -> int:
    """Return the pixels that a column's title and cells need, the arrow of a sorted one included.

    Qt's own answer keeps room for the arrow in every column.
    """
    header = table.horizontalHeader()
    title = str(table.model().headerData(column, Qt.Orientation.Horizontal) or "")
    arrow = _ARROW if header.sortIndicatorSection() == column else 0
    return max(table.sizeHintForColumn(column) + 8, header.fontMetrics().horizontalAdvance(title) + 14 + arrow)
