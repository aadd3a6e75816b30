"""The tag browser finds by tag, name and value, follows the image, copies, and hides who the patient is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from medprune_gui.app import Workbench
from medprune_gui.engine.imaging import Series, read_series, scan
from medprune_gui.engine.imaging.reorienting import Reorientation, plane_view
from medprune_gui.ui.study.tag_browser import TagBrowser

PYDICOM = Path(pydicom.__file__).parent / "data" / "test_files"


@pytest.fixture
def ct(data_root: Path) -> Series:
    return scan(data_root / "dicom_ct_head_ge_tilt")[0].series[0]


def opened(qtbot: QtBot, series: Series, index: int = 0) -> TagBrowser:
    browser = TagBrowser()
    qtbot.addWidget(browser)
    browser.show_instance(series, index)
    browser.show()
    return browser


def of_file(series: Series, name: str) -> Series:
    return replace(series, instances=(replace(series.instances[0], path=PYDICOM / name, frame=None),))


def texts(browser: TagBrowser, column: int = 0, below: QModelIndex | None = None) -> list[str]:
    """What the tree shows in a column, whether folded or not."""
    model, found = browser.tree.model(), []
    parent = below or QModelIndex()
    for row in range(model.rowCount(parent)):
        found.append(model.index(row, column, parent).data())
        found += texts(browser, column, model.index(row, 0, parent))
    return found


@pytest.mark.parametrize("query", ["0010,0020", "00100020", "(0010,0020)", "patientid", "Patient ID", "QMNx85rKkkg"])
def test_an_element_is_found_by_tag_keyword_name_and_value(qtbot: QtBot, ct: Series, query: str) -> None:
    browser = opened(qtbot, ct)
    qtbot.keyClicks(browser.search_edit, query)
    assert "(0010,0020)" in texts(browser)
    assert len(texts(browser)) <= 2
    browser.search_edit.setText("no such thing")
    assert texts(browser) == []
    browser.search_edit.clear()
    assert len(texts(browser)) > 80


def test_sequences_open_on_what_is_found_in_them(qtbot: QtBot, ct: Series) -> None:
    browser = opened(qtbot, of_file(ct, "rtplan.dcm"))
    browser.search_edit.setText("unit001")
    assert texts(browser) == ["(300A,00B0)", "Item 1", "(300A,00B2)"]
    sequence = browser.tree.model().index(0, 0)
    assert browser.tree.isExpanded(sequence)
    assert browser.tree.isExpanded(sequence.model().index(0, 0, sequence))
    browser.search_edit.setText("BeamSequence")  # with all that it holds
    assert "(300A,00B2)" in texts(browser)


def test_rows_values_and_all_are_copied(qtbot: QtBot, ct: Series) -> None:
    browser = opened(qtbot, ct)
    browser.search_edit.setText("Manufacturer")
    browser.tree.setFocus()
    browser.tree.setCurrentIndex(browser.tree.model().index(0, 0))
    qtbot.keyClick(browser.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text() == "(0008,0070)  LO  Manufacturer  GE MEDICAL SYSTEMS"
    qtbot.keyClick(browser.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert clipboard.text() == "GE MEDICAL SYSTEMS"
    browser.copy_all()
    assert "(0028,0010)  US  Rows  512" in clipboard.text().splitlines()


def test_personal_values_are_neither_shown_nor_found_nor_copied(qtbot: QtBot, ct: Series) -> None:
    browser = opened(qtbot, ct)
    browser.hide_personal(True)
    values = texts(browser, 3)
    assert "QMNx85rKkkg" not in values
    assert "512" in values
    browser.copy_all()
    assert "QMNx85rKkkg" not in QGuiApplication.clipboard().text()
    browser.search_edit.setText("QMNx85rKkkg")
    assert texts(browser) == []
    browser.search_edit.setText("0010,0020")
    browser.tree.setCurrentIndex(browser.tree.model().index(0, 0))
    browser.copy_row()
    assert "QMNx85rKkkg" not in QGuiApplication.clipboard().text()
    browser.hide_personal(False)
    assert "QMNx85rKkkg" in texts(browser, 3)


def test_with_personal_values_the_name_of_the_file_is_hidden(qtbot: QtBot, ct: Series, tmp_path: Path) -> None:
    named = tmp_path / "Mueller_Hans" / "Mueller_Hans_19601224.dcm"
    named.parent.mkdir()
    shutil.copy(ct.instances[0].path, named)
    series = replace(ct, instances=(replace(ct.instances[0], path=named),))
    browser = opened(qtbot, series)

    def said() -> str:
        return " ".join(text for label in browser.findChildren(QLabel) for text in (label.text(), label.toolTip()))

    assert named.name in said()
    assert str(named) in said()
    browser.hide_personal(True)
    assert "Mueller" not in said()
    browser.hide_personal(False)
    assert str(named) in said()
    named.unlink()
    browser.hide_personal(True)
    browser.hide()
    browser.show()  # which reads it again
    assert "cannot be opened" in said()
    assert "Mueller" not in said()


def test_the_browser_follows_the_image_and_keeps_its_place(qtbot: QtBot, ct: Series) -> None:
    browser = opened(qtbot, ct, 3)
    browser.search_edit.setText("SliceLocation")
    browser.tree.setCurrentIndex(browser.tree.model().index(0, 0))
    assert browser.slider.value() == browser.spin.value() == 4

    def place(index: int) -> str:
        header = pydicom.dcmread(ct.instances[index].path, stop_before_pixels=True)
        return str(header.SliceLocation)

    assert texts(browser, 3) == [place(3)]
    browser.show_instance(ct, 10)
    qtbot.waitUntil(lambda: texts(browser, 3) == [place(10)])
    assert browser.tree.currentIndex().data() == "(0020,1041)"
    browser.slider.setValue(20)
    qtbot.waitUntil(lambda: texts(browser, 3) == [place(19)])


def test_a_file_that_is_gone_is_told(qtbot: QtBot, ct: Series) -> None:
    browser = opened(qtbot, of_file(ct, "gone.dcm"))
    assert "gone.dcm" in browser._file.text()
    assert texts(browser) == []


def test_the_action_opens_it_for_dicom_on_the_images_tab(qtbot: QtBot, ct: Series, tmp_path: Path) -> None:
    bench = Workbench(tmp_path / "settings.toml")
    qtbot.addWidget(bench.window)
    actions = bench.window.action_table
    assert actions is not None
    action = actions["dicom_tags"]
    assert not action.isEnabled()
    bench.window.show_tab(bench.window.viewer)
    bench.session.series = ct
    bench.window.viewer.show_volume(read_series(ct))
    actions.refresh()
    assert action.isEnabled()
    bench.window.viewer.canvas.set_slice(5)
    action.trigger()
    browser = bench.window.findChild(TagBrowser)
    assert browser is not None
    assert browser.isVisible()
    assert browser.spin.value() == 6
    bench.window.viewer.next_slice()
    assert browser.spin.value() == 7
    # Slices across the stored ones belong to no instance; back among them, the browser follows again.
    viewer = bench.window.viewer
    viewer.canvas.set_orientation(plane_view(viewer.canvas.volume.affine_lps, "coronal"))  # type: ignore[union-attr]
    assert viewer.instance is None
    viewer.next_slice()
    assert browser.spin.value() == 7
    viewer.canvas.set_orientation(Reorientation(flipped=(True, False, False)))
    viewer.canvas.set_slice(0)
    assert browser.spin.value() == len(ct.instances)
    bench.session.series = None
    assert not browser.isVisible()
    actions.refresh()
    assert not action.isEnabled()
    bench.close_workers()
