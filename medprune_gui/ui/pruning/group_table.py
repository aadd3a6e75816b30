"""A table with one row per channel group: what all such tables share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from medprune_gui.engine.records import GroupRecord
from medprune_gui.ui.compare.quantities import count_words, unbroken

Index: TypeAlias = QModelIndex | QPersistentModelIndex


def counted_twice() -> str:
    """Say how the parameters of groups are counted."""
    return QCoreApplication.translate(
        "GroupTable", "All weights that go with the group's channels; a weight between two groups counts in both"
    )


def sum_words(groups: Iterable[GroupRecord], parameters: int) -> str:
    """Say why a table's parameters add up to more than the network has; empty where they do not."""
    total = sum(group.parameters for group in groups)
    if total <= parameters:
        return ""
    return QCoreApplication.translate(
        "GroupTable",
        "The parameters add up to {total}, more than the network's {parameters}: a weight between two groups counts "
        "in both.",
    ).format(total=unbroken(count_words(total)), parameters=unbroken(count_words(parameters)))


class GroupTable(QAbstractTableModel):
    """Counts columns and shows their titles, which a table sets when it is made; rows and cells are its own."""

    _NO_PARENT: ClassVar[QModelIndex] = QModelIndex()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers: Sequence[str] = ()
        self._tooltips: Mapping[int, str] = {}

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the columns' titles and what they mean."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        return self._tooltips.get(section) if role == Qt.ItemDataRole.ToolTipRole else None
