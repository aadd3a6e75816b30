"""Floors: what pruning must not cost on the validation cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.settings.floors import FloorSettings
from medprune_gui.engine.settings.schedules import PREPARED
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.plan_part import PlanPart
from medprune_gui.ui.pruning.wheel_guard import WheelGuard

_FIRST_DROP = 0.02
_DEFAULT_TRIES: int = FloorSettings.model_fields["tries"].default


class _NameCheck(QCheckBox):
    """A check box whose name is cut short with dots rather than pushing what stands beside it out of sight."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumWidth(60)
        self._show_name(self.sizeHint().width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much of the name as there is room for."""
        super().resizeEvent(event)
        self._show_name(event.size().width())

    def sizeHint(self) -> QSize:
        """Ask for room for the whole name."""
        wanted = self._frame() + self.fontMetrics().horizontalAdvance(self.accessibleName())
        return QSize(wanted, QCheckBox.sizeHint(self).height())

    def _show_name(self, width: int) -> None:
        room = width - self._frame()
        name = self.fontMetrics().elidedText(self.accessibleName(), Qt.TextElideMode.ElideRight, room)
        if self.text() != (text := name.replace("&", "&&")):
            self.setText(text)

    def _frame(self) -> int:
        """Pixels that are not the name's: the box, and what the style puts around both."""
        shown = self.fontMetrics().horizontalAdvance(self.text().replace("&&", "&"))
        return QCheckBox.sizeHint(self).width() - shown


@dataclass(frozen=True, slots=True)
class FloorRow:
    """A floor that can be ticked, and how far the metric may fall."""

    check: QCheckBox
    spin: QDoubleSpinBox


class FloorForm(PlanPart):
    """A row over all classes and one for each class; the metric, and how many smaller steps are tried.

    Attributes
    ----------
    widget
        Holds the rows.
    rows
        Class -> its row; the empty name: over all.
    hint
        Why there can be no floor, or where the classes are; hidden where there is nothing to say.
    """

    def __init__(self, session: Session, change: Callable[..., None], parent: QObject | None = None) -> None:
        super().__init__(session, change, parent)
        self.rows: dict[str, FloorRow] = {}
        self._guard = WheelGuard(self)
        self.metric_combo = ChoiceCombo(
            (
                ("", self.tr("The verdict's"), self.tr("The metric that the verdict is about")),
                ("auc", self.tr("AUC"), self.tr("Of a class: against the rest")),
                ("accuracy", self.tr("Accuracy"), self.tr("Of a class: the share of its cases that is found")),
                ("dice", self.tr("Dice"), ""),
            )
        )
        self.metric_combo.setObjectName("floor_metric_combo")
        self.metric_combo.chosen.connect(lambda value: self._set(metric=value or None))
        self.tries_spin = self._whole(
            "floor_tries", 0, 10, self.tr("How many smaller steps are tried after one that fell too far")
        )
        self.tries_spin.valueChanged.connect(lambda value: self._set(tries=value))
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("muted", True)
        self.lead = QLabel(self.tr("Step back where this falls on the validation cases by more than"))
        self.lead.setWordWrap(True)
        self.lead.setProperty("muted", True)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._add_rows(form, (self.tr("Metric"), self.metric_combo), (self.tr("Tries"), self.tries_spin))
        self.widget = QWidget()
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.lead)
        layout.addLayout(self._grid)
        layout.addWidget(self.hint)
        layout.addLayout(form)
        session.certificate_changed.connect(self._redraw)
        session.data_changed.connect(self._redraw)

    def show_config(self, pruning: PruningConfig) -> None:
        """Show settings without handing them on."""
        floor, prepared = pruning.floor, pruning.schedule in PREPARED
        known = self._classes()
        self._show_rows(["", *known, *(name for name in (floor.classes if floor else ()) if name not in known)])
        drops = {} if floor is None else {"": floor.drop, **floor.classes}
        for name, row in self.rows.items():
            drop = drops.get(name)
            with QSignalBlocker(row.check), QSignalBlocker(row.spin):
                row.check.setChecked(drop is not None)
                if drop is not None:
                    row.spin.setValue(drop)
            row.check.setEnabled(not prepared)
            row.spin.setEnabled(drop is not None)
        self.metric_combo.show_choice((floor.metric if floor else None) or "")
        with QSignalBlocker(self.tries_spin):
            self.tries_spin.setValue(floor.tries if floor else _DEFAULT_TRIES)
        for control in (self.metric_combo, self.tries_spin):
            control.setEnabled(floor is not None)
        self._allow_metrics()
        self._explain(prepared, known)

    def _redraw(self, _: object) -> None:
        self.show_config(self._session.pruning)

    def _classes(self) -> tuple[str, ...]:
        """Return the classes that can have a floor, as far as they are known."""
        certificate = self._session.certificate
        classes = () if certificate is None else certificate.classes
        return classes[1:] if self._segments else classes

    @property
    def _segments(self) -> bool:
        return self._session.data is not None and self._session.data.task == "segmentation"

    def _allow_metrics(self) -> None:
        known = self._session.data is not None
        for name in ("auc", "accuracy"):
            self.metric_combo.enable_choice(name, not self._segments)
        self.metric_combo.enable_choice("dice", self._segments or not known)

    def _explain(self, prepared: bool, known: tuple[str, ...]) -> None:
        words = ""
        if prepared:
            words = self.tr("This schedule cuts once, so there is no smaller step to go back to. Choose another one.")
        elif not known:
            words = self.tr("Classes are listed here once data and network were looked at.")
        self.hint.setText(words)
        self.hint.setVisible(bool(words))

    def _show_rows(self, names: list[str]) -> None:
        if list(self.rows) == names:
            return
        for name in [name for name in self.rows if name not in names]:
            row = self.rows.pop(name)
            for control in (row.check, row.spin):
                self._grid.removeWidget(control)
                control.deleteLater()
        self.rows = {name: self.rows.get(name) or self._row(name) for name in names}
        for place, row in enumerate(self.rows.values()):
            self._grid.addWidget(row.check, place, 0)
            self._grid.addWidget(row.spin, place, 1)
        controls = [control for row in self.rows.values() for control in (row.check, row.spin)]
        for before, after in zip(controls, [*controls[1:], self.metric_combo], strict=True):
            QWidget.setTabOrder(before, after)
        self._guard.guard(self.widget)

    def _row(self, name: str) -> FloorRow:
        check = _NameCheck(name or self.tr("Over all"))
        check.setToolTip(name or self.tr("The metric over all classes"))
        spin = self._decimal("floor_drop", 0.0, 0.999, self.tr("The most that it may fall, in points from 0 to 1"))
        spin.setSingleStep(0.005)
        spin.setValue(_FIRST_DROP)
        spin.setAccessibleName(self.tr("{name}: may fall by").format(name=check.accessibleName()))
        check.toggled.connect(lambda on: self._limit(name, round(spin.value(), 3) if on else None))
        spin.valueChanged.connect(lambda value: self._limit(name, round(value, 3)))
        return FloorRow(check, spin)

    def _limit(self, name: str, drop: float | None) -> None:
        """Set or lift one floor."""
        if not name:
            self._set(drop=drop)
            return
        floor = self._session.pruning.floor
        classes = dict(floor.classes) if floor else {}
        classes.pop(name, None)
        self._set(classes=classes if drop is None else {**classes, name: drop})

    def _set(self, **changes: Any) -> None:
        pruning = self._session.pruning
        values = {**(pruning.floor.model_dump() if pruning.floor else {}), **changes}
        if values.get("drop") is None and not values.get("classes"):
            self._change(floor=None)
        else:
            # Each step is fine-tuned before it is looked at.
            self._change(floor=values, epochs_per_step=max(pruning.epochs_per_step, 1))
