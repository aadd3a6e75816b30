"""What a scan left out is said below the studies: damaged files and files without an image, each for themselves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging.study import LeftOut
from medprune_gui.session.session import Session
from medprune_gui.ui.study.browser import StudyBrowser
from medprune_gui.ui.study.left_out_line import LeftOutLine
from medprune_gui.workers.image_thread import ImageThread

pytestmark = pytest.mark.usefixtures("themed")


def test_a_scan_of_real_files_says_what_it_left_out(qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "test-SR.dcm", "MR_truncated.dcm"):
        shutil.copyfile(get_testdata_file(name), tmp_path / name)
    session = Session()
    browser = StudyBrowser(session)
    qtbot.addWidget(browser)
    thread = ImageThread(silence_s=60)
    thread.scanned.connect(lambda studies: None)
    thread.left_out.connect(browser.show_left_out)
    thread.start()
    try:
        with qtbot.waitSignal(thread.left_out, timeout=60_000) as told:
            thread.scan([tmp_path])
        assert told.args == [
            LeftOut((tmp_path / "MR_truncated.dcm",), (tmp_path / "rtplan.dcm", tmp_path / "test-SR.dcm"))
        ]
        line = browser.findChild(LeftOutLine)
        assert line is not None
        qtbot.waitUntil(lambda: not line.isHidden())
        assert line.text() == "1 damaged file was left out\n2 files hold no image"
        assert "MR_truncated.dcm" in line.toolTip()
        assert "rtplan.dcm, test-SR.dcm" in line.toolTip()
        session.personal = False
        assert line.toolTip() == ""
        assert "2 files hold no image" in line.text()
        with qtbot.waitSignal(thread.left_out, timeout=60_000):
            thread.scan([tmp_path / "CT_small.dcm"])
        qtbot.waitUntil(line.isHidden)
    finally:
        thread.stop()
