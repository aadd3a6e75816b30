"""The look of cells that can be typed in."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from medprune_gui.ui import theme


class EditableCell(QStyledItemDelegate):
    """Draws a frame around what can be typed in, as around a field."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the cell, then its frame."""
        super().paint(painter, option, index)
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.MUTED), 1))
        painter.drawRoundedRect(option.rect.toRectF().adjusted(1.5, 2.5, -1.5, -2.5), 3, 3)
        painter.restore()
