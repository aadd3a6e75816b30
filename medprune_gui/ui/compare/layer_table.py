"""Layers as a table, each with a bar of what was kept, zeroed and removed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from medprune_gui.engine.records import LayerRecord
from medprune_gui.ui import theme
from medprune_gui.ui.compare.quantities import count_words

Index = QModelIndex | QPersistentModelIndex

NAME, BAR, CHANNELS, KEPT, REMOVED, ZEROED, MACS, KIND = range(8)
SORT_ROLE, BAR_ROLE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ARROW = "\N{RIGHTWARDS ARROW}"


def kept(layer: LayerRecord) -> int:
    """Return the parameters that are still there and not zero by pruning."""
    return layer.parameters_after - layer.zeroed


class LayerModel(QAbstractTableModel):
    """One row a layer, in the network's order.

    `BAR_ROLE` gives a bar's parts (kept, zeroed, removed), each 0 to 1 of the bar's full length.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[LayerRecord, ...] = ()
        self._one_scale = False

    def show_layers(self, layers: tuple[LayerRecord, ...]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self._layers = layers
        self.endResetModel()

    def layer(self, row: int) -> LayerRecord:
        """Return the layer of a row."""
        return self._layers[row]

    @property
    def any_zeroed(self) -> bool:
        """Whether any layer has zeroed parameters."""
        return any(layer.zeroed for layer in self._layers)

    def use_one_scale(self, one_scale: bool) -> None:
        """Draw bars to one scale, the largest layer being full length, or each layer at full length."""
        self._one_scale = one_scale
        if self._layers:
            self.dataChanged.emit(self.index(0, BAR), self.index(len(self._layers) - 1, BAR))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of layers."""
        return 0 if parent.isValid() else len(self._layers)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else 8

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title, and in full in its tooltip."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Layer"), self.tr("Parameters"), self.tr("Channels"), self.tr("Kept"), self.tr("Removed"),
                self.tr("Zeroed"), self.tr("MACs"), self.tr("Kind"),
            )[section]  # fmt: skip
        if role == Qt.ItemDataRole.ToolTipRole:
            return {
                CHANNELS: self.tr("Output channels before and after"),
                KEPT: self.tr("Parameters that are still there and not zeroed"),
                REMOVED: self.tr("Parameters that are gone: smaller and faster"),
                ZEROED: self.tr("Parameters set to zero: still stored and computed with"),
                MACS: self.tr("Multiplications with addition for one image, before and after"),
            }.get(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, alignment, tooltip, sort key or bar."""
        if not index.isValid():
            return None
        layer, column = self._layers[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(layer, column)
        if role == SORT_ROLE:
            return {
                NAME: index.row(), BAR: layer.parameters_before, CHANNELS: layer.channels_before, KEPT: kept(layer),
                REMOVED: layer.removed, ZEROED: layer.zeroed, MACS: layer.macs_before, KIND: layer.kind,
            }[column]  # fmt: skip
        if role == BAR_ROLE and column == BAR:
            return self._parts(layer)
        if role == Qt.ItemDataRole.TextAlignmentRole and CHANNELS <= column <= MACS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.tr(
                "{name} ({kind}): {kept} of {before} parameters kept, {removed} removed, {zeroed} zeroed"
            ).format(
                name=layer.name, kind=layer.kind, kept=f"{kept(layer):,}", before=f"{layer.parameters_before:,}",
                removed=f"{layer.removed:,}", zeroed=f"{layer.zeroed:,}",
            )  # fmt: skip
        return None

    def _text(self, layer: LayerRecord, column: int) -> str:
        return {
            NAME: layer.name,
            BAR: "",
            CHANNELS: f"{layer.channels_before:,} {_ARROW} {layer.channels_after:,}",
            KEPT: count_words(kept(layer)),
            REMOVED: count_words(layer.removed),
            ZEROED: count_words(layer.zeroed),
            MACS: f"{count_words(layer.macs_before)} {_ARROW} {count_words(layer.macs_after)}",
            KIND: layer.kind,
        }[column]

    def _parts(self, layer: LayerRecord) -> tuple[float, float, float]:
        whole = max(other.parameters_before for other in self._layers) if self._one_scale else layer.parameters_before
        whole = max(whole, 1)
        return kept(layer) / whole, layer.zeroed / whole, max(layer.removed, 0) / whole


class LayerFilter(QSortFilterProxyModel):
    """Sorts layers, and shows those with work of their own, or all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all = False

    def show_all(self, everything: bool) -> None:
        """Show layers without multiplications too."""
        self._all = everything
        self.invalidate()

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:
        """Say whether a layer is shown."""
        model = self.sourceModel()
        return self._all or not isinstance(model, LayerModel) or model.layer(row).macs_before > 0


class BarDelegate(QStyledItemDelegate):
    """Paints a layer's bar: kept, zeroed, removed."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the cell, then its bar."""
        super().paint(painter, option, index)
        parts = index.data(BAR_ROLE)
        if parts is None:
            return
        area = QRectF(option.rect).adjusted(6, 0, -6, 0)
        height = min(12.0, area.height() - 6)
        x, y = area.left(), area.center().y() - height / 2
        painter.save()
        for part, colour in zip(parts, (theme.PRUNED, theme.ZEROED, theme.REMOVED), strict=True):
            # A part that is there is seen, however small.
            width = max(part * area.width(), 1.5) if part > 0 else 0.0
            painter.fillRect(QRectF(x, y, min(width, area.right() - x), height), QColor(colour))
            x += width
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Ask for enough room to compare bars."""
        return QSize(180, super().sizeHint(option, index).height())
