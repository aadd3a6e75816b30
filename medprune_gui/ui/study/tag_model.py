"""The rows of a DICOM file as a tree for Qt, and the search in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from medprune_gui.engine.imaging.tags import TagRow, as_text

AnyIndex = QModelIndex | QPersistentModelIndex
_TAG, _NAME, _VR, _VALUE = range(4)
_HIDDEN = "\N{BULLET}" * 8


@dataclass(slots=True)
class _Node:
    row: TagRow
    parent: int
    place: int
    depth: int
    children: list[int] = field(default_factory=list)


class TagModel(QAbstractItemModel):
    """Elements, items and their elements, in four columns: tag, name, VR, value."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: list[_Node] = []
        self._top: list[int] = []
        self._hidden = False

    def show_rows(self, rows: tuple[TagRow, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._nodes = []
        self._top = self._add(rows, -1, 0)
        self.endResetModel()

    def hide_personal(self, hidden: bool) -> None:
        """Put dots in place of the values that may tell who the patient is, or show them again."""
        self.beginResetModel()
        self._hidden = hidden
        self.endResetModel()

    def _add(self, rows: tuple[TagRow, ...], parent: int, depth: int) -> list[int]:
        added = []
        for place, row in enumerate(rows):
            number = len(self._nodes)
            node = _Node(row, parent, place, depth)
            self._nodes.append(node)
            added.append(number)
            node.children = self._add(row.rows, number, depth + 1)
        return added

    def row_at(self, index: AnyIndex) -> TagRow:
        """Return the row under a valid index."""
        return self._nodes[index.internalId()].row

    def rows(self) -> Iterator[TagRow]:
        """Yield all rows, whatever holds them."""
        return (node.row for node in self._nodes)

    def value_of(self, row: TagRow) -> str:
        """Return a row's value as it is shown."""
        return _HIDDEN if self._hidden and row.personal and row.value else row.value

    def line_of(self, index: AnyIndex) -> str:
        """Return a row as a line of text, indented by its depth."""
        node = self._nodes[index.internalId()]
        return as_text(node.depth, node.row, self._hidden and node.row.personal)

    def whole_text(self) -> str:
        """Return all rows as lines of text."""
        return "\n".join(as_text(node.depth, node.row, self._hidden and node.row.personal) for node in self._nodes)

    # What Qt asks

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return the index of a place among its siblings."""
        siblings = self._nodes[parent.internalId()].children if parent.isValid() else self._top
        return self.createIndex(row, column, siblings[row]) if 0 <= row < len(siblings) else QModelIndex()

    def parent(self, index: AnyIndex = QModelIndex()) -> Any:  # noqa: B008
        """Return the index of the row that holds this one."""
        above = self._nodes[index.internalId()].parent if index.isValid() else -1
        return self.createIndex(self._nodes[above].place, 0, above) if above >= 0 else QModelIndex()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows one holds."""
        if not parent.isValid():
            return len(self._top)
        return len(self._nodes[parent.internalId()].children) if parent.column() == 0 else 0

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: ARG002, B008
        """Return 4."""
        return 4

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text for display, the whole value as tooltip."""
        if not index.isValid():
            return None
        row = self.row_at(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.tag, row.name, row.vr, self.value_of(row))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in (_NAME, _VALUE):
            return row.keyword if index.column() == _NAME else self.value_of(row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the titles of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (self.tr("Tag"), self.tr("Name"), self.tr("VR"), self.tr("Value"))[section]
        return None


class TagFilter(QSortFilterProxyModel):
    """Leaves the rows that a search finds, with the sequences around them and all that these rows hold."""

    def __init__(self, model: TagModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._query = self._digits = ""
        self.setRecursiveFilteringEnabled(True)
        self.setAutoAcceptChildRows(True)
        self.setSourceModel(model)

    def search(self, query: str) -> None:
        """Leave the rows with these words in tag, keyword, name or value; a tag with or without its punctuation."""
        self.beginResetModel()
        self._query = " ".join(query.lower().split())
        digits = re.sub(r"[(),\s]", "", self._query)
        self._digits = digits if re.fullmatch(r"[0-9a-f]{4,8}", digits) else ""
        self.endResetModel()

    def filterAcceptsRow(self, source_row: int, source_parent: AnyIndex) -> bool:
        """Whether the search finds a row by itself."""
        return self._finds(self._model.row_at(self._model.index(source_row, 0, source_parent)))

    def count(self) -> int:
        """Return how many elements the search finds, wherever they are."""
        return sum(1 for row in self._model.rows() if row.name and self._finds(row))

    def _finds(self, row: TagRow) -> bool:
        if not self._query:
            return True
        if self._digits and re.sub(r"[(),]", "", row.tag).lower().startswith(self._digits):
            return True
        texts = (row.tag, row.keyword, row.name, self._model.value_of(row))
        return any(self._query in text.lower() for text in texts)
