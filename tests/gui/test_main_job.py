"""The main job through the real window, its real worker and real X-rays."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from example_runs import classification_run
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from medprune_gui.app import Workbench
from medprune_gui.engine.config import (
    Budget,
    DataConfig,
    EvaluationConfig,
    ExperimentConfig,
    ModelConfig,
    PruningConfig,
    TrainingConfig,
    dump_experiment,
    load_experiment,
)
from medprune_gui.engine.imaging import scan
from medprune_gui.qt_application import application
from medprune_gui.session.settings import load_settings

CASES = {"train": 32, "val": 12, "test": 16}


@pytest.fixture
def experiment(data_root, tmp_path) -> ExperimentConfig:
    """A small experiment on real X-rays: an equal number of each class in each split."""
    source = data_root / "cxr_pneumonia_224"
    with (source / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = []
    for split, count in CASES.items():
        for label in ("NORMAL", "PNEUMONIA"):
            chosen += [row for row in rows if row["split"] == split and row["label"] == label][:count]
    table = tmp_path / "cases.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "label", "patient", "split"])
        writer.writerows([source / row["file"], row["label"], row["patient"], row["split"]] for row in chosen)
    return ExperimentConfig(
        name="Small",
        data=DataConfig(kind="table", path=table, positive="PNEUMONIA", size=(32, 32)),
        model=ModelConfig(architecture="article", parameters={"filters": [8, 16, 16, 32, 32], "dense": 16}),
        training=TrainingConfig(epochs=4, batch_size=16),
        pruning=PruningConfig(budget=Budget(share=0.5), steps=2),
        fine_tuning=TrainingConfig(epochs=3, batch_size=16),
        evaluation=EvaluationConfig(latency_repeats=10, latency_warm_up=2),
    )


@pytest.fixture
def bench(qtbot, tmp_path):
    application()
    bench = Workbench(settings_file=tmp_path / "settings.json")
    bench.settings.runs_folder = tmp_path / "runs"
    bench.show()
    yield bench
    bench.close_workers()
    bench.window.may_close = lambda: True
    bench.window.deleteLater()
    QApplication.processEvents()


class Recorder(QObject):
    """The worker's signals for runs, in order."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.seen: list[tuple[int, str]] = []
        self.stages: list[str] = []
        bench.jobs.job_started.connect(self.started)
        bench.jobs.job_progressed.connect(self.progressed)
        bench.jobs.job_finished.connect(self.finished)
        bench.jobs.job_failed.connect(self.failed)
        bench.jobs.job_cancelled.connect(self.cancelled)

    @Slot(int)
    def started(self, job):
        self.seen.append((job, "started"))

    @Slot(int, object)
    def progressed(self, job, event):
        self.seen.append((job, "progressed"))
        if not self.stages or self.stages[-1] != event.stage:
            self.stages.append(event.stage)

    @Slot(int, object)
    def finished(self, job, result):
        self.seen.append((job, "finished"))

    @Slot(int, object)
    def failed(self, job, error):
        self.seen.append((job, "failed"))

    @Slot(int)
    def cancelled(self, job):
        self.seen.append((job, "cancelled"))

    def of(self, job):
        return [kind for number, kind in self.seen if number == job]


def take(bench, qtbot, experiment, tmp_path):
    """Open the experiment from its file and wait until the window has analysed it."""
    file = tmp_path / "experiment.toml"
    file.write_text(dump_experiment(experiment))
    bench.open_paths([file])
    assert bench.session.experiment == experiment
    qtbot.waitUntil(lambda: bench.session.estimate is not None, timeout=60_000)


def start(bench, qtbot):
    qtbot.mouseClick(bench.window.pruning.start_button, Qt.MouseButton.LeftButton)
    job = bench.session.job
    assert job is not None
    assert job.active
    return job.job


def wait_stage(bench, qtbot, stage):
    def reached():
        job = bench.session.job
        assert job.active, job
        return job.event is not None and job.event.stage == stage

    qtbot.waitUntil(reached, timeout=90_000)


def wait_end(bench, qtbot):
    qtbot.waitUntil(lambda: not bench.session.job.active, timeout=120_000)
    return bench.session.job


def test_open_choose_start_watch_cancel_start_again_compare(bench, qtbot, experiment, tmp_path):
    window, session = bench.window, bench.session
    recorder = Recorder(bench)

    bench.open_paths([Path(experiment.data.path).parent / "nothing.toml"])
    assert "nothing.toml" in window.banner.text

    with (experiment.data.path).open(newline="") as file:
        picture = Path(next(csv.DictReader(file))["file"])
    bench.open_paths([picture])
    qtbot.waitUntil(lambda: window.viewer.canvas.volume is not None, timeout=30_000)
    assert window.viewer.canvas.volume.array.shape[1:3] == (224, 224)

    assert not window.pruning.start_button.isEnabled()
    take(bench, qtbot, experiment, tmp_path)
    assert session.certificate.exact
    assert session.estimate.macs_after <= 0.5 * session.estimate.macs_before
    assert window.pruning.start_button.isEnabled()

    first = start(bench, qtbot)
    assert not window.pruning.start_button.isEnabled()
    wait_stage(bench, qtbot, "train")
    qtbot.mouseClick(window.pruning.cancel_button, Qt.MouseButton.LeftButton)
    assert wait_end(bench, qtbot).status == "cancelled"
    kinds = recorder.of(first)
    assert kinds[0] == "started"
    assert kinds[-1] == "cancelled"
    assert set(kinds[1:-1]) == {"progressed"}

    recorder.stages.clear()
    second = start(bench, qtbot)
    job = wait_end(bench, qtbot)
    assert job.status == "finished", job.error
    kinds = recorder.of(second)
    assert (kinds[0], kinds[-1]) == ("started", "finished")
    assert set(kinds[1:-1]) == {"progressed"}
    stages = [stage for stage in recorder.stages if stage]
    assert stages == [
        *("data", "analyse", "train", "prune", "fine-tune", "prune", "fine-tune", "evaluate", "latency", "report")
    ]

    comparison = session.comparison
    assert window.tabs.currentWidget() is window.predictions
    assert len(comparison.cases) == 2 * CASES["test"]
    assert comparison.pruned.macs <= 0.5 * comparison.original.macs
    assert comparison.pruned.parameters < comparison.original.parameters
    assert sum(layer.parameters_after for layer in comparison.layers) == comparison.pruned.parameters
    shown = session.case
    window.predictions.table.setFocus()
    qtbot.keyClick(window.predictions.table, Qt.Key.Key_J)
    assert session.case != shown


def test_killing_the_compute_process_leaves_the_window_and_a_resumable_run(bench, qtbot, experiment, tmp_path):
    take(bench, qtbot, experiment, tmp_path)
    start(bench, qtbot)
    wait_stage(bench, qtbot, "fine-tune")
    os.kill(bench.jobs.compute_pid, signal.SIGKILL)
    job = wait_end(bench, qtbot)
    assert job.status == "failed"
    assert job.error.kind == "ComputeProcessDiedError"
    assert "SIGKILL" in bench.window.banner.text
    assert bench.window.isVisible()

    bench.window.job.resume_button.click()
    assert wait_end(bench, qtbot).status == "finished"
    summary = json.loads((job.folder / "summary.json").read_text())
    assert summary["ratios"]["macs"] >= 2.0
    assert not (job.folder / "state").exists()


def test_closing_during_a_run_asks_and_leaves_no_process(bench, qtbot, experiment, tmp_path):
    take(bench, qtbot, experiment, tmp_path)
    start(bench, qtbot)
    wait_stage(bench, qtbot, "train")
    asked = []

    def answer(button):
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.button(button).click()

    QTimer.singleShot(200, lambda: answer(QMessageBox.StandardButton.Cancel))
    assert not bench.window.close()
    assert bench.window.isVisible()
    assert bench.session.job.active

    QTimer.singleShot(200, lambda: answer(QMessageBox.StandardButton.Close))
    assert bench.window.close()
    assert len(asked) == 2
    assert bench.jobs.isFinished()
    assert bench.images.isFinished()
    children = [
        child for child in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(child.cmdline())
    ]
    assert children == []


def python(script, tmp_path, *arguments, **options):
    """Begin a script in a process group of its own, with settings of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "MEDPRUNE_CONFIG": str(tmp_path / "config")},
        **options,
    )


def test_the_window_never_imports_torch(data_root, tmp_path):
    classification_run(tmp_path / "run")
    script = """
import sys, time
from pathlib import Path
from medprune_gui.app import Workbench
from medprune_gui.qt_application import application
app = application()
bench = Workbench()
bench.window.show()
bench.images.start()
bench.open_paths([Path(name) for name in sys.argv[1:]])
deadline = time.monotonic() + 60
while bench.window.viewer.canvas.volume is None and time.monotonic() < deadline:
    app.processEvents()
for view in (bench.window.predictions, bench.window.sparsity, bench.window.speed):
    bench.window.show_tab(view)
    app.processEvents()
assert bench.session.comparison is not None
assert bench.window.viewer.canvas.volume is not None
bench.window.close()
print(sorted(name for name in ("torch", "monai", "pandas", "sklearn") if name in sys.modules))
"""
    process = python(script, tmp_path, data_root / "dicom_ct_head_phantom", tmp_path / "run")
    out, err = process.communicate(timeout=90)
    assert out.strip() == "[]", err
    assert (tmp_path / "config" / "settings.json").is_file()


# The real program, except that a run seems to go on and that something goes wrong in a slot.
BUSY_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from medprune_gui import app, cli
from medprune_gui.session.job_state import JobState

class Busy(app.Workbench):
    def show(self):
        super().show()
        self.session.job = JobState(1, "run", None, "running")
        QTimer.singleShot(0, lambda: 1 / 0)
        QTimer.singleShot(300, lambda: print(self.window.banner.text, flush=True))
        if "close" in sys.argv:
            self.session.job = None
            QTimer.singleShot(600, self.window.close)

app.Workbench = Busy
cli.main([])
"""


def test_ctrl_c_closes_the_window_without_a_question(tmp_path):
    process = python(BUSY_WINDOW, tmp_path)
    banner = process.stdout.readline()
    children = psutil.Process(process.pid).children(recursive=True)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert time.monotonic() - began < 30.0
    assert err.endswith("medprune: cancelled\n")
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]
    assert (tmp_path / "config" / "settings.json").is_file()
    # What was raised in a slot is shown, and its traceback can be read.
    assert "ZeroDivisionError: division by zero" in banner
    assert err.count("ZeroDivisionError") == 1


def test_closing_the_window_ends_the_program(tmp_path):
    process = python(BUSY_WINDOW, tmp_path, "close")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err


def test_ctrl_c_stops_the_demo(tmp_path):
    pytest.importorskip("nilearn")
    script = "from medprune_gui.cli import main; main()"
    process = python(script, tmp_path, "demo", "--quick", "--out", tmp_path / "demo")
    lines = iter(process.stderr.readline, "")
    assert any("Opening the MRI" in line for line in lines)
    time.sleep(1.0)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.endswith("medprune: cancelled\n")


@pytest.fixture
def window(qtbot, tmp_path):
    """A workbench whose workers have not been started."""
    application()
    bench = Workbench(settings_file=tmp_path / "settings.json")
    bench.settings.runs_folder = tmp_path / "runs"
    bench.window.show()
    bench.window.activateWindow()
    qtbot.waitUntil(bench.window.isActiveWindow)
    yield bench
    bench.window.may_close = lambda: True
    bench.window.close()
    bench.window.deleteLater()
    QApplication.processEvents()


def type_without_leaving(qtbot, editor, text):
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    assert editor.hasFocus()


def test_f5_starts_what_the_panel_shows(qtbot, window, tmp_path):
    panel, session = window.window.pruning, window.session
    session.data = DataConfig(kind="folders", path=tmp_path)
    panel.amount_slider.setValue(31)
    type_without_leaving(qtbot, panel.data.name_edit, "By name")
    type_without_leaving(qtbot, panel.training.epochs_spin, "17")
    assert session.training.epochs != 17
    window.window.banner.show_text("of before")
    qtbot.keyClick(panel.training.epochs_spin, Qt.Key.Key_F5)
    assert session.job is not None
    assert session.training.epochs == 17
    assert session.pruning.budget == Budget(share=0.31)
    assert session.job.title == session.title == "By name"
    assert window.window.banner.text == ""


def test_the_name_that_is_being_typed_is_the_runs(qtbot, window, tmp_path):
    window.session.data = DataConfig(kind="folders", path=tmp_path)
    type_without_leaving(qtbot, window.window.pruning.data.name_edit, "Typed")
    qtbot.keyClick(window.window.pruning.data.name_edit, Qt.Key.Key_F5)
    assert window.session.job.title == "Typed"


def test_f5_and_start_are_possible_together(qtbot, window, tmp_path):
    panel, session, start_action = window.window.pruning, window.session, window.window.action_table["start"]

    def possible():
        assert start_action.isEnabled() == panel.start_button.isEnabled() == panel.can_start
        return panel.can_start

    assert not possible()
    session.data = DataConfig(kind="folders", path=tmp_path)
    assert possible()
    panel.network.parameters_fold.button.click()
    type_without_leaving(qtbot, panel.network.parameters.editors["dropout"], "half")
    assert not possible()
    qtbot.keyClick(panel, Qt.Key.Key_F5)
    panel.start()
    assert session.job is None
    type_without_leaving(qtbot, panel.network.parameters.editors["dropout"], "0.5")
    assert possible()
    session.fail_analysis("no images")
    assert not possible()
    session.model = ModelConfig(architecture="resnet18")
    assert possible()
    panel.start()
    assert not possible()
    assert window.window.action_table["cancel"].isEnabled()


def test_saving_by_key_writes_what_the_panel_shows(qtbot, window, tmp_path, monkeypatch):
    panel, file = window.window.pruning, tmp_path / "kept"
    window.session.data = DataConfig(kind="folders", path=tmp_path)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(file), ""))
    panel.amount_slider.setValue(31)
    type_without_leaving(qtbot, panel.training.epochs_spin, "17")
    window.window.action_table["save_experiment"].trigger()
    saved = load_experiment(file.with_suffix(".toml"))
    assert saved == window.session.experiment
    assert (saved.training.epochs, saved.pruning.budget.share) == (17, 0.31)


def test_what_is_opened_in_a_row_is_kept_and_a_scan_can_be_cancelled(qtbot, bench, data_root):
    bench.open_paths([data_root / "dicom_ct_head_phantom"])
    bench.open_paths([data_root / "dicom_mr_braintumor"])
    wanted = len(scan(data_root / "dicom_ct_head_phantom")) + len(scan(data_root / "dicom_mr_braintumor"))
    qtbot.waitUntil(lambda: len(bench.session.studies) == wanted, timeout=30_000)
    with qtbot.waitSignal(bench.images.scan_progressed, timeout=20_000):
        bench.open_paths([data_root / "cxr_pneumonia_224"])
    with qtbot.waitSignal(bench.images.scan_cancelled, timeout=5_000):
        bench.window.studies.cancel_scan_requested.emit()
    assert len(bench.session.studies) == wanted


def test_a_path_that_cannot_be_looked_at_is_said_in_the_banner(qtbot, bench, data_root):
    bench.open_paths([Path("/tmp") / ("long" * 100)])
    qtbot.waitUntil(lambda: "long" in bench.window.banner.text, timeout=20_000)
    bench.open_paths([data_root / "dicom_ct_head_phantom"])
    qtbot.waitUntil(lambda: len(bench.session.studies) == 1, timeout=20_000)


def test_the_picture_on_display_is_saved_by_key(qtbot, bench, data_root, tmp_path, monkeypatch):
    table, file = bench.window.action_table, tmp_path / "slice"
    assert not table["save_picture"].isEnabled()
    bench.open_paths([data_root / "dicom_ct_head_phantom"])
    qtbot.waitUntil(lambda: bench.window.viewer.canvas.volume is not None, timeout=30_000)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(file), ""))
    table["save_picture"].trigger()
    assert not QImage(str(file.with_suffix(".png"))).isNull()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(file / "away" / "a.png"), ""))
    table["save_picture"].trigger()
    assert "cannot be written" in bench.window.banner.text


def test_the_overlay_key_works_where_there_is_an_overlay(qtbot, bench, data_root):
    action, canvas = bench.window.action_table["toggle_labels"], bench.window.viewer.canvas
    bench.open_paths([data_root / "dicom_ct_head_phantom"])
    # One slice comes before the others.
    qtbot.waitUntil(lambda: canvas.volume is not None and len(canvas.volume.array) == 28, timeout=30_000)
    assert not action.isEnabled()
    canvas.set_overlays(np.ones(canvas.volume.array.shape, np.uint8))
    assert action.isEnabled()
    qtbot.keyClick(canvas, Qt.Key.Key_G)
    assert not canvas.labels_visible


def test_docks_and_recent_files_are_remembered(qtbot, tmp_path):
    application()
    settings = tmp_path / "settings.json"
    first = Workbench(settings_file=settings)
    first.window.show()
    first.window.resize(800, 700)  # The offscreen platform's screen is small.
    assert first.window.height() == 700
    first.window.docks[0].hide()
    (tmp_path / "cases.csv").touch()
    (tmp_path / "scan.toml").write_text("[data]\nkind = 'table'\npath = 'cases.csv'")
    first.open_paths([tmp_path / "scan.toml", tmp_path / "nothing.toml"])
    # A crash would lose neither of them.
    assert load_settings(settings).recent == [tmp_path / "scan.toml"]
    first.window.docks[2].hide()
    before = load_settings(settings).docks
    qtbot.waitUntil(lambda: load_settings(settings).docks != before, timeout=5_000)
    first.window.close()
    second = Workbench(settings_file=settings)
    second.window.show()
    assert second.window.height() == 700
    assert not second.window.docks[0].isVisible()
    assert second.window.docks[1].isVisible()
    assert second.settings.recent == [tmp_path / "scan.toml"]
    second.window.close()
