"""The pruning panel writes what the user changed to the session, and only that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from example_runs import certificate, estimate
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from medprune_gui.engine.config import (
    Budget,
    DataConfig,
    EvaluationConfig,
    ExperimentConfig,
    ModelConfig,
    PruningConfig,
    TableColumns,
    TrainingConfig,
)
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.settings.distillation import Distillation
from medprune_gui.engine.settings.schedules import Schedule
from medprune_gui.session.job_state import JobState
from medprune_gui.ui.compare.quantities import plain
from medprune_gui.ui.pruning.certificate_view import CertificateDialog
from medprune_gui.ui.pruning.data_dialog import DataDialog
from medprune_gui.ui.pruning.parameter_form import parse_value, value_words
from medprune_gui.ui.pruning.target_row import WRITE_EVERY_MS

FOLDERS = DataConfig(kind="folders", path=Path("/images"))
VOLUMES = DataConfig(kind="volumes", path=Path("/images"), label_maps=Path("/labels"))


def test_an_experiment_is_shown_and_none_of_it_is_written_back(panel, session):
    odd = ExperimentConfig(
        name="Odd",
        seed=11,
        data=VOLUMES,
        model=ModelConfig(architecture="UNet", parameters={"channels": [8, 16], "strides": [2]}),
        training=TrainingConfig(epochs=9, learning_rate=3.33333333e-4, optimiser="sgd", augment=False),
        pruning=PruningConfig(
            criterion="l2", allocation="uniform", budget=Budget(quantity="parameters", share=1 / 3), schedule="one-shot"
        ),
        fine_tuning=TrainingConfig(
            epochs=2,
            batch_size=7,
            weight_decay=0.0,
            loss="dice-focal",
            schedule="plateau",
            ema=0.995,
            patience=3,
            distillation=Distillation(weight=0.25, temperature=3.0),
        ),
        evaluation=EvaluationConfig(metric="dice", margin=0.0123),
    )
    session.take_experiment(odd)
    assert session.experiment == odd
    assert panel.architecture_combo.choice == "UNet"
    assert panel.network.parameters.editors["channels"].text() == "8, 16"
    assert panel.target_combo.choice == "parameters"
    assert panel.amount_spin.value() == pytest.approx(33.3)
    assert panel.amount_slider.value() == 33
    assert not panel.pruning.schedule.steps_spin.isEnabled()
    assert panel.training.epochs_spin.value() == 9
    assert panel.training.learning_rate_spin.text() == "0.0003333"
    assert not panel.training.augment_box.isChecked()
    assert panel.evaluation.metric_combo.choice == "dice"
    tuning = panel.fine_tuning
    assert (tuning.loss_combo.choice, tuning.schedule_combo.choice) == ("dice-focal", "plateau")
    assert (tuning.ema_spin.value(), tuning.patience_spin.value(), tuning.teacher_spin.value()) == (0.995, 3, 0.25)
    assert panel.training.ema_spin.text() == panel.training.patience_spin.text() == "off"

    # A change of one setting leaves what cannot be shown exactly as it was.
    panel.criterion_combo.setCurrentIndex(panel.criterion_combo.findData("random"))
    panel.training.epochs_spin.setValue(4)
    assert session.pruning == odd.pruning.model_copy(update={"criterion": "random"})
    assert session.training == odd.training.model_copy(update={"epochs": 4})
    tuning.teacher_spin.setValue(0.5)
    assert session.fine_tuning.distillation == Distillation(weight=0.5, temperature=3.0)
    for spin in (tuning.teacher_spin, tuning.ema_spin, tuning.patience_spin):
        spin.setValue(0)
    tuning.loss_combo.setCurrentIndex(0)
    none = {"distillation": None, "ema": None, "patience": None, "loss": None}
    assert session.fine_tuning == odd.fine_tuning.model_copy(update=none)


def test_the_estimate_tells_the_size_of_the_file_and_follows_the_settings(panel, session):
    session.data = FOLDERS
    session.certificate, session.estimate = certificate(), estimate()
    section, whole = panel.estimate, estimate().parameters_before
    assert section.size_row.text == "Model file 7.32 MB \N{RIGHTWARDS ARROW} 1.43 MB"
    assert plain(section.size_row.times.text()) == "5.1x smaller"
    session.pruning = PruningConfig(amount=0.4)
    assert section.size_row.isVisible()  # Dimmed, until the next figures come.
    session.estimate = replace(estimate(), parameters_after=whole)
    assert plain(section.size_row.times.text()) == "unchanged"


def test_of_whole_layers_the_certificate_of_channels_is_not_told(panel, session):
    session.data = FOLDERS
    session.certificate, session.estimate = certificate(), estimate()
    words = panel.estimate.certificate
    assert "6 of 7 groups of channels" in words.text()
    panel.granularity_combo.setCurrentIndex(panel.granularity_combo.findData("layer"))
    assert "Layers and residual blocks" in words.text()
    assert "channels" not in words.text()
    assert not panel.estimate.details_button.isVisible()
    panel.granularity_combo.setCurrentIndex(panel.granularity_combo.findData("channel"))
    assert "6 of 7 groups of channels" in words.text()
    assert panel.estimate.details_button.isVisible()


def test_a_dragged_slider_writes_rarely_and_its_last_value_always(qtbot, panel, session):
    seen = []
    session.pruning_changed.connect(lambda pruning: seen.append(pruning.budget.share))
    for percent in range(49, 19, -1):
        panel.amount_slider.setValue(percent)
    assert seen == []
    assert panel.amount_spin.value() == 20.0
    qtbot.waitUntil(lambda: bool(seen), timeout=10 * WRITE_EVERY_MS)
    qtbot.wait(2 * WRITE_EVERY_MS)
    assert seen == [0.2]


def test_start_takes_the_slider_along(qtbot, panel, session):
    session.data = FOLDERS
    panel.amount_slider.setValue(31)
    with qtbot.waitSignal(panel.start_requested):
        qtbot.mouseClick(panel.start_button, Qt.MouseButton.LeftButton)
    assert session.pruning.budget == Budget(share=0.31)


def test_the_target_says_the_same_in_other_words(panel, session):
    session.pruning = PruningConfig(budget=Budget(share=0.3))
    panel.target_combo.setCurrentIndex(panel.target_combo.findData("amount"))
    assert (session.pruning.amount, session.pruning.budget) == (0.7, None)
    panel.target_combo.setCurrentIndex(panel.target_combo.findData("parameters"))
    assert (session.pruning.amount, session.pruning.budget) == (None, Budget(quantity="parameters", share=0.3))

    panel.granularity_combo.setCurrentIndex(panel.granularity_combo.findData("weight"))
    assert (session.pruning.granularity, session.pruning.amount, session.pruning.budget) == ("weight", 0.7, None)
    assert "no faster" in panel.pruning.hint.text()
    assert not panel.target_combo.model().item(panel.target_combo.findData("macs")).isEnabled()
    assert not panel.pruning.schedule.round_to_spin.isEnabled()


def test_what_is_zeroed_is_offered_as_not_faster(panel, session):
    section, combo = panel.pruning, panel.granularity_combo
    for granularity in ("weight", "n:m", "block", "kernel", "filter"):
        combo.setCurrentIndex(combo.findData(granularity))
        assert session.pruning.granularity == granularity
        assert session.pruning.budget is None
        assert "zeroed" in combo.currentText()
        assert "no faster" in section.hint.text()
        assert section.schedule.pattern_combo.isEnabled() == (granularity == "n:m")
        assert section.schedule.block_rows_spin.isEnabled() == (granularity == "block")
    combo.setCurrentIndex(combo.findData("block"))
    section.schedule.block_columns_spin.setValue(16)
    assert session.pruning.block == (4, 16)


def test_a_pattern_limits_the_amount(panel, session):
    combo, patterns = panel.granularity_combo, panel.pruning.schedule.pattern_combo
    combo.setCurrentIndex(combo.findData("n:m"))
    assert (session.pruning.pattern, session.pruning.amount) == ("2:4", 0.5)
    patterns.setCurrentIndex(patterns.findData("1:4"))
    assert (session.pruning.pattern, session.pruning.amount) == ("1:4", 0.75)
    panel.amount_spin.setValue(90.0)
    panel.pruning.flush()
    assert session.pruning.amount == 0.75
    combo.setCurrentIndex(combo.findData("channel"))
    assert session.pruning.amount == 0.75


def test_every_schedule_can_be_chosen(panel, session):
    schedules = panel.schedule_combo
    found = [schedules.itemData(index) for index in range(schedules.count())]
    assert set(found) == set(get_args(Schedule))
    for index, schedule in enumerate(found):
        schedules.setCurrentIndex(index)
        assert session.pruning.schedule == schedule
        assert schedules.toolTip()


def test_start_and_cancel_follow_data_network_and_job(qtbot, panel, session):
    def reason() -> str:
        assert panel.start_button.isEnabled() == (not panel.reason.text())
        assert panel.reason.text() in panel.start_button.toolTip()
        return panel.reason.text()

    assert "Choose data" in reason()
    assert not panel.cancel_button.isEnabled()
    session.data = FOLDERS
    assert reason() == ""

    panel.network.parameters_fold.button.click()
    dropout = panel.network.parameters.editors["dropout"]
    dropout.selectAll()
    qtbot.keyClicks(dropout, "half")
    assert "parameters" in reason()
    assert "'half' is not a number" in panel.network.parameters.problem.text()
    assert session.model == ModelConfig()
    dropout.selectAll()
    qtbot.keyClicks(dropout, "0.25")
    assert reason() == ""
    assert session.model.parameters == {"dropout": 0.25}

    session.data = VOLUMES
    assert "cannot mark structures" in reason()
    session.model = ModelConfig(architecture="UNet")
    assert reason() == ""

    session.job = JobState(1, "run", None)
    assert "running" in reason()
    with qtbot.waitSignal(panel.cancel_requested):
        qtbot.mouseClick(panel.cancel_button, Qt.MouseButton.LeftButton)
    session.job = session.job.ended("finished")
    assert reason() == ""
    assert not panel.cancel_button.isEnabled()


def test_other_data_bring_a_network_that_fits(panel, session):
    session.evaluation = EvaluationConfig(metric="auc")
    panel.data.take_data(VOLUMES)
    assert session.model.architecture == "UNet"
    assert session.evaluation.metric is None
    assert not panel.architecture_combo.model().item(panel.architecture_combo.findData("article")).isEnabled()
    panel.data.take_data(FOLDERS)
    assert session.model.architecture == "article"


def test_other_data_leave_no_loss_that_does_not_fit(panel, session):
    session.fine_tuning = TrainingConfig(loss="focal")
    panel.data.take_data(VOLUMES)
    assert session.fine_tuning.loss is None
    model = panel.fine_tuning.loss_combo.model()
    assert [model.item(row).isEnabled() for row in range(3)] == [True, False, True]


def test_the_estimate_is_shown_waited_for_and_explained(panel, session):
    section = panel.estimate
    assert "Choose data" in section.state.text()
    session.data = FOLDERS
    assert section.state.text() == "Calculating..."
    session.certificate, session.estimate = certificate(), estimate()
    assert section.state.isHidden()
    assert section.macs_row.text == "MACs 76.9 M \N{RIGHTWARDS ARROW} 18.4 M"
    assert plain(section.macs_row.times.text()) == "4.2x fewer"
    assert "6 of 7 groups" in section.certificate.text()
    # Nearly all is not all.
    assert "99.9 % of the parameters" in plain(section.certificate.text())

    session.pruning = PruningConfig(amount=0.4)
    assert section.state.text() == "Calculating..."
    assert section.parameters_row.isVisible()
    session.pruning = PruningConfig(granularity="weight", amount=0.8)
    session.estimate = estimate(zeroed=True)
    assert "zeroed" in section.parameters_row.text
    assert plain(section.parameters_row.times.text()) == "unchanged"
    session.model = ModelConfig(architecture="resnet18")
    assert not section.parameters_row.isVisible()
    session.analysis_note = "The images cannot be read."
    assert section.state.text() == "The images cannot be read."


def test_the_certificate_lists_frozen_groups_first_with_their_reason(qtbot):
    dialog = CertificateDialog(certificate())
    qtbot.addWidget(dialog)
    assert dialog.table.item(0, 3).text() == "no"
    assert dialog.table.item(0, 4).text() == "these channels are the network's output"
    dialog.frozen_box.setChecked(True)
    assert [dialog.table.isRowHidden(row) for row in range(dialog.table.rowCount())] == [False] + [True] * 6


def test_one_certificate_is_shown_at_a_time_and_never_an_old_one(qtbot, panel, session):
    session.data = FOLDERS
    session.certificate = certificate()
    for _ in range(4):
        qtbot.mouseClick(panel.estimate.details_button, Qt.MouseButton.LeftButton)
    (dialog,) = panel.findChildren(CertificateDialog)
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.destroyed):
        session.certificate = replace(certificate(), exact=False)
    qtbot.mouseClick(panel.estimate.details_button, Qt.MouseButton.LeftButton)
    (dialog,) = panel.findChildren(CertificateDialog)
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert panel.findChildren(CertificateDialog) == []


def test_the_wheel_over_a_setting_is_left_to_the_scroll_area(panel, session):
    session.data = FOLDERS
    panel.scroll_area.setFocus()
    for control in (panel.training.epochs_spin, panel.criterion_combo, panel.amount_slider):
        centre = QPointF(control.rect().center())
        event = QWheelEvent(
            centre, QPointF(control.mapToGlobal(centre)), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(control, event)
        assert not event.isAccepted()
        assert control.focusPolicy() == Qt.FocusPolicy.StrongFocus
    panel.pruning.flush()
    assert session.training == TrainingConfig()
    assert session.pruning == PruningConfig(budget=Budget())


@pytest.mark.parametrize("width", [300, 340])
def test_nothing_is_cut_off_in_a_narrow_dock(panel, session, width):
    session.data = FOLDERS
    session.certificate, session.estimate = certificate(), estimate(zeroed=True)
    for fold in panel.findChildren(type(panel.network.parameters_fold)):
        fold.button.setChecked(True)
    panel.resize(width, 500)
    QApplication.processEvents()
    sections = panel.scroll_area.widget()
    assert sections.minimumSizeHint().width() <= panel.scroll_area.viewport().width()


@pytest.mark.parametrize(
    ("text", "default", "value"),
    [("7", 1, 7), ("0.5", 1.0, 0.5), ("8,16, 32", (1, 2), [8, 16, 32]), ("batch", "instance", "batch")],
)
def test_parameters_are_read_as_they_are_written(text, default, value):
    assert parse_value("it", text, default) == value
    assert parse_value("it", value_words(value), default) == value


@pytest.mark.parametrize(
    ("text", "default"), [("", 1), ("1.5", 1), ("inf", 1.0), ("8, x", (1,)), (" , ", (1,)), ("", "a")]
)
def test_parameters_that_are_none_are_refused_by_name(text, default):
    with pytest.raises(ConfigError) as caught:
        parse_value("filters", text, default)
    assert caught.value.where == "filters"


def test_the_data_dialog_reads_a_table_and_says_what_is_missing(qtbot, tmp_path):
    dialog = DataDialog()
    qtbot.addWidget(dialog)
    assert not dialog.ok_button.isEnabled()
    dialog.kind_combo.setCurrentIndex(dialog.kind_combo.findData("table"))
    _type(dialog.path_edit.edit, str(tmp_path / "cases.csv"))
    assert "nothing of this name" in dialog.problem.text()

    (tmp_path / "cases.csv").write_text("image,diagnosis,split\na.png,ill,train\n")
    _type(dialog.path_edit.edit, str(tmp_path / "cases.csv"))
    assert "no column 'file'" in dialog.problem.text()
    assert "image, diagnosis, split" in dialog.problem.text()
    dialog.column_combos["file"].setEditText("image")
    dialog.column_combos["label"].setEditText("diagnosis")
    assert dialog.problem.text() == ""
    assert dialog.ok_button.isEnabled()
    dialog.high_spin.setValue(0.0)
    assert "percentiles" in dialog.problem.text()
    assert dialog.data is None
    dialog.high_spin.setValue(99.5)
    dialog.rows_spin.setValue(32)
    assert dialog.data == DataConfig(
        kind="table",
        path=tmp_path / "cases.csv",
        columns=TableColumns(file="image", label="diagnosis", patient="", split="split"),
        size=(32, 64),
        percentiles=(0.0, 99.5),
    )


def test_the_data_dialog_keeps_data_as_they_are_and_needs_label_maps(qtbot, tmp_path):
    volumes = DataConfig(kind="volumes", path=tmp_path, label_maps=tmp_path, axis="coronal", size=(48, 40), bits=6)
    dialog = DataDialog(volumes)
    qtbot.addWidget(dialog)
    assert dialog.data == volumes
    dialog.label_maps_edit.edit.clear()
    _type(dialog.path_edit.edit, str(tmp_path))
    assert "label" in dialog.problem.text()
    assert not dialog.ok_button.isEnabled()


def _type(edit: QLineEdit, text: str) -> None:
    edit.setText(text)
    edit.textEdited.emit(text)
