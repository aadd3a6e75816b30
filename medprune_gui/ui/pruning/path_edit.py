"""A path that can be typed or chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QToolButton, QWidget

Kind = Literal["file", "folder", "file or folder"]


class PathEdit(QWidget):
    """A line for the path and a button, or two, to choose it.

    `changed` is emitted when the user changed the path.

    Parameters
    ----------
    name
        What the path is of, for the file dialog and for screen readers.
    kind
        What may be chosen.
    file_filter
        Qt's filter of file names.
    """

    changed = Signal()

    def __init__(self, name: str, kind: Kind, file_filter: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._filter = name, file_filter
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.edit.textEdited.connect(self.changed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.edit, 1)
        self.setFocusProxy(self.edit)
        self.file_button, self.folder_button = QToolButton(), QToolButton()
        for button, wanted, title, words, choose in (
            (
                self.file_button,
                "file",
                self.tr("File..."),
                self.tr("{name}: choose a file"),
                self._choose_file,
            ),
            (
                self.folder_button,
                "folder",
                self.tr("Folder..."),
                self.tr("{name}: choose a folder"),
                self._choose_folder,
            ),
        ):
            button.setText(title)
            button.setToolTip(words.format(name=name))
            button.setAccessibleName(button.toolTip())
            button.clicked.connect(choose)
            layout.addWidget(button)
            button.setVisible(wanted in kind)

    @property
    def path(self) -> Path | None:
        """The path as typed; None: empty."""
        text = self.edit.text().strip()
        return Path(text).expanduser() if text else None

    def show_path(self, path: Path | None) -> None:
        """Show a path without announcing it."""
        with QSignalBlocker(self):
            self.edit.setText("" if path is None else str(path))
            self.edit.setToolTip(self.edit.text())

    def allow(self, kind: Kind) -> None:
        """Offer another kind of path."""
        self.file_button.setVisible("file" in kind)
        self.folder_button.setVisible("folder" in kind)

    def _choose_file(self) -> None:
        text, _ = QFileDialog.getOpenFileName(self, self._name, self._start(), self._filter)
        self._take(text)

    def _choose_folder(self) -> None:
        self._take(QFileDialog.getExistingDirectory(self, self._name, self._start()))

    def _start(self) -> str:
        path = self.path
        if path is None:
            return ""
        return str(path if path.is_dir() else path.parent)

    def _take(self, text: str) -> None:
        if text and text != self.edit.text():
            self.edit.setText(text)
            self.edit.setToolTip(text)
            self.changed.emit()
