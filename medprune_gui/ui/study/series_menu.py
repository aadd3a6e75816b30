"""What can be done with a series of the list."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMenu, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from medprune_gui.engine.imaging import Series
from medprune_gui.ui.study.series_words import series_name
from medprune_gui.ui.study.warning_words import warning_text


class SeriesMenu(QMenu):
    """Show a series' files, copy its UID, read its warnings; deletes itself when it is closed.

    Parameters
    ----------
    series
        What it is about.
    personal
        Whether the warnings name the series and its files, and its UID or path may be copied.
    """

    def __init__(self, series: Series, parent: QWidget, *, personal: bool = True) -> None:
        super().__init__(parent)
        self._personal = personal
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._series = series
        self.addAction(self.tr("Show in &file manager"), self._show_files)
        if series.kind == "dicom":
            copy = self.addAction(self.tr("Copy series &UID"), self._copy_uid)
        else:
            copy = self.addAction(self.tr("Copy &path"), self._copy_uid)
        copy.setEnabled(personal)
        if series.warnings:
            self.addSeparator()
            self.addAction(self.tr("&Warnings..."), self._show_warnings)

    def _show_files(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._series.instances[0].path.parent)))

    def _copy_uid(self) -> None:
        # A part of a series that was split has its number behind the UID.
        uid = self._series.uid.partition("#")[0] if self._series.kind == "dicom" else self._series.uid
        QGuiApplication.clipboard().setText(uid)

    def _show_warnings(self) -> None:
        WarningsDialog(self._series, self.parentWidget(), personal=self._personal).open()


class WarningsDialog(QDialog):
    """All warnings of a series with all their files, as text to read and to copy; the files only where they may be."""

    def __init__(self, series: Series, parent: QWidget | None = None, *, personal: bool = True) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Warnings: {0}").format(series_name(series, personal=personal)))
        self.resize(560, 320)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
        files = None if personal else 0
        self.text.setPlainText("\n\n".join(warning_text(warning, files) for warning in series.warnings))
        self.text.setAccessibleName(self.tr("Warnings"))
        copy = QPushButton(self.tr("&Copy"), self)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)
