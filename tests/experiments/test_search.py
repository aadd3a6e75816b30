"""A search with real training: its front, its files, stopping, resuming."""

import csv
import os
import signal
import subprocess
import sys
import time

import nibabel as nib
import numpy as np
import pytest
import torch
from picture_runs import carry_out, experiment, sha256, write_pictures
from PIL import Image

from medprune_gui.engine.config import Budget, ExperimentConfig, dump_experiment, load_experiment
from medprune_gui.engine.errors import ConfigError, InputError, OutputError
from medprune_gui.engine.experiments.search import searching
from medprune_gui.engine.experiments.search.folder import SearchFolder
from medprune_gui.engine.experiments.search.searching import search
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.pruning.stored import load_network

TRIALS = 9
CHANGES = {"pruning": {"min_channels": 1}, "fine_tuning": {"epochs": 2, "batch_size": 8, "learning_rate": 2e-3}}


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return experiment(write_pictures(tmp_path_factory.mktemp("search") / "pictures"), **CHANGES)


def find(config, folder, *, trials=TRIALS, resume=False, until=None):
    """Search to the end and return (events, result); broken off at the first event for which ``until`` holds."""
    events, steps = [], search(config, folder, trials=trials, resume=resume, device="cpu")
    try:
        while True:
            events.append(next(steps))
            if until is not None and until(events[-1]):
                steps.close()
                return events, None
    except StopIteration as stop:
        return events, stop.value


@pytest.fixture(scope="module")
def found(config, tmp_path_factory):
    folder = SearchFolder(tmp_path_factory.mktemp("search") / "whole")
    return folder, *find(config, folder.path)


def rows_of(file):
    with file.open(newline="") as opened:
        return list(csv.DictReader(opened))


def files_in(folder):
    return {str(file.relative_to(folder)): sha256(file) for file in sorted(folder.rglob("*")) if file.is_file()}


def test_every_trial_is_listed_and_the_front_is_theirs(found):
    folder, events, result = found
    rows = rows_of(folder.trials_file)
    assert [int(row["trial"]) for row in rows] == list(range(TRIALS))
    complete = [row for row in rows if row["state"] == "complete"]
    assert len(complete) >= 3

    def dominated(row):
        mine = float(row["auc"]), float(row["cost"])
        others = [(float(other["auc"]), float(other["cost"])) for other in complete]
        return any(score >= mine[0] and cost <= mine[1] and (score, cost) != mine for score, cost in others)

    best = {(row["auc"], row["cost"]) for row in complete if not dominated(row)}
    front = rows_of(folder.front_file)
    assert {(row["auc"], row["cost"]) for row in front} == best
    assert len(front) == len(best)
    assert [row["trial"] for row in rows if row["on_front"] == "1"] == sorted((row["trial"] for row in front), key=int)
    assert [float(row["cost"]) for row in front] == sorted(float(row["cost"]) for row in front)
    assert [trial.number for trial in result.front] == [int(row["trial"]) for row in front]
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)
    assert not folder.resumable.exists()


def test_the_picture_shows_them(found):
    folder, _, _ = found
    with Image.open(folder.figure_file) as picture:
        assert picture.width > 1000
        colours = {colour for _, colour in picture.convert("RGB").getcolors(2**24)}
    assert {(0xE6, 0x9F, 0x00), (0x1B, 0x4F, 0x8A)} <= colours  # Front and original.


def test_the_networks_of_the_front_load_and_cost_what_is_said(found, config):
    folder, _, result = found
    original, _ = load_network(folder.original)
    example = torch.zeros(1, 1, 32, 32)
    whole = count_macs(original, example)
    assert {path.name for path in folder.front.iterdir()} == {f"trial-{one.number:04d}" for one in result.front}
    for trial in result.front:
        network, description = load_network(folder.network(trial.number))
        left = count_macs(network, example)
        assert left.macs / whole.macs == pytest.approx(trial.macs)
        assert left.parameters / whole.parameters == pytest.approx(trial.parameters)
        assert description.classes == ("bright", "dark")


def test_a_run_carries_out_a_point_of_the_front_to_the_bit(found, tmp_path):
    folder, _, result = found
    trial = result.front[len(result.front) // 2]
    own = folder.network(trial.number)
    point = load_experiment(own / "experiment.toml")
    assert point.model.weights == folder.original
    _, comparison = carry_out(point, tmp_path / "run")
    assert comparison.pruned.macs / comparison.original.macs == pytest.approx(trial.macs)
    assert sha256(tmp_path / "run" / "pruned" / "model.safetensors") == sha256(own / "model.safetensors")


@pytest.mark.parametrize("broken_off", ["between", "within"])
def test_a_search_that_was_broken_off_comes_to_the_same(found, config, tmp_path, broken_off):
    folder, _, result = found
    broken = SearchFolder(tmp_path / "broken")

    def until(event):
        if broken_off == "between":
            return event.message.startswith("Trial 4:")
        ended = broken.trials_file.exists() and len(rows_of(broken.trials_file)) == 5
        return ended and event.message.startswith("Epoch 1")

    find(config, broken.path, until=until)
    assert len(rows_of(broken.trials_file)) == 5
    with pytest.raises(OutputError, match="--resume"):
        find(config, broken.path)
    _, resumed = find(config, broken.path, resume=True)
    assert repr(resumed.trials) == repr(result.trials)
    for name in ("trials.csv", "front.csv", "front.png"):
        assert sha256(broken.path / name) == sha256(folder.path / name)
    weights = {name: digest for name, digest in files_in(folder.front).items() if name.endswith(".safetensors")}
    assert weights == {name: own for name, own in files_in(broken.front).items() if name.endswith(".safetensors")}
    # More trials go on from there; those that were stay.
    _, longer = find(config, broken.path, trials=TRIALS + 1, resume=True)
    assert repr(longer.trials[:TRIALS]) == repr(result.trials)
    assert len(longer.trials) == TRIALS + 1


def test_a_search_that_was_killed_goes_on_and_its_folder_is_locked_meanwhile(found, config, tmp_path):
    _, _, result = found
    file, killed = tmp_path / "search.toml", SearchFolder(tmp_path / "killed")
    file.write_text(dump_experiment(config))
    words = ["search", str(file), "--out", str(killed.path), "--trials", str(TRIALS), "--device", "cpu"]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(
        [sys.executable, "-m", "medprune_gui.cli", *words], stderr=subprocess.PIPE, env=environment
    ) as process:
        deadline = time.monotonic() + 200
        while not killed.trials_file.exists() or len(rows_of(killed.trials_file)) < 3:
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with pytest.raises(OutputError, match=str(process.pid)):
            find(config, killed.path, resume=True)
        process.send_signal(signal.SIGKILL)
    _, resumed = find(config, killed.path, resume=True)
    assert len(resumed.trials) == TRIALS
    assert [trial.amounts for trial in resumed.trials[:3]] == [trial.amounts for trial in result.trials[:3]]


def test_a_trial_that_is_far_behind_is_stopped_at_an_equal_epoch(config, tmp_path, monkeypatch):
    monkeypatch.setattr(searching, "MARGINS_BEHIND", 0.0)  # Behind at all is far behind.
    rates = {"learning_rate": 1e-2, "epochs": 3, "batch_size": 8}
    hasty = ExperimentConfig.model_validate({**config.model_dump(), "fine_tuning": {**rates, "augment": False}})
    _, result = find(hasty, tmp_path / "run", trials=12)
    stopped = [trial for trial in result.trials if trial.state == "stopped" and trial.same_as is None]
    assert stopped
    for trial in stopped:
        epoch = len(trial.scores)
        assert 1 <= epoch < 3
        earlier = [one for one in result.trials[: trial.number] if len(one.scores) >= epoch and one.cost <= trial.cost]
        assert any(one.scores[epoch - 1] > trial.scores[-1] for one in earlier)
    for trial in result.trials:
        if trial.state == "complete":
            assert len(trial.scores) == 3
    assert not {trial.number for trial in stopped} & {trial.number for trial in result.front}


def test_amounts_that_keep_the_same_channels_are_not_trained_twice(config, tmp_path):
    # At least five of six channels stay, so that most amounts come to the same.
    groups = {"pruning": {**config.pruning.model_dump(), "min_channels": 5}}
    tight = ExperimentConfig.model_validate({**config.model_dump(), **groups})
    _, result = find(tight, tmp_path / "run", trials=4)
    same = [trial for trial in result.trials if trial.same_as is not None]
    assert same
    for trial in same:
        assert trial.score == result.trials[trial.same_as].score
        assert trial.number not in {one.number for one in result.front}


def test_what_cannot_be_searched_is_refused(config, tmp_path, monkeypatch):
    weights = ExperimentConfig.model_validate(
        {**config.model_dump(), "pruning": {"granularity": "weight", "amount": 0.5}}
    )
    with pytest.raises(ConfigError, match="shares out channels"):
        find(weights, tmp_path / "run")
    (tmp_path / "other").mkdir()
    find(config, tmp_path / "other", trials=1)
    other = ExperimentConfig.model_validate({**config.model_dump(), "seed": 5})
    with pytest.raises(ConfigError, match="seed differs"):
        find(other, tmp_path / "other", resume=True)
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(InputError, match=r"'\.\[search\]'"):
        find(config, tmp_path / "third")
    assert not (tmp_path / "third").exists()


def test_a_run_and_a_search_do_not_take_each_others_folders(found, config):
    folder, _, _ = found
    with pytest.raises(OutputError, match=r"experiment\.toml"):
        carry_out(config, folder.path, resume=True)


def test_segmentation_is_searched_by_dice_and_the_budgets_quantity(tmp_path):
    random = np.random.default_rng(0)
    for number in range(8):
        labels = np.zeros((24, 24, 4), dtype=np.uint8)
        row, column = random.integers(2, 12, 2)
        labels[row : row + 9, column : column + 9] = 1
        image = (60 + 120 * labels + random.normal(0, 15, labels.shape)).clip(0, 255).astype(np.uint8)
        for kind, array in (("images", image), ("labels", labels)):
            (tmp_path / kind).mkdir(exist_ok=True)
            nib.save(nib.Nifti1Image(array, np.eye(4)), tmp_path / kind / f"case{number}.nii.gz")
    config = ExperimentConfig.model_validate(
        {
            "data": {
                "kind": "volumes",
                "path": tmp_path / "images",
                "label_maps": tmp_path / "labels",
                "size": (32, 32),
            },
            "model": {"architecture": "UNet", "parameters": {"channels": [4, 8], "strides": [2]}},
            "training": {"epochs": 3, "batch_size": 8, "learning_rate": 1e-2},
            "pruning": {"budget": {"quantity": "bytes", "share": 0.5}, "min_channels": 1},
            "fine_tuning": {"epochs": 1, "batch_size": 8, "learning_rate": 1e-2},
        }
    )
    _, result = find(config, tmp_path / "run", trials=4)
    assert (result.metric, result.quantity) == ("dice", "bytes")
    assert result.original > 0
    for trial in result.trials:
        assert trial.cost == trial.parameters
        assert 0 <= trial.score <= 1
    assert result.front


@pytest.mark.parametrize("quantity", ["latency", "memory"])
def test_the_cost_is_measured_where_the_target_is(quantity, config, tmp_path):
    budget = Budget(quantity=quantity, share=0.9, batch=8)
    pruning = config.pruning.model_copy(update={"budget": budget, "amount": None})
    _, result = find(config.model_copy(update={"pruning": pruning}), tmp_path / "search", trials=3)
    costs = [trial.cost for trial in result.trials if trial.state == "complete"]
    assert costs
    assert all(cost > 0 for cost in costs)
    assert any(trial.cost != trial.macs for trial in result.trials)
    assert result.quantity == quantity
