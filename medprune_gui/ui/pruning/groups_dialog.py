"""Channel groups one by one: locked, with an amount of their own, or with a least number of channels."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.resources import resource
from medprune_gui.session.session import Session
from medprune_gui.ui import theme
from medprune_gui.ui.pruning.editable_cell import EditableCell
from medprune_gui.ui.pruning.group_table import sum_words
from medprune_gui.ui.pruning.groups_model import AMOUNT, LEAST, NAME, SORT_ROLE, GroupsModel

# The theme's check boxes, which the cells of a table do not take over.
_CHECKS = f"""
QTableView::indicator {{ width: 14px; height: 14px; border: 1px solid {theme.MUTED}; border-radius: 3px;
    background: {theme.BACKGROUND}; }}
QTableView::indicator:checked {{ background: {theme.ACCENT}; border-color: {theme.TEXT};
    image: url({resource("icons/check.svg").as_posix()}); }}
"""


class GroupsTable(QTableView):
    """A table of groups: space locks the selected ones, typing edits the cell, Delete empties it."""

    def __init__(self, groups: GroupsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups = groups
        self.proxy = QSortFilterProxyModel(self)
        self.proxy.setSourceModel(groups)
        self.proxy.setSortRole(SORT_ROLE)
        self.proxy.setFilterKeyColumn(NAME)
        self.proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        # A row must not run away while it is edited.
        self.proxy.setDynamicSortFilter(False)
        self.setModel(self.proxy)
        self.setObjectName("groups_table")
        self.setAccessibleName(self.tr("Channel groups"))
        self.setStyleSheet(_CHECKS)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # As the network uses them.
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        for column in (AMOUNT, LEAST):
            self.setItemDelegateForColumn(column, EditableCell(self))
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lock with space, empty with Delete; leave the rest to the table."""
        if event.key() == Qt.Key.Key_Space:
            self._groups.toggle_locks(self._selected_rows())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.currentIndex().isValid():
            if self.proxy.flags(self.currentIndex()) & Qt.ItemFlag.ItemIsEditable:
                self.proxy.setData(self.currentIndex(), "", Qt.ItemDataRole.EditRole)
        else:
            super().keyPressEvent(event)

    def _selected_rows(self) -> list[int]:
        selected: list[QModelIndex | QPersistentModelIndex] = list(self.selectionModel().selectedRows())
        return [self.proxy.mapToSource(index).row() for index in selected]


class GroupsDialog(QDialog):
    """Shows and writes ``session.pruning.groups``; it may stay open while the panel is used."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Groups of channels"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self.model = GroupsModel(session, self)
        self.table = GroupsTable(self.model)
        explained = QLabel(
            self.tr(
                "What is set here holds for one group alone, whatever the allocation says. Space locks the selected "
                "groups. Type into the framed cells to set an amount or the least channels, Delete empties them."
            )
        )
        explained.setWordWrap(True)
        explained.setProperty("muted", True)
        self.filter_edit = QLineEdit()
        self.filter_edit.setObjectName("groups_filter")
        self.filter_edit.setPlaceholderText(self.tr("Filter by name"))
        self.filter_edit.setAccessibleName(self.tr("Filter by name"))
        self.filter_edit.setClearButtonEnabled(True)
        self.filter_edit.textChanged.connect(self.table.proxy.setFilterFixedString)
        self.sum = QLabel()
        self.sum.setObjectName("groups_sum")
        self.sum.setProperty("muted", True)
        self.sum.setWordWrap(True)
        self.problem = QLabel()
        self.problem.setObjectName("groups_problem")
        self.problem.setProperty("warning", True)
        self.problem.setWordWrap(True)
        self.model.refused.connect(self._show_problem)
        self.problem.hide()
        self.strangers = QLabel()
        self.strangers.setProperty("warning", True)
        self.strangers.setWordWrap(True)
        self.forget_button = QPushButton(self.tr("Forget them"))
        self.forget_button.setAutoDefault(False)
        self.forget_button.clicked.connect(lambda: self.model.forget(self.model.strangers()))
        others = QHBoxLayout()
        others.addWidget(self.strangers, 1)
        others.addWidget(self.forget_button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        if close is not None:
            close.setAutoDefault(False)  # Return ends an edit; it must not close the dialog.
        layout = QVBoxLayout(self)
        for widget in (explained, self.filter_edit):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.sum)
        layout.addWidget(self.problem)
        layout.addLayout(others)
        layout.addWidget(buttons)
        self._size_columns()
        session.pruning_changed.connect(self._redraw_strangers)
        self.model.modelReset.connect(self._redraw_strangers)
        self.model.modelReset.connect(self._redraw_sum)
        self._redraw_strangers()
        self._redraw_sum()
        self.resize(680, 480)
        if self.model.rowCount():
            self.table.setCurrentIndex(self.table.proxy.index(0, NAME))
        self.table.setFocus()

    def _size_columns(self) -> None:
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        self.table.resizeColumnsToContents()
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (AMOUNT, LEAST):
            self.table.setColumnWidth(column, max(self.table.columnWidth(column), 84))

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _redraw_sum(self) -> None:
        certificate = self._session.certificate
        words = "" if certificate is None else sum_words(certificate.groups, certificate.parameters)
        self.sum.setText(words)
        self.sum.setVisible(bool(words))

    def _redraw_strangers(self) -> None:
        names = self.model.strangers() if self._session.certificate is not None else ()
        self.strangers.setText(
            self.tr("Set, but no prunable group of this network: {names}").format(names=", ".join(names))
        )
        self.strangers.setVisible(bool(names))
        self.forget_button.setVisible(bool(names))
