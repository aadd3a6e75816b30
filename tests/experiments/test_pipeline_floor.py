"""Floors in whole runs: they stop a run or let it pass, and one that was broken off ends as if it had not been."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from picture_runs import carry_out, experiment, read_table, sha256, write_table
from PIL import Image

from medprune_gui.engine.errors import ConfigError, InputError
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.pruning.stored import load_network

# Enough epochs to tell left from right.
TRAINED = {"epochs": 12, "batch_size": 4, "learning_rate": 0.01}
SHORT = {"epochs": 1, "batch_size": 8, "learning_rate": 1e-5}
WEIGHTS = {"granularity": "weight", "amount": 0.99, "budget": None, "schedule": "one-shot"}
CHANNELS = {"amount": 0.9, "budget": None, "min_channels": 1, "schedule": "one-shot"}
MACS = {"budget": {"quantity": "macs", "share": 0.11}, "min_channels": 1, "schedule": "one-shot"}
GRADUAL = {**WEIGHTS, "schedule": "linear", "steps": 2}
LOTTERY = {**WEIGHTS, "schedule": "lottery", "steps": 2, "rewinding": {"epoch": 10}}
ALL = {"metric": "accuracy", "drop": 0.0}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Noise with a light half on one side, which a small network soon tells apart."""
    root, random, rows = tmp_path_factory.mktemp("halves"), np.random.default_rng(0), []
    for split, count in {"train": 12, "val": 8, "test": 6}.items():
        for label, side in (("left", slice(0, 16)), ("right", slice(16, 32))):
            for number in range(count):
                name, pixels = f"{split}-{label}-{number}.png", random.normal(90, 30, (32, 32))
                pixels[:, side] += 60
                Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(root / name)
                rows.append([name, label, name, split])
    write_table(root / "table.csv", rows)
    return root / "table.csv"


def floored(table, pruning, floor, **changes):
    tuning = {"training": TRAINED, "fine_tuning": SHORT, **changes}
    return experiment(table, **tuning, pruning={**pruning, "floor": floor})


def kept_notes(folder) -> list[str]:
    return json.loads((folder / "summary.json").read_text())["notes"]


def test_a_floor_that_holds_changes_nothing_but_says_so(table, tmp_path):
    floor = {"drop": 0.99, "classes": {"right": 0.99}}
    pruning = {"amount": 0.5, "budget": None, "steps": 2}
    _, free = carry_out(experiment(table, pruning=pruning), tmp_path / "free")
    events, held = carry_out(experiment(table, pruning={**pruning, "floor": floor}), tmp_path / "held")
    for network in ("original", "pruned"):
        weights = [sha256(tmp_path / run / network / "model.safetensors") for run in ("free", "held")]
        assert weights[0] == weights[1]
    (said,) = set(held.notes) - set(free.notes)
    assert said.startswith("The floor held on the validation split: AUC ")
    assert "AUC of class right" in said
    assert not any("taken back" in event.message for event in events)
    assert said in (tmp_path / "held" / "report.html").read_text()
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)


def test_a_floor_stops_a_run_and_its_limits_hold(table, tmp_path):
    config = floored(table, WEIGHTS, {**ALL, "classes": {"left": 0.0, "right": 0.0}})
    events, ended = carry_out(config, tmp_path / "run")
    warned = [event for event in events if event.level == "warning"]
    back = [event.message for event in warned if "taken back" in event.message]
    assert back
    assert "Step 1 is taken back: validation " in back[0]
    missed = next(note for note in ended.notes if note.startswith("The floor was in the way: 99 % of the weights"))
    assert warned[-1].message == missed
    assert missed in kept_notes(tmp_path / "run")
    report = (tmp_path / "run" / "report.html").read_text()
    assert missed in report
    assert "Accuracy by no more than 0, recall of class left by no more than 0, " in report
    assert "up to 3 smaller steps after one that fell below" in report
    zeroed = ended.pruned.parameters - ended.pruned.nonzero_parameters
    assert 0 < zeroed < 0.99 * ended.pruned.parameters
    # What the folder holds keeps the floor, measured anew.
    for name in ("original", "pruned"):
        network, _ = load_network(tmp_path / "run" / name)
        assert rightly_told(network, table) == {"left": 1.0, "right": 1.0}, name
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)


def rightly_told(network, table) -> dict[str, float]:
    """Return class -> share of its validation pictures that the network calls by its name."""
    found: dict[str, list[bool]] = {"left": [], "right": []}
    for file, label, _, split in read_table(table):
        if split == "val":
            pixels = np.asarray(Image.open(table.parent / file), dtype=np.float32)
            image = torch.from_numpy((pixels - pixels.min()) / np.ptp(pixels))
            with torch.inference_mode():
                found[label].append(list(found)[int(network(image[None, None]).argmax())] == label)
    return {label: float(np.mean(right)) for label, right in found.items()}


@pytest.mark.parametrize("tries", [0, 1])
def test_where_nothing_holds_the_original_is_kept(table, tmp_path, tries):
    # Weights that jump about: what follows is no better than chance.
    wild = {"epochs": 1, "batch_size": 8, "learning_rate": 10.0, "optimiser": "sgd"}
    config = floored(table, WEIGHTS, {**ALL, "tries": tries}, fine_tuning=wild)
    events, ended = carry_out(config, tmp_path / "run")
    assert sum("taken back" in event.message for event in events) == 1 + tries
    assert ended.pruned.nonzero_parameters == ended.original.nonzero_parameters
    assert any("none set to zero: the original is kept as it is" in note for note in ended.notes)


RESUMED = {"weights": WEIGHTS, "channels": CHANNELS, "macs": MACS, "gradual": GRADUAL, "lottery": LOTTERY}
#: What a step leaves behind, in the order of writing.
FILES = (("step", ".state"), ("step", "/model.json"), ("floor", ".json"))


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name in ("weights", "macs") else ()) for name in RESUMED],
)
def test_a_run_that_was_broken_off_in_any_try_ends_the_same(table, tmp_path, name):
    config = floored(table, RESUMED[name], ALL)
    events, whole = carry_out(config, tmp_path / "whole")
    assert any("taken back" in event.message for event in events)
    begun = [event.message for event in events if event.message.startswith("Pruning step")]
    marks = [f"state/{file}-{step}{end}" for step in range(1, len(begun) + 1) for file, end in FILES]
    run = tmp_path / "broken"
    carry_out(config, run, until=(run / "original" / "model.json").exists)
    for mark in marks:
        _, ended = carry_out(config, run, resume=True, until=(run / mark).exists)
        if ended is not None:
            break
    else:
        _, ended = carry_out(config, run, resume=True)
    for file in ("model.safetensors", "model.json"):
        assert sha256(tmp_path / "whole" / "pruned" / file) == sha256(run / "pruned" / file)
    assert ended.notes == whole.notes


def test_one_class_may_be_guarded_alone(table, tmp_path):
    config = floored(table, WEIGHTS, {"metric": "accuracy", "classes": {"right": 0.0}})
    _, ended = carry_out(config, tmp_path / "run")
    held = [note for note in ended.notes if "recall of class right" in note]
    assert len(held) == 1
    network, _ = load_network(tmp_path / "run" / "pruned")
    assert rightly_told(network, table)["right"] == 1.0


@pytest.mark.parametrize(
    ("floor", "words"),
    [
        ({"metric": "dice", "drop": 0.1}, ["pruning.floor.metric", "dice", "auc or accuracy"]),
        ({"classes": {"middle": 0.1}}, ["pruning.floor.classes", "middle", "left, right"]),
    ],
)
def test_what_cannot_be_watched_is_refused_before_training(table, tmp_path, floor, words):
    with pytest.raises(ConfigError) as caught:
        carry_out(floored(table, WEIGHTS, floor), tmp_path / "run")
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert RunFolder(tmp_path / "run").state() == "empty"


def test_what_was_measured_and_is_damaged_is_said(table, tmp_path):
    config, run = floored(table, WEIGHTS, ALL), tmp_path / "run"
    carry_out(config, run, until=(run / "state" / "step-1" / "model.json").exists)
    (run / "state" / "floor-0.json").write_text("{}")
    with pytest.raises(InputError, match="damaged"):
        carry_out(config, run, resume=True)


def test_what_was_looked_at_is_not_trained_again(table, tmp_path):
    # Some twenty units: the last tries ask for one of them, and for less than one.
    pruning = {"amount": 0.4, "budget": None, "min_channels": 1, "schedule": "one-shot"}
    wild = {"epochs": 1, "batch_size": 8, "learning_rate": 10.0, "optimiser": "sgd"}
    floor = {"metric": "accuracy", "drop": 0.0, "tries": 5}
    config = floored(table, pruning, floor, fine_tuning=wild)
    events, ended = carry_out(config, tmp_path / "run")
    trained = [event for event in events if event.stage == "fine-tune" and event.message.startswith("Epoch")]
    begun = [event for event in events if event.message.startswith("Pruning step")]
    same = [event for event in events if "looked at already" in event.message]
    assert len(begun) == 6
    assert same
    assert len(trained) + len(same) == 6
    assert ended.pruned.parameters == ended.original.parameters
    assert any("none removed: the original is kept as it is" in note for note in ended.notes)
