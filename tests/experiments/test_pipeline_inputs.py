"""What goes into a run and what is said about it: given weights, notes, the hash of the data; predictions."""

import json
import shutil

import numpy as np
import pytest
from picture_runs import carry_out, experiment, mirror, write_pictures
from PIL import Image

from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import BudgetError, CheckpointError, ImageReadError, OutputError
from medprune_gui.engine.experiments import pipeline
from medprune_gui.engine.experiments.analysis import NetworkAnalysis
from medprune_gui.engine.experiments.case_list import data_sha256, list_cases
from medprune_gui.engine.experiments.predicting import predict_files

ROUNDED = {"round_to": 4, "steps": 2}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_pictures(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def finished(table, tmp_path_factory):
    run = tmp_path_factory.mktemp("runs") / "run"
    events, comparison = carry_out(experiment(table, pruning=ROUNDED), run)
    return run, events, comparison


def finish(steps):
    events = []
    try:
        while True:
            events.append(next(steps))
    except StopIteration as stop:
        return events, stop.value


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"data": {"classes": ["dark", "bright"]}}, "classes"),
        ({"data": {"bits": 4}}, "data.bits"),
        ({"data": {"percentiles": (1.0, 99.0)}}, "data.percentiles"),
        ({"data": {"size": (40, 40)}}, "data.size"),
        ({"model": {"parameters": {"filters": [4, 6, 6], "dense": 8, "dropout": 0.1}}}, "dropout"),
        ({"model": {"architecture": "resnet18", "parameters": {}}}, "architecture"),
    ],
)
def test_a_model_folder_of_another_experiment_is_refused(table, finished, tmp_path, changes, word):
    run, _, _ = finished
    model = {"architecture": "article", "parameters": {"filters": [4, 6, 6], "dense": 8}, **changes.get("model", {})}
    config = experiment(table, **{**changes, "model": {**model, "weights": run / "original"}})
    with pytest.raises(CheckpointError) as caught:
        carry_out(config, tmp_path / "run")
    assert word in caught.value.what
    assert caught.value.remedy
    with pytest.raises(CheckpointError, match=word):
        finish(NetworkAnalysis.of(config))


def test_a_pruned_network_is_no_original(table, finished, tmp_path):
    run, _, _ = finished
    with pytest.raises(CheckpointError, match="pruned already"):
        carry_out(experiment(table, model={"weights": run / "pruned"}), tmp_path / "run")


def test_a_fitting_model_folder_gives_the_same_original(table, finished, tmp_path):
    run, _, comparison = finished
    config = experiment(table, model={"weights": run / "original"}, pruning={"steps": 1})
    events, other = carry_out(config, tmp_path / "run")
    assert other.original.metrics == comparison.original.metrics
    assert any("weights from a file" in event.message for event in events)


def test_what_a_plan_says_reaches_log_and_comparison_once(finished):
    run, events, comparison = finished
    warnings = [event.message for event in events if event.stage == "prune" and event.level == "warning"]
    assert warnings
    assert len(set(warnings)) == len(warnings)
    said = [note for note in comparison.notes if note in warnings]
    assert said
    assert all(note.startswith("Pruning step 2:") for note in said)
    assert len(set(comparison.notes)) == len(comparison.notes)
    assert json.loads((run / "summary.json").read_text())["notes"] == list(comparison.notes)


@pytest.mark.parametrize(
    ("budget", "takes"),
    [
        ({"quantity": "macs", "most": 1e9}, r"[\d,]{6,} MACs"),
        ({"quantity": "parameters", "most": 1e9}, r"[\d,]+ parameters"),
        ({"quantity": "bytes", "most": 1e9}, r"[\d,]+ bytes of the model file"),
        ({"quantity": "memory", "most": 1e9}, r"[\d,]+ bytes of peak memory"),
        ({"quantity": "latency", "most": 1e4}, r"[\d.]+ ms"),
    ],
)
def test_a_budget_that_the_original_keeps_to_is_refused_before_training(table, tmp_path, budget, takes):
    with pytest.raises(BudgetError, match=f"nothing would be removed: the original takes {takes}, and"):
        carry_out(experiment(table, pruning={"budget": budget}), tmp_path / "run")
    assert not (tmp_path / "run" / "original").exists()
    assert not (tmp_path / "run" / "experiment.toml").exists(), "the folder is free for another experiment"


def test_a_budget_that_turns_out_to_be_met_after_the_training_stops_the_run_there(table, tmp_path, monkeypatch):
    config = experiment(table, pruning={"budget": {"quantity": "memory", "most": 40_000}})
    monkeypatch.setattr("medprune_gui.engine.experiments.measured_once.whole_of", lambda *_: 39_000.0)
    with pytest.raises(BudgetError, match="the original takes 39,000 bytes of peak memory"):
        carry_out(config, tmp_path / "run")
    assert (tmp_path / "run" / "original" / "model.safetensors").exists()
    assert not (tmp_path / "run" / "pruned").exists()


def test_the_log_says_the_target_that_holds_where_the_file_names_none(table, tmp_path):
    config = experiment(table, pruning={"budget": {"quantity": "parameters"}})
    said = []
    for event in pipeline.run(config, tmp_path / "run", device="cpu"):
        said.append(event.message)
        if event.stage == "train":
            break
    assert any("whole channels removed, until 50 % of the parameters remain" in message for message in said), said


def hash_of(config):
    case_set = read_cases(config.data, config.seed)
    return data_sha256(case_set, finish(list_cases(case_set.cases))[1])


def test_the_hash_of_the_data_covers_all_that_a_run_takes_from_them(table, tmp_path):
    config = experiment(table)
    whole = hash_of(config)
    shutil.copytree(table.parent, tmp_path / "moved")
    moved = tmp_path / "moved" / "table.csv"
    assert hash_of(experiment(moved)) == whole, "it does not matter where they lie"
    text = moved.read_text()
    first, _, rest = text.partition("\n")[2].partition("\n")
    name, label, patient, split = first.strip().split(",")
    hashes = {whole, hash_of(experiment(table, data={"classes": ["dark", "bright"]}))}
    for row in ([name, "bright", patient, split], [name, label, "other", split], [name, label, patient, "test"]):
        moved.write_text(f"file,label,patient,split\n{','.join(row)}\n{rest}")
        hashes.add(hash_of(experiment(moved)))
    moved.write_text(text)
    mirror(table.parent / name, moved.parent / name)
    hashes.add(hash_of(experiment(moved)))
    assert len(hashes) == 6


def test_images_that_cannot_be_predicted_are_named_and_counted(table, finished, tmp_path):
    run, _, comparison = finished
    images = tmp_path / "images"
    images.mkdir()
    for case in comparison.cases:
        shutil.copy(case.file, images)
    (images / "cut.png").write_bytes((table.parent / "test-dark-0.png").read_bytes()[:20])
    (images / "late.png").write_bytes((table.parent / "test-dark-0.png").read_bytes()[:-300])
    pages = [Image.fromarray(np.full((32, 32), level, np.uint8)) for level in (10, 200)]
    pages[0].save(images / "pages.tif", save_all=True, append_images=pages[1:])
    events, count = finish(predict_files(run / "pruned", images, tmp_path / "out.csv", device="cpu"))
    warnings = [event.message for event in events if event.level == "warning"]
    assert count == len(comparison.cases) == len((tmp_path / "out.csv").read_text().splitlines()) - 1
    assert len(warnings) == 4
    for name in ("cut.png", "late.png", "pages.tif"):
        assert sum(name in message for message in warnings) == 1
    assert f"{count} of {count + 3}" in warnings[-1]
    for name in ("cut.png", "pages.tif"):
        with pytest.raises(ImageReadError):
            finish(predict_files(run / "pruned", images / name, tmp_path / "one.csv", device="cpu"))


def test_a_table_that_cannot_be_written_is_said_before_computing(table, finished, tmp_path):
    run, _, _ = finished
    (tmp_path / "file").write_text("no folder")
    for out in (tmp_path, tmp_path / "file" / "out.csv"):
        with pytest.raises(OutputError):
            next(predict_files(run / "pruned", table.parent, out, device="cpu"))
    (tmp_path / "old.csv").write_text("old")
    steps = predict_files(run / "pruned", table.parent, tmp_path / "old.csv", device="cpu")
    next(steps)
    assert (tmp_path / "old.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "old.csv"]
    steps.close()
