"""Targets, allocations and schedules: what is offered, when it is shown, and what it writes."""

from __future__ import annotations

from typing import get_args

import pytest
from example_runs import certificate, estimate
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from medprune_gui.app import Workbench
from medprune_gui.engine.config import Budget, DataConfig, PruningConfig
from medprune_gui.engine.settings.allocations import Allocation, GroupSettings
from medprune_gui.engine.settings.budgets import Quantity
from medprune_gui.engine.settings.granularities import Granularity
from medprune_gui.engine.settings.schedules import Schedule
from medprune_gui.qt_application import application
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo


@pytest.fixture(autouse=True)
def _dressed(qtbot) -> None:
    application()  # Panels as they are seen.


def choose(combo, value):
    assert combo.findData(value) >= 0
    combo.setCurrentIndex(combo.findData(value))


def values(combo):
    return {combo.itemData(index) for index in range(combo.count())}


def test_all_that_the_settings_know_is_offered(panel):
    assert values(panel.granularity_combo) == set(get_args(Granularity))
    assert values(panel.pruning.choices.allocation_combo) == set(get_args(Allocation))
    assert values(panel.target_combo) == {"amount", *get_args(Quantity)}


def test_a_dragged_share_is_taken_along_by_another_granularity(panel, session):
    panel.amount_slider.setValue(20)
    choose(panel.granularity_combo, "weight")
    assert session.pruning.amount == 0.8


def test_an_outright_budget_stays_as_it_is_and_has_a_unit(panel, session):
    target = panel.pruning.target
    odd = Budget(quantity="bytes", most=1234567.89)
    session.pruning = PruningConfig(budget=odd)
    assert target.most_spin.isVisible()
    assert not target.amount_slider.isVisible()
    assert target.most_spin.text().endswith(" bytes")
    panel.commit()
    choose(panel.criterion_combo, "l2")
    assert session.pruning.budget == odd
    target.most_spin.setValue(8000)
    assert session.pruning.budget == Budget(quantity="bytes", most=8000)
    choose(target.basis_combo, "share")
    assert session.pruning.budget == Budget(quantity="bytes", share=0.5)
    panel.amount_spin.setValue(30)
    panel.commit()
    assert session.pruning.budget == Budget(quantity="bytes", share=0.3)
    choose(panel.target_combo, "amount")
    assert not target.basis_combo.isVisible()
    assert session.pruning.amount == 0.7


@pytest.mark.parametrize("measured", ["sensitivity", "greedy"])
def test_layers_leave_behind_what_only_channels_have(panel, session, measured):
    session.pruning = PruningConfig(
        budget=Budget(quantity="bytes", share=0.4),
        allocation=measured,
        groups={"features.conv1": GroupSettings(locked=True)},
    )
    choose(panel.granularity_combo, "layer")
    pruning = session.pruning
    assert (pruning.granularity, pruning.allocation, pruning.groups) == ("layer", "global", {})
    assert pruning.budget == Budget(quantity="bytes", share=0.4)
    assert "ayers" in panel.pruning.hint.text()
    assert "bytes" in panel.pruning.hint.text()
    allocation, target = panel.pruning.choices.allocation_combo, panel.target_combo
    assert not allocation.model().item(allocation.findData(measured)).isEnabled()
    assert target.model().item(target.findData("bytes")).isEnabled()
    assert not panel.schedule_combo.model().item(panel.schedule_combo.findData("growing")).isEnabled()
    choose(panel.granularity_combo, "channel")
    choose(allocation, measured)
    assert session.pruning.allocation == measured
    choose(panel.schedule_combo, "growing")
    choose(panel.granularity_combo, "layer")
    assert session.pruning.schedule == "cubic"


@pytest.mark.parametrize("measured", ["sensitivity", "greedy"])
def test_a_schedule_that_prepares_does_not_share_out_by_measuring(panel, session, measured):
    session.pruning = PruningConfig(amount=0.5, allocation=measured)
    choose(panel.schedule_combo, "soft")
    assert (session.pruning.schedule, session.pruning.allocation) == ("soft", "global")


def test_limits_of_single_groups_go_where_weights_are_zeroed(panel, session):
    session.pruning = PruningConfig(amount=0.5, groups={"features.conv1": GroupSettings(locked=True)})
    choose(panel.granularity_combo, "weight")
    assert session.pruning.granularity == "weight"
    assert session.pruning.groups == {}


def test_a_share_becomes_a_number_and_back_where_the_network_is_known(panel, session):
    session.certificate = certificate()
    whole = session.certificate.parameters
    target = panel.pruning.target
    session.pruning = PruningConfig(budget=Budget(quantity="bytes", share=0.25))
    choose(target.basis_combo, "most")
    assert session.pruning.budget == Budget(quantity="bytes", most=whole)
    assert target.most_spin.suffix() == " bytes"
    choose(panel.target_combo, "parameters")
    assert session.pruning.budget == Budget(quantity="parameters", share=0.25)
    choose(target.basis_combo, "most")
    assert target.most_spin.suffix() == " parameters"
    choose(panel.granularity_combo, "weight")
    assert session.pruning.amount == 0.75


def test_a_schedule_shows_its_own_settings_and_writes_them(panel, session):
    panel.pruning.schedule.widget.show()
    panel.pruning.schedule.widget.parentWidget().button.setChecked(True)
    details = panel.pruning.schedule.details
    controls = {
        "soft": (details.sensitivity_combo, details.shrink_spin, details.memory_spin),
        "growing": (details.ceiling_spin,),
        "lottery": (details.rewind_combo, details.rewind_epoch_spin),
        "cubic": (),
    }
    for schedule in controls:
        choose(panel.schedule_combo, schedule)
        for owner, own in controls.items():
            assert all(control.isVisible() == (owner == schedule) for control in own)
    choose(details.sensitivity_combo, "wanda")
    details.shrink_spin.setValue(0.5)
    details.memory_spin.setValue(0.8)
    details.ceiling_spin.setValue(2.5)
    choose(details.rewind_combo, "learning-rate")
    details.rewind_epoch_spin.setValue(4)
    pruning = session.pruning
    assert (pruning.soft.sensitivity, pruning.soft.shrink, pruning.soft.memory) == ("wanda", 0.5, 0.8)
    assert pruning.growth.ceiling == 2.5
    assert (pruning.rewinding.what, pruning.rewinding.epoch) == ("learning-rate", 4)


def test_a_schedule_that_prepares_brings_an_epoch(panel, session):
    session.pruning = PruningConfig(amount=0.5, epochs_per_step=0)
    choose(panel.schedule_combo, "soft")
    assert (session.pruning.schedule, session.pruning.epochs_per_step) == ("soft", 1)


@pytest.mark.parametrize("width", [280, 380])
@pytest.mark.parametrize("schedule", ["soft", "growing", "lottery"])
def test_nothing_is_cut_off(panel, session, width, schedule):
    session.data = DataConfig(kind="folders", path="/images")
    session.pruning = PruningConfig(budget=Budget(quantity="bytes", most=123456789012), schedule=schedule)
    session.certificate, session.estimate = certificate(), estimate()
    for fold in panel.findChildren(type(panel.network.parameters_fold)):
        fold.button.setChecked(True)
    panel.resize(width, 500)
    QApplication.processEvents()
    sections = panel.scroll_area.widget()
    assert sections.minimumSizeHint().width() <= panel.scroll_area.viewport().width()


@pytest.mark.parametrize("granularity", ["channel", "layer", "block", "n:m"])
def test_every_choice_but_a_long_criterion_is_shown_in_full_in_a_narrow_panel(panel, session, granularity):
    session.data = DataConfig(kind="folders", path="/images")
    for fold in panel.findChildren(type(panel.network.parameters_fold)):
        fold.button.setChecked(True)
    choose(panel.granularity_combo, granularity)
    panel.resize(280, 900)
    for schedule in get_args(Schedule):
        session.pruning = session.pruning.model_copy(update={"schedule": schedule})
        QApplication.processEvents()
        for combo in panel.pruning.findChildren(ChoiceCombo):
            if combo.isVisible() and combo is not panel.criterion_combo:
                assert combo.shown_text == combo.currentText()
    session.pruning = session.pruning.model_copy(update={"criterion": "lamp", "granularity": "weight"})
    assert panel.criterion_combo.shown_text.startswith("Weight size, ")
    assert panel.criterion_combo.shown_text.endswith("\N{HORIZONTAL ELLIPSIS}")


def test_ctrl_z_takes_a_drag_back_and_the_menu_says_so(qtbot, tmp_path):
    application()
    bench = Workbench(settings_file=tmp_path / "settings.json")
    window, session = bench.window, bench.session
    try:
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        window.pruning.amount_slider.setFocus()
        QApplication.processEvents()
        undo, redo = window.action_table["undo"], window.action_table["redo"]
        assert not undo.isEnabled()
        for percent in (48, 40, 31):
            window.pruning.amount_slider.setValue(percent)
        window.pruning.commit()
        assert session.pruning.budget == Budget(share=0.31)
        assert undo.isEnabled()
        assert undo.text() == "&Undo target"
        qtbot.keyClick(window.pruning.amount_slider, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert session.pruning.budget == Budget()
        assert window.pruning.amount_slider.value() == 50
        assert redo.text() == "&Redo target"
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(window.pruning.amount_slider, Qt.Key.Key_Z, both)
        assert session.pruning.budget == Budget(share=0.31)
    finally:
        bench.close_workers()
        window.deleteLater()
        QApplication.processEvents()
