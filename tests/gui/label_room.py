"""Whether words have the room that they need."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QWidget


def cut_off(widget: QWidget) -> list[str]:
    """Return the texts of labels and buttons below a widget that are wider or higher than their places."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]
    found = [label.text() for label in labels if not _fits(label) or not _within(label)]
    buttons = [button for button in widget.findChildren(QPushButton) if button.isVisible() and button.text()]
    return found + [button.text() for button in buttons if button.width() < button.minimumSizeHint().width()]


def _fits(label: QLabel) -> bool:
    if label.wordWrap():
        longest = max(label.fontMetrics().horizontalAdvance(word) for word in label.text().split())
        return label.height() >= label.heightForWidth(label.width()) and label.width() >= longest
    return label.width() >= label.sizeHint().width() and label.height() >= label.sizeHint().height()


def _within(label: QLabel) -> bool:
    parent = label.parentWidget()
    return parent is None or parent.rect().contains(label.geometry())
