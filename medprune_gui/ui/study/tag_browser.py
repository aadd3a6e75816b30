"""The dialog that lists the DICOM elements of the image on display."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QKeyCombination, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.imaging import Series
from medprune_gui.engine.imaging.tags import read_tags
from medprune_gui.ui.study.tag_model import TagFilter, TagModel

_COPY_VALUE = QKeyCombination(Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C)
_PATIENCE_MS = 60  # while slices are scrolled through, only the one that stays is read


class _Tree(QTreeView):
    """A tree whose copying is left to others; Qt's own takes one cell."""

    row_wanted = Signal()
    value_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for the row with Ctrl+C, for its value with Ctrl+Shift+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.row_wanted.emit()
        elif event.keyCombination() == _COPY_VALUE:
            self.value_wanted.emit()
        else:
            super().keyPressEvent(event)


class TagBrowser(QDialog):
    """A searchable tree of all elements of one instance of a series.

    It is not modal: it stays beside the images and follows them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("DICOM tags"))
        self.resize(860, 620)
        self._series: Series | None = None
        self._path: Path | None = None
        self._problem: MedPruneError | None = None
        self._hidden = False
        self._model = TagModel(self)
        self._filter = TagFilter(self._model, self)
        self.search_edit = QLineEdit()
        self.search_edit.setPlaceholderText(self.tr("Search tag, name or value, such as 0010,0010 or spacing"))
        self.search_edit.setClearButtonEnabled(True)
        self.search_edit.setAccessibleName(self.tr("Search in the tags"))
        self.search_edit.textChanged.connect(self._search)
        self.tree = _Tree()
        self.tree.setModel(self._filter)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(14)
        self.tree.setAlternatingRowColors(True)
        self.tree.setAccessibleName(self.tr("DICOM tags"))
        header = self.tree.header()
        for column, width in enumerate((200, 260, 44)):
            header.resizeSection(column, width)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(self.tr("Image of the series"))
        self.spin = QSpinBox()
        self.spin.setAccessibleName(self.tr("Image of the series"))
        self.slider.valueChanged.connect(self.spin.setValue)
        self.spin.valueChanged.connect(self.slider.setValue)
        self.spin.valueChanged.connect(self._read_soon)
        self._file = QLabel()
        self._file.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._count = QLabel()
        copy = QPushButton(self.tr("Copy all"))
        copy.setToolTip(self.tr("Copy all tags as text. Ctrl+C copies a row, Ctrl+Shift+C its value alone."))
        copy.setAutoDefault(False)
        copy.clicked.connect(self.copy_all)
        image_row, foot = QHBoxLayout(), QHBoxLayout()
        image_row.addWidget(QLabel(self.tr("Image")))
        image_row.addWidget(self.slider, stretch=1)
        image_row.addWidget(self.spin)
        foot.addWidget(self._file, stretch=1)
        foot.addWidget(self._count)
        foot.addWidget(copy)
        layout = QVBoxLayout(self)
        layout.addWidget(self.search_edit)
        layout.addLayout(image_row)
        layout.addWidget(self.tree, stretch=1)
        layout.addLayout(foot)
        self._soon = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._soon.timeout.connect(self._read)
        self.tree.row_wanted.connect(self.copy_row)
        self.tree.value_wanted.connect(self.copy_value)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._find)

    def show_instance(self, series: Series | None, index: int) -> None:
        """Show instance ``index`` of a series; nothing of a series that is none or not DICOM."""
        if series is None or series.kind != "dicom":
            self._series = None
            self._soon.stop()
            self.reject()
            return
        fresh = series != self._series
        self._series = series
        count = len(series.instances)
        for chooser in (self.slider, self.spin):
            chooser.setRange(1, count)
            chooser.setEnabled(count > 1)
        self.spin.setSuffix(f" / {count}")
        self.spin.setValue(min(max(index, 0), count - 1) + 1)
        if fresh:
            self._read_soon()

    def follow(self, series: Series | None, index: int | None) -> None:
        """Show what the viewer shows; ``index`` None: another series begins at its first instance, else all stays."""
        if index is not None or series != self._series:
            self.show_instance(series, index or 0)

    def hide_personal(self, hidden: bool) -> None:
        """Show dots in place of what may tell who the patient is, and no file's name.

        Such values are not found or copied either.
        """
        self._model.hide_personal(hidden)
        self._hidden = hidden
        self._name_file()
        self._search(self.search_edit.text())

    def copy_row(self) -> None:
        """Copy the current row as text."""
        if (index := self._current()).isValid():
            QGuiApplication.clipboard().setText(self._model.line_of(index).strip())

    def copy_value(self) -> None:
        """Copy the current row's value."""
        if (index := self._current()).isValid():
            QGuiApplication.clipboard().setText(self._model.value_of(self._model.row_at(index)))

    def copy_all(self) -> None:
        """Copy all rows as text, whether the search shows them or not."""
        QGuiApplication.clipboard().setText(self._model.whole_text())

    def showEvent(self, event: QShowEvent) -> None:
        """Read at once what was asked for while the dialog was hidden."""
        super().showEvent(event)
        self._read()
        self._find()

    def _current(self) -> QModelIndex:
        return self._filter.mapToSource(self.tree.currentIndex())

    def _find(self) -> None:
        self.search_edit.setFocus()
        self.search_edit.selectAll()

    def _read_soon(self) -> None:
        if self.isVisible():
            self._soon.start()

    def _read(self) -> None:
        if self._series is None:
            return
        path = self._series.instances[self.spin.value() - 1].path
        current = self._current()
        kept = self._model.row_at(current).tag if current.isValid() and not current.parent().isValid() else ""
        top = self.tree.verticalScrollBar().value()
        try:
            self._model.show_rows(read_tags(path))
            self._problem = None
        except MedPruneError as error:
            self._model.show_rows(())
            self._problem = error
        self._path = path
        self._name_file()
        self._search(self.search_edit.text())
        for row in range(self._filter.rowCount() if kept else 0):
            index = self._filter.index(row, 0)
            if index.data() == kept:
                self.tree.setCurrentIndex(index)
                break
        self.tree.verticalScrollBar().setValue(top)

    def _name_file(self) -> None:
        """Say which file this is, or what is wrong with it; a name only where it may be: it may be the patient's."""
        if self._path is None:
            return
        words = self._path.name if self._problem is None else str(self._problem)
        if self._hidden:
            words = "" if self._problem is None else self._problem.what
            for name in (str(self._path), self._path.name):
                words = words.replace(name, "\N{HORIZONTAL ELLIPSIS}")
        self._file.setText(words)
        self._file.setToolTip("" if self._hidden else str(self._path))

    def _search(self, query: str) -> None:
        self._filter.search(query)
        if query.strip():
            self.tree.expandAll()
        count = self._filter.count()
        if not query.strip():
            self._count.setText(self.tr("{0} tags").format(count) if count else "")
        elif count:
            self._count.setText(self.tr("1 tag found") if count == 1 else self.tr("{0} tags found").format(count))
        else:
            self._count.setText(self.tr("No tag found"))
