"""The study browser with real studies and the real image thread."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import scan
from medprune_gui.session.session import Session
from medprune_gui.ui.study.browser import StudyBrowser
from medprune_gui.ui.viewer.viewer import Viewer
from medprune_gui.workers.image_thread import ImageThread

pytestmark = pytest.mark.usefixtures("themed")


def children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [item.child(row) for row in range(item.childCount())]


def test_patients_studies_and_series_are_listed_and_chosen(
    browser: StudyBrowser, session: Session, data_root: Path
) -> None:
    assert "drop" in browser._message.words
    assert browser._message.isVisible()
    session.studies = tuple(scan(data_root / "dicom_mr_braintumor"))
    tree = browser._tree
    assert tree.isVisible()
    patients = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    assert [patient.text(0) for patient in patients] == ["PGBM-001", "PGBM-003"]
    studies = [study for patient in patients for study in children(patient)]
    assert [study.text(0)[:10] for study in studies] == ["1991-11-19", "1992-04-02", "1995-03-29"]
    series = [one for study in studies for one in children(study)]
    assert len(series) == 9
    assert series[0].text(0) == "T1post\nMR  25 slices"

    listed = [one for study in session.studies for one in study.series]
    assert session.series == listed[0]  # what was opened is shown at once
    assert tree.currentItem() is series[0]
    tree.setCurrentItem(series[5])
    assert session.series == listed[5]
    session.series = listed[7]
    assert tree.currentItem() is series[7]


def test_a_warning_sign_tells_what_is_wrong(browser: StudyBrowser, session: Session, data_root: Path) -> None:
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    (clean,) = scan(data_root / "dicom_ct_head_phantom")
    session.studies = (study, clean)
    item = browser._tree._items[study.series[0].uid]
    assert not item.icon(1).isNull()
    for warning in study.series[0].warnings:
        assert warning.message in item.toolTip(1)
    assert browser._tree._items[clean.series[0].uid].icon(1).isNull()


def test_more_studies_are_added_and_closed_ones_go(browser: StudyBrowser, session: Session, data_root: Path) -> None:
    asked = []
    browser.thumbnail_requested.connect(asked.append)
    ct, *_ = scan(data_root / "dicom_ct_head_phantom")
    xrays = scan(data_root / "cxr_pneumonia_fullres_sample")
    session.studies = (ct,)
    assert asked == [ct.series[0]]
    session.studies = (ct, *xrays)
    assert session.series == xrays[0].series[0]
    session.studies = ()
    assert session.series is None
    assert browser._message.isVisible()


def test_dropped_and_recent_paths_are_asked_for(qtbot: QtBot, browser: StudyBrowser, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a.dcm", "b c")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 200), Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(browser, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(browser.open_requested) as asked:
        drop = QDropEvent(QPointF(20, 200), Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(browser, drop)
    assert asked.args == [[tmp_path / "a.dcm", tmp_path / "b c"]]
    browser.set_recent([tmp_path / "old", tmp_path / "older"])
    with qtbot.waitSignal(browser.open_requested) as asked:
        browser._recent.actions()[1].trigger()
    assert asked.args == [[tmp_path / "older"]]


def test_images_are_found_read_and_shown_through_the_thread(
    qtbot: QtBot, browser: StudyBrowser, session: Session, data_root: Path
) -> None:
    viewer = Viewer(session)
    qtbot.addWidget(viewer)
    viewer.resize(500, 500)
    viewer.show()
    thread = ImageThread()
    browser.thumbnail_requested.connect(thread.thumbnail)
    browser.cancel_scan_requested.connect(thread.cancel)
    viewer.load_requested.connect(thread.load)
    thread.scan_progressed.connect(browser.show_scan_progress)
    thread.scanned.connect(lambda studies: setattr(session, "studies", studies))
    thread.scanned.connect(browser.hide_scan_progress)
    thread.thumbnail_ready.connect(browser.show_thumbnail)
    thread.loaded.connect(viewer.show_loaded)
    thread.start()
    try:
        thread.scan([data_root / "dicom_mr_braintumor"])
        qtbot.waitUntil(lambda: viewer.canvas.volume is not None, timeout=20_000)
        assert viewer.canvas.volume is not None
        assert viewer.canvas.volume.array.shape[0] == len(session.series.instances) == 25  # type: ignore[union-attr]
        assert not browser._row.isVisible()
        uids = [one.uid for study in session.studies for one in study.series]
        qtbot.waitUntil(lambda: browser._tree._thumbnails.keys() >= set(uids), timeout=20_000)
        browser.show_scan_progress(3, 10)
        (cancel,) = (button for button in browser._row.findChildren(QPushButton) if button.isVisible())
        with qtbot.waitSignal(browser.cancel_scan_requested):
            cancel.click()
    finally:
        thread.stop()
