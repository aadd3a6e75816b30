"""A run whose groups give by what they cost on the validation split."""

import json
from pathlib import Path

import numpy as np
import pytest
from picture_runs import carry_out, experiment, sha256, write_pictures

from medprune_gui.engine.errors import CheckpointError, ConfigError
from medprune_gui.engine.experiments.analysis import NetworkAnalysis
from medprune_gui.engine.experiments.jobs import Jobs
from medprune_gui.engine.experiments.progress import RunProgress
from medprune_gui.engine.experiments.sensitivity_file import read_curves
from medprune_gui.engine.experiments.sensitivity_measuring import measure_sensitivity
from medprune_gui.engine.records import SensitivityCurves


def drained(steps):
    events = []
    while True:
        try:
            events.append(next(steps))
        except StopIteration as stop:
            return events, stop.value


def test_the_curves_are_measured_kept_and_found_again(tmp_path):
    table = write_pictures(tmp_path / "pictures")
    pruning = {"amount": 0.4, "budget": None, "steps": 2, "min_channels": 1, "allocation": "sensitivity"}
    config = experiment(table, pruning=pruning)
    events, whole = carry_out(config, tmp_path / "whole")
    assert whole.pruned.parameters < whole.original.parameters
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert read_curves(tmp_path / "whole" / "sensitivity.json").criterion == "l1"
    # Every network that is measured moves the bar, and most of the first step's share is theirs.
    prune = [event for event in events if event.stage == "prune"]
    first = prune[: next(index for index, event in enumerate(prune) if event.step == 1 and event.total == 2) + 1]
    measured = [event for event in first if event.total > 2]
    assert len(measured) > 1
    share = first[-1].fraction - first[0].fraction
    assert measured[-1].fraction - first[0].fraction == pytest.approx(0.95 * share)
    # 37 networks on 8 validation cases, with 16 training cases: 6.2 epochs; the original is trained for 2.
    train = [event.fraction for event in events if event.stage == "train"]
    assert share == pytest.approx((0.1 + 37 / 3 * 8 / 16) / 2 * (train[-1] - train[0]), rel=0.01)

    mark = tmp_path / "broken" / "sensitivity.json"
    carry_out(config, tmp_path / "broken", until=mark.exists)
    curves = SensitivityCurves.from_dict(json.loads(mark.read_text()))
    assert curves.metric == "auc"
    assert curves.scores
    assert all(0 <= value <= 1 for own in curves.scores.values() for value in (curves.baseline, *own))
    _, resumed = carry_out(config, tmp_path / "broken", resume=True)
    assert resumed.pruned.parameters == whole.pruned.parameters
    for file in ("model.safetensors", "model.json"):
        assert sha256(tmp_path / "whole" / "pruned" / file) == sha256(tmp_path / "broken" / "pruned" / file)


def test_another_metric_is_measured_where_the_verdict_is_on_it(tmp_path):
    table = write_pictures(tmp_path / "pictures")
    pruning = {"amount": 0.4, "budget": None, "steps": 1, "min_channels": 1, "allocation": "sensitivity"}
    config = experiment(table, pruning=pruning, evaluation={"metric": "accuracy"})
    mark = tmp_path / "run" / "sensitivity.json"
    carry_out(config, tmp_path / "run", until=mark.exists)
    assert json.loads(mark.read_text())["metric"] == "accuracy"


def test_a_stage_that_is_weighed_anew_takes_nothing_back():
    progress = RunProgress({"data": 1.0, "train": 1.0, "prune 1": 1.0, "report": 1.0})
    told = [progress.begin("data").fraction, progress.at(1, 1).fraction]
    progress.weigh("prune 1", 5.0)
    for stage in ("train", "prune 1", "report"):
        told += [progress.begin(stage).fraction, progress.at(1, 1).fraction]
    # A quarter was told; the other three are shared out 1 : 5 : 1.
    assert told == pytest.approx(np.array([0, 7, 7, 10, 10, 25, 25, 28]) / 28)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> tuple[Path, Path]:
    """A table of pictures, and the run folder of a finished run on them."""
    root = tmp_path_factory.mktemp("trained")
    table = write_pictures(root / "pictures")
    carry_out(experiment(table, pruning={"steps": 1}), root / "run")
    return table, root / "run"


@pytest.mark.parametrize("criterion", ["l1", "taylor"])
def test_the_job_measures_what_a_run_measures(trained, tmp_path, criterion):
    table, run = trained
    pruning = {"amount": 0.4, "budget": None, "allocation": "sensitivity", "criterion": criterion}
    config = experiment(table, pruning=pruning)
    with_weights = experiment(table, pruning=pruning, model={"architecture": "article", "weights": run / "original"})
    _, curves = drained(Jobs(1).sensitivity(config, str(run / "original")))
    events, again = drained(measure_sensitivity(with_weights, device="cpu"))
    assert curves == again
    assert (curves.metric, curves.criterion) == ("auc", criterion)
    mark = tmp_path / "run" / "sensitivity.json"
    carry_out(with_weights, tmp_path / "run", until=mark.exists)
    assert read_curves(mark) == curves
    assert events[-1].stage == "sensitivity"
    assert (events[-1].step, events[-1].total) == (1 + 9 * len(curves.scores), 1 + 9 * len(curves.scores))
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_without_trained_weights_the_job_says_what_is_missing(trained):
    table, run = trained
    with pytest.raises(ConfigError, match="no trained weights") as caught:
        next(measure_sensitivity(experiment(table)))
    assert "open its run" in caught.value.remedy
    with pytest.raises(CheckpointError, match="pruned already"):
        drained(measure_sensitivity(experiment(table), run / "pruned"))


def test_measured_curves_share_out_the_estimate(trained):
    table, run = trained
    config = experiment(table, pruning={"amount": 0.4, "budget": None, "allocation": "sensitivity"})
    _, curves = drained(measure_sensitivity(config, run / "original"))
    _, analysis = drained(NetworkAnalysis.of(config))
    dear = next(iter(curves.scores))
    scores = {name: (0.0 if name == dear else 1.0,) * 9 for name in curves.scores}
    known = analysis.estimate(config.pruning, SensitivityCurves("auc", 1.0, curves.amounts, scores))
    layer = next(layer for layer in known.layers if layer.name == dear)
    assert layer.channels_after == layer.channels_before
    assert not known.notes
    assert "measured in the run" in analysis.estimate(config.pruning).notes[0]
