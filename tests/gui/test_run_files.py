"""From the window to the report and the folder of a run, and where the next one will be written."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_runs import classification_run
from label_room import cut_off
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from medprune_gui.app import Workbench
from medprune_gui.engine.config import DataConfig
from medprune_gui.qt_application import application
from medprune_gui.session.job_state import JobState


@pytest.fixture
def opened(monkeypatch) -> list[Path]:
    """What was handed to the system."""
    paths: list[Path] = []

    def take(url):
        paths.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    return paths


@pytest.fixture
def bench(qtbot, tmp_path, opened):
    application()
    bench = Workbench(settings_file=tmp_path / "settings.json")
    bench.window.resize(1280, 800)
    bench.window.show()
    yield bench
    bench.close_workers()
    bench.window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def folder(tmp_path) -> Path:
    classification_run(tmp_path / "run")
    (tmp_path / "run" / "report.html").touch()
    return tmp_path / "run"


def test_a_finished_run_offers_its_report_and_its_folder(qtbot, bench, opened, folder):
    panel, job = bench.window.job, JobState(1, "Chest X-rays", folder, status="running")
    bench.session.job = job
    assert not panel.report_button.isVisible()
    assert not panel.folder_button.isVisible()
    bench.session.job = job.ended("finished")
    QApplication.processEvents()
    assert cut_off(panel) == []
    qtbot.mouseClick(panel.report_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.folder_button, Qt.MouseButton.LeftButton)
    assert opened == [folder / "report.html", folder]
    # Of a run that was stopped there is a folder, and no report yet.
    bench.session.job = job.ended("cancelled")
    assert not panel.report_button.isVisible()
    assert panel.folder_button.isVisible()
    bench.session.job = JobState(2, "Nothing kept", None).ended("failed")
    assert not panel.folder_button.isVisible()


def test_the_run_menu_opens_the_files_of_the_run_on_display(bench, opened, folder):
    report, place = (bench.window.action_table[name] for name in ("open_report", "open_run_folder"))
    assert not report.isEnabled()
    assert not place.isEnabled()
    bench.open_run(folder)
    report.trigger()
    place.trigger()
    assert opened == [folder / "report.html", folder]


def test_what_cannot_be_opened_is_said(bench, opened, folder, monkeypatch):
    bench.open_run(folder)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    bench.run_files.open_report()
    assert "No program was found" in bench.window.banner.text
    assert "report.html" in bench.window.banner.text
    (folder / "report.html").unlink()
    bench.run_files.open_report()
    assert bench.window.banner.text.endswith("report.html is not there any more.")
    assert opened == []


def test_the_panel_says_where_start_will_write_before_it_is_pressed(bench, tmp_path):
    panel = bench.window.pruning
    assert not panel.destination.isVisible()  # Nothing can start yet; what is missing is said instead.
    panel.show_runs_folder(tmp_path / "runs")
    bench.session.data = DataConfig(kind="folders", path=tmp_path)
    QApplication.processEvents()
    assert panel.destination.isVisible()
    assert panel.destination.text().endswith(str(tmp_path / "runs"))
    assert panel.destination.height() >= panel.destination.heightForWidth(panel.destination.width())
    panel.show_runs_folder(Path.home() / "Documents" / "MedPrune")
    assert "~" in panel.destination.text()
    bench.session.job = JobState(1, "run", tmp_path, status="running")
    assert not panel.destination.isVisible()
