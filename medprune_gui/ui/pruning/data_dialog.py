"""Where the labelled images are, and what is done to their pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.config import DataConfig, TableColumns, config_error
from medprune_gui.engine.errors import ConfigError
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.data_checks import check_columns, column_names, must_exist
from medprune_gui.ui.pruning.fold import Fold
from medprune_gui.ui.pruning.path_edit import PathEdit

_COLUMNS = ("file", "label", "patient", "split")


class DataDialog(QDialog):
    """Asks for a `DataConfig`, saying at once what is still wrong with it.

    Parameters
    ----------
    data
        What is edited; None: start from defaults.
    """

    def __init__(self, data: DataConfig | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Choose data"))
        self.data: DataConfig | None = data
        # What the dialog does not show is kept.
        self._base: dict[str, Any] = data.model_dump() if data else {}
        self.kind_combo = ChoiceCombo(
            (
                ("folders", self.tr("A folder per class"), self.tr("Images sorted into folders named by class")),
                ("table", self.tr("A table of cases (CSV)"), self.tr("One line an image: file, class, patient, split")),
                (
                    "volumes",
                    self.tr("Volumes with label maps"),
                    self.tr("For marking structures: NIfTI images and label maps"),
                ),
            )
        )
        self.kind_combo.setObjectName("kind_combo")
        self.path_edit = PathEdit(self.tr("Images"), "folder")
        self.label_maps_edit = PathEdit(
            self.tr("Label maps"), "file or folder", self.tr("NIfTI (*.nii *.nii.gz *.img *.hdr);;All files (*)")
        )
        self.column_combos = {name: QComboBox() for name in _COLUMNS}
        self.classes_edit = QLineEdit()
        self.classes_edit.setPlaceholderText(self.tr("as found; or names separated by commas"))
        self.positive_edit = QLineEdit()
        self.positive_edit.setPlaceholderText(self.tr("automatic; or the class that means ill"))
        self.rows_spin, self.columns_spin = QSpinBox(), QSpinBox()
        self.bits_spin = QSpinBox()
        self.low_spin, self.high_spin = QDoubleSpinBox(), QDoubleSpinBox()
        self.axis_combo = ChoiceCombo(
            (
                ("axial", self.tr("Axial"), ""),
                ("coronal", self.tr("Coronal"), ""),
                ("sagittal", self.tr("Sagittal"), ""),
            )
        )
        self.validation_spin, self.test_spin, self.gap_spin = QSpinBox(), QSpinBox(), QSpinBox()
        self.problem = QLabel()
        self.problem.setObjectName("data_problem")
        self.problem.setProperty("warning", True)
        self.problem.setWordWrap(True)
        self.problem.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        assert ok is not None
        self.ok_button: QPushButton = ok
        self.ok_button.setText(self.tr("Use these data"))
        self.ok_button.setProperty("primary", True)
        self._lay_out()
        self._show(data)
        self._connect()
        self._change_kind()
        self.setMinimumWidth(460)

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.addRow(self.tr("Kind"), self.kind_combo)
        self._form.addRow(self.tr("Images"), self.path_edit)
        self._form.addRow(self.tr("Label maps"), self.label_maps_edit)
        for name, title in zip(
            _COLUMNS,
            (self.tr("File column"), self.tr("Class column"), self.tr("Patient column"), self.tr("Split column")),
            strict=True,
        ):
            combo = self.column_combos[name]
            combo.setEditable(True)
            combo.setAccessibleName(title)
            combo.setObjectName(f"column_{name}")
            line = combo.lineEdit()
            if name in ("patient", "split") and line is not None:
                line.setPlaceholderText(self.tr("none"))
            self._form.addRow(title, combo)
        for spin in (self.rows_spin, self.columns_spin):
            spin.setRange(8, 1024)
            spin.setSingleStep(8)
        self._form.addRow(
            self.tr("Image size"),
            _row(self.rows_spin, QLabel("x"), self.columns_spin, QLabel(self.tr("rows x columns"))),
        )
        self._form.addRow(self.tr("Slices"), self.axis_combo)
        self.bits_spin.setRange(1, 16)
        self.bits_spin.setSuffix(self.tr(" bits"))
        self.levels = QLabel()
        self.levels.setProperty("muted", True)
        self._form.addRow(self.tr("Grey levels"), _row(self.bits_spin, self.levels))
        for percentile in (self.low_spin, self.high_spin):
            percentile.setRange(0.0, 100.0)
            percentile.setDecimals(1)
            percentile.setSuffix(" %")
        cut = _row(self.low_spin, QLabel(self.tr("to")), self.high_spin)
        cut.setToolTip(self.tr("Grey values outside these percentiles are cut off: against single very bright pixels"))
        self._form.addRow(self.tr("Percentiles"), cut)
        further = QWidget()
        self._further = QFormLayout(further)
        self._further.setContentsMargins(0, 0, 0, 0)
        for share in (self.validation_spin, self.test_spin):
            share.setRange(1, 80)
            share.setSuffix(" %")
        self._further.addRow(self.tr("Classes"), self.classes_edit)
        self._further.addRow(self.tr("Positive class"), self.positive_edit)
        self._further.addRow(self.tr("Validation"), self.validation_spin)
        self._further.addRow(self.tr("Test"), self.test_spin)
        self.gap_spin.setRange(0, 100)
        self.gap_spin.setToolTip(self.tr("Slices left out between the parts where there is one volume only"))
        self._further.addRow(self.tr("Gap in slices"), self.gap_spin)
        for form in (self._form, self._further):
            for row in range(form.rowCount()):
                label, field = (form.itemAt(row, role) for role in (form.ItemRole.LabelRole, form.ItemRole.FieldRole))
                words = label.widget() if label else None
                control = field.widget() if field else None
                if isinstance(words, QLabel) and control is not None and not control.accessibleName():
                    control.setAccessibleName(words.text())
        layout = QVBoxLayout(self)
        layout.addLayout(self._form)
        layout.addWidget(Fold(self.tr("Classes and splits"), further))
        layout.addStretch(1)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def _show(self, data: DataConfig | None) -> None:
        shown = data or DataConfig(kind="folders", path=Path())
        self.kind_combo.show_choice(shown.kind)
        if data is not None:
            self.path_edit.show_path(data.path)
            self.label_maps_edit.show_path(data.label_maps)
        for name, combo in self.column_combos.items():
            combo.setEditText(getattr(shown.columns, name))
        self.classes_edit.setText(", ".join(shown.classes))
        self.positive_edit.setText(shown.positive or "")
        self.rows_spin.setValue(shown.size[0])
        self.columns_spin.setValue(shown.size[1])
        self.bits_spin.setValue(shown.bits)
        self.low_spin.setValue(shown.percentiles[0])
        self.high_spin.setValue(shown.percentiles[1])
        self.axis_combo.show_choice(shown.axis)
        self.validation_spin.setValue(round(100 * shown.splits.validation))
        self.test_spin.setValue(round(100 * shown.splits.test))
        self.gap_spin.setValue(shown.splits.gap_slices)

    def _connect(self) -> None:
        self.kind_combo.chosen.connect(self._change_kind)
        self.path_edit.changed.connect(self._change_path)
        self.label_maps_edit.changed.connect(self._check)
        for combo in self.column_combos.values():
            combo.editTextChanged.connect(self._check)
        for edit in (self.classes_edit, self.positive_edit):
            edit.textChanged.connect(self._check)
        for spin in (
            self.rows_spin, self.columns_spin, self.bits_spin, self.low_spin, self.high_spin,
            self.validation_spin, self.test_spin, self.gap_spin,
        ):  # fmt: skip
            spin.valueChanged.connect(self._check)
        self.axis_combo.chosen.connect(self._check)

    def _change_kind(self) -> None:
        kind = self.kind_combo.choice
        for control, shown in (
            (self.label_maps_edit, kind == "volumes"),
            (self.axis_combo, kind == "volumes"),
            *((combo, kind == "table") for combo in self.column_combos.values()),
        ):
            self._form.setRowVisible(control, shown)
        self._further.setRowVisible(self.positive_edit, kind != "volumes")
        self._further.setRowVisible(self.gap_spin, kind == "volumes")
        self.path_edit.allow({"folders": "folder", "table": "file", "volumes": "file or folder"}[kind])  # type: ignore[arg-type]
        self._change_path()

    def _change_path(self) -> None:
        path = self.path_edit.path
        if self.kind_combo.choice == "table" and path is not None:
            self._offer_columns(column_names(path))
        self._check()

    def _offer_columns(self, names: list[str]) -> None:
        for field, combo in self.column_combos.items():
            text = combo.currentText()
            with QSignalBlocker(combo):
                combo.clear()
                combo.addItems(names)
                # A default that the table does not have is no help where nothing needs to be chosen.
                optional = field in ("patient", "split")
                combo.setEditText("" if optional and names and text not in names and text == field else text)

    def _check(self) -> None:
        self.levels.setText(self.tr("{levels} grey levels").format(levels=2 ** self.bits_spin.value()))
        try:
            self.data = self._read()
        except ConfigError as error:
            self.data = None
            self.problem.setText(str(error))
        else:
            self.problem.clear()
        self.ok_button.setEnabled(self.data is not None)
        self.ok_button.setToolTip(self.problem.text())

    def _read(self) -> DataConfig:
        kind, path, label_maps = self.kind_combo.choice, self.path_edit.path, self.label_maps_edit.path
        if path is None:
            raise ConfigError(self.tr("Choose where the images are."))
        must_exist(path, folder=True if kind == "folders" else False if kind == "table" else None)
        if kind == "volumes" and label_maps is not None:
            must_exist(label_maps, folder=None)
        columns = {name: combo.currentText().strip() for name, combo in self.column_combos.items()}
        if kind == "table":
            check_columns(path, columns)
        values = {
            **self._base,
            "kind": kind,
            "path": path,
            "label_maps": label_maps if kind == "volumes" else None,
            "columns": columns if kind == "table" else TableColumns().model_dump(),
            "classes": tuple(name.strip() for name in self.classes_edit.text().split(",") if name.strip()),
            "positive": (self.positive_edit.text().strip() or None) if kind != "volumes" else None,
            "size": (self.rows_spin.value(), self.columns_spin.value()),
            "bits": self.bits_spin.value(),
            "percentiles": (self.low_spin.value(), self.high_spin.value()),
            "axis": self.axis_combo.choice,
            "splits": {
                "validation": self.validation_spin.value() / 100,
                "test": self.test_spin.value() / 100,
                "gap_slices": self.gap_spin.value(),
            },
        }
        try:
            return DataConfig.model_validate(values)
        except ValidationError as error:
            raise config_error(error) from error


def _row(*widgets: QWidget) -> QWidget:
    box = QWidget()
    layout = QHBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return box
