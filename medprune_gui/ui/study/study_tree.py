"""The tree of patients, studies and series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelectionModel, QMimeData, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor
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
from medprune_gui.ui.theme import MUTED

_SERIES = Qt.ItemDataRole.UserRole
_WARNING_COLUMN_PX = 28


class StudyTree(QTreeWidget):
    """Patient > study > series, with thumbnails and warning signs; pictures and volumes have no patient above."""

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
        self.currentItemChanged.connect(self._choose)
        self.itemClicked.connect(self._click)

    def show_studies(self, studies: Sequence[Study]) -> None:
        """Show these studies and no others; thumbnails of series that stay are kept."""
        self.blockSignals(True)
        self.clear()
        self._items.clear()
        patients: dict[tuple[str, str], QTreeWidgetItem] = {}
        for study in studies:
            patient = (study.patient_name, study.patient_id)
            if any(patient) and patient not in patients:
                patients[patient] = self._branch(self, " ".join(dict.fromkeys(filter(None, patient))), bold=True)
            parent = patients.get(patient, self)
            title = "  ".join(filter(None, (study.date, study.description))) or self.tr("Study")
            branch = self._branch(parent, title, bold=parent is self)
            for series in study.series:
                self._add_series(branch, series)
        self.expandAll()
        self.blockSignals(False)
        self._thumbnails = {uid: pixels for uid, pixels in self._thumbnails.items() if uid in self._items}

    def set_thumbnail(self, uid: str, pixels: NDArray[np.uint8]) -> None:
        """Show a series' picture."""
        if (item := self._items.get(uid)) is not None:
            self._thumbnails[uid] = pixels
            item.setIcon(0, thumbnail_icon(pixels, self.devicePixelRatioF()))

    def has_thumbnail(self, uid: str) -> bool:
        """Whether a series has its picture already."""
        return uid in self._thumbnails

    def select(self, series: Series | None) -> None:
        """Mark a series as the one on display; does not emit."""
        self._marked = series
        item = None if series is None else self._items.get(series.uid)
        self.blockSignals(True)
        if item is None:
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()
        else:
            flags = QItemSelectionModel.SelectionFlag
            self.setCurrentItem(item, 0, flags.ClearAndSelect | flags.Rows)
            self.scrollToItem(item)
        self.blockSignals(False)
        self.viewport().update()

    def _branch(self, parent: QTreeWidget | QTreeWidgetItem, text: str, *, bold: bool) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, [text])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setToolTip(0, text)
        item.setFirstColumnSpanned(True)
        font = item.font(0)
        font.setBold(bold)
        item.setFont(0, font)
        if not bold:
            item.setForeground(0, QColor(MUTED))
        return item

    def _add_series(self, branch: QTreeWidgetItem, series: Series) -> None:
        item = QTreeWidgetItem(branch, [self._title(series)])
        item.setData(0, _SERIES, series)
        item.setIcon(0, thumbnail_icon(self._thumbnails.get(series.uid), self.devicePixelRatioF()))
        item.setToolTip(0, self._facts(series))
        if series.warnings:
            item.setIcon(1, warning_icon(self.devicePixelRatioF()))
            text = "\n".join(f"\N{BULLET} {warning.message}" for warning in series.warnings)
            item.setToolTip(1, text)
            item.setData(1, Qt.ItemDataRole.AccessibleTextRole, text)
        self._items[series.uid] = item

    def _title(self, series: Series) -> str:
        name = series.description or self.tr("Series {0}").format("" if series.number is None else series.number)
        unit = self.tr("pictures") if series.kind == "picture" else self.tr("slices")
        count = f"{series.frames} {unit if series.frames != 1 else unit.removesuffix('s')}"
        return f"{name.strip()}\n{'  '.join(filter(None, (series.modality, count)))}"

    def _facts(self, series: Series) -> str:
        lines = [
            series.description,
            series.date,
            f"{series.columns} x {series.rows} x {series.frames}",
            series.plane,
        ]
        if series.spacing_mm is not None:
            slices, rows, columns = series.spacing_mm
            lines.append(f"{columns:.3g} x {rows:.3g} x {slices:.3g} mm")
        return "\n".join(filter(None, lines))

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
