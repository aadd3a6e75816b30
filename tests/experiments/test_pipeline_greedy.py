"""A run whose amounts are decided step by step on the validation split."""

import json

import numpy as np
from picture_runs import carry_out, experiment, sha256, write_pictures

from medprune_gui.engine.experiments.validation_score import sample_of
from medprune_gui.engine.pruning.allocation.greedy import GreedyDecision

PRUNING = {"steps": 2, "epochs_per_step": 1, "min_channels": 1, "allocation": "greedy"}


def decisions_in(file):
    return [GreedyDecision.from_dict(values) for values in json.loads(file.read_text())]


def test_decisions_are_kept_and_the_resumed_run_is_the_same(tmp_path):
    table = write_pictures(tmp_path / "pictures")
    config = experiment(table, pruning=PRUNING)
    events, whole = carry_out(config, tmp_path / "whole")
    assert whole.pruned.macs <= 0.5 * whole.original.macs
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert any("8 of 8 validation cases" in event.message for event in events)
    counted = [(event.step, event.total) for event in events if event.stage == "prune" and event.total > 2]
    assert counted
    assert all(step <= total for step, total in counted)

    # Broken off within the second step's decisions: those of the first are settled, some of the second are kept.
    mark = tmp_path / "broken" / "state" / "greedy-2.json"
    carry_out(config, tmp_path / "broken", until=mark.exists)
    taken = decisions_in(mark)
    assert all(0 <= decision.score <= 1 and 0 < decision.cost < 1 for decision in taken)
    _, resumed = carry_out(config, tmp_path / "broken", resume=True)
    assert resumed.pruned.macs == whole.pruned.macs
    for file in ("model.safetensors", "model.json"):
        assert sha256(tmp_path / "whole" / "pruned" / file) == sha256(tmp_path / "broken" / "pruned" / file)


def test_a_decision_that_was_kept_counts_as_it_stands(tmp_path):
    table = write_pictures(tmp_path / "pictures")
    config = experiment(table, pruning={**PRUNING, "steps": 1, "budget": {"share": 0.2}})
    mark = tmp_path / "run" / "state" / "greedy-1.json"
    carry_out(config, tmp_path / "run", until=mark.exists)
    kept = decisions_in(mark)
    # All of it from one group, which the scores would not have done: it is believed, not measured anew.
    first = kept[0]
    mark.write_text(json.dumps([{**first.to_dict(), "kept": 1, "cost": 0.6}]))
    carry_out(config, tmp_path / "run", resume=True, until=lambda: mark.exists() and len(decisions_in(mark)) > 1)
    assert decisions_in(mark)[0] == GreedyDecision(first.group, 1, 0.6, first.score)


def test_the_sample_holds_each_class_and_is_the_same_every_time():
    targets = np.array([0] * 900 + [1] * 99 + [2])
    chosen = sample_of(targets, 50, 3, seed=7)
    assert (np.diff(chosen) > 0).all()
    assert chosen.size == 50
    assert np.bincount(targets[chosen]).tolist() == [44, 5, 1]
    assert chosen.tolist() == sample_of(targets, 50, 3, seed=7).tolist()
    assert chosen.tolist() != sample_of(targets, 50, 3, seed=8).tolist()
    assert sample_of(targets, 5000, 3, seed=7).tolist() == list(range(1000))
    assert sample_of(np.zeros((30, 4, 4), dtype=np.int64), 10, 2, seed=7).size == 10
