"""Sensitivity curves in the window: lines, list and dots point at the same group, and the plan can follow them."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from example_runs import certificate, estimate
from label_room import cut_off
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from medprune_gui.engine.config import DataConfig, PruningConfig
from medprune_gui.engine.records import ErrorRecord, GroupRecord, JobEvent, SensitivityCurves
from medprune_gui.qt_application import application
from medprune_gui.session.job_state import JobState
from medprune_gui.session.plan_history import PlanHistory
from medprune_gui.session.session import Session
from medprune_gui.ui import theme
from medprune_gui.ui.pruning.estimate_section import EstimateSection
from medprune_gui.ui.pruning.sensitivity_dialog import SensitivityDialog
from medprune_gui.ui.pruning.sensitivity_model import DROP, GROUP, PLANNED

AMOUNTS = tuple(round(0.1 * n, 1) for n in range(1, 10))


def curves(names, metric="auc") -> SensitivityCurves:
    """Curves that bend down, the later groups less."""
    costs = np.linspace(0.4, 0.02, len(names)).tolist()
    scores = {
        name: tuple(0.95 - cost * amount**2 for amount in AMOUNTS) for name, cost in zip(names, costs, strict=True)
    }
    return SensitivityCurves(metric, 0.95, AMOUNTS, scores, "l1")


PRUNABLE = [group.name for group in certificate().groups if group.prunable]
CURVES = curves(PRUNABLE)


@pytest.fixture
def session() -> Session:
    session = Session()
    session.data = DataConfig(kind="folders", path=Path("/images"))
    session.certificate, session.estimate = certificate(), estimate()
    session.sensitivity = CURVES
    return session


@pytest.fixture
def dialog(qtbot, session) -> SensitivityDialog:
    dialog = SensitivityDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitActive(dialog)
    return dialog


def cell(dialog, row, column):
    return dialog.view.proxy.index(row, column).data()


def pen_of(dialog, name):
    return dialog.view.plot.lines[name].opts["pen"]


def place_of(dialog, percent, score) -> QPoint:
    """A point of the plot in the pixels of its view."""
    plot = dialog.view.plot.plot
    box = plot.getPlotItem().getViewBox()
    return plot.mapFromScene(box.mapViewToScene(QPointF(percent, score)))


def hover(qtbot, dialog, place, names):
    """Move the mouse about a place, as hands do, until one of the groups is under it."""
    wobble = cycle((QPoint(0, 0), QPoint(1, 0)))

    def arrived():
        qtbot.mouseMove(dialog.view.plot.plot.viewport(), place + next(wobble))
        return dialog.view.plot.under_mouse in names

    qtbot.waitUntil(arrived)


def test_groups_are_listed_by_what_half_of_them_costs(dialog, session):
    view = dialog.view
    assert [cell(dialog, row, GROUP) for row in range(6)] == PRUNABLE
    assert cell(dialog, 0, DROP) == "\N{MINUS SIGN}0.100"
    assert cell(dialog, 0, PLANNED) == "41 %"  # 32 channels, of which 19 stay
    view.table.sortByColumn(DROP, Qt.SortOrder.AscendingOrder)
    assert cell(dialog, 0, GROUP) == PRUNABLE[-1]
    for button in (dialog.table_button, dialog.picture_button, dialog.use_button):
        assert button.isEnabled()
    assert "AUC 0.950" in dialog.state.text()
    session.sensitivity = None
    assert dialog.pages.currentIndex() == 0
    assert not dialog.table_button.isEnabled()
    assert not dialog.use_button.isEnabled()


def test_undefined_scores_come_first_and_are_not_drawn(qtbot, dialog, session):
    odd = {**CURVES.scores, PRUNABLE[3]: (math.nan,) * 9}
    session.sensitivity = replace(CURVES, scores=odd)
    assert cell(dialog, 0, GROUP) == PRUNABLE[3]
    assert cell(dialog, 0, DROP) == "-"
    assert not dialog.grab().isNull()


def test_keys_walk_through_the_list_and_the_line_of_the_group_stands_out(qtbot, dialog):
    view = dialog.view
    assert view.plot.selected == PRUNABLE[0]
    qtbot.keyClick(view.table, Qt.Key.Key_Down)
    assert view.plot.selected == PRUNABLE[1]
    assert pen_of(dialog, PRUNABLE[1]).color().name() == theme.PRUNED
    assert pen_of(dialog, PRUNABLE[1]).width() > pen_of(dialog, PRUNABLE[0]).width()
    assert view.named.text().startswith(f"{PRUNABLE[1]}: ")
    assert "planned 47 %" in view.named.text()


def test_the_mouse_names_the_nearest_line_and_a_click_selects_it(qtbot, dialog):
    view = dialog.view
    box = view.plot.plot.viewport()
    score = CURVES.scores[PRUNABLE[2]][8]
    hover(qtbot, dialog, place_of(dialog, 90, score), PRUNABLE[2:3])
    assert view.named.text().startswith(PRUNABLE[2])
    assert view.plot.selected == PRUNABLE[0]
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=place_of(dialog, 90, score))
    assert view.plot.selected == PRUNABLE[2]
    assert view.table.currentIndex().siblingAtColumn(GROUP).data() == PRUNABLE[2]
    low = min(min(own) for own in CURVES.scores.values())
    hover(qtbot, dialog, place_of(dialog, 10, low), [""])
    assert view.named.text().startswith(PRUNABLE[2])


def test_the_wheel_and_keys_zoom_the_score_and_leave_the_shares(qtbot, dialog):
    plot = dialog.view.plot
    item = plot.plot.getPlotItem()
    (x, whole) = item.viewRange()
    middle = QPointF(plot.plot.viewport().rect().center())
    for _ in range(3):
        wheel = QWheelEvent(
            middle, plot.plot.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(plot.plot.viewport(), wheel)
    assert np.ptp(item.viewRange()[1]) < 0.9 * np.ptp(whole)
    assert item.viewRange()[0] == x
    qtbot.keyClick(dialog, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert item.viewRange()[1] == pytest.approx(whole)
    qtbot.keyClick(dialog, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert np.ptp(item.viewRange()[1]) < np.ptp(whole)


def test_a_filter_leaves_the_lines_and_dots_of_the_groups_that_match(qtbot, dialog):
    view = dialog.view
    qtbot.keyClicks(view.filter_edit, "DENSE")
    assert view.proxy.rowCount() == 1
    assert [name for name, line in view.plot.lines.items() if line.isVisible()] == ["classifier.dense"]
    assert view.plot.selected == "classifier.dense"
    view.filter_edit.clear()
    assert all(line.isVisible() for line in view.plot.lines.values())


def test_dots_follow_the_plan(dialog, session):
    def dots():
        return {round(point.pos().x()) for point in dialog.view.plot._marks.points()}

    assert 41 in dots()
    layers = tuple(replace(layer, channels_after=layer.channels_before) for layer in estimate().layers)
    session.estimate = None
    assert 41 in dots()  # The former plan, until the next is known.
    session.estimate = replace(estimate(), layers=layers)
    assert dots() == {0}


def test_the_plan_shares_out_by_the_curves_and_back(qtbot, dialog, session):
    history = PlanHistory(session)
    session.pruning = PruningConfig(amount=0.4)
    qtbot.mouseClick(dialog.use_button, Qt.MouseButton.LeftButton)
    assert session.pruning == PruningConfig(amount=0.4, allocation="sensitivity")
    assert not dialog.use_button.isEnabled()
    assert "already" in dialog.use_button.toolTip()
    assert history.undo_text == "&Undo allocation"
    history.undo()
    assert session.pruning.allocation == "global"
    assert dialog.use_button.isEnabled()
    for pruning in (PruningConfig(amount=0.4, granularity="weight"), PruningConfig(amount=0.4, schedule="soft")):
        session.pruning = pruning
        assert not dialog.use_button.isEnabled()
        assert dialog.use_button.toolTip()


def test_measuring_is_asked_for_followed_and_cancelled(qtbot, dialog, session):
    with qtbot.waitSignal(dialog.measure_requested):
        qtbot.mouseClick(dialog.measure_button, Qt.MouseButton.LeftButton)
    state = JobState(1, "Run", None).after(JobEvent("sensitivity", message="Zeroing", fraction=0.25), 1.0)
    session.measuring = state
    assert dialog.progress.isVisible()
    assert dialog.progress.value() == 250
    assert dialog.state.text() == "Zeroing"
    assert not dialog.measure_button.isEnabled()
    with qtbot.waitSignal(dialog.cancel_requested):
        qtbot.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    session.measuring = replace(state, status="failed", error=ErrorRecord("ConfigError", "no trained weights"))
    assert not dialog.progress.isVisible()
    assert dialog.state.text() == "no trained weights"
    session.measuring = replace(state, status="finished")
    assert "AUC" in dialog.state.text()
    session.pruning = PruningConfig(amount=0.4, criterion="l2")
    assert "another ranking" in dialog.state.text()
    session.job = JobState(2, "Run", None)
    assert not dialog.measure_button.isEnabled()


def test_the_table_and_the_picture_are_written_whole_or_refused_in_words(dialog, session, tmp_path):
    dialog.export_table(tmp_path / "curves.csv")
    rows = list(csv.DictReader((tmp_path / "curves.csv").read_text().splitlines()))
    assert len(rows) == 60
    assert float(rows[0]["planned_amount"]) == pytest.approx(13 / 32, abs=1e-4)
    dialog.save_picture(tmp_path / "curves.png")
    assert QImage(str(tmp_path / "curves.png")).width() == dialog.view.plot.width()
    (tmp_path / "file").write_text("")
    dialog.save_picture(tmp_path / "file" / "curves.png")
    assert str(tmp_path / "file") in dialog.state.text()


def test_a_hundred_and_twenty_groups_can_be_told_apart(qtbot, dialog, session):
    names = [f"features.denseblock{n // 40 + 1}.denselayer{n % 40 + 1}.conv1" for n in range(120)]
    session.certificate = replace(
        certificate(), groups=tuple(GroupRecord(name, 128, True, None, 1000) for name in names)
    )
    session.sensitivity = curves(names)
    view = dialog.view
    assert view.proxy.rowCount() == len(view.plot.lines) == 120
    qtbot.keyClick(view.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert view.plot.selected == names[-1]
    hover(qtbot, dialog, place_of(dialog, 90, session.sensitivity.scores[names[60]][8]), names[58:63])


def test_the_panel_opens_one_dialog_and_hands_its_wishes_on(qtbot, session):
    section = EstimateSection(session)
    qtbot.addWidget(section)
    section.show()
    assert section.can_show_sensitivity
    for _ in range(2):
        qtbot.mouseClick(section.sensitivity_button, Qt.MouseButton.LeftButton)
    (dialog,) = section.findChildren(SensitivityDialog)
    with qtbot.waitSignal(section.measure_requested):
        dialog.measure_button.click()
    session.pruning = PruningConfig(amount=0.4, granularity="weight")
    assert not section.sensitivity_button.isEnabled()
    assert not section.can_show_sensitivity
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
    session.pruning = PruningConfig(amount=0.4)
    section.show_sensitivity()
    assert section.findChildren(SensitivityDialog)


def test_while_it_measures_nothing_says_that_nothing_was_measured(dialog, session):
    session.sensitivity = None
    assert dialog.empty.heading.text() == "Not measured yet"
    session.measuring = state = JobState(1, "Run", None).after(JobEvent("sensitivity", fraction=0.92), 1.0)
    assert dialog.empty.isVisible()
    assert dialog.empty.heading.text() == "Measuring..."
    assert "Not measured" not in dialog.empty.accessibleName()
    session.measuring = replace(state, status="cancelled")
    assert dialog.empty.heading.text() == "Not measured yet"


@pytest.mark.parametrize("size", [(700, 450), (980, 600)])
def test_names_and_figures_are_whole_in_a_small_dialog(qtbot, session, size):
    application()
    dialog = SensitivityDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.resize(*size)
    dialog.show()
    QApplication.processEvents()
    assert (dialog.width(), dialog.height()) == size
    table = dialog.view.table
    assert not table.wordWrap()
    for row in range(table.model().rowCount()):
        for column in (GROUP, PLANNED, DROP):
            text = table.model().index(row, column).data()
            assert table.fontMetrics().horizontalAdvance(text) + 6 <= table.columnWidth(column)
    assert cut_off(dialog) == []
    assert dialog.view.plot.width() >= 300


def test_the_line_under_the_mouse_bears_its_name(qtbot, dialog):
    hover(qtbot, dialog, place_of(dialog, 90, CURVES.scores[PRUNABLE[2]][8]), PRUNABLE[2:3])
    assert QToolTip.text() == PRUNABLE[2]
    hover(qtbot, dialog, place_of(dialog, 10, min(min(own) for own in CURVES.scores.values())), [""])
    qtbot.waitUntil(lambda: not QToolTip.isVisible(), timeout=3_000)
