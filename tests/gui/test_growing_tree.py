"""The study tree while a scan goes on, and what can be done with a series in it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Study, scan
from medprune_gui.session.session import Session
from medprune_gui.ui.study.browser import StudyBrowser
from medprune_gui.ui.study.series_menu import SeriesMenu, WarningsDialog
from medprune_gui.workers.thumbnails import middle_slice, thumbnail_of

pytestmark = pytest.mark.usefixtures("themed")


@pytest.fixture
def browser(browser: StudyBrowser) -> StudyBrowser:
    """So low that the list has to be scrolled."""
    browser.resize(300, 260)
    return browser


@pytest.fixture(scope="module")
def studies(data_root: Path) -> list[Study]:
    return scan(data_root / "dicom_mr_braintumor")


def part_of(study: Study, series: int, slices: int) -> Study:
    """A study whose last series is not all there yet."""
    *whole, last = study.series[:series]
    part = replace(last, instances=last.instances[:slices], frames=slices)
    return replace(study, series=(*whole, part))


def test_a_study_that_grows_keeps_selection_folds_pictures_and_place(
    browser: StudyBrowser, session: Session, studies: list[Study]
) -> None:
    first, second, third = studies
    tree = browser._tree
    session.studies = (second, third)
    for study in (second, third):
        for series in study.series:
            browser.show_thumbnail(series.uid, thumbnail_of(middle_slice(series)))
    chosen = third.series[1]
    session.series = chosen
    items = {uid: tree._items[uid] for uid in (one.uid for study in (second, third) for one in study.series)}
    pictures = {uid: item.icon(0).cacheKey() for uid, item in items.items()}
    branch = items[second.series[0].uid].parent()
    branch.setExpanded(False)
    bar = tree.verticalScrollBar()
    bar.setValue(bar.maximum())
    place = tree.visualItemRect(tree._items[chosen.uid]).top()
    assert bar.value() > 0

    for grown in (part_of(first, 1, 3), part_of(first, 1, 20), part_of(first, 3, 9), first):
        browser.show_found((grown, second, third))  # above what is seen
        assert session.series is chosen
        assert tree.currentItem() is tree._items[chosen.uid] is items[chosen.uid]
        assert tree.visualItemRect(tree._items[chosen.uid]).top() == place
        assert not branch.isExpanded()
        assert {uid: tree._items[uid].icon(0).cacheKey() for uid in items} == pictures
        assert tree._items[grown.series[-1].uid].text(0).endswith(f"{grown.series[-1].frames} slices")
        listed = [tree._items[one.uid] for one in grown.series]
        assert [listed[0].parent().indexOfChild(item) for item in listed] == list(range(len(listed)))
    session.studies = (first, second, third)
    assert tree._items[chosen.uid] is items[chosen.uid]
    assert not branch.isExpanded()


def test_what_was_chosen_while_it_was_scanned_is_taken_over_whole(
    browser: StudyBrowser, session: Session, studies: list[Study]
) -> None:
    first, second, _ = studies
    growing = part_of(second, 2, 5)
    browser.show_found((first, growing))
    assert session.series is None  # it may not be all of it
    browser._tree.setCurrentItem(browser._tree._items[growing.series[1].uid])
    assert session.series is growing.series[1]
    session.studies = (first, second)
    assert session.series is second.series[1]
    assert browser._tree.currentItem() is browser._tree._items[second.series[1].uid]


def test_the_first_series_that_has_stopped_growing_is_shown_and_pictured(
    browser: StudyBrowser, session: Session, studies: list[Study]
) -> None:
    asked = []
    browser.thumbnail_requested.connect(asked.append)
    first, second, _ = studies
    browser.show_found((part_of(first, 1, 9),))
    browser.show_found((part_of(first, 1, 18),))
    assert session.series is None
    assert asked == []
    browser.show_found((part_of(first, 2, 3),))
    assert session.series is None
    browser.show_found((first,))
    assert session.series is first.series[0]
    assert asked == [first.series[0]]
    browser.show_found((first, part_of(second, 1, 2)))
    assert asked == list(first.series)
    session.studies = (first, second)
    assert asked == [*first.series, *second.series]
    assert session.series is first.series[0]


def test_a_scan_that_is_given_up_leaves_what_was_there(
    browser: StudyBrowser, session: Session, studies: list[Study]
) -> None:
    first, second, _ = studies
    session.studies = (first,)
    browser.show_found((first, part_of(second, 1, 5)))
    browser._tree.setCurrentItem(browser._tree._items[second.series[0].uid])
    assert session.series is not None
    assert session.series.uid == second.series[0].uid
    browser.hide_scan_progress()
    assert set(browser._tree._items) == {series.uid for series in first.series}
    assert session.series is None


def test_neighbours_in_the_study_are_stepped_to_up_to_its_ends(
    browser: StudyBrowser, session: Session, studies: list[Study]
) -> None:
    session.studies = tuple(studies)
    seen = [session.series]
    for step in (browser.next_series, browser.next_series, browser.next_series, browser.previous_series):
        step()
        seen.append(session.series)
    a, b, c = studies[0].series
    assert seen == [a, b, c, c, b]
    assert browser._tree.currentItem() is browser._tree._items[b.uid]


def test_the_menu_of_a_series_is_reached_by_key_and_tells_all(
    qtbot: QtBot, browser: StudyBrowser, session: Session, data_root: Path
) -> None:
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    session.studies = (study,)
    (series,) = study.series
    tree = browser._tree
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), tree.mapToGlobal(QPoint(1, 1)))
    QApplication.sendEvent(tree.viewport(), event)
    menu = tree.findChild(SeriesMenu)
    assert menu is not None
    actions = {action.text().replace("&", ""): action for action in menu.actions()}
    actions["Copy series UID"].trigger()
    assert QGuiApplication.clipboard().text() == series.uid
    actions["Warnings..."].trigger()
    dialog = tree.findChild(WarningsDialog)
    assert dialog is not None
    text = dialog.text.toPlainText()
    for warning in series.warnings:
        assert warning.message in text
        assert all(file.name in text for file in warning.files)
    dialog.close()
    menu.close()
    tooltip = tree._items[series.uid].toolTip(1)
    (uneven,) = (warning for warning in series.warnings if warning.code == "uneven-spacing")
    assert len(uneven.files) > 4
    with closing(SeriesMenu(series, tree, personal=False)) as hiding:
        actions = {action.text().replace("&", ""): action for action in hiding.actions()}
        assert not actions["Copy series UID"].isEnabled()
        assert actions["Warnings..."].isEnabled()
    assert uneven.files[0].name in tooltip
    assert f"{len(uneven.files) - 4} more" in tooltip
    with qtbot.waitSignal(browser.series_clicked):  # which takes the keys to the image
        qtbot.keyClick(tree, Qt.Key.Key_Return)
