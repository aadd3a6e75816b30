"""The list of what was measured on a series."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from medprune_gui.engine.imaging.measuring import Measurement, measure
from medprune_gui.engine.imaging.volume import Volume
from medprune_gui.ui.compare.plain_table import plain_table
from medprune_gui.ui.viewer.measuring.words import findings_lines, kind_name

_ROOM, _WIDEST = 36, 360  # for the frame and the scroll bar; beyond, the image needs it more
_Index = QModelIndex | QPersistentModelIndex


class MeasurementModel(QAbstractTableModel):
    """One row a measurement: what it is, where, what it found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, int | None, str]] = []

    def show(self, volume: Volume | None, measurements: Sequence[Measurement]) -> None:
        """Show other measurements of a volume."""
        self.beginResetModel()
        self._rows = [] if volume is None else [self._row(volume, measurement) for measurement in measurements]
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return the number of measurements."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return the number of columns."""
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the columns' titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Figure"), self.tr("Slice"), self.tr("Found"))[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            value = self._rows[index.row()][index.column()]
            return value if isinstance(value, str) else "" if value is None else str(value)
        return None

    @staticmethod
    def _row(volume: Volume, measurement: Measurement) -> tuple[str, int | None, str]:
        slices = {round(point[0]) + 1 for point in measurement.points}
        found = "\n".join(findings_lines(measure(volume, measurement)))
        return kind_name(measurement.kind), slices.pop() if len(slices) == 1 else None, found


class MeasurementList(QWidget):
    """What was measured on the series on display: go to it, remove it, save all as a table.

    Signals
    -------
    selected
        Index of the measurement that was chosen; -1: none.
    remove_requested
        Index of the measurement to remove.
    save_requested
        All are to be saved.
    """

    selected = Signal(int)
    remove_requested = Signal(int)
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = MeasurementModel(self)
        self.table = plain_table(self._model, "measurements", self.tr("Measurements"))
        self.table.setSortingEnabled(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._hint = QLabel(self.tr("Choose Length, Angle, Rectangle or Ellipse above the image, and draw."))
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("muted", True)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._hint)
        self._pages.addWidget(self.table)
        self._remove = QPushButton(self.tr("Remove"))
        self._remove.setToolTip(self.tr("Remove the chosen measurement (Delete)"))
        self._remove.clicked.connect(self._ask_to_remove)
        self._save = QPushButton(self.tr("Save as CSV..."))
        self._save.clicked.connect(self.save_requested)
        buttons = QHBoxLayout()
        buttons.addWidget(self._remove)
        buttons.addWidget(self._save)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(self._pages, 1)
        layout.addLayout(buttons)
        self.table.selectionModel().currentRowChanged.connect(self._tell)
        self.table.clicked.connect(self._tell)  # also the one that is chosen already: the image may be elsewhere
        self.show_measurements(None, ())

    def show_measurements(self, volume: Volume | None, measurements: Sequence[Measurement]) -> None:
        """Show the measurements of a volume; the chosen one stays chosen where it is still there."""
        chosen = self.table.currentIndex().row()
        blocked = self.table.selectionModel().blockSignals(True)
        self._model.show(volume, measurements)
        self.table.selectionModel().blockSignals(blocked)
        self.table.resizeColumnsToContents()
        wanted = sum(self.table.sizeHintForColumn(column) for column in range(self._model.columnCount()))
        self.table.setMinimumWidth(min(wanted + _ROOM, _WIDEST))
        self._pages.setCurrentIndex(1 if self._model.rowCount() else 0)
        self._save.setEnabled(self._model.rowCount() > 0)
        self.choose(chosen if chosen < self._model.rowCount() else -1)

    def choose(self, index: int) -> None:
        """Mark a measurement; -1: none. Does not emit."""
        selection = self.table.selectionModel()
        blocked = selection.blockSignals(True)
        if index < 0:
            selection.clear()
        else:
            self.table.selectRow(index)
        selection.blockSignals(blocked)
        self._remove.setEnabled(index >= 0)
        self.table.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the chosen measurement with Delete."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._ask_to_remove()
        else:
            super().keyPressEvent(event)

    def _tell(self, index: QModelIndex) -> None:
        self._remove.setEnabled(index.isValid())
        self.selected.emit(index.row())

    def _ask_to_remove(self) -> None:
        if (index := self.table.currentIndex().row()) >= 0:
            self.remove_requested.emit(index)
