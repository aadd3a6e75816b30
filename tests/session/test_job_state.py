import time
from itertools import pairwise

import pytest

from medprune_gui.engine.records import ErrorRecord, JobEvent
from medprune_gui.session.job_state import JobState, duration_words


def test_curves_grow_and_lines_are_kept():
    state = JobState(1, "Pneumonia", None)
    state = state.after(JobEvent("train", 1, 4, "epoch 1", {"epoch": 1.0, "train_loss": 0.7}, fraction=0.1), 1.0)
    state = state.after(JobEvent("train", 2, 4, "", {"epoch": 1.5, "train_loss": 0.5, "val_auc": 0.8}), 2.0)
    state = state.after(JobEvent("fine-tune", 1, 4, "", {"epoch": 0.5, "train_loss": 0.4}), 3.0)
    assert state.status == "running"
    assert [(point.x, point.value) for point in state.curves["train_loss"]] == [(1.0, 0.7), (1.5, 0.5), (2.0, 0.4)]
    assert [(point.x, point.value) for point in state.curves["val_auc"]] == [(1.5, 0.8)]
    assert [line.text for line in state.log] == ["epoch 1"]


def test_time_left_is_said_once_it_can_be():
    state = JobState(1, "Pneumonia", None)
    assert state.seconds_left is None
    state = state.after(JobEvent("train", fraction=0.25), 30.0)
    assert state.seconds_left == 90.0
    assert state.ended("finished").seconds_left is None
    assert state.ended("finished").fraction == 1.0


def test_a_failure_keeps_its_error_and_says_it_in_the_log():
    error = ErrorRecord("DatasetError", "no such column", "cases.csv", "Choose another")
    state = JobState(1, "Pneumonia", None).ended("failed", error)
    assert not state.active
    assert state.error == error
    assert state.log[-1].warning
    assert "no such column" in state.log[-1].text


def test_durations_in_words():
    assert [duration_words(s) for s in (0.4, 45, 200, 7500)] == ["0 s", "45 s", "3 min 20 s", "2 h 5 min"]


def test_a_night_long_run_stays_quick_and_keeps_every_validation():
    state = JobState(1, "Night", None)
    epochs, batches = 500, 100
    began = time.process_time()
    for epoch in range(epochs):
        stage = "train" if epoch < 400 else "fine-tune"
        for batch in range(1, batches + 1):
            metrics = {
                "epoch": epoch % 400 + batch / batches,
                "train_loss": 1.0 / (epoch + 1),
                "images_per_second": 7.0,
            }
            if batch == batches:
                metrics["val_auc"] = metrics["val_loss"] = 0.5
            state = state.after(JobEvent(stage, metrics=metrics, message=f"{epoch}"), float(epoch))
    assert time.process_time() - began < 10.0
    losses = state.curves["train_loss"]
    ends = [float(epoch + 1) for epoch in range(epochs)]
    assert [point.x for point in state.curves["val_auc"]] == pytest.approx(ends)
    within = [point for point in losses if not point.x.is_integer()]
    assert 500 < len(within) <= 2000
    assert {point.x for point in losses} >= set(ends)
    # What is left lies evenly: no part of the run is drawn much finer than another.
    gaps = [after.x - before.x for before, after in pairwise(within)]
    assert max(gaps) <= 3 * min(gaps)
    assert [point.stage for point in losses if point.stage == "fine-tune"]
    assert [point.value for point in state.curves["images_per_second"]] == [7.0]
    assert len(state.borders) == 1
    assert state.borders[0] == (pytest.approx(400.005), "fine-tune")


def test_stage_borders_lie_halfway_as_they_come():
    state = JobState(1, "Steps", None)
    for stage in ("train", "fine-tune", "prune", "fine-tune"):
        for epoch in (1.0, 2.0):
            metrics = {} if stage == "prune" else {"epoch": epoch, "train_loss": 0.5}
            state = state.after(JobEvent(stage, metrics=metrics), 1.0)
    assert state.borders == ((2.5, "fine-tune"),)


def test_time_left_after_a_failure_in_words_counts_from_what_was_reached():
    state = JobState(1, "Pneumonia", None)
    state = state.after(JobEvent("train", fraction=0.5), 100.0)
    state = state.after(JobEvent("train", message="slow disk", level="warning"), 101.0)
    assert state.fraction == 0.5
    state = state.after(JobEvent("failed", message="no space left", level="warning"), 102.0).resumed()
    assert state.fraction == 0.5
    state = state.after(JobEvent("train", fraction=0.75), 30.0)
    assert state.seconds_left == 30.0
