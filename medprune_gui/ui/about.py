"""The dialogs of the Help menu."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from medprune_gui import __version__


def about_dialog(parent: QWidget) -> QDialog:
    """Say what the program is, and what it is not for."""
    text = parent.tr(
        "<h2>MedPrune {version}</h2>"
        "<p>Prunes and fine-tunes diagnostic networks and shows, case by case, whether the smaller one is as good.</p>"
        "<p><b>For research use only. Not for diagnosis.</b><br>"
        "MedPrune is no medical device. Nothing it shows may be used to decide about a patient.</p>"
        "<p>Apache License 2.0. Qt for Python is used under the LGPL 3.</p>"
    )
    return _text_dialog(parent, parent.tr("About MedPrune"), text.format(version=__version__))


def shortcuts_dialog(parent: QWidget, shortcuts: list[tuple[str, str, str]]) -> QDialog:
    """List every keyboard shortcut, menu by menu."""
    rows, last = [], ""
    for menu, action, keys in shortcuts:
        if menu != last:
            rows.append(f"<tr><td colspan='2' style='padding-top:10px'><b>{escape(menu)}</b></td></tr>")
            last = menu
        rows.append(f"<tr><td style='padding-right:28px'>{escape(action)}</td><td>{escape(keys)}</td></tr>")
    return _text_dialog(parent, parent.tr("Keyboard shortcuts"), f"<table>{''.join(rows)}</table>")


def _text_dialog(parent: QWidget, title: str, html: str) -> QDialog:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    label = QLabel(html, dialog)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setMinimumWidth(420)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(label)
    layout.addWidget(buttons)
    return dialog
