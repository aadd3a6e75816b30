"""Label maps and heat maps from files over real images: in one view, in planes, with undo, in the real window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from medprune_gui.app import Workbench, application
from medprune_gui.engine.imaging import read_image, read_series, scan
from medprune_gui.engine.imaging.nifti_writing import write_label_map
from medprune_gui.engine.imaging.overlay_planes import OverlayPlane
from medprune_gui.engine.imaging.range_mask import range_mask
from medprune_gui.engine.imaging.reslicing import stack_positions
from medprune_gui.engine.imaging.slabs import Slab
from medprune_gui.ui.theme import LABEL_COLOURS
from medprune_gui.ui.viewer.guides import Guides
from medprune_gui.ui.viewer.heat_dialog import HeatDialog
from medprune_gui.ui.viewer.range_mask_dialog import RangeMaskDialog

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


class Room:
    """The real window; images are read at once, layers by the real image process."""

    def __init__(self, qtbot, folder: Path) -> None:
        application()
        self.qtbot = qtbot
        self.bench = Workbench(settings_file=folder / "settings.json")
        self.window, self.session = self.bench.window, self.bench.session
        self.viewer, self.tools = self.window.viewer, self.bench.layer_tools
        self.viewer.load_requested.disconnect()
        self.viewer.slice_wanted.disconnect()
        self.viewer.load_requested.connect(lambda series: self.viewer.show_loaded(series, read_series(series)))
        self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window)
        self.bench.images.start()

    @property
    def canvas(self):
        return self.viewer.canvas

    @property
    def planes(self):
        return [viewport.canvas for viewport in self.viewer.grid.viewports]

    def open(self, path: Path):
        self.session.studies = tuple(scan(path))
        self.session.series = self.session.studies[0].series[0]
        assert self.canvas.volume is not None
        self.canvas.setFocus()
        return self.canvas.volume

    def lay(self, path: Path, kind=None) -> None:
        images = self.bench.images
        with self.qtbot.waitSignals([images.layer_read], timeout=20_000):
            self.tools.lay_over(path, kind)

    def to_planes(self) -> None:
        self.viewer.set_layout("mpr")
        self.qtbot.waitUntil(lambda: not self.viewer.planes.busy, timeout=20_000)


@pytest.fixture
def room(qtbot, tmp_path):
    room = Room(qtbot, tmp_path)
    yield room
    room.bench.close_workers()
    room.window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def hippocampus(data_root):
    labels = sorted((data_root / "mri_hippocampus_seg" / "labels").glob("*.nii*"))[0]
    return data_root / "mri_hippocampus_seg" / "images" / labels.name, labels


def heat_file(path: Path, labels: Path) -> Path:
    """A map of real numbers in the place of a label map: 0 outside, from 0.3 on inside."""
    image = nib.load(labels)
    inside = np.asarray(image.dataobj) > 0
    rising = 0.3 + 0.01 * np.arange(inside.shape[1], dtype=np.float32)[:, None]
    nib.save(nib.Nifti1Image(np.where(inside, rising, 0).astype(np.float32), image.affine), path)
    return path


def at(canvas, place_mm: np.ndarray, array: np.ndarray):
    """The value of a stored array where a canvas shows a place in the patient."""
    shown = np.rint(canvas.index_of(place_mm))
    index = canvas.orientation.to_stored(shown, canvas.volume.array.shape)
    return array[tuple(int(i) for i in index)]


def colour_at(canvas, place_mm: np.ndarray) -> np.ndarray:
    """What a canvas paints at a place, after stepping to its slice; without the lines of the crosshair."""
    slice_, row, column = canvas.index_of(place_mm)
    canvas.set_slice(round(float(slice_)))
    canvas.set_guides(Guides())
    point = canvas.projection().transform().map(QPointF(column + 0.5, row + 0.5))
    colour = canvas.grab().toImage().pixelColor(point.toPoint())
    return np.array([colour.red(), colour.green(), colour.blue()])


def test_labels_lie_on_the_same_places_in_all_three_planes(room, hippocampus):
    image, labels = hippocampus
    room.open(image)
    room.lay(labels)
    room.to_planes()
    room.canvas.set_opacity(1.0)
    raw = nib.load(labels)
    values = np.asarray(raw.dataobj)
    random = np.random.default_rng(3)
    colours = [np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in LABEL_COLOURS]
    for label in (1, 2):
        for voxel in random.permutation(np.argwhere(values == label))[:5]:
            place = (LPS @ raw.affine @ (*voxel, 1))[:3]
            for canvas in room.planes:
                assert at(canvas, place, canvas.labels) == label
                assert np.abs(colour_at(canvas, place) - colours[label - 1]).max() <= 1
    # A slab shows the labels of the slice through its middle.
    room.viewer.planes.set_slab(Slab("MIP", 8.0))
    for canvas in room.planes:
        assert np.abs(colour_at(canvas, place) - colours[1]).max() <= 1
    room.viewer.set_layout("1x1")
    assert np.bincount(room.canvas.labels.ravel()).tolist() == np.bincount(values.astype(int).ravel()).tolist()
    assert room.canvas.opacity == 1.0


def test_what_is_changed_in_one_plane_is_changed_in_all_and_undone_at_once(room, hippocampus):
    image, labels = hippocampus
    room.open(image)
    room.to_planes()
    room.lay(labels)  # in the planes, on the volume that they are cut from
    QTest.qWait(5)
    first = room.planes[0]
    QTest.keyClick(first, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    QTest.qWait(5)
    assert [canvas.label_look.filled for canvas in room.planes] == [False] * 3
    room.viewer.activate_number(2)
    room.canvas.set_opacity(0.755)
    QTest.qWait(5)
    assert [canvas.opacity for canvas in room.planes] == [0.755] * 3
    QTest.keyClick(room.canvas, Qt.Key.Key_G)
    assert [canvas.labels_visible for canvas in room.planes] == [False] * 3
    QTest.keyClick(room.canvas, Qt.Key.Key_G)
    assert [canvas.labels_visible for canvas in room.planes] == [True] * 3
    QTest.keyClick(room.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [canvas.opacity for canvas in room.planes] == [0.4] * 3
    QTest.keyClick(room.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [canvas.label_look.filled for canvas in room.planes] == [True] * 3
    QTest.keyClick(room.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(room.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert [canvas.opacity for canvas in room.planes] == [0.755] * 3
    assert [canvas.label_look.filled for canvas in room.planes] == [False] * 3
    assert all(canvas.labels is room.canvas.labels for canvas in room.planes)


def test_a_tilted_stack_takes_its_labels_along_and_gives_them_back(room, data_root, tmp_path):
    volume = room.open(data_root / "dicom_ct_head_ge_tilt")
    bone = range_mask(volume, 300)
    # As other programs write it, with the usual step for all slices.
    write_label_map(tmp_path / "bone.nii.gz", bone, replace(volume, positions_lps=None))
    room.lay(tmp_path / "bone.nii.gz")
    np.testing.assert_array_equal(room.canvas.labels, bone)
    room.to_planes()
    straight = room.planes[1].volume
    assert straight is not volume
    # Each voxel in the middle of stored bone is bone where the straight grid has its place.
    positions = stack_positions(room.session.series, volume)
    down, right = volume.affine_lps[:3, 1], volume.affine_lps[:3, 2]
    inner = bone[:, 1:-1, 1:-1].astype(bool)
    for row in (0, 2):
        for column in (0, 2):
            inner &= bone[:, row : row + inner.shape[1], column : column + inner.shape[2]].astype(bool)
    for stored in (3, 12, 20):
        rows, columns = np.nonzero(inner[stored])
        places = positions[stored] + (rows[::50, None] + 1) * down + (columns[::50, None] + 1) * right
        index = np.linalg.inv(straight.affine_lps) @ np.c_[places, np.ones(len(places))].T
        nearest = np.rint(index[:3]).astype(int)
        assert (np.abs(index[0] - nearest[0]) < 0.5).all()
        if abs(float(index[0][0]) - round(float(index[0][0]))) < 0.2:  # this slice is the nearest one there
            assert room.planes[0].labels[tuple(nearest)].mean() > 0.99
    room.viewer.set_layout("1x1")
    assert room.canvas.volume is volume
    np.testing.assert_array_equal(room.canvas.labels, bone)


def test_a_mask_made_in_the_planes_of_a_tilted_stack_comes_back_with_it(room, qtbot, data_root):
    volume = room.open(data_root / "dicom_ct_head_ge_tilt")
    room.to_planes()
    dialog = RangeMaskDialog(room.canvas, "", room.window)
    qtbot.waitUntil(lambda: dialog.complete, timeout=20_000)
    assert all(canvas.labels is room.canvas.labels for canvas in room.planes)
    dialog.keep_button.click()
    made = room.canvas.labels
    expected = range_mask(room.canvas.volume, 300)
    np.testing.assert_array_equal(made, expected)
    room.viewer.set_layout("1x1")
    back, own = room.canvas.labels.astype(bool), range_mask(volume, 300).astype(bool)
    assert back.shape == volume.array.shape
    # The mask was made from values between the stored ones, so that it is nearly the stack's own.
    assert 2 * (back & own).sum() / (back.sum() + own.sum()) > 0.9


def test_heat_lies_in_the_planes_and_its_colours_can_be_undone(room, hippocampus, tmp_path):
    image, labels = hippocampus
    room.open(image)
    room.to_planes()
    room.lay(heat_file(tmp_path / "heat.nii.gz", labels))
    heat = room.canvas.heat
    assert heat.threshold == heat.values[heat.values > 0].min()
    assert all(canvas.heat is heat for canvas in room.planes)
    QTest.qWait(5)
    room.tools.show_heat_colours()
    (dialog,) = room.window.findChildren(HeatDialog)
    dialog.threshold.setValue(0.5)
    assert room.planes[2].heat.threshold == 0.5
    dialog.reject()
    assert room.planes[2].heat is heat
    room.tools.show_heat_colours()
    dialog = room.window.findChildren(HeatDialog)[-1]
    QTest.qWait(1100)  # what follows within a second is one change
    dialog.high.setValue(-1)
    assert dialog.problem.isVisible()
    assert not dialog.ok_button.isEnabled()
    dialog.high.setValue(0.6)
    dialog.accept()
    QTest.qWait(5)
    assert room.planes[1].heat.high == 0.6
    room.bench.image_tools.undo()
    assert [canvas.heat.high for canvas in room.planes] == [heat.high] * 3
    room.tools.remove()
    assert not any(canvas.has_labels for canvas in room.planes)


def test_labels_and_heat_lie_over_one_another_and_take_the_place_of_their_own_kind(room, hippocampus, tmp_path):
    image, labels = hippocampus
    room.open(image)
    room.lay(labels)
    room.lay(heat_file(tmp_path / "heat.nii.gz", labels))
    before = room.canvas.layers
    assert before.labels is not None
    assert before.heat is not None
    room.lay(labels)
    assert room.canvas.heat is before.heat
    assert room.canvas.labels is not before.labels
    room.lay(labels, "heat")
    assert room.canvas.heat.high == 2.0


def test_what_does_not_lie_on_the_image_changes_nothing_and_is_said(room, hippocampus):
    image, labels = hippocampus
    room.open(image)
    room.lay(labels)
    before = room.canvas.labels
    shape = read_image(labels).array.shape
    folder = labels.parent
    other = next(p for p in sorted(folder.glob("*.nii*")) if read_image(p).array.shape != shape)
    room.lay(other)
    assert room.canvas.labels is before
    assert str(other) in room.window.banner.text
    assert "shape" in room.window.banner.text
    room.lay(labels)
    assert room.window.banner.text == ""


def test_a_layer_that_comes_after_its_image_has_gone_is_not_laid_over_another(room, hippocampus, data_root):
    image, labels = hippocampus
    room.open(image)
    with room.qtbot.waitSignal(room.bench.images.layer_read, timeout=20_000):
        room.tools.lay_over(labels)
        room.open(data_root / "dicom_ct_head_phantom")
    assert room.canvas.labels is None
    assert labels.name in room.window.banner.text


def test_the_command_asks_for_a_file_and_what_it_is(room, hippocampus, monkeypatch):
    image, labels = hippocampus
    action = room.window.action_table["lay_over"]
    assert not action.isEnabled()
    room.open(image)
    assert action.isEnabled()

    def choose(_parent, _title, _folder, filters):
        return str(labels), next(one for one in filters.split(";;") if one.startswith("Heat map"))

    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose)
    with room.qtbot.waitSignal(room.bench.images.layer_read, timeout=20_000):
        action.trigger()
    assert room.canvas.heat is not None
    assert room.canvas.labels is None


def test_a_file_dropped_on_an_image_is_opened_or_laid_over_it(room, hippocampus):
    image, labels = hippocampus
    opened = []
    room.viewer.open_requested.disconnect()
    room.viewer.open_requested.connect(opened.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(labels))])
    where = QPointF(room.canvas.mapTo(room.viewer, QPoint(50, 50)))
    arguments = (where, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    room.viewer.dropEvent(QDropEvent(*arguments))
    assert opened == [[labels]]  # there is no image yet
    room.open(image)
    room.viewer.dropEvent(QDropEvent(*arguments))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    with room.qtbot.waitSignal(room.bench.images.layer_read, timeout=20_000):
        next(action for action in menu.actions() if action.text() == "Lay over this image").trigger()
    menu.close()
    assert set(np.unique(room.canvas.labels)) == {0, 1, 2}
    assert len(opened) == 1


def test_planes_say_that_drawings_of_the_file_are_on_its_own_slices(room, data_root):
    for folder, straightened in (("dicom_ct_head_phantom", False), ("dicom_ct_head_ge_tilt", True)):
        volume = room.open(data_root / folder)
        drawn = np.zeros(volume.array.shape[1:3], dtype=bool)
        drawn[100:300, 100:300] = True
        plane = OverlayPlane("outline", 0, 0, drawn.shape[1], np.packbits(drawn, axis=1))
        room.viewer.display.show_volume(replace(volume, overlays=((plane,),) * len(volume.array)))
        room.to_planes()
        words = [canvas._scene._words(canvas.projection(), "") for canvas in room.planes]
        said = ["on its own slices only" in one.bottom_left for one in words]
        assert said == [straightened, True, True]
        assert ["Resampled" in one.top_left for one in words] == [straightened] * 3
        for canvas in room.planes:  # every slice can be painted
            for index in (0, len(canvas.shown_volume.array) - 1):
                canvas.set_slice(index)
                canvas.grab()
        room.viewer.planes.set_slab(Slab("Mean", 10.0))
        assert all("on its own slices only" in canvas._scene.remark for canvas in room.planes)
        room.viewer.planes.set_slab(None)
        room.viewer.set_layout("1x1")
        assert room.canvas.plane_names == ("outline",)
