"""The dialogs of the Help menu."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from medprune_gui import __version__

# Of the sheet of shortcuts: it fits a screen of 800 pixels with the desktop's bars.
_HIGHEST = 680
_MOST_COLUMNS, _MOST_LINES = 3, 33


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
    """List every keyboard shortcut, menu by menu, in columns that scroll where the screen is low."""
    blocks: dict[str, list[str]] = {}
    for menu, action, keys in shortcuts:
        rows = blocks.setdefault(menu, [f"<tr><td colspan='2' style='padding-top:3px'><b>{escape(menu)}</b></td></tr>"])
        rows.append(f"<tr><td style='padding-right:8px'>{escape(action)}</td><td>{escape(keys)}</td></tr>")
    columns = QWidget()
    row = QHBoxLayout(columns)
    row.setSpacing(18)
    row.setContentsMargins(9, 0, 9, 0)
    for lines in _spread(list(blocks.values())):
        label = QLabel(f"<table>{''.join(lines)}</table>")
        label.setTextFormat(Qt.TextFormat.RichText)
        row.addWidget(label, 1, Qt.AlignmentFlag.AlignTop)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(columns)
    area.setMinimumWidth(columns.sizeHint().width() + area.verticalScrollBar().sizeHint().width())
    dialog = _dialog(parent, parent.tr("Keyboard shortcuts"), area)
    if (layout := dialog.layout()) is not None:
        layout.setContentsMargins(11, 6, 11, 6)
        layout.setSpacing(4)
    frame = dialog.sizeHint().height() - area.sizeHint().height()
    dialog.resize(dialog.sizeHint().width(), min(columns.sizeHint().height() + frame, _HIGHEST))
    return dialog


def _spread(blocks: list[list[str]]) -> list[list[str]]:
    """Return the blocks' lines in as few columns as a low screen has room for, no block divided."""
    columns: list[list[int]] = []
    for count in range(min(2, len(blocks)), min(_MOST_COLUMNS, len(blocks)) + 1):
        columns = [[] for _ in range(count)]
        lengths = [0] * count
        # The longest first, each to the shortest column; the first block stays in the first column.
        for index in sorted(range(len(blocks)), key=lambda i: (i != 0, -len(blocks[i]), i)):
            column = lengths.index(min(lengths))
            columns[column].append(index)
            lengths[column] += len(blocks[index])
        if max(lengths) <= _MOST_LINES:
            break
    return [[line for i in sorted(column) for line in blocks[i]] for column in columns if column]


def _text_dialog(parent: QWidget, title: str, html: str) -> QDialog:
    label = QLabel(html)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setMinimumWidth(420)
    return _dialog(parent, title, label)


def _dialog(parent: QWidget, title: str, content: QWidget) -> QDialog:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(content, 1)
    layout.addWidget(buttons)
    return dialog
