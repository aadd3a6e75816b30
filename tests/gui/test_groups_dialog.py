"""Groups are locked and given amounts in a table that keyboard users can use too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from example_runs import certificate, estimate
from label_room import cut_off
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLineEdit

from medprune_gui.engine.config import DataConfig, PruningConfig
from medprune_gui.engine.settings.allocations import GroupSettings
from medprune_gui.session.session import Session
from medprune_gui.ui import theme
from medprune_gui.ui.compare.quantities import count_words, plain
from medprune_gui.ui.pruning.certificate_view import CertificateDialog
from medprune_gui.ui.pruning.editable_cell import EditableCell
from medprune_gui.ui.pruning.estimate_section import EstimateSection
from medprune_gui.ui.pruning.groups_dialog import GroupsDialog
from medprune_gui.ui.pruning.groups_model import AMOUNT, CHANNELS, LEAST, LOCKED, NAME, PARAMETERS


@pytest.fixture
def session() -> Session:
    session = Session()
    session.data = DataConfig(kind="folders", path=Path("/images"))
    session.certificate, session.estimate = certificate(), estimate()
    return session


@pytest.fixture
def dialog(qtbot, session) -> GroupsDialog:
    dialog = GroupsDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitActive(dialog)
    return dialog


def shown(dialog, row, column, role=Qt.ItemDataRole.DisplayRole):
    return dialog.table.proxy.index(row, column).data(role)


def test_groups_are_listed_with_their_channels_and_frozen_ones_with_their_reason(dialog, session):
    assert shown(dialog, 0, NAME) == "features.conv1"
    assert shown(dialog, 0, CHANNELS) == "32 \N{RIGHTWARDS ARROW} 19"
    assert shown(dialog, 0, PARAMETERS) == "320"
    frozen = 6
    assert shown(dialog, frozen, NAME) == "classifier.output"
    assert "network's output" in shown(dialog, frozen, NAME, Qt.ItemDataRole.ToolTipRole)
    assert shown(dialog, frozen, LOCKED, Qt.ItemDataRole.CheckStateRole) is None
    for column in (LOCKED, AMOUNT, LEAST):
        flags = dialog.table.proxy.flags(dialog.table.proxy.index(frozen, column))
        assert not flags & (Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
    layers = tuple(replace(layer, channels_after=5) for layer in estimate().layers)
    session.estimate = replace(estimate(), layers=layers)
    assert shown(dialog, 0, CHANNELS) == "32 \N{RIGHTWARDS ARROW} 5"
    session.certificate = None
    assert dialog.model.rowCount() == 0


def test_space_locks_the_selected_groups_and_lets_them_go(qtbot, dialog, session):
    session.pruning = PruningConfig(amount=0.5, groups={"features.conv1": GroupSettings(amount=0.2, min_channels=4)})
    changes = []
    session.pruning_changed.connect(changes.append)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert session.pruning.groups == {
        "features.conv1": GroupSettings(locked=True, min_channels=4),
        "features.conv2": GroupSettings(locked=True),
    }
    assert len(changes) == 1
    assert shown(dialog, 0, LOCKED, Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    # What says nothing is left out.
    assert session.pruning.groups == {"features.conv1": GroupSettings(min_channels=4)}
    dialog.table.selectRow(6)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert "classifier.output" not in session.pruning.groups


def test_typing_sets_an_amount_and_the_least_channels_and_nonsense_is_refused(qtbot, dialog, session):
    def write(column, text):
        dialog.table.setCurrentIndex(dialog.table.proxy.index(1, column))
        qtbot.keyClick(dialog.table, text[0])
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        qtbot.keyClicks(editor, text[1:])
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()  # The delegate takes it with the next turn of the loop.

    write(AMOUNT, "30")
    write(LEAST, "12")
    assert session.pruning.groups == {"features.conv2": GroupSettings(amount=0.3, min_channels=12)}
    assert (shown(dialog, 1, AMOUNT), shown(dialog, 1, LEAST)) == ("30 %", "12")
    for column, text, words in ((AMOUNT, "100", "99.9"), (AMOUNT, "half", "'half'"), (LEAST, "65", "1 to 64")):
        write(column, text)
        assert words in dialog.problem.text()
        assert dialog.problem.isVisible()
    assert session.pruning.groups == {"features.conv2": GroupSettings(amount=0.3, min_channels=12)}
    for column in (AMOUNT, LEAST):
        dialog.table.setCurrentIndex(dialog.table.proxy.index(1, column))
        qtbot.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert session.pruning.groups == {}
    assert not dialog.problem.isVisible()
    assert dialog.isVisible()


def test_groups_are_sorted_by_number_and_filtered_by_name(qtbot, dialog):
    dialog.table.sortByColumn(CHANNELS, Qt.SortOrder.DescendingOrder)
    assert [shown(dialog, row, NAME) for row in (0, 6)] == ["features.conv5", "classifier.output"]
    dialog.filter_edit.setFocus()
    qtbot.keyClicks(dialog.filter_edit, "CLASS")
    assert [shown(dialog, row, NAME) for row in range(dialog.table.proxy.rowCount())] == [
        "classifier.dense",
        "classifier.output",
    ]
    dialog.table.selectRow(0)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert dialog.model.settings("classifier.dense").locked


def test_settings_of_groups_that_are_not_there_are_told_and_can_be_forgotten(qtbot, dialog, session):
    own = GroupSettings(amount=0.1)
    session.pruning = PruningConfig(amount=0.5, groups={"gone": own, "features.conv1": own})
    assert dialog.strangers.isVisible()
    assert "gone" in dialog.strangers.text()
    qtbot.mouseClick(dialog.forget_button, Qt.MouseButton.LeftButton)
    assert session.pruning.groups == {"features.conv1": own}
    assert not dialog.strangers.isVisible()


def test_one_dialog_opens_and_only_where_channels_are_removed(qtbot, session):
    section = EstimateSection(session)
    qtbot.addWidget(section)
    section.show()
    session.pruning = PruningConfig(amount=0.5, groups={"features.conv1": GroupSettings(locked=True)})
    assert section.groups_button.text() == "Groups... (1)"
    for _ in range(2):
        qtbot.mouseClick(section.groups_button, Qt.MouseButton.LeftButton)
    (dialog,) = section.findChildren(GroupsDialog)
    with qtbot.waitSignal(dialog.destroyed):
        session.pruning = PruningConfig(granularity="weight", amount=0.5)
    assert not section.groups_button.isEnabled()


def test_cells_that_can_be_typed_in_say_so(dialog, session):
    role = Qt.ItemDataRole
    for column in (AMOUNT, LEAST):
        assert shown(dialog, 0, column) == "as all"
        assert shown(dialog, 0, column, role.EditRole) == ""
        assert shown(dialog, 0, column, role.ForegroundRole) == QColor(theme.MUTED)
        assert "empty: as" in shown(dialog, 0, column, role.ToolTipRole)
        assert isinstance(dialog.table.itemDelegateForColumn(column), EditableCell)
        assert shown(dialog, 6, column) == ""  # What stays cannot be changed.
    dialog.model.toggle_locks([1])
    assert shown(dialog, 1, AMOUNT) == ""
    dialog.model.setData(dialog.model.index(0, AMOUNT), "30")
    assert shown(dialog, 0, AMOUNT) == "30 %"
    assert shown(dialog, 0, AMOUNT, role.ForegroundRole) is None
    picture = dialog.table.viewport().grab().toImage()
    frame = dialog.table.visualRect(dialog.table.proxy.index(2, AMOUNT))
    middle = picture.pixelColor(frame.center().x(), frame.top() + 2), picture.pixelColor(frame.center())
    assert abs(middle[0].lightness() - middle[1].lightness()) > 20


def test_both_tables_say_that_shared_weights_are_counted_twice(qtbot, dialog, session):
    total = sum(group.parameters for group in certificate().groups)
    assert not dialog.sum.isVisible()  # They add up to no more than the network has.
    session.certificate = whole = replace(certificate(), parameters=total // 2)
    tooltip = dialog.model.headerData(PARAMETERS, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "counts in both" in tooltip
    assert dialog.sum.isVisible()
    other = CertificateDialog(whole)
    other.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(other)
    other.show()
    QApplication.processEvents()
    assert other.table.horizontalHeaderItem(2).toolTip() == tooltip
    for shown_in in (dialog, other):
        words = plain(shown_in.sum.text())
        assert f"{count_words(total)}, more than the network's {count_words(total // 2)}" in words
        assert cut_off(shown_in) == []
