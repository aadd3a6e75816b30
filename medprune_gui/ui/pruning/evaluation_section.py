"""What the two networks are compared by; agreed on before the run."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QGroupBox, QSpinBox, QWidget

from medprune_gui.engine.config import EvaluationConfig
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo


class EvaluationSection(QGroupBox):
    """Writes and shows ``session.evaluation`` (metric and margin) and ``session.seed``."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Comparison"))
        self._session = session
        self.metric_combo = ChoiceCombo(
            (
                ("", self.tr("Automatic"), self.tr("AUC for two classes, accuracy for more, Dice for structures")),
                ("auc", self.tr("AUC"), ""),
                ("accuracy", self.tr("Accuracy"), ""),
                ("dice", self.tr("Dice"), ""),
            )
        )
        self.metric_combo.setObjectName("metric_combo")
        self.metric_combo.chosen.connect(lambda value: self._change(metric=value or None))
        self.margin_spin = QDoubleSpinBox()
        self.margin_spin.setObjectName("margin_spin")
        self.margin_spin.setRange(0.001, 0.999)
        self.margin_spin.setDecimals(3)
        self.margin_spin.setSingleStep(0.005)
        self.margin_spin.setKeyboardTracking(False)
        self.margin_spin.setToolTip(self.tr("The largest loss that would still count as as good as the original"))
        self.margin_spin.valueChanged.connect(lambda value: self._change(margin=round(value, 3)))
        self.seed_spin = QSpinBox()
        self.seed_spin.setObjectName("seed_spin")
        self.seed_spin.setRange(0, 2**31 - 1)
        self.seed_spin.setKeyboardTracking(False)
        self.seed_spin.setToolTip(self.tr("The same seed repeats a run"))
        self.seed_spin.valueChanged.connect(self._take_seed)
        form = QFormLayout(self)
        form.setContentsMargins(4, 2, 4, 2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, control in (
            (self.tr("Metric"), self.metric_combo),
            (self.tr("Margin"), self.margin_spin),
            (self.tr("Seed"), self.seed_spin),
        ):
            control.setAccessibleName(label)
            form.addRow(label, control)
        session.evaluation_changed.connect(self._redraw)
        session.data_changed.connect(self._redraw)
        session.seed_changed.connect(self._redraw)
        self._redraw()

    def _change(self, **changes: Any) -> None:
        self._session.evaluation = EvaluationConfig.model_validate({**self._session.evaluation.model_dump(), **changes})

    def _take_seed(self, seed: int) -> None:
        self._session.seed = seed

    def _redraw(self) -> None:
        data, evaluation = self._session.data, self._session.evaluation
        segmentation = data is not None and data.task == "segmentation"
        for name in ("auc", "accuracy"):
            self.metric_combo.enable_choice(name, not segmentation)
        self.metric_combo.enable_choice("dice", data is None or segmentation)
        self.metric_combo.show_choice(evaluation.metric or "")
        with QSignalBlocker(self.margin_spin):
            self.margin_spin.setValue(evaluation.margin)
        with QSignalBlocker(self.seed_spin):
            self.seed_spin.setValue(self._session.seed)
