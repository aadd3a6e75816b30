"""How a network is trained: the original from scratch, the pruned one by fine-tuning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QFormLayout, QGroupBox, QSpinBox, QVBoxLayout, QWidget

from medprune_gui.engine.config import TrainingConfig
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.fold import Fold


class RateSpin(QDoubleSpinBox):
    """Small numbers without trailing zeros; arrows step by the leading digit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(7)
        self.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.setKeyboardTracking(False)

    def textFromValue(self, value: float) -> str:
        """Write the value as short as it can be."""
        text = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text


class TrainingSection(QGroupBox):
    """Shows one training configuration, and hands on what the user changed.

    Parameters
    ----------
    title
        The section's title.
    name
        Prefix of the controls' object names.
    write
        Takes the changed configuration.
    """

    def __init__(
        self, title: str, name: str, write: Callable[[TrainingConfig], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTitle(title)
        self._write = write
        self._config = TrainingConfig()
        self.epochs_spin = QSpinBox()
        self.epochs_spin.setRange(0, 10_000)
        self.epochs_spin.setKeyboardTracking(False)
        self.epochs_spin.setToolTip(self.tr("How often every training image is seen"))
        self.learning_rate_spin = RateSpin()
        self.learning_rate_spin.setRange(1e-7, 10.0)
        self.batch_size_spin = QSpinBox()
        self.batch_size_spin.setRange(1, 4096)
        self.batch_size_spin.setKeyboardTracking(False)
        self.batch_size_spin.setToolTip(self.tr("Images in one step; fewer need less memory"))
        self.optimiser_combo = ChoiceCombo((("adamw", "AdamW", ""), ("sgd", "SGD", "")))
        self.weight_decay_spin = RateSpin()
        self.weight_decay_spin.setRange(0.0, 1.0)
        self.class_weights_box = QCheckBox(self.tr("Weigh rare classes more"))
        self.augment_box = QCheckBox(self.tr("Vary images (augmentation)"))
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        further = QWidget()
        further_form = QFormLayout(further)
        further_form.setContentsMargins(0, 0, 0, 0)
        for row, field, label, control in (
            (form, "epochs", self.tr("Epochs"), self.epochs_spin),
            (form, "learning_rate", self.tr("Learning rate"), self.learning_rate_spin),
            (form, "batch_size", self.tr("Batch size"), self.batch_size_spin),
            (further_form, "optimiser", self.tr("Optimiser"), self.optimiser_combo),
            (further_form, "weight_decay", self.tr("Weight decay"), self.weight_decay_spin),
            (further_form, "class_weights", "", self.class_weights_box),
            (further_form, "augment", "", self.augment_box),
        ):
            row.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            control.setObjectName(f"{name}_{field}")
            if label:
                control.setAccessibleName(f"{title}: {label}")
                row.addRow(label, control)
            else:
                row.addRow(control)
            signal = (
                control.chosen
                if isinstance(control, ChoiceCombo)
                else control.toggled
                if isinstance(control, QCheckBox)
                else control.valueChanged
            )
            signal.connect(lambda value, field=field: self._change(field, value))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.addLayout(form)
        layout.addWidget(Fold(self.tr("More"), further))

    def _change(self, field: str, value: Any) -> None:
        self._write(TrainingConfig.model_validate({**self._config.model_dump(), field: value}))

    def show_config(self, config: TrainingConfig) -> None:
        """Show a configuration without handing it on."""
        self._config = config
        self.optimiser_combo.show_choice(config.optimiser)
        for spin, count in ((self.epochs_spin, config.epochs), (self.batch_size_spin, config.batch_size)):
            with QSignalBlocker(spin):
                spin.setValue(count)
        for rate_spin, rate in (
            (self.learning_rate_spin, config.learning_rate),
            (self.weight_decay_spin, config.weight_decay),
        ):
            with QSignalBlocker(rate_spin):
                rate_spin.setValue(rate)
        for box, checked in ((self.class_weights_box, config.class_weights), (self.augment_box, config.augment)):
            with QSignalBlocker(box):
                box.setChecked(checked)
