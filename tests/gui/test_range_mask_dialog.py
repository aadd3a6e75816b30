"""A mask from a range of values: seen at once, measured, kept or saved, and given up without a trace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from canvas_pictures import shown
from PySide6.QtWidgets import QFileDialog

from medprune_gui.engine.imaging import read_image, read_series, scan
from medprune_gui.engine.imaging.range_mask import BONE_HU, range_mask, volumes_ml
from medprune_gui.engine.imaging.reorienting import plane_view
from medprune_gui.ui.viewer.range_mask_dialog import RangeMaskDialog


@pytest.fixture(scope="module")
def head(data_root):
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    return read_series(study.series[0])


@pytest.fixture
def canvas(qtbot, head):
    return shown(qtbot, head)


@pytest.fixture
def dialog(qtbot, canvas):
    dialog = RangeMaskDialog(canvas)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_it_begins_with_bone_and_shows_the_slice_at_once(canvas, dialog, head):
    assert dialog.low.value() == BONE_HU
    assert not dialog.complete
    index = canvas.slice
    np.testing.assert_array_equal(canvas.labels[index], range_mask(head, BONE_HU)[index])
    canvas.set_slice(3)
    np.testing.assert_array_equal(canvas.labels[3], range_mask(head, BONE_HU)[3])


def test_the_whole_volume_follows_with_its_millilitres(qtbot, canvas, dialog, head):
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    expected = range_mask(head, BONE_HU)
    np.testing.assert_array_equal(canvas.labels, expected)
    assert dialog.amount.text() == f"{volumes_ml(expected, head)[1]:.0f} mL"
    dialog.open_ended.setChecked(False)
    dialog.low.setValue(0)
    dialog.high.setValue(80)
    assert not dialog.keep_button.isEnabled()
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    np.testing.assert_array_equal(canvas.labels, range_mask(head, 0, 80))


def test_a_range_upside_down_is_said_and_marks_nothing(canvas, dialog):
    dialog.open_ended.setChecked(False)
    dialog.high.setValue(100)
    dialog.low.setValue(200)
    assert dialog.problem.isVisible()
    assert not dialog.keep_button.isEnabled()
    assert not canvas.labels.any()
    dialog.low.setValue(50)
    assert not dialog.problem.isVisible()


def test_cancelling_puts_back_what_was_there(qtbot, canvas, head):
    labels = np.ones(head.array.shape, dtype=np.uint8)
    canvas.set_overlays(labels)
    dialog = RangeMaskDialog(canvas)
    assert canvas.labels is not labels
    dialog.reject()
    assert canvas.labels is labels


def test_keeping_it_leaves_it_there(qtbot, canvas, dialog, head):
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    with qtbot.waitSignal(dialog.accepted):
        dialog.keep_button.click()
    np.testing.assert_array_equal(canvas.labels, range_mask(head, BONE_HU))


def test_saved_as_nifti_it_holds_the_same_voxels(qtbot, data_root, tmp_path):
    phantom = read_series(scan(data_root / "dicom_ct_head_phantom")[0].series[0])
    dialog = RangeMaskDialog(shown(qtbot, phantom))
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    dialog.save(tmp_path / "bone.nii.gz")
    again = read_image(tmp_path / "bone.nii.gz")
    np.testing.assert_array_equal(again.array, range_mask(phantom, BONE_HU)[_as(again, phantom)])


def _as(again, image):
    """How a NIfTI file, whose slices go from foot to head, is to be turned to the image's own order."""
    signs = np.sign(np.diag(again.affine_lps[:3, :3].T @ image.affine_lps[:3, :3])).astype(int)
    return tuple(slice(None, None, int(sign)) for sign in signs)


def test_of_uneven_slices_nothing_false_is_saved_and_the_way_out_is_said(qtbot, canvas, tmp_path, monkeypatch):
    dialog = RangeMaskDialog(canvas, unknown="the files do not say how far apart or how thick the slices are " * 2)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "bone.nii.gz"), ""))
    dialog.save_button.click()
    assert "not evenly spaced" in dialog.problem.text()
    assert "Show the planes" in dialog.problem.text()
    for label in (dialog.problem, dialog.amount):
        assert label.height() >= label.heightForWidth(label.width()) > 0
    assert not list(tmp_path.iterdir())


def test_across_the_slices_the_mask_comes_with_the_volume(qtbot, canvas, head):
    canvas.set_orientation(plane_view(head.affine_lps, "coronal"))
    dialog = RangeMaskDialog(canvas, estimate="uneven spacing")
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    np.testing.assert_array_equal(canvas.labels, range_mask(head, BONE_HU))
    assert dialog.amount.text().startswith("about ")
    assert "uneven spacing" in dialog.amount.text()
    dialog.reject()


@pytest.mark.parametrize(
    ("slope", "intercept", "asked", "decimals"),
    [
        (1 / 4095, 0.0, 0.25, 5),
        (0.5, -0.25, 100.25, 2),
        (1e-7, 0.0, 1.5e-5, 8),
        (1.0, 0.5, 20.5, 1),
        (1.0, -1024.0, 300.0, 0),
        (2.0, 1.0, 21.0, 0),
    ],
)
def test_a_border_can_be_set_as_finely_as_the_values_are(qtbot, head, slope, intercept, asked, decimals):
    volume = replace(head.frame(10), slope=slope, intercept=intercept, unit="", padding=None, windows=())
    dialog = RangeMaskDialog(shown(qtbot, volume))
    qtbot.addWidget(dialog)
    assert dialog.low.decimals() == decimals
    dialog.low.setValue(asked)
    assert dialog.low.value() == pytest.approx(asked, rel=1e-12)
    lowest, highest = (int(end) * slope + intercept for end in (volume.array.min(), volume.array.max()))
    assert dialog.low.minimum() <= lowest < lowest + slope * (volume.array.max() / 1000) < dialog.low.maximum()
    assert dialog.low.maximum() >= highest
    assert 0 < dialog.low.singleStep() <= max(10.0, highest - lowest)
    qtbot.waitUntil(lambda: dialog.complete, timeout=10_000)
    np.testing.assert_array_equal(dialog._mask, range_mask(volume, asked))


def test_real_numbers_of_any_size_can_be_cut(qtbot, data_root):
    path = sorted((data_root / "mri_hippocampus_seg" / "images").glob("*.nii.gz"))[0]
    image = read_image(path)
    for factor in (1e-6, 1.0, 1e6):
        volume = replace(image, array=image.array.astype(np.float32) * np.float32(factor), slope=1.0, intercept=0.0)
        dialog = RangeMaskDialog(shown(qtbot, volume))
        qtbot.addWidget(dialog)
        middle = float(np.median(volume.array))
        dialog.low.setValue(middle)
        assert dialog.low.value() == pytest.approx(middle, abs=float(np.ptp(volume.array)) / 1e4)
        dialog.reject()
