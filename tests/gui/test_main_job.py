"""The main job through the real window, its real worker and real X-rays."""

from __future__ import annotations

import csv
import json
import os
import signal
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from medprune_gui.app import Workbench, application
from medprune_gui.engine.config import (
    Budget,
    DataConfig,
    EvaluationConfig,
    ExperimentConfig,
    ModelConfig,
    PruningConfig,
    TrainingConfig,
    dump_experiment,
)

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
    qtbot.keyClick(window.predictions, Qt.Key.Key_J)
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


def test_the_window_never_imports_torch():
    import subprocess
    import sys

    script = (
        "import sys; from medprune_gui.app import Workbench, application; app = application(); bench = Workbench();"
        "bench.window.show(); app.processEvents();"
        "print(sorted(name for name in ('torch', 'monai', 'pandas', 'sklearn') if name in sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert result.stdout.strip() == "[]", result.stderr


def test_docks_and_recent_files_are_remembered(qtbot, tmp_path):
    application()
    first = Workbench(settings_file=tmp_path / "settings.json")
    first.window.show()
    first.window.docks[0].hide()
    (tmp_path / "cases.csv").touch()
    (tmp_path / "scan.toml").write_text("[data]\nkind = 'table'\npath = 'cases.csv'")
    first.open_paths([tmp_path / "scan.toml", tmp_path / "nothing.toml"])
    first.window.close()
    second = Workbench(settings_file=tmp_path / "settings.json")
    second.window.show()
    assert not second.window.docks[0].isVisible()
    assert second.window.docks[1].isVisible()
    assert second.settings.recent == [tmp_path / "scan.toml"]
    second.window.close()
