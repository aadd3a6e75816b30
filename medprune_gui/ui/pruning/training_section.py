"""How a network is trained: the original from scratch, the pruned one by fine-tuning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QFormLayout, QGroupBox, QSpinBox, QVBoxLayout, QWidget

from medprune_gui.engine.config import TrainingConfig
from medprune_gui.engine.records import Task
from medprune_gui.engine.settings.distillation import Distillation
from medprune_gui.engine.settings.training import LOSSES
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.fold import Fold

Control: TypeAlias = QSpinBox | QDoubleSpinBox | QCheckBox | ChoiceCombo

#: Settings that may be left out: what stands for nothing in their control.
_OPTIONAL = ("loss", "ema", "patience", "distillation")


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
    teacher
        Whether there is a network whose answers can be learnt.
    """

    def __init__(
        self,
        title: str,
        name: str,
        write: Callable[[TrainingConfig], None],
        parent: QWidget | None = None,
        *,
        teacher: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setTitle(title)
        self._title, self._name, self._write = title, name, write
        self._config = TrainingConfig()
        self.epochs_spin = _count_spin(0, 10_000)
        self.epochs_spin.setToolTip(self.tr("How often every training image is seen"))
        self.learning_rate_spin = _rate_spin(1e-7, 10.0)
        self.batch_size_spin = _count_spin(1, 4096)
        self.batch_size_spin.setToolTip(self.tr("Images in one step; fewer need less memory"))
        self.optimiser_combo = ChoiceCombo((("adamw", "AdamW", ""), ("sgd", "SGD", "")))
        self.weight_decay_spin = _rate_spin(0.0, 1.0)
        self.schedule_combo = ChoiceCombo((
            ("cosine", self.tr("Falls along a cosine"), self.tr("Slowly at first, then faster, towards nothing")),
            ("plateau", self.tr("Halved on a plateau"), self.tr("After three epochs that brought nothing better")),
            ("constant", self.tr("Stays as it is"), ""),
        ))  # fmt: skip
        self.loss_combo = ChoiceCombo((
            ("", self.tr("Usual"), self.tr("Cross entropy; for label maps Dice and cross entropy together")),
            ("focal", self.tr("Focal"), self.tr("Turns to the cases that are still wrong; for classes")),
            ("dice-focal", self.tr("Dice and focal"), self.tr("Turns to pixels that are still wrong; for label maps")),
        ))  # fmt: skip
        self.class_weights_box = QCheckBox(self.tr("Weigh rare classes more"))
        self.augment_box = QCheckBox(self.tr("Vary images (augmentation)"))
        self.ema_spin = _rate_spin(0.0, 0.9999)
        self.ema_spin.setSpecialValueText(self.tr("off"))
        self.ema_spin.setToolTip(self.tr("Keep the moving average of weights, with this decay, such as 0.999"))
        self.patience_spin = _count_spin(0, 10_000)
        self.patience_spin.setSpecialValueText(self.tr("off"))
        self.patience_spin.setToolTip(self.tr("End after so many epochs that brought nothing better in validation"))
        self.teacher_spin = _rate_spin(0.0, 1.0)
        self.teacher_spin.setSpecialValueText(self.tr("off"))
        self.teacher_spin.setToolTip(
            self.tr("Share of the original's answers in what is learnt; the labels have the rest")
        )
        form = QFormLayout()
        further = QWidget()
        further_form = QFormLayout(further)
        self._add(form, "epochs", self.tr("Epochs"), self.epochs_spin)
        self._add(form, "learning_rate", self.tr("Learning rate"), self.learning_rate_spin)
        self._add(form, "batch_size", self.tr("Batch size"), self.batch_size_spin)
        self._add(further_form, "schedule", self.tr("Rate schedule"), self.schedule_combo)
        self._add(further_form, "optimiser", self.tr("Optimiser"), self.optimiser_combo)
        self._add(further_form, "weight_decay", self.tr("Weight decay"), self.weight_decay_spin)
        self._add(further_form, "loss", self.tr("Loss"), self.loss_combo)
        self._add(further_form, "ema", self.tr("Averaging"), self.ema_spin)
        self._add(further_form, "patience", self.tr("Stop early"), self.patience_spin)
        if teacher:
            self._add(further_form, "distillation", self.tr("Distillation"), self.teacher_spin)
        self._add(further_form, "class_weights", "", self.class_weights_box)
        self._add(further_form, "augment", "", self.augment_box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.addLayout(form)
        layout.addWidget(Fold(self.tr("More"), further))

    def _add(self, form: QFormLayout, field: str, label: str, control: Control) -> None:
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        control.setObjectName(f"{self._name}_{field}")
        if label:
            control.setAccessibleName(f"{self._title}: {label}")
            form.addRow(label, control)
        else:
            form.addRow(control)
        signal = (
            control.chosen
            if isinstance(control, ChoiceCombo)
            else control.toggled
            if isinstance(control, QCheckBox)
            else control.valueChanged
        )
        signal.connect(lambda value: self._change(field, value))

    def _change(self, field: str, value: Any) -> None:
        if field in _OPTIONAL:
            value = value or None
        if field == "distillation" and value:
            before = self._config.distillation or Distillation()
            value = {**before.model_dump(), "weight": value}
        self._write(TrainingConfig.model_validate({**self._config.model_dump(), field: value}))

    def show_task(self, task: Task | None) -> None:
        """Offer the losses of a task; None: it is not known yet."""
        for name in ("focal", "dice-focal"):
            self.loss_combo.enable_choice(name, task is None or name in LOSSES[task])

    def show_config(self, config: TrainingConfig) -> None:
        """Show a configuration without handing it on."""
        self._config = config
        self.optimiser_combo.show_choice(config.optimiser)
        self.schedule_combo.show_choice(config.schedule)
        self.loss_combo.show_choice({"cross-entropy": "", "dice-ce": ""}.get(config.loss or "", config.loss or ""))
        values: tuple[tuple[QSpinBox | QDoubleSpinBox | QCheckBox, float], ...] = (
            (self.epochs_spin, config.epochs),
            (self.batch_size_spin, config.batch_size),
            (self.learning_rate_spin, config.learning_rate),
            (self.weight_decay_spin, config.weight_decay),
            (self.ema_spin, config.ema or 0.0),
            (self.patience_spin, config.patience or 0),
            (self.teacher_spin, config.distillation.weight if config.distillation else 0.0),
            (self.class_weights_box, config.class_weights),
            (self.augment_box, config.augment),
        )
        for control, value in values:
            with QSignalBlocker(control):
                if isinstance(control, QCheckBox):
                    control.setChecked(bool(value))
                elif isinstance(control, QSpinBox):
                    control.setValue(int(value))
                else:
                    control.setValue(value)


def _count_spin(least: int, most: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setKeyboardTracking(False)
    return spin


def _rate_spin(least: float, most: float) -> RateSpin:
    spin = RateSpin()
    spin.setRange(least, most)
    return spin
