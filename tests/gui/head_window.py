"""The window with a real head in it: a tilted CT with two warnings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medprune_gui.app import Workbench
from medprune_gui.engine.imaging import read_series, scan
from medprune_gui.qt_application import application


@contextmanager
def window_with_head(qtbot: QtBot, folder: Path, data_root: Path) -> Iterator[Workbench]:
    """The active window, the head in its first viewport; files come from this thread, at once."""
    application()
    bench = Workbench(settings_file=folder / "settings.json")
    viewer = bench.window.viewer
    viewer.load_requested.disconnect()
    viewer.slice_wanted.disconnect()
    viewer.load_requested.connect(lambda series: viewer.show_loaded(series, read_series(series)))
    bench.window.resize(1280, 800)
    bench.window.show()
    bench.window.activateWindow()
    qtbot.waitActive(bench.window)
    bench.session.studies = tuple(scan(data_root / "dicom_ct_head_ge_tilt"))
    bench.session.series = bench.session.studies[0].series[0]
    assert viewer.canvas.volume is not None
    viewer.canvas.setFocus()
    QApplication.processEvents()
    yield bench
    bench.close_workers()
    bench.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
