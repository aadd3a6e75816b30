"""The list of channel groups beside their sensitivity curves."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QObject, Qt

from medprune_gui.engine.export.sensitivity_table import drop_at
from medprune_gui.engine.records import PlanEstimate, SensitivityCurves
from medprune_gui.session.session import Session
from medprune_gui.ui.compare.quantities import signed
from medprune_gui.ui.pruning.group_table import GroupTable, Index

#: By this role rows are sorted.
SORT_ROLE = int(Qt.ItemDataRole.UserRole)
GROUP, PLANNED, DROP = range(3)
HALF = 0.5


def planned_amounts(estimate: PlanEstimate | None) -> dict[str, float]:
    """Return channel group -> share of its channels that a plan takes, 0 to 1."""
    layers = () if estimate is None else estimate.layers
    return {layer.name: 1.0 - layer.channels_after / layer.channels_before for layer in layers if layer.channels_before}


class SensitivityModel(GroupTable):
    """Reads ``session.sensitivity`` and ``session.estimate``; the former plan stays while the next is calculated."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.curves: SensitivityCurves | None = None
        self.planned: dict[str, float] = {}
        self.names: tuple[str, ...] = ()
        self._drops: list[float] = []
        self._headers = (self.tr("Group"), self.tr("Planned"), self.tr("At 50 %"))
        self._tooltips = {
            PLANNED: self.tr("Share of the group that the plan takes"),
            DROP: self.tr("What the score changes by when half of the group is zeroed"),
        }
        session.sensitivity_changed.connect(self._take_curves)
        session.estimate_changed.connect(self._take_estimate)
        self._take_estimate(session.estimate)
        self._take_curves(session.sensitivity)

    def rowCount(self, parent: Index = GroupTable._NO_PARENT) -> int:
        """Return the number of groups."""
        return 0 if parent.isValid() else len(self.names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows and how it is sorted."""
        name, column = self.names[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), name, column)
        if role == SORT_ROLE:
            drop = self._drops[index.row()]
            costs = drop if math.isfinite(drop) else math.inf
            return (name, self.planned.get(name, -1.0), costs)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return name
        if role == Qt.ItemDataRole.TextAlignmentRole and column != GROUP:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def words_of(self, name: str) -> str:
        """Say of a group what half of it costs, and what the plan takes and costs by the curve."""
        assert self.curves is not None
        parts = [self.tr("{change} at 50 %").format(change=signed(-drop_at(self.curves, name, HALF)))]
        if name in self.planned:
            amount = self.planned[name]
            parts.append(
                self.tr("planned {amount} %: {change}").format(
                    amount=f"{100 * amount:.0f}", change=signed(-drop_at(self.curves, name, amount))
                )
            )
        return f"{name}: {', '.join(parts)}"

    def _text(self, row: int, name: str, column: int) -> str:
        if column == GROUP:
            return name
        if column == PLANNED:
            return f"{100 * self.planned[name]:.0f} %" if name in self.planned else ""
        return signed(-self._drops[row])

    def _take_curves(self, curves: SensitivityCurves | None) -> None:
        self.beginResetModel()
        self.curves = curves
        self.names = () if curves is None else tuple(curves.scores)
        self._drops = [] if curves is None else [drop_at(curves, name, HALF) for name in curves.scores]
        self.endResetModel()

    def _take_estimate(self, estimate: PlanEstimate | None) -> None:
        if estimate is not None:
            self.planned = planned_amounts(estimate)
            if self.names:
                self.dataChanged.emit(self.index(0, PLANNED), self.index(len(self.names) - 1, PLANNED))
