"""The session tells every change once, and forgets what a change makes untrue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medprune_gui.engine.config import (
    Budget,
    DataConfig,
    EvaluationConfig,
    ExperimentConfig,
    ModelConfig,
    PruningConfig,
    TrainingConfig,
)
from medprune_gui.engine.records import (
    Certificate,
    Comparison,
    LatencySamples,
    NetworkSummary,
    PlanEstimate,
    SensitivityCurves,
    VerdictRecord,
)
from medprune_gui.session.job_state import JobState
from medprune_gui.session.session import Session

DATA = DataConfig(kind="folders", path=Path("/images"))
CERTIFICATE = Certificate((), 10, 10, 0.9, 0.9, True, 0.0, 0.1)
ESTIMATE = PlanEstimate(10, 5, 5, 10, 5, ())
SENSITIVITY = SensitivityCurves("auc", 0.9, (0.5,), {"conv": (0.8,)})
NETWORK = NetworkSummary(10, 10, 10, 40, {}, None)
COMPARISON = Comparison(
    "Run", "classification", ("a", "b"), "auc", NETWORK, NETWORK,
    VerdictRecord("auc", 0.02, 0.0, -0.01, 0.01, "non-inferior"), (),
    LatencySamples((), (), "PyTorch", 1, 1, 0, "CPU"), (), {},
)  # fmt: skip

OTHER = {
    "studies": (object(),),
    "series": object(),
    "title": "Another",
    "data": DATA.model_copy(update={"bits": 6}),
    "model": ModelConfig(architecture="UNet"),
    "training": TrainingConfig(epochs=77),
    "pruning": PruningConfig(budget=Budget(share=0.123)),
    "fine_tuning": TrainingConfig(epochs=77),
    "evaluation": EvaluationConfig(margin=0.077),
    "seed": 5,
    "certificate": replace(CERTIFICATE, macs=3),
    "estimate": replace(ESTIMATE, macs_after=3),
    "sensitivity": replace(SENSITIVITY, baseline=0.7),
    "measuring": JobState(3, "Sensitivity", None),
    "analysis_note": "busy",
    "job": JobState(2, "Run", None),
    "case": 3,
}
CLEARED = {
    "data": {"certificate", "estimate", "sensitivity", "analysis_note", "comparison"},
    "model": {"certificate", "estimate", "sensitivity", "analysis_note", "comparison"},
    "seed": {"certificate", "estimate", "sensitivity", "analysis_note"},
    "pruning": {"estimate"},
}


@pytest.fixture
def session() -> Session:
    session = Session()
    session.take_experiment(ExperimentConfig(data=DATA, notes=("The head is an average.",), pruning=OTHER["pruning"]))
    session.pruning = PruningConfig(budget=Budget())
    session.certificate, session.estimate = CERTIFICATE, ESTIMATE
    session.sensitivity = SENSITIVITY
    session.analysis_note = "so far"
    session.show_comparison(COMPARISON, Path("/runs/1"))
    return session


@pytest.mark.parametrize("name", OTHER)
def test_a_field_tells_its_new_value_once_and_clears_what_depends_on_it(session, name):
    told = []
    getattr(session, f"{name}_changed").connect(told.append)
    setattr(session, name, OTHER[name])
    setattr(session, name, OTHER[name])
    assert told == [OTHER[name]]
    assert getattr(session, name) is told[0] or getattr(session, name) == told[0]
    gone = {
        field
        for field in ("certificate", "estimate", "sensitivity", "analysis_note", "comparison")
        if field != name and not getattr(session, field)
    }
    assert gone == CLEARED.get(name, set())
    assert (session.run_folder is None) == ("comparison" in gone)


def test_what_depends_is_forgotten_before_the_change_is_told(session):
    seen = []
    session.model_changed.connect(lambda _: seen.append((session.certificate, session.estimate, session.comparison)))
    session.model = OTHER["model"]
    assert seen == [(None, None, None)]


def test_two_sessions_share_nothing(session):
    assert Session().data is None
    assert session.data == DATA


def test_notes_of_an_experiment_stay_with_its_data(session):
    session.training = OTHER["training"]
    assert session.experiment.notes == ("The head is an average.",)
    session.data = OTHER["data"]
    assert session.experiment.notes == ()


def test_a_failure_is_taken_back_with_the_settings_it_was_said_of(session):
    session.fail_analysis("The budget cannot be met.")
    assert session.analysis_failed
    session.pruning = OTHER["pruning"]
    assert (session.analysis_note, session.analysis_failed) == ("", False)


def test_another_sensitivity_makes_the_estimate_that_was_shared_out_by_it_untrue(session):
    session.pruning = PruningConfig(amount=0.5, allocation="sensitivity")
    session.estimate = ESTIMATE
    session.sensitivity = OTHER["sensitivity"]
    assert session.estimate is None
