"""What could not be opened is said until something opens well; what was done well is said briefly."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from medprune_gui.app import Workbench
from medprune_gui.engine.imaging import scan
from medprune_gui.qt_application import application


@pytest.fixture
def bench(qtbot, tmp_path):
    application()
    bench = Workbench(settings_file=tmp_path / "settings.json")
    bench.show()
    yield bench
    bench.close_workers()
    bench.window.may_close = lambda: True
    bench.window.deleteLater()
    QApplication.processEvents()


def test_an_error_of_opening_goes_when_the_next_thing_opens(qtbot, bench, data_root, tmp_path):
    banner = bench.window.banner
    bench.open_paths([tmp_path / "away"])
    qtbot.waitUntil(lambda: "away" in banner.text, timeout=20_000)
    bench.open_paths([data_root / "dicom_ct_head_phantom"])
    qtbot.waitUntil(lambda: len(bench.session.studies) == 1, timeout=20_000)
    assert banner.text == ""


def test_an_error_of_opening_stays_while_other_parts_of_it_open(qtbot, bench, data_root, tmp_path):
    banner = bench.window.banner
    (tmp_path / "bad.toml").write_text("[data]\nkind = 7")
    for bad in ("away", "bad.toml"):
        bench.open_paths([tmp_path / bad, data_root / "dicom_ct_head_phantom"])
        qtbot.waitUntil(lambda: bench.window.viewer.canvas.volume is not None, timeout=20_000)
        qtbot.waitUntil(lambda bad=bad: bad in banner.text, timeout=20_000)
        qtbot.wait(50)
        assert bad in banner.text


def test_messages_of_other_things_stay_when_something_opens(qtbot, bench, data_root):
    bench.window.banner.show_text("The run failed")
    bench.open_paths([data_root / "dicom_ct_head_phantom"])
    qtbot.waitUntil(lambda: bench.window.viewer.canvas.volume is not None, timeout=20_000)
    assert bench.window.banner.text == "The run failed"


def test_a_series_that_cannot_be_read_is_said_in_its_place_until_another_is_shown(qtbot, bench, data_root, tmp_path):
    shutil.copytree(data_root / "dicom_ct_head_phantom", tmp_path / "head")
    (gone,), (good,) = (scan(folder) for folder in (tmp_path / "head", data_root / "dicom_ct_head_ge_tilt"))
    shutil.rmtree(tmp_path / "head")
    bench.session.studies = (gone, good)
    viewport = bench.window.viewer.grid.viewports[0]

    def said() -> str:
        return " ".join(label.text() for label in viewport.message.findChildren(QLabel) if not label.isHidden())

    bench.session.series = gone.series[0]
    qtbot.waitUntil(
        lambda: "cannot be opened" in said() and viewport.pages.currentWidget() is viewport.message, timeout=20_000
    )
    bench.session.series = good.series[0]
    qtbot.waitUntil(lambda: viewport.pages.currentWidget() is viewport.canvas, timeout=20_000)
    assert bench.window.banner.text == ""
