"""What of a network can be pruned, group by group, and why the rest must stay."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.records import Certificate
from medprune_gui.ui import theme
from medprune_gui.ui.pruning.group_table import counted_twice, sum_words


class CertificateDialog(QDialog):
    """A table of channel groups, the frozen ones first with their reasons."""

    def __init__(self, certificate: Certificate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What can be pruned"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        groups = sorted(certificate.groups, key=lambda group: group.prunable)
        frozen = sum(not group.prunable for group in groups)
        explained = QLabel(
            self.tr(
                "Channels that can only go together form a group. A trial removal proved the pruned network equal to "
                "the original with the same channels at zero; what failed the trial or has no safe rule stays."
            )
        )
        explained.setWordWrap(True)
        explained.setProperty("muted", True)
        self.frozen_box = QCheckBox(self.tr("Only groups that must stay ({n})").format(n=frozen))
        self.frozen_box.setEnabled(0 < frozen < len(groups))
        self.table = QTableWidget(len(groups), 5)
        self.table.setObjectName("certificate_table")
        self.table.setAccessibleName(self.tr("Groups of channels"))
        self.table.setHorizontalHeaderLabels(
            [self.tr("Group"), self.tr("Channels"), self.tr("Parameters"), self.tr("Prunable"), self.tr("Why not")]
        )
        title = self.table.horizontalHeaderItem(2)
        if title is not None:
            title.setToolTip(counted_twice())
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setHighlightSections(False)
        for row, group in enumerate(groups):
            cells = (
                group.name,
                f"{group.size:,}",
                f"{group.parameters:,}",
                self.tr("yes") if group.prunable else self.tr("no"),
                group.reason or "",
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column in (1, 2):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if not group.prunable and column >= 3:
                    item.setForeground(QColor(theme.WARNING))
                self.table.setItem(row, column, item)
        header = self.table.horizontalHeader()
        self.table.resizeColumnsToContents()
        self.table.setColumnWidth(0, min(self.table.columnWidth(0), 220))
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.frozen_box.toggled.connect(self._only_frozen)
        self._prunable = [group.prunable for group in groups]
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(explained)
        layout.addWidget(self.frozen_box)
        layout.addWidget(self.table, 1)
        self.sum = QLabel(sum_words(groups, certificate.parameters))
        self.sum.setProperty("muted", True)
        self.sum.setWordWrap(True)
        self.sum.setVisible(bool(self.sum.text()))
        layout.addWidget(self.sum)
        layout.addWidget(buttons)
        self.resize(760, 480)
        self.table.resizeRowsToContents()

    def _only_frozen(self, only: bool) -> None:
        for row, prunable in enumerate(self._prunable):
            self.table.setRowHidden(row, only and prunable)
