"""A run whose groups give by what they cost on the validation split."""

import json

from picture_runs import carry_out, experiment, sha256, write_pictures

from medprune_gui.engine.records import SensitivityCurves


def test_the_curves_are_measured_kept_and_found_again(tmp_path):
    table = write_pictures(tmp_path / "pictures")
    pruning = {"amount": 0.4, "budget": None, "steps": 2, "min_channels": 1, "allocation": "sensitivity"}
    config = experiment(table, pruning=pruning)
    events, whole = carry_out(config, tmp_path / "whole")
    assert whole.pruned.parameters < whole.original.parameters
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)

    mark = tmp_path / "broken" / "state" / "sensitivity.json"
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
    mark = tmp_path / "run" / "state" / "sensitivity.json"
    carry_out(config, tmp_path / "run", until=mark.exists)
    assert json.loads(mark.read_text())["metric"] == "accuracy"
