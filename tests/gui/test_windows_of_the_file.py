"""What a file says about its display reaches the screen: windows of each slice, VOI LUTs, padding, overlay planes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from canvas_pictures import pixels, plain, shown
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Volume, Window, read_image, read_series, scan
from medprune_gui.engine.imaging.reorienting import FLIP_HORIZONTALLY
from medprune_gui.engine.imaging.volume import VoiLut
from medprune_gui.ui.theme import TEXT
from medprune_gui.ui.viewer.frame import halved
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.linking import link
from medprune_gui.ui.viewer.overlay_menu import OverlayMenu
from medprune_gui.ui.viewer.window_menu import WindowMenu

PYDICOM = Path(pydicom.__file__).parent / "data" / "test_files"


pytestmark = pytest.mark.usefixtures("themed")


@pytest.fixture(scope="module")
def mr(data_root: Path) -> Volume:
    found = [series for study in scan(data_root / "dicom_mr_braintumor" / "PGBM-001") for series in study.series]
    return read_series(next(series for series in found if "T1post" in series.description))


def menu_of(qtbot: QtBot, canvas: ImageCanvas) -> list[tuple[str, bool]]:
    menu = WindowMenu(lambda: canvas)
    qtbot.addWidget(menu)
    menu.fill()
    return [(action.text().split("\t")[0], action.isChecked()) for action in menu.actions() if action.text()]


def test_each_slice_is_shown_in_its_own_window_until_the_user_chooses(qtbot: QtBot, mr: Volume) -> None:
    assert len(mr.slice_windows) == len(mr.array)
    canvas = shown(qtbot, mr)
    for index in (3, 4, 15):
        canvas.set_slice(index)
        assert canvas.window == mr.windows_at(index)[0]
    canvas.set_window(400, 300)
    canvas.set_slice(4)
    assert (canvas.window.centre, canvas.window.width) == (400, 300)
    canvas.reset()
    assert canvas.window == mr.windows_at(4)[0]
    canvas.set_slice(9)
    assert canvas.window == mr.windows_at(9)[0]
    canvas.auto_window()
    chosen = canvas.window
    canvas.set_slice(10)
    assert canvas.window == chosen


def test_linked_images_both_follow_the_windows_of_their_slices(qtbot: QtBot, mr: Volume) -> None:
    first, second = shown(qtbot, mr), shown(qtbot, mr)
    link(first, second)
    for index in (2, 7, 12):
        (first if index != 7 else second).set_slice(index)
        assert first.window == second.window == mr.windows_at(index)[0]


def test_voi_luts_are_chosen_by_their_explanation(qtbot: QtBot) -> None:
    ramp = np.arange(512 * 512, dtype=np.uint16).reshape(1, 512, 512) // 64
    soft, hard = (
        VoiLut(0, 8, np.clip(np.arange(4096) // step, 0, 255).astype("<u2").tobytes(), name)
        for step, name in ((16, "SOFT"), (4, "HARD tissue"))
    )
    window = Window(2048, 4096, "plain")
    volume = plain(ramp, oriented=False, windows=(soft.window(), hard.window(), window))
    canvas = shown(qtbot, volume)
    assert menu_of(qtbot, canvas) == [
        ("1  SOFT", True),
        ("2  HARD tissue", False),
        ("3  Plain", False),
    ]
    inside = np.s_[90:400, 60:450]
    for number, step in ((1, 16), (2, 4)):
        canvas.preset(number)
        expected = np.clip(ramp[0] // step, 0, 255)
        assert np.array_equal(pixels(canvas)[inside][..., 0], expected[inside])
    # Dragged, the curve stays a curve and is stretched.
    canvas.set_window(canvas.window.centre, canvas.window.width * 2)
    assert canvas.window.lut == hard
    assert pixels(canvas)[inside][..., 0].max() == 255


def test_padding_stays_black_when_black_and_white_are_turned_round(qtbot: QtBot, data_root: Path) -> None:
    volume = read_image(data_root / "dicom_ct_head_ge_tilt" / "14.dcm")
    canvas = shown(qtbot, volume)
    assert volume.padding is not None
    canvas.set_inverted(True)
    inside = np.s_[60:140, 0:90]  # the rim of the image's circle, without words
    padded = (volume.array[0] <= volume.padding[1])[inside]
    assert 0.05 < padded.mean() < 1
    found = pixels(canvas)[inside][..., 0]
    assert not found[padded].any()
    assert found[~padded].min() > 200  # air, inverted


def test_padding_smears_no_rim_into_smaller_pictures() -> None:
    array = np.array([[-2000, -2000, -2000, 100], [-2000, 50, 60, 103], [7, 8, -2000, -2000]], dtype=np.int16)
    # Means of the known: 50; (60 + 100 + 103) / 3 = 87.7; (7 + 8) / 2 = 7.5; and padding where nothing is known.
    assert halved(array, (-2000.0, -2000.0)).tolist() == [[50, 88], [8, -2000]]


def test_overlay_planes_are_drawn_turned_and_switched_off(qtbot: QtBot) -> None:
    volume = read_image(PYDICOM / "examples_overlay.dcm")
    ((plane,),) = volume.overlays
    mask = plane.mask(300, 484)
    mask[:80] = mask[250:] = False  # words lie there
    canvas = shown(qtbot, replace(volume, texts={}), 484, 300)
    assert canvas.view.zoom == 1.0
    light = np.array([int(TEXT[at : at + 2], 16) for at in (1, 3, 5)])
    assert canvas.has_labels
    assert (pixels(canvas)[mask] == light).all()
    canvas.labels_visible = False
    without = pixels(canvas)
    assert not (without[mask] == light).all(axis=-1).any()
    canvas.labels_visible = True
    canvas.set_orientation(FLIP_HORIZONTALLY)
    assert (pixels(canvas)[mask[:, ::-1]] == light).all()
    menu = OverlayMenu(lambda: canvas, QAction("Overlay", canvas))
    qtbot.addWidget(menu)
    menu.show_state()
    assert any("Siemens MedCom Object Graphics" in action.text() for action in menu.actions() if action.isVisible())
