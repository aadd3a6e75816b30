"""The job panel follows a job without drawing more often than eyes can see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from medprune_gui.engine.records import ErrorRecord, JobEvent
from medprune_gui.session.job_state import JobState
from medprune_gui.ui import theme
from medprune_gui.ui.job.panel import REDRAW_EVERY_MS, JobPanel


@pytest.fixture
def panel(qtbot, session) -> JobPanel:
    panel = JobPanel(session)
    qtbot.addWidget(panel)
    panel.resize(900, 320)
    panel.show()
    return panel


def run(job: JobState, *events: JobEvent, seconds: float = 1.0) -> JobState:
    for event in events:
        job = job.after(event, job.elapsed_s + seconds)
    return job


def epochs(stage: str, n: int, start: float) -> list[JobEvent]:
    return [
        JobEvent(
            stage, step, n, f"Epoch {step} of {n}",
            {"epoch": float(step), "train_loss": start / step, "val_loss": 1.1 * start / step,
             "val_auc": 1 - 0.1 / step, "images_per_second": 400.0 + step},
            fraction=step / (2 * n),
        )
        for step in range(1, n + 1)
    ]  # fmt: skip


def test_progress_stage_and_time_left(qtbot, panel, session):
    assert panel.currentWidget() is panel.empty
    job = JobState(1, "Chest X-rays", Path("/runs/1"))
    session.job = job
    assert panel.message.text().startswith("Waiting")
    session.job = run(job, *epochs("train", 4, 0.7), seconds=30.0)
    assert panel.progress.value() == 500
    assert panel.progress.text() == "50 %, 2 min 0 s left"
    assert panel.stages.titles[panel.stages.current] == "Train"
    assert panel.message.text() == "Epoch 4 of 4"
    assert panel.speed.text() == "404 images per second"
    with qtbot.waitSignal(panel.cancel_requested):
        qtbot.mouseClick(panel.cancel_button, Qt.MouseButton.LeftButton)
    session.job = session.job.ended("finished")
    assert panel.progress.value() == 1000
    assert panel.stages.current == len(panel.stages.titles)
    assert not panel.cancel_button.isVisible()
    assert not panel.resume_button.isVisible()


def test_a_thousand_events_are_drawn_a_few_times_and_the_last_one_surely(qtbot, panel, session, monkeypatch):
    session.job = run(JobState(1, "run", None), JobEvent("train", 0, 1000))
    drawn = []
    original = panel.progress.setValue
    monkeypatch.setattr(panel.progress, "setValue", lambda value: (drawn.append(value), original(value)))
    for step in range(1, 1001):
        session.job = run(session.job, JobEvent("train", step, 1000, fraction=step / 2000), seconds=0.001)
    qtbot.wait(2 * REDRAW_EVERY_MS)
    assert len(drawn) <= 3
    assert drawn[-1] == 500
    # The end does not wait.
    session.job = session.job.ended("cancelled")
    assert "Stopped at 50 %" in panel.progress.text()


@pytest.mark.parametrize(("folder", "resumable"), [(Path("/runs/1"), True), (None, False)])
def test_a_failure_is_explained_and_can_be_resumed_where_there_is_a_folder(qtbot, panel, session, folder, resumable):
    job = run(JobState(3, "run", folder), *epochs("fine-tune", 2, 0.4))
    session.job = job.ended(
        "failed", ErrorRecord("OutOfMemoryError", "the computation needs more memory", None, "Use smaller batches.")
    )
    assert panel.cause.text().startswith("The computation needs more memory. Use smaller batches.")
    assert panel.resume_button.isVisible() == resumable
    if resumable:
        with qtbot.waitSignal(panel.resume_requested):
            qtbot.mouseClick(panel.resume_button, Qt.MouseButton.LeftButton)
    session.job = JobState(4, "run", folder, status="running")
    assert not panel.cause.isVisible()
    assert panel.log.toPlainText() == ""


def test_the_log_grows_and_marks_warnings(panel, session):
    job = run(JobState(1, "run", None), *(JobEvent("train", n, 200, f"Line {n}") for n in range(100)))
    session.job = run(job, JobEvent("train", 100, 200, "Careful", level="warning"))
    lines = panel.log.toPlainText().splitlines()
    assert len(lines) == 101
    assert lines[-1].endswith("Careful")
    colours = [_colour(panel, block) for block in (99, 100)]
    assert colours == [theme.TEXT, theme.WARNING]
    session.job = session.job.ended("finished")
    assert len(panel.log.toPlainText().splitlines()) == 102


def _wheel(widget, angle):
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre, QPointF(widget.mapToGlobal(centre)), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("by", ["wheel", "keys", "bar"])
def test_the_log_follows_its_end_at_every_size_unless_the_reader_scrolled(qtbot, panel, session, by):
    def up():
        if by == "wheel":
            _wheel(log.viewport(), 1200)
        elif by == "keys":
            qtbot.keyClick(log, Qt.Key.Key_PageUp)
        else:
            bar.triggerAction(bar.SliderAction.SliderPageStepSub)

    def down():
        for _ in range(40):
            if by == "wheel":
                _wheel(log.viewport(), -1200)
            elif by == "keys":
                qtbot.keyClick(log, Qt.Key.Key_PageDown)
            else:
                bar.triggerAction(bar.SliderAction.SliderPageStepAdd)

    def say(text):
        session.job = run(session.job, JobEvent("train", 101, 200, text))
        qtbot.waitUntil(lambda: log.toPlainText().endswith(text), timeout=10 * REDRAW_EVERY_MS)

    log, bar = panel.log, panel.log.verticalScrollBar()
    session.job = run(JobState(1, "run", None), *(JobEvent("train", n, 200, f"Line {n}") for n in range(100)))
    assert bar.value() == bar.maximum() > 0
    for width, height in ((900, 260), (500, 700), (900, 320)):
        panel.resize(width, height)
        QApplication.processEvents()
        assert bar.value() == bar.maximum() > 0
    say("At the end")
    assert bar.value() == bar.maximum()
    up()
    read = bar.value()
    assert read < bar.maximum()
    say("Not shown yet")
    assert bar.value() == read
    down()
    assert bar.value() == bar.maximum()
    say("Shown again")
    assert bar.value() == bar.maximum()


def test_curves_hold_every_value_by_network_and_mark_where_stages_change(qtbot, panel, session):
    job = run(JobState(1, "run", None), *epochs("train", 6, 0.7), JobEvent("prune", 1, 1, "Pruned"))
    job = run(job, *epochs("fine-tune", 3, 0.3))
    session.job = job
    assert [line.value() for line in panel.curves._borders] == [6.5, 6.5]
    drawn = {key: line.getData() for key, line in panel.curves._lines.items()}
    assert set(drawn) == {
        (kind, name, network)
        for kind, name in (("loss", "train_loss"), ("loss", "val_loss"), ("metric", "val_auc"))
        for network in ("original", "pruned")
    }
    for network, stage in (("original", "train"), ("pruned", "fine-tune")):
        x, y = drawn["loss", "val_loss", network]
        wanted = [(point.x, point.value) for point in job.curves["val_loss"] if point.stage == stage]
        assert list(zip(x, y, strict=True)) == wanted
    assert len(panel.curves._borders) == 2

    session.job = JobState(2, "next", None)
    assert all(line.getData()[0] is None or len(line.getData()[0]) == 0 for line in panel.curves._lines.values())
    assert panel.curves._borders == []


def test_only_curves_that_have_changed_are_drawn_anew(qtbot, panel, session):
    job = run(JobState(1, "run", None), *epochs("train", 6, 0.7))
    session.job = job
    drawn = []
    panel.curves._draw_line = lambda name, points: drawn.append(name)
    session.job = run(job, JobEvent("prune", 1, 1, "Pruned"))
    qtbot.waitUntil(lambda: panel.log.toPlainText().endswith("Pruned"), timeout=10 * REDRAW_EVERY_MS)
    assert drawn == []
    session.job = run(session.job, JobEvent("fine-tune", 1, 3, "Step", {"epoch": 0.5, "train_loss": 0.2}))
    qtbot.waitUntil(lambda: panel.log.toPlainText().endswith("Step"), timeout=10 * REDRAW_EVERY_MS)
    assert drawn == ["train_loss"]


def test_the_plots_are_there_before_the_first_value(panel, session):
    session.job = JobState(1, "run", None)
    assert set(panel.curves._plots) == {"loss", "metric"}
    assert panel.curves.waiting.isVisible()


def test_the_plotting_library_waits_for_a_job_and_comes_in_the_windows_own_thread():
    script = """
import sys, threading
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from medprune_gui.session.job_state import JobState
from medprune_gui.session.session import Session
from medprune_gui.ui.job.panel import JobPanel

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "pyqtgraph":
            print(threading.current_thread() is threading.main_thread())

sys.meta_path.insert(0, Watch())
app = QApplication([])
session = Session()
panel = JobPanel(session)
panel.show()
QTest.qWait(1000)
print("pyqtgraph" in sys.modules)
session.job = JobState(1, "run", None)
print("pyqtgraph" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "True", "True"]


def test_the_panel_comes_up_without_the_plotting_library():
    script = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from medprune_gui.session.session import Session; from medprune_gui.ui.job.panel import JobPanel;"
        "from medprune_gui.ui.pruning.panel import PruningPanel; from medprune_gui.ui.compare.speed import SpeedView;"
        "from medprune_gui.ui.compare.sparsity import SparsityView;"
        "from medprune_gui.ui.compare.predictions import PredictionsView; session = Session();"
        "views = [view(session) for view in (JobPanel, PruningPanel, SpeedView, SparsityView, PredictionsView)];"
        "print(sorted({'pyqtgraph', 'torch', 'monai', 'pydicom', 'nibabel', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def _colour(panel: JobPanel, block: int) -> str:
    fragment = panel.log.document().findBlockByNumber(block).begin().fragment()
    return fragment.charFormat().foreground().color().name()
