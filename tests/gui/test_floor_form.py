"""Floors in the pruning panel: what is offered, what it writes, and where it does not apply."""

from __future__ import annotations

from dataclasses import replace

import pytest
from example_runs import certificate, estimate
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from medprune_gui.engine.config import DataConfig, EvaluationConfig, PruningConfig
from medprune_gui.engine.settings.floors import FloorSettings
from medprune_gui.qt_application import application
from medprune_gui.session.plan_history import PlanHistory

PICTURES = DataConfig(kind="folders", path="/images")
MAPS = DataConfig(kind="volumes", path="/images", label_maps="/maps")


@pytest.fixture(autouse=True)
def _dressed(qtbot) -> None:
    application()


@pytest.fixture
def form(panel, session):
    session.data = PICTURES
    session.certificate = replace(certificate(), classes=("normal", "effusion"))
    panel.pruning.floor_fold.button.setChecked(True)
    return panel.pruning.floor


def choose(combo, value):
    assert combo.findData(value) >= 0
    combo.setCurrentIndex(combo.findData(value))


def test_there_is_none_until_one_is_asked_for(form, session):
    assert session.pruning.floor is None
    assert list(form.rows) == ["", "normal", "effusion"]
    assert not any(row.check.isChecked() or row.spin.isEnabled() for row in form.rows.values())
    assert not form.tries_spin.isEnabled()


def test_what_is_ticked_is_written_with_its_drop(form, session):
    form.rows[""].check.click()
    assert session.pruning.floor == FloorSettings(drop=0.02)
    form.rows[""].spin.setValue(0.01)
    form.rows["effusion"].check.click()
    form.rows["effusion"].spin.setValue(0.0)
    form.tries_spin.setValue(5)
    choose(form.metric_combo, "accuracy")
    floor = FloorSettings(metric="accuracy", drop=0.01, classes={"effusion": 0.0}, tries=5)
    assert session.pruning.floor == floor
    form.rows[""].check.click()
    assert session.pruning.floor == FloorSettings(metric="accuracy", classes={"effusion": 0.0}, tries=5)
    form.rows["effusion"].check.click()
    assert session.pruning.floor is None


def test_what_is_opened_is_shown_also_classes_that_are_not_known(form, session):
    session.pruning = PruningConfig(amount=0.5, floor=FloorSettings(classes={"mass": 0.05}, tries=1))
    assert list(form.rows) == ["", "normal", "effusion", "mass"]
    assert [name for name, row in form.rows.items() if row.check.isChecked()] == ["mass"]
    assert form.rows["mass"].spin.value() == 0.05
    assert form.tries_spin.value() == 1
    form.rows["mass"].check.click()
    assert session.pruning.floor is None


def test_classes_come_with_the_network_and_background_is_none(form, session):
    session.data = MAPS
    assert list(form.rows) == [""]
    assert form.hint.isVisible()
    assert "lasses" in form.hint.text()
    session.certificate = replace(certificate(), classes=("background", "grey", "white"))
    assert list(form.rows) == ["", "grey", "white"]
    assert not form.hint.isVisible()
    model = form.metric_combo.model()
    enabled = {form.metric_combo.itemData(index) for index in range(model.rowCount()) if model.item(index).isEnabled()}
    assert enabled == {"", "dice"}


def test_a_schedule_that_prepares_has_no_floor_and_says_why(form, panel, session):
    form.rows[""].check.click()
    choose(panel.schedule_combo, "soft")
    assert (session.pruning.schedule, session.pruning.floor) == ("soft", None)
    assert not form.rows[""].check.isEnabled()
    assert form.hint.isVisible()
    assert "no smaller step" in form.hint.text()
    choose(panel.schedule_combo, "cubic")
    assert form.rows[""].check.isEnabled()
    assert not form.hint.isVisible()


def test_a_floor_brings_an_epoch_between_steps(form, session):
    session.pruning = PruningConfig(amount=0.5, epochs_per_step=0)
    form.rows[""].check.click()
    assert (session.pruning.floor, session.pruning.epochs_per_step) == (FloorSettings(drop=0.02), 1)


def test_changes_are_undone_and_named(form, session):
    history = PlanHistory(session)
    form.rows["normal"].check.click()
    assert history.undo_text == "&Undo floor"
    history.undo()
    assert not form.rows["normal"].check.isChecked()
    history.redo()
    assert form.rows["normal"].check.isChecked()


def test_it_works_by_keyboard_alone_and_the_wheel_changes_nothing_in_passing(form, session, qtbot):
    check, spin = form.rows["effusion"].check, form.rows["effusion"].spin
    check.setFocus()
    qtbot.keyClick(check, Qt.Key.Key_Space)
    assert session.pruning.floor == FloorSettings(classes={"effusion": 0.02})
    qtbot.keyClick(check, Qt.Key.Key_Tab)
    assert spin.hasFocus()
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    assert session.pruning.floor == FloorSettings(classes={"effusion": 0.025})
    check.setFocus()
    middle = QPointF(spin.rect().center())
    wheel = QWheelEvent(
        middle, spin.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(spin, wheel)
    assert session.pruning.floor == FloorSettings(classes={"effusion": 0.025})


def test_other_data_leave_no_floor_of_their_classes_behind(form, panel, session):
    session.evaluation = EvaluationConfig(metric="accuracy")
    session.pruning = PruningConfig(
        amount=0.5, floor=FloorSettings(metric="accuracy", drop=0.01, classes={"normal": 0.1}, tries=2)
    )
    panel.data.take_data(MAPS)
    assert session.pruning.floor == FloorSettings(drop=0.01, tries=2)
    session.pruning = PruningConfig(amount=0.5, floor=FloorSettings(classes={"grey": 0.1}))
    panel.data.take_data(PICTURES)
    assert session.pruning.floor is None


@pytest.mark.parametrize("width", [280, 380])
def test_nothing_is_cut_off(form, panel, session, width):
    session.certificate = replace(certificate(), classes=("normal", "pleural effusion of unknown origin", "mass"))
    session.estimate = estimate()
    session.pruning = PruningConfig(amount=0.5, floor=FloorSettings(drop=0.02, classes={"mass": 0.1}))
    panel.resize(width, 700)
    QApplication.processEvents()
    sections = panel.scroll_area.widget()
    assert sections.minimumSizeHint().width() <= panel.scroll_area.viewport().width()
    long = form.rows["pleural effusion of unknown origin"]
    assert long.check.toolTip() == "pleural effusion of unknown origin"
    assert long.spin.geometry().right() <= form.widget.width()
