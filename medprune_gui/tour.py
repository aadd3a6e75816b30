"""``medprune demo``: drives the real window and its real worker over a real MRI and keeps pictures of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from medprune_gui.app import Workbench
from medprune_gui.console import ProgressLine, print_comparison
from medprune_gui.engine.config import Budget, EvaluationConfig, ExperimentConfig, ModelConfig, PruningConfig
from medprune_gui.engine.config import TrainingConfig as Training
from medprune_gui.engine.data.demo import mni_demo
from medprune_gui.engine.errors import ComputeError, OutputError
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.records import JobEvent
from medprune_gui.event_loop import EventLoopBorder
from medprune_gui.qt_application import application, headless_note
from medprune_gui.session.job_state import JobState

_POLL_MS = 40


def demo_experiment(folder: Path, *, quick: bool) -> ExperimentConfig:
    """Prepare the demo's data below ``folder`` and return its experiment.

    Raises
    ------
    InputError
        nilearn, whose wheel holds the MRI, is not installed.
    OutputError
        The folder cannot be written to.
    """
    size = (96, 96) if quick else (128, 128)
    network = {"channels": (16, 32, 64), "strides": (2, 2)} if quick else {"channels": (16, 32, 64, 128)}
    return ExperimentConfig(
        name="Grey and white matter on an MRI of the head",
        seed=0,
        notes=("The MRI is the MNI152 template, the average of 152 heads: no person looks like it.",),
        data=mni_demo(folder).model_copy(update={"size": size}),
        model=ModelConfig(architecture="UNet", parameters=network),
        training=Training(epochs=10 if quick else 24, batch_size=4, learning_rate=3e-3),
        pruning=PruningConfig(
            budget=Budget(quantity="macs", share=0.5),
            steps=2 if quick else 3,
            epochs_per_step=1 if quick else 2,
        ),
        fine_tuning=Training(epochs=3 if quick else 8, batch_size=4, learning_rate=2e-3),
        evaluation=EvaluationConfig(metric="dice", margin=0.02, latency_repeats=30 if quick else 100),
    )


def run_demo(out: Path, *, quick: bool = False) -> None:
    """Show the whole program on a real MRI and leave run folder, report and ``screens/`` in ``out``.

    Raises
    ------
    OutputError
        ``out`` holds something already, or cannot be written to.
    ComputeError
        The run failed.
    KeyboardInterrupt
        Ctrl-C was pressed.
    """
    if RunFolder(out).state() != "empty":
        raise OutputError(
            "this folder holds a run already", where=out, remedy="Give another folder, or delete this one"
        )
    line = ProgressLine()
    if note := headless_note():
        line.say(note)
    application()
    config = demo_experiment(out / "data", quick=quick)
    bench = Workbench(settings_file=out / "data" / "settings.json")
    try:
        with line.shown(), EventLoopBorder() as border:
            border.failed.connect(bench.window.banner.show_text)
            _Tour(bench, out, line, border).walk(config)
    finally:
        bench.close_workers()
    print_comparison(out)


@dataclass
class _Tour:
    bench: Workbench
    out: Path
    line: ProgressLine
    border: EventLoopBorder
    watcher: _Watcher = field(init=False)

    def walk(self, config: ExperimentConfig) -> None:
        bench, window, session = self.bench, self.bench.window, self.bench.session
        window.resize(1600, 1000)
        self.watcher = _Watcher(self)
        session.job_changed.connect(self.watcher.job_changed)
        bench.show()

        self.line.say("Opening the MRI")
        bench.open_paths([config.data.path])
        self._wait(lambda: window.viewer.canvas.volume is not None, 60)
        volume = window.viewer.canvas.volume
        assert volume is not None
        window.viewer.canvas.set_slice(len(volume.array) * 11 // 20)
        session.take_experiment(config)
        self._wait(lambda: session.estimate is not None or session.analysis_failed, 120)
        self._picture(window, "images")

        bench.runs.next_run_folder = self.out
        self._wait(window.pruning.start_button.isEnabled, 10)
        window.pruning.start_button.click()
        self._wait(lambda: session.job is not None and not session.job.active, 3600)
        job = session.job
        assert job is not None
        if job.status != "finished":
            raise ComputeError(
                f"the demo's run {job.status}: {job.error.what if job.error else 'stopped'}",
                where=self.out,
                remedy=job.error.remedy if job.error else None,
            )
        for name, view in (
            ("predictions", window.predictions),
            ("sparsity", window.sparsity),
            ("speed", window.speed),
        ):
            window.show_tab(view)
            self._settle()
            self._picture(window, name)

    def picture_of_pruning(self) -> None:
        self._picture(self.bench.window, "pruning")

    def _picture(self, widget: QWidget, name: str) -> None:
        screens = self.out / "screens"
        screens.mkdir(parents=True, exist_ok=True)
        file = screens / f"{name}.png"
        if not widget.grab().save(str(file)):
            raise OutputError("the picture cannot be written", where=file, remedy="Choose another folder")

    def _wait(self, reached: Callable[[], bool], seconds: float) -> None:
        """Let the window live until ``reached``; at the latest for so many seconds, or until Ctrl-C."""
        deadline = time.monotonic() + seconds
        loop = QEventLoop()
        timer = QTimer()
        timer.timeout.connect(lambda: loop.quit() if reached() or time.monotonic() > deadline else None)
        timer.start(_POLL_MS)
        self.border.interrupted.connect(loop.quit)
        loop.exec()
        if self.border.was_interrupted:
            raise KeyboardInterrupt
        if not reached():
            text = self.bench.window.banner.text or self.bench.session.analysis_note
            raise ComputeError(f"the window did not get on within {seconds:.0f} s{': ' + text if text else ''}")

    def _settle(self) -> None:
        deadline = time.monotonic() + 0.6
        self._wait(lambda: time.monotonic() > deadline, 5)


class _Watcher(QObject):
    """Hands the run's events to the terminal and takes a picture while the pruned network is fine-tuned."""

    def __init__(self, tour: _Tour) -> None:
        super().__init__()
        self._tour = tour
        self._last: JobEvent | None = None
        self._pictured = False

    @Slot(object)
    def job_changed(self, job: JobState | None) -> None:
        if job is None or job.event is None or job.event is self._last:
            return
        self._last = job.event
        self._tour.line.take(job.event)
        if not self._pictured and job.event.stage == "fine-tune" and job.fraction > 0.8:
            self._pictured = True
            QTimer.singleShot(400, self._tour.picture_of_pruning)
