"""The window's keys for slices, series and phases, with the real image process behind them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from medprune_gui.app import Workbench
from medprune_gui.engine.imaging import read_series
from medprune_gui.engine.imaging.formats import PICTURE_SUFFIXES
from medprune_gui.qt_application import application


@pytest.fixture
def bench(qtbot, tmp_path):
    application()
    bench = Workbench(settings_file=tmp_path / "settings.json")
    bench.window.show()
    bench.images.start()  # without the compute process, which has no part in this
    yield bench
    bench.window.close()
    bench.window.deleteLater()


def test_keys_go_through_slices_series_and_phases(qtbot, bench, data_root):
    viewer, session = bench.window.viewer, bench.session
    canvas = viewer.canvas

    def all_there():
        # Never one slice alone, which stands in for the others while they are read.
        return canvas.volume is not None and len(canvas.volume.array) == viewer._slices.count > 1

    bench.open_paths([data_root / "dicom_mr_braintumor"])
    qtbot.waitUntil(all_there, timeout=20_000)
    first, second, third = session.studies[0].series
    assert session.series is first
    canvas.setFocus()
    middle = canvas.slice
    keys = Qt.Key
    qtbot.keyClick(canvas, keys.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert canvas.slice == middle + 10
    qtbot.keyClick(canvas, keys.Key_Up)
    assert canvas.slice == middle + 9
    for key, series in ((keys.Key_PageDown, second), (keys.Key_PageDown, third), (keys.Key_PageUp, second)):
        qtbot.keyClick(canvas, key)
        assert session.series is series
        qtbot.waitUntil(all_there, timeout=20_000)
        assert canvas.slice == middle + 9  # the same place in the head
        assert np.array_equal(canvas.volume.array, read_series(series).array)

    halves = replace(third, instances=third.instances[:24], frames=24, phases=2, phase_axis="time")
    session.series = halves
    qtbot.waitUntil(all_there, timeout=20_000)
    canvas.set_slice(3)
    qtbot.keyClick(canvas, ".")
    qtbot.waitUntil(lambda: all_there() and np.array_equal(canvas.volume.array, read_series(halves.phase(1)).array))
    assert canvas.slice == 3
    qtbot.keyClick(canvas, ",")
    qtbot.waitUntil(lambda: all_there() and np.array_equal(canvas.volume.array, read_series(halves.phase(0)).array))
    assert canvas.slice == 3


def test_the_key_for_the_next_series_fills_an_empty_image(qtbot, bench, data_root):
    viewer, session = bench.window.viewer, bench.session
    bench.open_paths([data_root / "dicom_ct_head_phantom", data_root / "dicom_mr_braintumor"])
    qtbot.waitUntil(lambda: len(session.studies) >= 2 and viewer.canvas.volume is not None, timeout=20_000)
    bench.window.activateWindow()
    qtbot.waitActive(bench.window)
    study = session.studies[-1]
    session.series = study.series[-1]
    qtbot.waitUntil(lambda: not viewer.display.waiting, timeout=20_000)
    viewer.canvas.setFocus()
    keys, modifiers = Qt.Key, Qt.KeyboardModifier
    qtbot.keyClick(bench.window.focusWidget(), keys.Key_2, modifiers.ShiftModifier)
    qtbot.keyClick(bench.window.focusWidget(), keys.Key_2, modifiers.AltModifier)
    assert session.series is None
    qtbot.keyClick(bench.window.focusWidget(), keys.Key_PageDown)
    assert session.series is study.series[0]  # of the study that was looked at
    assert viewer.grid.viewports[1].series is study.series[0]
    assert viewer.grid.viewports[0].series is study.series[-1]


def test_the_first_page_names_every_kind_of_image_that_can_be_opened(qtbot, bench):
    words = bench.window.viewer.grid.active.message.words.lower().replace("jpeg", "jpg").replace("tiff", "tif")
    named = {f".{name.strip()}" for name in words.partition("here:")[2].split(",")}
    assert {".dicom", ".nifti"} < named
    same = {".jpeg", ".tiff", ".ppm"}  # other names of the same
    assert named - {".dicom", ".nifti"} == PICTURE_SUFFIXES - same
