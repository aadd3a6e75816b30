"""A run that was broken off ends as if it had not been, on the same data, or it says why it cannot."""

import json
import os
import shutil
from pathlib import Path

import pytest
from picture_runs import carry_out, experiment, mirror, read_table, sha256, write_pictures, write_table
from safetensors.torch import load_file

from medprune_gui.engine.errors import ConfigError, InputError, NoImagesError, OutputError
from medprune_gui.engine.experiments import pipeline
from medprune_gui.engine.experiments.run_folder import RunFolder


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_pictures(tmp_path_factory.mktemp("pictures"))


def step_one_of(folder: Path):
    return lambda: (folder / "state" / "step-1" / "model.json").exists()


# Filters of which some groups are down to a single channel after the first step.
FEW = {"parameters": {"filters": [2, 8, 8], "dense": 8}}
CHANNELS = {"amount": 0.8, "budget": None, "min_channels": 1, "steps": 3}
WEIGHTS = {"granularity": "weight", "amount": 0.8, "budget": None, "steps": 3}


@pytest.mark.parametrize("pruning", [CHANNELS, {**CHANNELS, "criterion": "random"}, WEIGHTS])
def test_a_resumed_run_ends_with_the_same_weights(table, tmp_path, pruning):
    config = experiment(table, model=FEW, pruning=pruning)
    _, whole = carry_out(config, tmp_path / "whole")
    _, nothing = carry_out(config, tmp_path / "broken", until=step_one_of(tmp_path / "broken"))
    assert nothing is None
    resumed_events, resumed = carry_out(config, tmp_path / "broken", resume=True)
    assert not any("Pruning step 1" in event.message for event in resumed_events)
    for network in ("original", "pruned"):
        for name in ("model.safetensors", "model.json"):
            assert sha256(tmp_path / "whole" / network / name) == sha256(tmp_path / "broken" / network / name)
    assert resumed.pruned.parameters == whole.pruned.parameters
    assert resumed.notes == whole.notes
    assert resumed.provenance["data_sha256"] == whole.provenance["data_sha256"]
    if pruning is WEIGHTS:
        for run in ("whole", "broken"):
            assert_exact_zeros(tmp_path / run, WEIGHTS["amount"])
    else:
        smallest = min(layer.channels_after for layer in whole.layers if layer.kind == "Conv2d")
        assert smallest == 1, "the case that needs care is that of single channels"


def assert_exact_zeros(run: Path, amount: float) -> None:
    original, pruned = (load_file(run / name / "model.safetensors") for name in ("original", "pruned"))
    weights = [name for name, tensor in pruned.items() if tensor.ndim >= 2]
    zeros = sum(int((pruned[name] == 0).sum()) for name in weights)
    assert zeros == round(amount * sum(pruned[name].numel() for name in weights))
    tuned = [((pruned[name] != 0) & (pruned[name] != original[name])).any() for name in weights]
    assert all(tuned), "fine-tuning changed what is left"


def test_masks_that_were_lost_are_not_guessed(table, tmp_path):
    config = experiment(table, pruning=WEIGHTS)
    carry_out(config, tmp_path / "run", until=step_one_of(tmp_path / "run"))
    (tmp_path / "run" / "state" / "step-1" / "masks.safetensors").unlink()
    with pytest.raises(InputError, match="missing"):
        carry_out(config, tmp_path / "run", resume=True)


def swap_splits(table):
    rows = read_table(table)
    train, test = (next(row for row in rows if row[3] == split) for split in ("train", "test"))
    train[3], test[3] = "test", "train"
    write_table(table, rows)
    return train[0], "split", "train", "test"


def change_label(table):
    rows = read_table(table)
    rows[0][1] = "bright"
    write_table(table, rows)
    return rows[0][0], "label", "dark", "bright"


def change_pixels(table):
    mirror(table.parent / "val-dark-0.png", table.parent / "val-dark-0.png")
    return "val-dark-0.png", "image"


def take_out(table):
    rows = read_table(table)
    write_table(table, rows[1:])
    return rows[0][0], "gone"


def put_in(table):
    rows = read_table(table)
    mirror(table.parent / rows[0][0], table.parent / "more.png")
    write_table(table, [*rows, ["more.png", "dark", "more.png", "train"]])
    return "more.png", "new"


@pytest.fixture(scope="module")
def broken_off(table, tmp_path_factory):
    """A run whose original network is trained, with its own copy of the data."""
    root = tmp_path_factory.mktemp("broken")
    shutil.copytree(table.parent, root / "data")
    config, run = experiment(root / "data" / "table.csv"), root / "run"
    carry_out(config, run, until=(run / "original" / "model.json").exists)
    return config, run


@pytest.mark.parametrize("change", [swap_splits, change_label, change_pixels, take_out, put_in])
def test_data_that_changed_between_sessions_are_refused(broken_off, tmp_path, change):
    config, run = broken_off
    data = config.data.path.parent
    shutil.copytree(data, tmp_path / "before")
    before = {file: sha256(file) for file in (run / "original").iterdir()}
    try:
        words = change(config.data.path)
        with pytest.raises(ConfigError) as caught:
            carry_out(config, run, resume=True)
        assert all(word in caught.value.what for word in words), caught.value.what
        assert {file: sha256(file) for file in (run / "original").iterdir()} == before
    finally:
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "before", data)


def test_a_run_that_does_not_say_its_cases_cannot_go_on(broken_off, tmp_path):
    config, run = broken_off
    shutil.copytree(run, tmp_path / "run")
    (tmp_path / "run" / "cases.csv").unlink()
    with pytest.raises(ConfigError, match="which cases"):
        carry_out(config, tmp_path / "run", resume=True)
    (tmp_path / "run" / "cases.csv").write_text("file\n")
    with pytest.raises(InputError, match="damaged"):
        carry_out(config, tmp_path / "run", resume=True)


def test_a_run_counts_as_finished_only_with_its_report(table, tmp_path):
    config, run = experiment(table, pruning={"steps": 1}), tmp_path / "run"
    carry_out(config, run, until=step_one_of(run))
    (run / "figures").write_text("in the way of the report's figures")
    with pytest.raises(OutputError):
        carry_out(config, run, resume=True)
    assert RunFolder(run).state() == "interrupted"
    (run / "figures").unlink()
    carry_out(config, run, resume=True)
    assert RunFolder(run).state() == "finished"
    assert (run / "report.html").exists()

    # What a kill at the very end leaves is put right without computing anything.
    report, pruned = (run / "report.html").read_bytes(), sha256(run / "pruned" / "model.safetensors")
    (run / "report.html").unlink()
    (run / "state" / "step-1").mkdir(parents=True)
    events, _ = carry_out(config, run, resume=True)
    assert len(events) == 1
    assert (run / "report.html").read_bytes() == report
    assert not (run / "state").exists()
    assert sha256(run / "pruned" / "model.safetensors") == pruned


def test_relative_paths_mean_the_same_in_a_later_session(table, tmp_path, monkeypatch):
    monkeypatch.chdir(table.parent.parent)
    run = tmp_path / "run"
    config = experiment(table.relative_to(Path.cwd()))
    carry_out(config, run, until=(run / "original" / "model.json").exists)
    monkeypatch.chdir(tmp_path)
    stored = RunFolder(run).experiment()
    assert stored.data.path == table
    carry_out(stored, run, resume=True, until=step_one_of(run))


def test_a_path_that_is_not_utf8_can_be_gone_on_with(table, tmp_path):
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/r\xf6ntgen"))
    shutil.copytree(table.parent, odd)
    config, run = experiment(odd / "table.csv"), tmp_path / "run"
    carry_out(config, run, until=(run / "original" / "model.json").exists)
    stored = RunFolder(run).experiment()
    assert stored.data.path == odd / "table.csv"
    _, comparison = carry_out(stored, run, resume=True)
    assert os.fsdecode(os.fsencode(odd)) in comparison.cases[0].file
    assert RunFolder(run).read_comparison().cases == comparison.cases


def test_the_duration_is_that_of_all_sessions(table, tmp_path):
    config, run = experiment(table, pruning={"steps": 1}), tmp_path / "run"
    carry_out(config, run, until=(run / "original" / "model.json").exists)
    lines = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    # As if the first session had taken a thousand seconds more.
    lines[-1]["elapsed_s"] += 1000
    (run / "events.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    _, comparison = carry_out(config, run, resume=True)
    assert 1000 < float(comparison.provenance["duration_s"]) < 1060


def test_a_full_log_does_not_hide_why_a_run_failed(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no device that is always full")
    steps = pipeline.run(experiment(tmp_path / "nowhere", data={"kind": "folders"}), tmp_path / "run", device="cpu")
    next(steps)
    (tmp_path / "run" / "events.jsonl").unlink()
    (tmp_path / "run" / "events.jsonl").symlink_to("/dev/full")
    with pytest.raises(NoImagesError):
        next(steps)
