"""Measuring, undo, hiding names, saving and masks in the real window on a real head."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from head_window import window_with_head
from PIL import Image
from pydicom import dcmread
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from medprune_gui.app import Workbench
from medprune_gui.engine.imaging import read_image, scan
from medprune_gui.engine.imaging.measuring import Measurement
from medprune_gui.engine.imaging.range_mask import BONE_HU, range_mask
from medprune_gui.ui.viewer.range_mask_dialog import RangeMaskDialog


@pytest.fixture
def bench(qtbot, tmp_path, data_root):
    with window_with_head(qtbot, tmp_path, data_root) as bench:
        yield bench


def _drag(canvas, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def _draw(bench: Workbench, key: Qt.Key, start: QPoint, end: QPoint) -> None:
    canvas = bench.window.viewer.canvas
    QTest.keyClick(canvas, key)
    _drag(canvas, start, end)
    QTest.qWait(5)  # as between two movements of a hand


def test_a_key_chooses_the_figure_the_mouse_draws_it_and_ctrl_z_takes_it_back(bench):
    viewer, uid = bench.window.viewer, bench.session.series.uid
    _draw(bench, Qt.Key.Key_D, QPoint(100, 100), QPoint(200, 150))
    _draw(bench, Qt.Key.Key_E, QPoint(120, 120), QPoint(180, 180))
    assert [m.kind for m in bench.session.measurements.of(uid)] == ["length", "ellipse"]
    QTest.qWait(5)
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [m.kind for m in bench.session.measurements.of(uid)] == ["length"]
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert [m.kind for m in bench.session.measurements.of(uid)] == ["length", "ellipse"]
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert viewer.measuring.tool is None


def test_undo_is_about_images_on_their_tab_and_about_the_plan_elsewhere(bench):
    viewer = bench.window.viewer
    before = viewer.canvas.window
    viewer.canvas.set_window(1, 2)
    QTest.qWait(5)
    bench.window.show_tab(bench.window.predictions)
    bench.image_tools.undo()
    assert viewer.canvas.window.centre == 1
    bench.window.show_tab(viewer)
    bench.image_tools.undo()
    assert viewer.canvas.window.centre == before.centre


def test_the_menu_says_what_ctrl_z_takes_back_here(bench):
    """On images a change of theirs; in the pruning panel, and on other tabs, one of the plan."""
    window, viewer, undo = bench.window, bench.window.viewer, bench.window.action_table["undo"]
    window.pruning.amount_slider.setValue(31)
    window.pruning.commit()
    viewer.canvas.set_window(1, 2)
    QTest.qWait(5)
    assert undo.text() == "&Undo window"
    window.show_tab(window.predictions)
    assert undo.text() == "&Undo target"
    window.show_tab(viewer)
    assert undo.text() == "&Undo window"
    window.pruning.amount_slider.setFocus()
    QApplication.processEvents()
    assert undo.text() == "&Undo target"
    undo.trigger()
    assert window.pruning.amount_slider.value() == 50
    assert (viewer.canvas.window.centre, viewer.canvas.window.width) == (1, 2)
    viewer.canvas.setFocus()
    QApplication.processEvents()
    undo.trigger()
    assert viewer.canvas.window.centre != 1
    assert bench.window.action_table["redo"].text() == "&Redo window"


def test_the_list_shows_what_was_drawn_goes_there_and_is_saved(bench, tmp_path, monkeypatch):
    viewer = bench.window.viewer
    at = viewer.canvas.slice
    _draw(bench, Qt.Key.Key_D, QPoint(100, 100), QPoint(200, 150))
    viewer.canvas.set_slice(at + 5)
    QTest.keyClick(viewer.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    listing = viewer.measuring.listing
    assert listing.isVisible()
    listing.table.clicked.emit(listing.table.model().index(0, 2))
    assert viewer.canvas.slice == at
    path = tmp_path / "found"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    bench.image_tools.ask_and_save_measurements()
    with path.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["kind"], row["slice"]) == ("length", str(at + 1))
    assert row["series"].startswith("CT")


def test_one_tool_serves_all_viewports_and_each_series_has_its_own_figures(bench):
    viewer = bench.window.viewer
    viewer.set_layout("1x2")
    QTest.keyClick(viewer.canvas, Qt.Key.Key_D)
    viewer.activate_number(2)
    assert viewer.canvas.volume is None
    bench.session.series = bench.session.studies[0].series[0]
    _drag(viewer.canvas, QPoint(60, 100), QPoint(160, 150))
    assert len(bench.session.measurements.of(bench.session.series.uid)) == 1
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    viewer.activate_number(1)
    assert viewer.measuring.tool is None


def test_names_are_hidden_everywhere_at_one_key_and_come_back(bench):
    window = bench.window
    tree = window.studies._tree
    patient = bench.session.studies[0].patient_id
    date = bench.session.studies[0].date

    def words() -> str:
        root = tree.topLevelItem(0)
        series = root.child(0).child(0)
        return " ".join([root.text(0), root.child(0).text(0), series.text(0), series.toolTip(0)])

    assert patient in words()
    named = window.viewer.canvas.grab().toImage()
    QTest.keyClick(window.viewer.canvas, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert patient not in words()
    assert not date or date not in words()
    assert "Patient 1" in words()
    assert window.viewer.canvas.grab().toImage() != named
    QTest.keyClick(window.viewer.canvas, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert patient in words()
    assert window.viewer.canvas.grab().toImage() == named


def _saved(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.array(picture.convert("RGB"))


def test_pictures_name_nobody_unless_asked(bench, tmp_path, monkeypatch):
    for name, personal in (("hidden.png", False), ("named.png", True)):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        bench.image_tools.ask_and_save_picture(personal=personal)
    differs = (_saved(tmp_path / "hidden.png") != _saved(tmp_path / "named.png")).any(axis=2)
    rows, columns = np.nonzero(differs)
    assert rows.max() < 60
    assert columns.max() < 260


def test_all_images_are_saved_as_they_lie_and_name_nobody_unless_asked(bench, tmp_path, monkeypatch):
    viewer, table = bench.window.viewer, bench.window.action_table
    assert not table["save_layout"].isEnabled()
    viewer.set_layout("2x2")
    viewer.activate_number(2)
    bench.session.series = bench.session.studies[0].series[0]
    viewer.invert()
    for action_id in ("save_layout", "save_named_layout"):
        path = str(tmp_path / f"{action_id}.png")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (path, ""))
        table[action_id].trigger()
    hidden, named = _saved(tmp_path / "save_layout.png"), _saved(tmp_path / "save_named_layout.png")
    grid = viewer.grid
    assert hidden.shape == (grid.height(), grid.width(), 3)
    differing = set()
    for number, viewport in enumerate(grid.viewports):
        corner = viewport.canvas.mapTo(grid, QPoint())
        rows = slice(corner.y(), corner.y() + viewport.canvas.height())
        columns = slice(corner.x(), corner.x() + viewport.canvas.width())
        if (hidden[rows, columns] != named[rows, columns]).any():
            differing.add(number)
        if number < 2:
            alone = viewport.canvas.picture(personal=True).convertToFormat(QImage.Format.Format_RGB888)
            lines = np.frombuffer(alone.constBits(), np.uint8).reshape(alone.height(), alone.bytesPerLine())
            pixels = lines[:, : 3 * alone.width()].reshape(alone.height(), alone.width(), 3)
            np.testing.assert_array_equal(named[rows, columns], pixels)
        else:
            assert named[rows, columns].max() == 0  # no image, and no words to the one at the screen
    assert differing == {0, 1}
    assert bench.session.personal


def test_a_film_is_saved_from_the_window_and_a_wrong_name_is_said(bench, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "head.gif"), ""))
    bench.image_tools.ask_and_save_film()
    with Image.open(tmp_path / "head.gif") as film:
        assert film.n_frames == len(bench.window.viewer.canvas.volume.array)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "head.avi"), ""))
    assert bench.window.note.words == "Saved head.gif"
    bench.window.note.hide()
    bench.image_tools.ask_and_save_film()
    assert bench.window.banner.isVisible()
    assert bench.window.note.words == ""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "again.gif"), ""))
    bench.image_tools.ask_and_save_film()
    assert not bench.window.banner.isVisible()


def test_a_word_says_that_pictures_and_measurements_were_saved(bench, tmp_path, monkeypatch):
    tools, note = bench.image_tools, bench.window.note
    _measure(bench, 0)
    for save, name in (
        (tools.ask_and_save_picture, "picture.png"),
        (tools.ask_and_save_layout, "layout.png"),
        (tools.ask_and_save_measurements, "figures.csv"),
    ):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        save()
        assert note.words == f"Saved {name}"
        assert note.isVisible()
        assert (tmp_path / name).stat().st_size > 0
        note.hide()
    around = note.parentWidget().rect()
    note.say("Saved " + 40 * "a long name " + ".png")
    assert around.contains(note.geometry())
    note._end.setInterval(1)
    note.say("Saved")
    QTest.qWait(50)
    assert note.words == ""


def test_the_mask_dialog_says_that_its_mask_was_saved_until_the_range_changes(
    bench, qtbot, data_root, tmp_path, monkeypatch
):
    bench.session.studies = tuple(scan(data_root / "dicom_ct_head_phantom"))
    bench.session.series = bench.session.studies[0].series[0]
    bench.image_tools.show_range_mask()
    (dialog,) = bench.window.findChildren(RangeMaskDialog)
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "bone.nii.gz"), ""))
    dialog.save_button.click()
    assert (tmp_path / "bone.nii.gz").exists()
    assert dialog.saved.isVisible()
    assert dialog.saved.text() == "Saved bone.nii.gz"
    dialog.low.setValue(dialog.low.value() + 10)
    assert not dialog.saved.isVisible()
    dialog.reject()


def test_a_mask_of_bone_stays_over_the_image(qtbot, bench):
    viewer = bench.window.viewer
    bench.window.action_table["range_mask"].trigger()
    (dialog,) = bench.window.findChildren(RangeMaskDialog)
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    assert "not evenly spaced" in dialog.amount.text()
    dialog.keep_button.click()
    np.testing.assert_array_equal(viewer.canvas.labels, range_mask(viewer.canvas.volume, BONE_HU))
    assert bench.window.action_table["toggle_labels"].isEnabled()


def test_figures_on_straightened_slices_stay_with_those(bench, qtbot):
    viewer, series = bench.window.viewer, bench.session.series
    viewer.set_layout("mpr")
    qtbot.waitUntil(lambda: viewer.grid.viewports[1].straightened, timeout=20_000)
    viewer.activate_number(2)
    _draw(bench, Qt.Key.Key_D, QPoint(60, 60), QPoint(60, 120))
    assert len(bench.session.measurements.drawn) == 1
    viewer.set_layout("1x1")
    # Straightened voxels lie elsewhere than the stored ones: a figure drawn on them is not shown on these.
    assert bench.session.measurements.of(series.uid) == ()
    viewer.set_layout("mpr")
    qtbot.waitUntil(lambda: viewer.grid.viewports[1].straightened, timeout=20_000)
    assert len(bench.session.measurements.of(viewer.measuring._layer.series_uid)) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SliceThickness": None, "ImageOrientationPatient": None}, "not known: the files do not say how far apart"),
        ({"SliceThickness": None, "ImagePositionPatient": None}, "not known: the files do not say how far apart"),
        ({"ImageOrientationPatient": None}, "(the files do not say where the slices lie)"),
        ({}, "mL"),
    ],
)
def test_millilitres_are_said_as_far_as_the_files_tell_them(bench, qtbot, data_root, tmp_path, changed, said):
    for instance in scan(data_root / "dicom_ct_head_phantom")[0].series[0].instances[:4]:
        file = dcmread(instance.path)
        for keyword in ("SpacingBetweenSlices", *(name for name, value in changed.items() if value is None)):
            if keyword in file:
                del file[keyword]
        file.update({name: value for name, value in changed.items() if value is not None})
        file.save_as(tmp_path / instance.path.name)
    (study,) = scan(tmp_path)
    bench.session.studies = (study,)
    bench.session.series = study.series[0]
    assert len(bench.window.viewer.canvas.volume.array) == 4
    bench.image_tools.show_range_mask()
    (dialog,) = bench.window.findChildren(RangeMaskDialog)
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    assert said in dialog.amount.text()
    assert dialog.amount.text().startswith("about") == said.startswith("(")
    dialog.reject()


def test_a_mask_on_straightened_slices_can_be_saved(bench, qtbot, tmp_path):
    viewer = bench.window.viewer
    viewer.set_layout("mpr")
    qtbot.waitUntil(lambda: viewer.grid.viewports[1].straightened, timeout=20_000)
    bench.image_tools.show_range_mask()
    (dialog,) = bench.window.findChildren(RangeMaskDialog)
    qtbot.waitUntil(lambda: dialog.complete, timeout=20_000)
    assert "from the straightened slices" in dialog.amount.text()
    dialog.save(tmp_path / "bone.nii.gz")
    dialog.reject()
    mask = read_image(tmp_path / "bone.nii.gz")
    assert int(mask.array.sum()) == int(range_mask(viewer.canvas.volume, BONE_HU).sum())


def test_a_mosaic_of_slices_has_no_millilitres(bench, qtbot, data_root):
    bench.session.studies = tuple(scan(data_root / "dicom_transfer_syntaxes"))
    bench.session.series = bench.session.studies[0].series[0]
    bench.image_tools.show_range_mask()
    (dialog,) = bench.window.findChildren(RangeMaskDialog)
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    assert dialog.amount.text() == "not known: each image is a mosaic of several slices"
    dialog.reject()


def _saved_rows(bench, path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    bench.image_tools.ask_and_save_measurements()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _measure(bench, slice_index):
    viewer = bench.window.viewer
    uid = viewer.measuring._layer.series_uid
    bench.session.measurements.add(uid, Measurement("probe", ((float(slice_index), 9.0, 9.0),)))


def test_the_table_names_the_file_of_each_figure_unless_names_are_hidden(bench, data_root, tmp_path, monkeypatch):
    series = bench.session.series
    _measure(bench, 20)
    (row,) = _saved_rows(bench, tmp_path / "ct.csv", monkeypatch)
    assert (row["file"], row["slice"]) == (series.instances[20].path.name, "21")

    # A folder of pictures, and a volume, both called after a patient.
    folder = tmp_path / "Mueller_Hans"
    folder.mkdir()
    for name in ("1.pgm", "2.pgm"):
        shutil.copy(data_root / "faces_orl" / "s1" / name, folder / f"Mueller_{name}")
    volume = sorted((data_root / "mri_hippocampus_seg" / "images").glob("*.nii.gz"))[0]
    shutil.copy(volume, tmp_path / "Mueller_Hans.nii.gz")
    rows = []
    for path, name in ((folder, "Mueller_2.pgm"), (tmp_path / "Mueller_Hans.nii.gz", "Mueller_Hans.nii.gz")):
        bench.session.studies = tuple(scan(path))
        bench.session.series = bench.session.studies[0].series[0]
        if path == folder:
            bench.window.viewer.display.go_to(1)
        _measure(bench, 0)
        (row,) = _saved_rows(bench, tmp_path / "named.csv", monkeypatch)
        assert row["file"] == name
        assert "Mueller" in row["series"]
        bench.session.personal = False
        (row,) = _saved_rows(bench, tmp_path / "hidden.csv", monkeypatch)
        assert not [value for value in row.values() if "Mueller" in value]
        bench.session.personal = True
        rows.append(row)
    assert all(row["kind"] == "probe" for row in rows)


def test_the_table_says_which_slices_are_straightened_ones(bench, qtbot, tmp_path, monkeypatch):
    viewer = bench.window.viewer
    _measure(bench, 27)
    (stored,) = _saved_rows(bench, tmp_path / "stored.csv", monkeypatch)
    viewer.set_layout("mpr")
    qtbot.waitUntil(lambda: viewer.grid.viewports[1].straightened, timeout=20_000)
    _measure(bench, 27)
    (straight,) = _saved_rows(bench, tmp_path / "straight.csv", monkeypatch)
    assert (stored["straightened"], straight["straightened"]) == ("no", "yes")
    assert (stored["file"] != "", straight["file"]) == (True, "")
    assert stored["slice"] == straight["slice"] == "28"
    assert stored["points_lps_mm"] != straight["points_lps_mm"]


def test_there_is_one_dialog_for_masks_and_what_lay_there_before_comes_back(bench, qtbot):
    canvas = bench.window.viewer.canvas
    before = canvas.labels
    action = bench.window.action_table["range_mask"]
    action.trigger()
    (dialog,) = bench.window.findChildren(RangeMaskDialog)
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    bench.window.activateWindow()
    action.trigger()
    assert bench.window.findChildren(RangeMaskDialog) == [dialog]
    qtbot.waitUntil(dialog.isActiveWindow, timeout=5_000)
    assert dialog.complete
    dialog.reject()
    assert canvas.labels is before
    action.trigger()
    again = bench.window.findChildren(RangeMaskDialog)[-1]
    assert again is not dialog
    assert again.isVisible()
    again.reject()
