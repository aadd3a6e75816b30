"""What pruning took out of each layer, removed and zeroed told apart."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.records import Comparison
from medprune_gui.session.session import Session
from medprune_gui.ui import theme
from medprune_gui.ui.compare import layer_table
from medprune_gui.ui.compare.empty_state import EmptyState
from medprune_gui.ui.compare.figure_card import FigureCard
from medprune_gui.ui.compare.layer_table import SORT_ROLE, BarDelegate, LayerFilter, LayerModel
from medprune_gui.ui.compare.plain_table import plain_table, width_of
from medprune_gui.ui.compare.quantities import change_words, count_words, ratio_words, size_words, unbroken

_SHORTEST_BAR = 90
_LONGEST_NAME = 190


class SparsityView(QStackedWidget):
    """Totals in large figures, and a bar and figures for each layer.

    Parameters
    ----------
    session
        Read: ``comparison``.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameters_card = FigureCard(self.tr("Parameters"))
        self.zeroed_card = FigureCard(self.tr("Zeroed parameters"))
        self.macs_card = FigureCard(self.tr("MACs (work per image)"))
        self.size_card = FigureCard(self.tr("Size on disk"))
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(8)
        self._card_grid = QGridLayout()
        self._card_grid.setSpacing(8)
        self._cards = (self.parameters_card, self.macs_card, self.size_card, self.zeroed_card)
        self._card_columns = 0
        layout.addLayout(self._card_grid)
        layout.addLayout(self._legend())
        layout.addWidget(self._layer_table(), 1)
        self.empty = EmptyState(
            self.tr("No pruned network to look at yet"),
            self.tr(
                "Start a run in the pruning panel, or open the folder of a finished one. "
                "Each layer then shows what was kept, removed and zeroed."
            ),
        )
        self.addWidget(self.empty)
        self.addWidget(content)
        self._arrange_cards()
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.timeout.connect(self._fit_columns)
        session.comparison_changed.connect(self._show_comparison)
        self._show_comparison(session.comparison)

    def _legend(self) -> QVBoxLayout:
        self.scale_box = QCheckBox(self.tr("One scale for all layers"))
        self.scale_box.setObjectName("one_scale")
        self.scale_box.setToolTip(self.tr("Bar length by parameters; otherwise each bar is one whole layer"))
        legend = QLabel(
            " &nbsp; ".join(
                f'<span style="color: {colour}">&#9632;</span> {text}'
                for colour, text in (
                    (theme.PRUNED, self.tr("kept")),
                    (theme.ZEROED, self.tr("zeroed")),
                    (theme.REMOVED, self.tr("removed")),
                )
            )
        )
        legend.setObjectName("legend")
        self.small_box = QCheckBox(self.tr("Norms and activations too"))
        self.small_box.setObjectName("small_layers")
        self.small_box.setToolTip(self.tr("Show layers that multiply nothing, and follow the channels of others"))
        boxes = QHBoxLayout()
        boxes.addWidget(self.small_box)
        boxes.addSpacing(12)
        boxes.addWidget(self.scale_box)
        boxes.addStretch(1)
        # One line of all three would make the window wider than a small screen.
        lines = QVBoxLayout()
        lines.addWidget(legend)
        lines.addLayout(boxes)
        return lines

    def _layer_table(self) -> QTableView:
        self.model = LayerModel(self)
        self.layers = LayerFilter(self)
        self.layers.setSourceModel(self.model)
        self.layers.setSortRole(SORT_ROLE)
        self.scale_box.toggled.connect(self.model.use_one_scale)
        self.small_box.toggled.connect(self.layers.show_all)
        self.table = plain_table(self.layers, "layer_table", self.tr("Layers before and after pruning"))
        self.table.setItemDelegateForColumn(layer_table.BAR, BarDelegate(self.table))
        self.table.sortByColumn(layer_table.NAME, Qt.SortOrder.AscendingOrder)
        header = self.table.horizontalHeader()
        header.setMinimumSectionSize(40)
        header.sectionResized.connect(self._fit_bar)
        header.sortIndicatorChanged.connect(lambda: self._fitting.start())
        return self.table

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cards in as many columns as fit, and let the bars fill the table."""
        super().resizeEvent(event)
        self._arrange_cards()
        # The table gets its new size after this.
        self._fitting.start()

    def _fit_columns(self) -> None:
        """Leave out the kinds, and zeros where there are none, before the figures are cut."""
        room = self.table.viewport().width()
        widths = {
            column: width_of(self.table, column)
            for column in range(self.model.columnCount())
            if column != layer_table.BAR
        }
        widths[layer_table.NAME] = min(widths[layer_table.NAME], _LONGEST_NAME)
        hidden: list[int] = []
        for column in (layer_table.KIND, layer_table.ZEROED):
            wanted = sum(widths.values()) + _SHORTEST_BAR > room
            if wanted and not (column == layer_table.ZEROED and self.model.any_zeroed):
                hidden.append(column)
                del widths[column]
        with QSignalBlocker(self.table.horizontalHeader()):
            for column in (layer_table.KIND, layer_table.ZEROED):
                self.table.setColumnHidden(column, column in hidden)
            for column, width in widths.items():
                self.table.setColumnWidth(column, width)
        self._fit_bar()

    def _fit_bar(self) -> None:
        others = sum(
            self.table.columnWidth(column) for column in range(self.model.columnCount()) if column != layer_table.BAR
        )
        width = max(self.table.viewport().width() - others, _SHORTEST_BAR)
        if width != self.table.columnWidth(layer_table.BAR):
            with QSignalBlocker(self.table.horizontalHeader()):
                self.table.setColumnWidth(layer_table.BAR, width)

    def _arrange_cards(self) -> None:
        columns = 4 if self.width() >= 640 else 2
        if columns == self._card_columns:
            return
        self._card_columns = columns
        for position, card in enumerate(self._cards):
            self._card_grid.addWidget(card, position // columns, position % columns)
        for column in range(4):
            self._card_grid.setColumnStretch(column, 1 if column < columns else 0)

    def _show_comparison(self, comparison: Comparison | None) -> None:
        self.setCurrentIndex(1 if comparison else 0)
        self.model.show_layers(comparison.layers if comparison else ())
        if comparison is None:
            return
        self._fitting.start()
        original, pruned = comparison.original, comparison.pruned
        fewer, more = self.tr("fewer"), self.tr("more")
        removed = original.parameters - pruned.parameters
        self.parameters_card.show_figure(
            ratio_words(original.parameters, pruned.parameters, fewer, more),
            self.tr("{change}, {removed} removed").format(
                change=change_words(count_words(original.parameters), count_words(pruned.parameters)),
                removed=unbroken(count_words(removed)),
            ),
            theme.PRUNED if removed else theme.TEXT,
        )  # fmt: skip
        self.macs_card.show_figure(
            ratio_words(original.macs, pruned.macs, fewer, more),
            change_words(count_words(original.macs), count_words(pruned.macs)),
            theme.PRUNED if pruned.macs < original.macs else theme.TEXT,
        )
        self.size_card.show_figure(
            ratio_words(original.size_bytes, pruned.size_bytes, self.tr("smaller"), self.tr("larger")),
            change_words(size_words(original.size_bytes), size_words(pruned.size_bytes)),
            theme.PRUNED if pruned.size_bytes < original.size_bytes else theme.TEXT,
        )
        zeroed = sum(layer.zeroed for layer in comparison.layers)
        share = zeroed / pruned.parameters if pruned.parameters else 0.0
        self.zeroed_card.show_figure(
            count_words(zeroed),
            self.tr("{share} of what is left: not faster").format(share=f"{share:.0%}".replace("%", " %"))
            if zeroed
            else self.tr("All pruning is real removal")
            if removed
            else self.tr("Nothing was zeroed"),
            theme.ZEROED if zeroed else theme.TEXT,
        )
