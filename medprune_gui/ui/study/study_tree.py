"""The tree of patients, studies and series."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelectionModel, QMimeData, QModelIndex, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from medprune_gui.engine.imaging import Series, Study
from medprune_gui.ui.study.series_drag import SERIES_MIME, series_mime
from medprune_gui.ui.study.series_icons import ICON_SIZE, thumbnail_icon, warning_icon
from medprune_gui.ui.study.series_menu import SeriesMenu
from medprune_gui.ui.study.series_words import series_facts, series_title
from medprune_gui.ui.study.warning_words import warning_text
from medprune_gui.ui.theme import MUTED

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

_SERIES = Qt.ItemDataRole.UserRole
_KEY = Qt.ItemDataRole.UserRole + 1
_WARNING_COLUMN_PX = 28
_WARNINGS_IN_TOOLTIP = 6
_FILES_IN_TOOLTIP = 4


class StudyTree(QTreeWidget):
    """Patient > study > series, with thumbnails and warning signs; pictures and volumes have no patient above.

    Studies that grow change what has changed only: selection, scroll position and what is folded stay.
    """

    series_chosen = Signal(object)  # Series
    series_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setIconSize(ICON_SIZE)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName(self.tr("Studies"))
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(_WARNING_COLUMN_PX)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(1, _WARNING_COLUMN_PX)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._thumbnails: dict[str, NDArray[np.uint8]] = {}
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self._marked: Series | None = None
        self._warning: QIcon | None = None
        self._studies: Sequence[Study] = ()
        self._personal = True
        self.currentItemChanged.connect(self._choose)
        self.itemClicked.connect(self._click)
        self.itemActivated.connect(self.series_clicked)

    def show_studies(self, studies: Sequence[Study]) -> None:
        """Show these studies and no others; what is the same as before stays as it is."""
        self._studies = studies
        patients: dict[tuple[str, str], list[Study]] = {}
        top: list[tuple[str, str] | Study] = []
        for study in studies:
            patient = (study.patient_name, study.patient_id)
            if not any(patient):
                top.append(study)
            elif patient in patients:
                patients[patient].append(study)
            else:
                patients[patient] = [study]
                top.append(patient)
        with self._held():
            self._items.clear()
            root = self.invisibleRootItem()
            branches = self._branches(root, [one.uid if isinstance(one, Study) else one for one in top])
            for one, branch in zip(top, branches, strict=True):
                if isinstance(one, Study):
                    self._show_study(branch, one, bold=True)
                    continue
                number = list(patients).index(one) + 1
                name = " ".join(dict.fromkeys(filter(None, one)))
                self._name(branch, name if self._personal else self.tr("Patient {0}").format(number), bold=True)
                own = patients[one]
                for study, below in zip(own, self._branches(branch, [study.uid for study in own]), strict=True):
                    self._show_study(below, study, bold=False)
        self._thumbnails = {uid: pixels for uid, pixels in self._thumbnails.items() if uid in self._items}
        # The names have its room where nothing is wrong.
        self.setColumnHidden(1, not any(series.warnings for study in studies for series in study.series))

    def set_personal(self, personal: bool) -> None:
        """Name patients, series and dates, or number them."""
        if personal != self._personal:
            self._personal = personal
            for item in self._items.values():
                item.setData(0, _SERIES, None)  # so that its words are written anew
            self.show_studies(self._studies)

    def set_thumbnail(self, uid: str, pixels: NDArray[np.uint8]) -> None:
        """Show a series' picture."""
        if (item := self._items.get(uid)) is not None:
            self._thumbnails[uid] = pixels
            item.setIcon(0, thumbnail_icon(pixels, self.devicePixelRatioF()))

    def select(self, series: Series | None) -> None:
        """Mark a series as the one on display; does not emit."""
        self._marked = series
        item = None if series is None else self._items.get(series.uid)
        if item is not None and item is self.currentItem() and item.isSelected():
            return
        with QSignalBlocker(self):
            if item is None:
                self.setCurrentIndex(QModelIndex())
                self.clearSelection()
            else:
                flags = QItemSelectionModel.SelectionFlag
                self.setCurrentItem(item, 0, flags.ClearAndSelect | flags.Rows)
                self.scrollToItem(item)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a series, under the pointer or, by the menu key, beside the chosen one."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        item = self.currentItem() if by_key else self.itemAt(event.pos())
        series = None if item is None else item.data(0, _SERIES)
        if item is None or series is None:
            return
        place = self.visualItemRect(item).center() if by_key else event.pos()
        SeriesMenu(series, self, personal=self._personal).popup(self.viewport().mapToGlobal(place))

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Keep what is seen in its place while items come and go."""
        anchor = self.itemAt(QPoint(1, 1))
        key = None if anchor is None else anchor.data(0, _KEY)
        top = 0 if anchor is None else self.visualItemRect(anchor).top()
        blocker = QSignalBlocker(self)
        self.setUpdatesEnabled(False)
        try:
            yield
            if anchor is not None and (still := self._found(key)) is not None:
                self.doItemsLayout()
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + self.visualItemRect(still).top() - top)
        finally:
            self.setUpdatesEnabled(True)
            blocker.unblock()

    def _found(self, key: Hashable) -> QTreeWidgetItem | None:
        """Return the item of a key, wherever it is."""
        waiting = [self.invisibleRootItem()]
        while waiting:
            item = waiting.pop()
            if item.data(0, _KEY) == key:
                return item
            waiting += _children(item)
        return None

    def _branches(self, parent: QTreeWidgetItem, keys: Sequence[Hashable]) -> list[QTreeWidgetItem]:
        """Return an item for each key, in that order: those that are there already, and new ones."""
        there = {child.data(0, _KEY): child for child in _children(parent)}
        wanted = set(keys)
        for key, child in there.items():
            if key not in wanted:
                parent.removeChild(child)
        items = []
        for row, key in enumerate(keys):
            item = there.get(key)
            if item is None:
                item = QTreeWidgetItem()
                item.setData(0, _KEY, key)
                parent.insertChild(row, item)
                item.setExpanded(True)
            elif parent.child(row) is not item:
                open_before, current = item.isExpanded(), item is self.currentItem()
                parent.removeChild(item)
                parent.insertChild(row, item)
                item.setExpanded(open_before)
                if current:
                    self.setCurrentItem(item)
            items.append(item)
        return items

    def _name(self, item: QTreeWidgetItem, text: str, *, bold: bool) -> None:
        if item.text(0) == text:
            return
        item.setText(0, text)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setToolTip(0, text)
        item.setFirstColumnSpanned(True)
        font = item.font(0)
        font.setBold(bold)
        item.setFont(0, font)
        if not bold:
            item.setForeground(0, QColor(MUTED))

    def _show_study(self, branch: QTreeWidgetItem, study: Study, *, bold: bool) -> None:
        words = (study.date, study.description) if self._personal else ()
        title = "  ".join(filter(None, words)) or self.tr("Study")
        self._name(branch, title, bold=bold)
        items = self._branches(branch, [series.uid for series in study.series])
        for series, item in zip(study.series, items, strict=True):
            self._items[series.uid] = item
            if item.data(0, _SERIES) is not series:
                self._show_series(item, series)

    def _show_series(self, item: QTreeWidgetItem, series: Series) -> None:
        item.setText(0, series_title(series, personal=self._personal))
        item.setData(0, _SERIES, series)
        item.setIcon(0, thumbnail_icon(self._thumbnails.get(series.uid), self.devicePixelRatioF()))
        item.setToolTip(0, series_facts(series, personal=self._personal))
        text = ""
        if series.warnings:
            self._warning = self._warning or warning_icon(self.devicePixelRatioF())
            files = _FILES_IN_TOOLTIP if self._personal else 0
            lines = [f"\N{BULLET} {warning_text(warning, files)}" for warning in series.warnings[:_WARNINGS_IN_TOOLTIP]]
            if more := len(series.warnings) - len(lines):
                lines.append(self.tr("and {0} more").format(more))
            text = "\n".join(lines)
        item.setIcon(1, self._warning if series.warnings and self._warning is not None else QIcon())
        item.setToolTip(1, text)
        item.setData(1, Qt.ItemDataRole.AccessibleTextRole, text)

    def mimeTypes(self) -> list[str]:
        """Return what can be dragged from here."""
        return [SERIES_MIME]

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        """Return the series that is dragged."""
        series = items[0].data(0, _SERIES) if items else None
        return series_mime(series.uid) if series is not None else QMimeData()

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Let a series be dropped onto an image; afterwards the one on display is marked again."""
        super().startDrag(actions)
        self.select(self._marked)

    def _click(self, item: QTreeWidgetItem) -> None:
        self._emit(item)
        self.series_clicked.emit()

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        # A press may begin a drag: it is the release that chooses, see `_click`.
        if not QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._emit(item)

    def _emit(self, item: QTreeWidgetItem | None) -> None:
        series = None if item is None else item.data(0, _SERIES)
        if series is not None:
            self.series_chosen.emit(series)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for row in range(item.childCount()) if (child := item.child(row)) is not None]
