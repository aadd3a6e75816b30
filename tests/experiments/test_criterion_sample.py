"""Criteria that look at cases: which cases, in a run, in a run that was broken off, and in a quick estimate."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from picture_runs import carry_out, experiment, sha256, write_pictures

from medprune_gui.engine.data.loading import load_arrays
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.experiments.analysis import NetworkAnalysis
from medprune_gui.engine.experiments.criterion_sample import CASES, criterion_sample
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.pruning import plan_pruning, trace_channels
from medprune_gui.engine.pruning.schedule import step_configs
from medprune_gui.engine.pruning.stored import load_network
from medprune_gui.engine.settings.criterion_names import BUILT_IN

ALL_WITH_DATA = [name for name, info in BUILT_IN.items() if info.needs_data]


class Labelled:
    def __init__(self, count: int) -> None:
        self.images = np.arange(count, dtype=np.float32).reshape(count, 1, 1, 1)
        self.targets = np.arange(count, dtype=np.int64) % 2


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_pictures(tmp_path_factory.mktemp("pictures"))


def drawn(config, count=500):
    data = criterion_sample(config, Labelled(count), "classification", ("a", "b"))
    return data if data is None else torch.cat([inputs[0].flatten() for inputs, _ in data.batches]).tolist()


def test_the_sample_follows_from_the_seeds_alone(tmp_path):
    config = experiment(tmp_path / "t.csv", pruning={"criterion": "taylor"})
    first = drawn(config)
    assert len(first) == len(set(first)) == CASES
    torch.rand(5)
    np.random.default_rng().random(5)
    assert drawn(config) == first
    others = [
        experiment(tmp_path / "t.csv", pruning={"criterion": "taylor", "seed": 1}),
        config.model_copy(update={"seed": 1}),
    ]
    assert all(drawn(other) != first for other in others)
    assert drawn(experiment(tmp_path / "t.csv", pruning={"criterion": "taylor", "seed": -7})) != first
    assert sorted(drawn(config, 10)) == list(range(10))
    assert drawn(experiment(tmp_path / "t.csv")) is None


def test_the_loss_is_the_one_that_the_network_is_trained_with(tmp_path):
    config = experiment(tmp_path / "t.csv", pruning={"criterion": "taylor"})
    uneven = Labelled(10)
    uneven.targets = np.array([0] * 9 + [1])
    logits, targets = torch.tensor([[1.0, 0.0], [1.0, 0.0]]), torch.tensor([0, 1])
    weighted = criterion_sample(config, uneven, "classification", ("a", "b"))
    plain = criterion_sample(
        config.model_copy(update={"training": config.training.model_copy(update={"class_weights": False})}),
        uneven,
        "classification",
        ("a", "b"),
    )
    assert weighted.loss(logits, targets) > plain.loss(logits, targets)


def test_a_resumed_run_looks_at_the_same_cases(table, tmp_path):
    config = experiment(table, pruning={"criterion": "taylor", "amount": 0.6, "budget": None, "steps": 2})
    events, whole = carry_out(config, tmp_path / "whole")
    log = [event.message for event in events if event.message.startswith("Importance")]
    assert log == [f"Importance: {BUILT_IN['taylor'].title}, on 16 of 16 training cases, drawn with seed 0"]
    assert log[0] in (tmp_path / "whole" / "events.jsonl").read_text()
    step_one = tmp_path / "broken" / "state" / "step-1"
    _, nothing = carry_out(config, tmp_path / "broken", until=(step_one / "model.json").exists)
    assert nothing is None

    # The first step is what a plan makes of the trained network and the sample.
    original, _ = load_network(tmp_path / "broken" / "original")
    cases = read_cases(config.data, config.seed)
    training = finished(load_arrays(cases, "train", config.data))
    sample = criterion_sample(config, training, cases.task, cases.classes)
    graph = trace_channels(original, torch.rand(1, 1, 32, 32))
    kept = json.loads((step_one / "step.json").read_text())["kept"]
    first = step_configs(config.pruning)[0]
    assert kept == plan_pruning(original, graph, first, sample).kept
    assert kept != plan_pruning(original, graph, first.model_copy(update={"criterion": "l1"})).kept

    _, resumed = carry_out(config, tmp_path / "broken", resume=True)
    for file in ("model.safetensors", "model.json"):
        assert sha256(tmp_path / "whole" / "pruned" / file) == sha256(tmp_path / "broken" / "pruned" / file)
    assert resumed.notes == whole.notes
    assert RunFolder(tmp_path / "whole").experiment().pruning.criterion == "taylor"


def finished(steps):
    """Run a generator to its end and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def test_a_quick_estimate_ranks_by_size_and_says_so(table):
    config = experiment(table)
    analysis = finished(NetworkAnalysis.of(config))
    by_size = analysis.estimate(config.pruning)
    assert by_size.notes == ()
    for name in ALL_WITH_DATA:
        estimate = analysis.estimate(config.pruning.model_copy(update={"criterion": name, "normalisation": "none"}))
        assert estimate.layers == by_size.layers
        assert "L1" in estimate.notes[0]
        assert BUILT_IN[name].title in estimate.notes[0]
    without_cases = config.pruning.model_copy(update={"criterion": "synflow"})
    assert analysis.estimate(without_cases).notes == ()


def test_a_criterion_that_cannot_be_computed_is_said_before_the_training(table, tmp_path):
    config = experiment(table, pruning={"criterion": "taylor"})
    config = config.model_copy(update={"pruning": config.pruning.model_copy(update={"criterion": "nonsense"})})
    with pytest.raises(ConfigError, match="unknown criterion"):
        carry_out(config, tmp_path / "run")
    assert not (tmp_path / "run" / "original").exists()
