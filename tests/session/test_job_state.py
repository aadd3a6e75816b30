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
