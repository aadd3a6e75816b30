"""Measuring sensitivity from the window: what is asked, what becomes of it, and what a run on display lends."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_runs import certificate, classification_run
from test_run_control import CURVES, DATA, Jobs

from medprune_gui.engine.config import EvaluationConfig, ModelConfig, PruningConfig, TrainingConfig
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.experiments.sensitivity_file import write_curves
from medprune_gui.engine.records import ErrorRecord, JobEvent
from medprune_gui.sensitivity_control import SensitivityControl
from medprune_gui.session.job_state import JobState
from medprune_gui.ui.main_window import MainWindow


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
def window(qtbot, session) -> MainWindow:
    window = MainWindow(session)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def control(window, session, jobs) -> SensitivityControl:
    return SensitivityControl(session, jobs, window)


@pytest.fixture
def run(tmp_path, session):
    """The folder of a finished run of the session's experiment."""
    comparison = classification_run(tmp_path / "run", cases=12)
    session.take_experiment(RunFolder(tmp_path / "run").experiment())
    return tmp_path / "run", comparison


def test_measuring_is_followed_to_its_curves(control, session, jobs):
    control.measure()
    assert jobs.submitted == []
    session.data = DATA
    session.model = ModelConfig(weights=Path("/weights.safetensors"))
    control.measure()
    control.measure()
    assert jobs.submitted == [("sensitivity", (session.experiment, None))]
    jobs.job_progressed.emit(77, JobEvent("sensitivity", fraction=0.9))
    assert session.measuring.status == "waiting"
    jobs.job_progressed.emit(1, JobEvent("sensitivity", 3, 10, fraction=0.3))
    assert (session.measuring.status, session.measuring.fraction) == ("running", 0.3)
    jobs.job_finished.emit(77, CURVES)
    assert session.sensitivity is None
    jobs.job_finished.emit(1, CURVES)
    assert session.sensitivity == CURVES
    assert session.measuring.status == "finished"
    control.measure()
    assert len(jobs.submitted) == 2


def test_why_it_failed_is_kept_and_a_cancelled_one_changes_nothing(control, session, jobs):
    session.data = DATA
    session.sensitivity = CURVES
    control.measure()
    error = ErrorRecord("ConfigError", "no trained weights")
    jobs.job_failed.emit(1, error)
    assert (session.measuring.status, session.measuring.error) == ("failed", error)
    control.measure()
    control.cancel()
    assert jobs.cancelled == [2]
    assert session.measuring.status == "cancelling"
    jobs.job_cancelled.emit(2)
    assert session.measuring.status == "cancelled"
    assert session.sensitivity == CURVES


@pytest.mark.parametrize(
    ("field", "value", "dropped"),
    [
        ("data", DATA.model_copy(update={"bits": 6}), True),
        ("model", ModelConfig(architecture="resnet18"), True),
        ("seed", 9, True),
        ("pruning", PruningConfig(amount=0.5, criterion="taylor"), True),
        ("evaluation", EvaluationConfig(metric="accuracy"), True),
        ("pruning", PruningConfig(amount=0.5), False),
        ("training", TrainingConfig(epochs=9), False),
    ],
)
def test_another_network_ranking_or_metric_gives_the_measuring_up(control, session, jobs, field, value, dropped):
    session.data = DATA
    control.measure()
    setattr(session, field, value)
    assert jobs.cancelled == ([1] if dropped else [])
    # The answer may have been on its way.
    jobs.job_finished.emit(1, CURVES)
    assert session.sensitivity == (None if dropped else CURVES)
    assert not session.measuring.active


def test_a_run_goes_before(control, session, jobs):
    session.data = DATA
    session.job = JobState(5, "Run", None)
    control.measure()
    assert jobs.submitted == []
    session.job = session.job.ended("finished")
    control.measure()
    session.job = JobState(6, "Run", None)
    assert jobs.cancelled == [1]


def test_the_run_on_display_lends_its_original_where_it_was_trained_alike(control, session, jobs, run):
    folder, comparison = run
    session.show_comparison(comparison, folder)
    control.measure()
    assert jobs.submitted[0] == ("sensitivity", (session.experiment, str(folder / "original")))
    jobs.job_cancelled.emit(1)
    session.training = TrainingConfig(epochs=99)
    control.measure()
    assert jobs.submitted[1] == ("sensitivity", (session.experiment, None))


def test_the_curves_of_a_run_are_shown_where_it_is_of_the_same_network(control, session, jobs, run, tmp_path):
    folder, comparison = run
    write_curves(RunFolder(folder).sensitivity_file, CURVES)
    session.certificate = certificate()
    session.show_comparison(comparison, folder)
    assert session.sensitivity == CURVES
    session.model = ModelConfig(architecture="resnet18")
    assert session.sensitivity is None
    session.show_comparison(comparison, folder)
    assert session.sensitivity is None


def test_damaged_curves_of_a_run_are_told(control, window, session, run):
    folder, comparison = run
    RunFolder(folder).sensitivity_file.write_text("{}")
    session.show_comparison(comparison, folder)
    assert "damaged" in window.banner.text
    assert session.sensitivity is None
