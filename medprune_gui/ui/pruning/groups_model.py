"""The table of channel groups and what holds for each alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.records import Certificate, GroupRecord, PlanEstimate
from medprune_gui.engine.settings.allocations import GroupSettings
from medprune_gui.session.session import Session
from medprune_gui.ui import theme
from medprune_gui.ui.pruning.group_table import GroupTable, Index, counted_twice

#: By this role rows are sorted.
SORT_ROLE = int(Qt.ItemDataRole.UserRole)
NAME, CHANNELS, PARAMETERS, LOCKED, AMOUNT, LEAST = range(6)

_ARROW = "\N{RIGHTWARDS ARROW}"


class GroupsModel(GroupTable):
    """Reads ``session.certificate`` and ``session.estimate``; writes ``session.pruning.groups``.

    Entries that say nothing are left out of it; entries of groups that the network does not have are kept.

    Signals
    -------
    refused
        Why what was typed could not be taken; empty: it could.
    """

    refused = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._groups: tuple[GroupRecord, ...] = ()
        self._channels: dict[str, tuple[int, int]] = {}
        self._headers = (
            self.tr("Group"), self.tr("Channels"), self.tr("Parameters"), self.tr("Locked"), self.tr("Own amount"),
            self.tr("Least"),
        )  # fmt: skip
        self._tooltips = {
            PARAMETERS: counted_twice(),
            LOCKED: self.tr("Nothing of a locked group is removed"),
            AMOUNT: self.tr("Share of the group that goes; empty: as the allocation says"),
            LEAST: self.tr("The fewest channels that stay; empty: as for all groups"),
        }
        session.certificate_changed.connect(self._take_certificate)
        session.estimate_changed.connect(self._take_estimate)
        session.pruning_changed.connect(self._redraw)
        self._take_certificate(session.certificate)
        self._take_estimate(session.estimate)

    def rowCount(self, parent: Index = GroupTable._NO_PARENT) -> int:
        """Return the number of groups."""
        return 0 if parent.isValid() else len(self._groups)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Frozen groups can be reached and read, not changed."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        group = self._groups[index.row()]
        if group.prunable and index.column() == LOCKED:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        locked = self.settings(group.name).locked
        if group.prunable and not locked and index.column() in (AMOUNT, LEAST):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows, how it is sorted, and why a frozen group stays."""
        group, column = self._groups[index.row()], index.column()
        own = self.settings(group.name)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(group, own, column) or (self.tr("as all") if self._as_all(index) else "")
        if role == Qt.ItemDataRole.EditRole:
            return self._text(group, own, column).removesuffix(" %")
        if role == SORT_ROLE:
            return self._sort_key(group, own, column)
        if role == Qt.ItemDataRole.CheckStateRole and column == LOCKED and group.prunable:
            return Qt.CheckState.Checked if own.locked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            if group.prunable and column in (AMOUNT, LEAST):
                return f"{group.name}\n{self._tooltips[column]}"
            return group.name if group.prunable else self._why_not(group)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and not group.prunable:
            return self._why_not(group)
        if role == Qt.ItemDataRole.ForegroundRole and (not group.prunable or self._as_all(index)):
            return QColor(theme.MUTED)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (CHANNELS, PARAMETERS, AMOUNT, LEAST):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _as_all(self, index: Index) -> bool:
        """Whether a cell that can be typed in says nothing of its own."""
        editable = bool(self.flags(index) & Qt.ItemFlag.ItemIsEditable)
        group = self._groups[index.row()]
        return editable and not self._text(group, self.settings(group.name), index.column())

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a check mark or what was typed; what cannot be taken is refused in words."""
        group, column = self._groups[index.row()], index.column()
        if not self.flags(index) & (Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable):
            return False
        if column == LOCKED and role == Qt.ItemDataRole.CheckStateRole:
            if self.settings(group.name).locked != (Qt.CheckState(value) == Qt.CheckState.Checked):
                self.toggle_locks([index.row()])
            return True
        if role != Qt.ItemDataRole.EditRole:
            return False
        text = str(value).strip().removesuffix("%").strip()
        if column == AMOUNT:
            return self._take_amount(group, text)
        return self._take_least(group, text)

    def toggle_locks(self, rows: Sequence[int]) -> None:
        """Lock groups in one change, or let them go where all are locked; frozen groups stay as they are."""
        names = [self._groups[row].name for row in rows if self._groups[row].prunable]
        if not names:
            return
        locked = not all(self.settings(name).locked for name in names)
        # A locked group loses nothing: its own amount would contradict it.
        changes = {"locked": locked} | ({"amount": None} if locked else {})
        self._write({name: self.settings(name).model_copy(update=changes) for name in names})

    def settings(self, name: str) -> GroupSettings:
        """Return what holds for one group."""
        return self._session.pruning.groups.get(name, GroupSettings())

    def strangers(self) -> tuple[str, ...]:
        """Return the names with settings that are no prunable group of this network."""
        prunable = {group.name for group in self._groups if group.prunable}
        return tuple(name for name in self._session.pruning.groups if name not in prunable)

    def forget(self, names: tuple[str, ...]) -> None:
        """Drop what holds for these groups alone."""
        groups = {name: own for name, own in self._session.pruning.groups.items() if name not in names}
        self._session.pruning = self._session.pruning.model_copy(update={"groups": groups})

    def _take_amount(self, group: GroupRecord, text: str) -> bool:
        if not text:
            return self._change(group, amount=None)
        try:
            percent = float(text.replace(",", "."))
        except ValueError:
            percent = math.nan
        if not 0.0 <= percent <= 99.9:
            self.refused.emit(self.tr("{text} is no share: type 0 to 99.9, in percent").format(text=repr(text)))
            return False
        return self._change(group, amount=round(percent / 100, 3))

    def _take_least(self, group: GroupRecord, text: str) -> bool:
        if not text:
            return self._change(group, min_channels=None)
        most = self._channels_of(group)[0]
        if not text.isdecimal() or not 1 <= int(text) <= most:
            self.refused.emit(
                self.tr("{text} is no number of channels: type 1 to {most}").format(text=repr(text), most=most)
            )
            return False
        return self._change(group, min_channels=int(text))

    def _change(self, group: GroupRecord, **changes: Any) -> bool:
        self._write({group.name: self.settings(group.name).model_copy(update=changes)})
        return True

    def _write(self, changed: dict[str, GroupSettings]) -> None:
        groups = self._session.pruning.groups | changed
        said = {name: own.model_dump() for name, own in groups.items() if own != GroupSettings()}
        self.refused.emit("")
        self._session.pruning = PruningConfig.model_validate({**self._session.pruning.model_dump(), "groups": said})

    def _text(self, group: GroupRecord, own: GroupSettings, column: int) -> str:
        if column == NAME:
            return group.name
        if column == CHANNELS:
            before, after = self._channels_of(group)
            return f"{before:,}" if after is None else f"{before:,} {_ARROW} {after:,}"
        if column == PARAMETERS:
            return f"{group.parameters:,}"
        if column == LOCKED:
            return "" if group.prunable else self.tr("stays")
        if column == AMOUNT:
            return "" if own.amount is None else f"{100 * own.amount:.3g} %"
        return "" if own.min_channels is None else str(own.min_channels)

    def _sort_key(self, group: GroupRecord, own: GroupSettings, column: int) -> Any:
        if column == NAME:
            return group.name
        if column == CHANNELS:
            return self._channels_of(group)[0]
        if column == PARAMETERS:
            return group.parameters
        if column == LOCKED:
            return 2 if not group.prunable else int(own.locked)
        if column == AMOUNT:
            return -1.0 if own.amount is None else own.amount
        return own.min_channels or 0

    def _channels_of(self, group: GroupRecord) -> tuple[int, int | None]:
        """Return the channels before and after; the latter None while no estimate is known."""
        return self._channels.get(group.name, (group.size, None))

    def _why_not(self, group: GroupRecord) -> str:
        return self.tr("Stays: {reason}").format(reason=group.reason or self.tr("it cannot be pruned"))

    def _take_certificate(self, certificate: Certificate | None) -> None:
        self.beginResetModel()
        self._groups = () if certificate is None else certificate.groups
        if certificate is None:
            self._channels = {}  # They were another network's.
        self.endResetModel()

    def _take_estimate(self, estimate: PlanEstimate | None) -> None:
        if estimate is not None:  # The former one stays on display while the next is calculated.
            self._channels = {layer.name: (layer.channels_before, layer.channels_after) for layer in estimate.layers}
            self._redraw()

    def _redraw(self) -> None:
        if self._groups:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._groups) - 1, LEAST))
