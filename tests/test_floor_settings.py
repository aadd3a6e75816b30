"""Floors in the experiment file: read back as written, and refused where they cannot hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from medprune_gui.engine.config import DataConfig, ExperimentConfig, PruningConfig, dump_experiment, load_experiment
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.settings.floors import FloorSettings

HEAD = "[data]\nkind = 'table'\npath = '/a.csv'\n[pruning]\namount = 0.5\n"


@pytest.mark.parametrize(
    "floor",
    [
        FloorSettings(drop=0.0),
        FloorSettings(classes={"pleural effusion": 0.02, "a.b": 0.0}, tries=0),
        FloorSettings(metric="accuracy", drop=0.01, classes={"PNEUMONIA": 0.03}, tries=10),
    ],
)
def test_what_is_written_is_read_back(tmp_path, floor):
    config = ExperimentConfig(
        data=DataConfig(kind="table", path="/a.csv"), pruning=PruningConfig(amount=0.5, floor=floor)
    )
    file = tmp_path / "a.toml"
    file.write_text(dump_experiment(config), encoding="utf-8")
    assert load_experiment(file) == config


def test_there_is_no_floor_unless_one_is_asked_for(tmp_path):
    file = tmp_path / "a.toml"
    file.write_text(HEAD)
    assert load_experiment(file).pruning.floor is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("floor = {}", ["pruning.floor", "drop", "classes"]),
        ("floor = { tries = 2 }", ["pruning.floor", "drop", "classes"]),
        ("floor = { drop = -0.1 }", ["pruning.floor.drop", "-0.1"]),
        ("floor = { drop = 2.0 }", ["pruning.floor.drop", "2.0"]),
        ("floor = { drop = 0.1, tries = 11 }", ["pruning.floor.tries", "10"]),
        ("floor = { drop = 0.1, metric = 'loss' }", ["pruning.floor.metric", "accuracy"]),
        ("floor = { drop = 0.1, class = 'a' }", ["pruning.floor.class", "classes"]),
        ("floor = { classes = { a = 1.5 } }", ["pruning.floor.classes.a", "1.5"]),
        ("schedule = 'soft'\nfloor = { drop = 0.1 }", ["pruning", "floor", "soft", "another schedule"]),
        ("schedule = 'growing'\nfloor = { drop = 0.1 }", ["pruning", "floor", "growing", "another schedule"]),
        ("epochs_per_step = 0\nfloor = { drop = 0.1 }", ["pruning", "floor", "epochs_per_step"]),
    ],
)
def test_what_cannot_hold_is_refused(tmp_path, text, words):
    file = tmp_path / "a.toml"
    file.write_text(HEAD + text)
    with pytest.raises(ConfigError) as caught:
        load_experiment(file)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_the_example_with_floors_is_one(tmp_path, monkeypatch):
    (tmp_path / "cxr_pneumonia_224").mkdir()
    (tmp_path / "cxr_pneumonia_224" / "labels.csv").touch()
    monkeypatch.setenv("MEDPRUNE_DATA", str(tmp_path))
    floor = load_experiment(Path(__file__).parents[1] / "resources" / "examples" / "pneumonia-floor.toml").pruning.floor
    assert floor == FloorSettings(metric="accuracy", drop=0.03, classes={"PNEUMONIA": 0.02}, tries=3)
