"""What RunControl asks of the job thread and makes of its answers; the thread itself is tested elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from example_runs import certificate, estimate
from PySide6.QtCore import QObject, Signal

from medprune_gui.engine.config import Budget, DataConfig, ExperimentConfig, ModelConfig, PruningConfig, TrainingConfig
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.records import ErrorRecord, JobEvent, SensitivityCurves
from medprune_gui.run_control import SETTLE_MS, RunControl
from medprune_gui.session.settings import Settings

CURVES = SensitivityCurves("auc", 0.9, (0.5,), {"features.conv1": (0.8,)}, "l1")
DATA = DataConfig(kind="folders", path=Path("/images"))


class Jobs(QObject):
    """The signals and the calls of a job thread, without a thread."""

    job_started = Signal(int)
    job_progressed = Signal(int, object)
    job_finished = Signal(int, object)
    job_failed = Signal(int, object)
    job_cancelled = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.submitted: list[tuple[str, tuple[object, ...]]] = []
        self.cancelled: list[int] = []

    def submit(self, kind: str, *arguments: object) -> int:
        self.submitted.append((kind, arguments))
        return len(self.submitted)

    def cancel(self, job: int) -> None:
        self.cancelled.append(job)

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.submitted]


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
def runs(qtbot, session, jobs, tmp_path) -> RunControl:
    return RunControl(session, jobs, Settings(runs_folder=tmp_path / "runs"))


@pytest.fixture
def analysed(qtbot, runs, session, jobs) -> RunControl:
    """Certificate and estimate are known; jobs 1 and 2."""
    session.data = DATA
    wait_for(qtbot, jobs, 1)
    jobs.job_finished.emit(1, certificate())
    jobs.job_finished.emit(2, estimate())
    assert jobs.kinds == ["analyse", "estimate"]
    return runs


def wait_for(qtbot, jobs, count):
    qtbot.waitUntil(lambda: len(jobs.submitted) >= count, timeout=10 * SETTLE_MS)
    assert len(jobs.submitted) == count


def settle(qtbot):
    qtbot.wait(2 * SETTLE_MS)


def test_a_choice_is_analysed_once_it_has_settled_and_then_estimated(qtbot, runs, session, jobs):
    session.take_experiment(
        ExperimentConfig(
            data=DATA, seed=7, model=ModelConfig(architecture="resnet18"), pruning=PruningConfig(amount=0.3)
        )
    )
    assert jobs.submitted == []
    wait_for(qtbot, jobs, 1)
    assert jobs.submitted[0] == ("analyse", (session.experiment,))
    assert session.analysis_note
    assert not session.analysis_failed
    jobs.job_finished.emit(1, certificate())
    assert session.certificate == certificate()
    assert session.analysis_note == ""
    assert jobs.submitted[1] == ("estimate", (session.experiment,))
    jobs.job_finished.emit(2, estimate())
    assert session.estimate == estimate()
    settle(qtbot)
    assert len(jobs.submitted) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("data", DATA.model_copy(update={"bits": 6})),
        ("data", None),
        ("model", ModelConfig(architecture="resnet18")),
        ("seed", 9),
    ],
)
def test_another_network_drops_the_running_analysis_at_once(qtbot, runs, session, jobs, field, value):
    session.data = DATA
    wait_for(qtbot, jobs, 1)
    setattr(session, field, value)
    assert jobs.cancelled == [1]
    # The answer was on its way when it was cancelled.
    jobs.job_finished.emit(1, certificate())
    assert session.certificate is None
    assert jobs.kinds == ["analyse"]
    settle(qtbot)
    assert jobs.kinds == (["analyse"] if value is None else ["analyse", "analyse"])


def test_other_pruning_settings_drop_the_running_estimate_and_leave_an_analysis_alone(qtbot, runs, session, jobs):
    session.data = DATA
    wait_for(qtbot, jobs, 1)
    session.pruning = PruningConfig(amount=0.4)
    settle(qtbot)
    assert jobs.cancelled == []
    jobs.job_finished.emit(1, certificate())
    assert jobs.submitted[1] == ("estimate", (session.experiment,))
    session.pruning = PruningConfig(budget=Budget(share=0.2))
    assert jobs.cancelled == [2]
    jobs.job_finished.emit(2, estimate())
    assert session.estimate is None
    wait_for(qtbot, jobs, 3)
    assert jobs.submitted[2] == ("estimate", (session.experiment,))
    jobs.job_finished.emit(3, estimate())
    assert session.estimate == estimate()


def test_an_estimate_is_shared_out_by_the_curves_that_are_known(qtbot, analysed, session, jobs):
    session.sensitivity = CURVES  # Nothing depends on it yet.
    settle(qtbot)
    assert len(jobs.submitted) == 2
    session.pruning = PruningConfig(amount=0.4, allocation="sensitivity")
    wait_for(qtbot, jobs, 3)
    assert jobs.submitted[2] == ("estimate", (session.experiment, CURVES))
    session.sensitivity = replace(CURVES, baseline=0.8)
    assert jobs.cancelled == [3]
    wait_for(qtbot, jobs, 4)
    assert jobs.submitted[3] == ("estimate", (session.experiment, session.sensitivity))


def test_an_answer_counts_only_for_what_was_asked(qtbot, runs, session, jobs):
    session.data = DATA
    wait_for(qtbot, jobs, 1)
    jobs.job_finished.emit(77, certificate())
    jobs.job_finished.emit(77, estimate())
    jobs.job_failed.emit(77, ErrorRecord("DatasetError", "no images"))
    assert (session.certificate, session.estimate, session.analysis_failed) == (None, None, False)
    session.title, session.training = "Renamed", TrainingConfig(epochs=9)  # Neither is of the network.
    session.blockSignals(True)
    session.model = ModelConfig(architecture="resnet18")
    session.blockSignals(False)
    jobs.job_finished.emit(1, certificate())
    assert session.certificate is None
    assert jobs.submitted[1] == ("analyse", (session.experiment,))
    session.title = "Renamed again"
    jobs.job_finished.emit(2, certificate())
    assert session.certificate == certificate()


def test_a_failed_analysis_is_said_and_other_settings_get_another_chance(qtbot, runs, session, jobs):
    session.data = DATA
    wait_for(qtbot, jobs, 1)
    jobs.job_failed.emit(1, ErrorRecord("DatasetError", "no images"))
    assert session.analysis_failed
    assert "no images" in session.analysis_note
    session.pruning = PruningConfig(amount=0.4)
    assert not session.analysis_failed
    wait_for(qtbot, jobs, 2)
    assert jobs.kinds == ["analyse", "analyse"]


def test_start_submits_one_run_of_the_experiment_in_a_new_folder(qtbot, runs, session, jobs, tmp_path):
    runs.start()
    assert jobs.submitted == []
    session.title = "Chest X-rays, 2nd try"
    session.data = DATA
    with qtbot.waitSignal(runs.run_submitted):
        runs.start()
    (kind, (config, folder, resume)) = jobs.submitted[0]
    assert (kind, config, resume) == ("run", session.experiment, False)
    assert Path(folder).parent == tmp_path / "runs"
    assert Path(folder).name.startswith("chest-x-rays-2nd-try-")
    assert session.job.folder == Path(folder)
    runs.start()
    jobs.job_started.emit(1)
    runs.start()
    assert jobs.kinds == ["run"]
    assert session.job.status == "running"


def test_a_run_goes_before_analyses_and_they_follow_when_it_has_ended(qtbot, runs, session, jobs):
    session.data = DATA
    wait_for(qtbot, jobs, 1)
    runs.start()
    assert jobs.cancelled == [1]
    assert session.analysis_note == ""
    session.seed = 4
    settle(qtbot)
    assert jobs.kinds == ["analyse", "run"]
    jobs.job_finished.emit(2, None)
    wait_for(qtbot, jobs, 3)
    assert jobs.submitted[2] == ("analyse", (session.experiment,))


def test_pruning_settings_changed_during_a_run_are_estimated_after_it(qtbot, analysed, session, jobs):
    analysed.start()
    session.pruning = PruningConfig(amount=0.4)
    settle(qtbot)
    assert jobs.kinds[2:] == ["run"]
    jobs.job_cancelled.emit(3)
    wait_for(qtbot, jobs, 4)
    assert jobs.kinds[3] == "estimate"


def test_nothing_is_asked_again_after_a_run_that_changed_nothing(qtbot, analysed, session, jobs):
    analysed.start()
    jobs.job_finished.emit(3, None)
    settle(qtbot)
    assert jobs.kinds == ["analyse", "estimate", "run"]


def test_a_run_is_followed_to_its_end(qtbot, analysed, session, jobs):
    finished = []
    analysed.run_finished.connect(finished.append)
    analysed.start()
    jobs.job_started.emit(3)
    jobs.job_progressed.emit(77, JobEvent("train", fraction=0.9))
    assert session.job.fraction == 0.0
    jobs.job_progressed.emit(3, JobEvent("train", fraction=0.4))
    assert session.job.fraction == 0.4
    analysed.cancel()
    assert session.job.status == "cancelling"
    assert jobs.cancelled == [3]
    jobs.job_finished.emit(3, None)
    assert session.job.status == "finished"
    assert finished == [session.job.folder]
    analysed.cancel()
    assert jobs.cancelled == [3]


def test_a_failed_run_goes_on_with_its_curves_from_what_it_had_reached(qtbot, analysed, session, jobs):
    failures = []
    analysed.run_failed.connect(failures.append)
    analysed.start()
    with RunFolder(session.job.folder).create(session.experiment) as folder:
        for event in (
            JobEvent("train", metrics={"epoch": 1.0, "train_loss": 0.5}, fraction=0.5),
            JobEvent("failed", message="no space left", level="warning"),
        ):
            folder.append_event(event)
            jobs.job_progressed.emit(3, event)
    error = ErrorRecord("OutputError", "no space left")
    jobs.job_failed.emit(3, error)
    assert failures == [error]
    assert session.job.status == "failed"
    settle(qtbot)
    analysed.resume()
    assert jobs.submitted[3] == ("resume", (str(folder.path),))
    assert session.job.status == "waiting"
    assert (session.job.fraction, session.job.fraction_before) == (0.5, 0.5)
    assert [point.value for point in session.job.curves["train_loss"]] == [0.5]


def test_a_run_that_left_nothing_cannot_be_resumed(analysed, session, jobs):
    analysed.start()
    jobs.job_failed.emit(3, ErrorRecord("DatasetError", "no images"))
    assert session.job.folder is None
    analysed.resume()
    assert len(jobs.submitted) == 3


def test_once_stopped_nothing_more_is_asked(qtbot, runs, session, jobs):
    session.data = DATA
    runs.stop()
    settle(qtbot)
    assert jobs.submitted == []
