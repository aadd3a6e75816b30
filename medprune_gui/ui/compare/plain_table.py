"""The look that the tables of cases and of layers share."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

# Columns are fitted to so many rows: looking at every one would take seconds in a long table.
_ROWS_MEASURED = 50


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
