"""The accuracy bench on small pictures, for real: rows, resuming, fairness of the contenders, tables and figure."""

from __future__ import annotations

import json
import math
from importlib.util import find_spec

import accuracy_problems
import numpy as np
import pytest
import torch
from draining import drained
from picture_runs import write_pictures
from torch import nn

from medprune_gui.cli import run_command
from medprune_gui.engine.errors import BudgetError, InputError
from medprune_gui.engine.experiments.benches.accuracy import bench
from medprune_gui.engine.experiments.benches.accuracy.cases import read_problem_cases, write_problem_cases
from medprune_gui.engine.experiments.benches.accuracy.contenders import (
    CONTENDERS,
    QUICK,
    available_contenders,
    draw_anew_,
    pruned_by,
)
from medprune_gui.engine.experiments.benches.accuracy.pages import write_pages
from medprune_gui.engine.experiments.benches.accuracy.problems import known_problems
from medprune_gui.engine.experiments.benches.accuracy.rows import measure, train_original
from medprune_gui.engine.experiments.benches.accuracy.summary import Spread, points
from medprune_gui.engine.experiments.benches.accuracy.table import best_table, contender_table
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.models.registry import build_network
from medprune_gui.engine.pruning.criteria import CriterionData
from medprune_gui.engine.settings.criterion_names import BUILT_IN

needs_torch_pruning = pytest.mark.skipif(
    find_spec("torch_pruning") is None, reason="Torch-Pruning is not installed: pip install '.[bench]'"
)


def finished(events):
    """Carry the bench out; return its rows and its events."""
    seen, rows = drained(events)
    return rows, seen


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_pictures(tmp_path_factory.mktemp("data") / "pictures").parent


@pytest.fixture(scope="module")
def carried_out(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("accuracy")
    rows, events = finished(bench.run(out, data, jobs=2, quick=True, problems=accuracy_problems.pictures))
    return out, rows, events


def test_every_contender_is_measured_at_every_share(carried_out) -> None:
    out, rows, events = carried_out
    names = [contender.name for contender in available_contenders(quick=True)]
    assert [(row["removed"], row["contender"]) for row in rows] == [
        (0.0, "original"), *((removed, name) for removed in bench.QUICK_REMOVED for name in names)
    ]  # fmt: skip
    for row in rows:
        assert row["ending"] == "done", row["reason"]
        assert 0 <= row["val"] <= 1
        assert 0 <= row["test"] <= 1
        assert row["versions"]["torch"]
        if row["removed"]:
            assert 0 < row["macs_share"] <= 1 - row["removed"] + 1e-12
    assert [json.loads(line)["key"] for line in (out / bench.RESULTS_FILE).read_text().splitlines()]
    assert events[-1].fraction == 1


def test_what_was_measured_is_not_measured_again(carried_out, data) -> None:
    out, rows, _ = carried_out
    before = (out / bench.RESULTS_FILE).read_bytes()
    again, events = finished(bench.run(out, data, quick=True, problems=accuracy_problems.pictures))
    assert again == rows
    assert (out / bench.RESULTS_FILE).read_bytes() == before
    assert not any(event.message for event in events if event.level == "info")


def test_a_row_is_a_function_of_its_seed(carried_out, data, tmp_path) -> None:
    out, rows, _ = carried_out
    problem = accuracy_problems.pictures()["pictures"].shortened()
    (folder,) = (path for path in out.iterdir() if path.is_dir())
    (weights,) = folder.glob("*.safetensors")
    again = measure(problem, folder / bench.CASES_FILE, weights, "medprune taylor", 0.5, 0)
    row = next(row for row in rows if (row["contender"], row["removed"]) == ("medprune taylor", 0.5))
    assert {name: row[name] for name in again} == again
    trained = train_original(problem, folder / bench.CASES_FILE, tmp_path / "weights.safetensors", 0)
    assert {name: rows[0][name] for name in trained} == trained
    assert (tmp_path / "weights.safetensors").read_bytes() == weights.read_bytes()


def test_the_network_from_scratch_is_the_pruned_one_drawn_anew(carried_out) -> None:
    by_name = {row["contender"]: row for row in carried_out[1] if row["removed"] == 0.9}
    assert by_name["scratch"]["widths"] == by_name["medprune l1"]["widths"]
    network = build_network(
        accuracy_problems.pictures()["pictures"].config.model, "classification", 2, (32, 32), seed=3
    )
    before = {name: value.clone() for name, value in network.state_dict().items()}
    state = torch.get_rng_state()
    draw_anew_(network, 7)
    first = {name: value.clone() for name, value in network.state_dict().items()}
    draw_anew_(network, 7)
    for name, value in network.state_dict().items():
        assert not torch.equal(value, before[name])
        assert torch.equal(value, first[name])
    assert torch.equal(torch.get_rng_state(), state)


def test_cases_are_capped_the_same_way_each_time(data, tmp_path) -> None:
    problem = accuracy_problems.pictures()["pictures"]
    located = problem.__class__(problem.name, problem.title, problem.config, problem.most_cases, data)
    for name in ("first.npz", "second.npz"):
        assert list(write_problem_cases(located, tmp_path / name))
    first, second = (read_problem_cases(tmp_path / name) for name in ("first.npz", "second.npz"))
    assert first.classes == ("bright", "dark")
    assert [len(split.images) for split in (first.train, first.val, first.test)] == [12, 8, 12]
    assert np.array_equal(first.train.images, second.train.images)
    (tmp_path / "first.npz").write_bytes(b"PK\3\4")
    with pytest.raises(InputError, match="damaged"):
        read_problem_cases(tmp_path / "first.npz")


def test_every_criterion_of_the_catalogue_takes_part() -> None:
    ours = {contender.criterion for contender in CONTENDERS.values() if contender.side == "medprune"}
    assert ours == set(BUILT_IN) - {"random"}
    assert set(QUICK) <= set(CONTENDERS)


def sample() -> CriterionData:
    generator = torch.Generator().manual_seed(0)
    images, targets = torch.randn(8, 1, 32, 32, generator=generator), torch.arange(8) % 2
    return CriterionData(((images, targets),), nn.CrossEntropyLoss())


def article() -> nn.Module:
    return build_network(accuracy_problems.pictures()["pictures"].config.model, "classification", 2, (32, 32), seed=0)


@needs_torch_pruning
@pytest.mark.parametrize("share", [0.5, 0.25, 0.1])
@pytest.mark.parametrize("criterion", ["l1", "l2-local", "taylor", "lamp", "fpgm"])
def test_torch_pruning_comes_to_the_share_of_macs(criterion, share) -> None:
    original = article()
    before = {name: value.clone() for name, value in original.state_dict().items()}
    network, _ = pruned_by(CONTENDERS[f"torch-pruning {criterion}"], original, share, sample(), 0)
    example = torch.zeros(1, 1, 32, 32)
    assert 0.4 * share < count_macs(network, example).macs / count_macs(original, example).macs <= share
    assert network(example).shape == (1, 2)
    assert all(parameter.requires_grad and parameter.grad is None for parameter in network.parameters())
    assert all(torch.equal(value, before[name]) for name, value in original.state_dict().items())


@needs_torch_pruning
def test_torch_pruning_takes_steps_where_at_once_it_spares_whole_layers() -> None:
    original, example = article(), torch.zeros(1, 1, 32, 32)
    network, note = pruned_by(CONTENDERS["torch-pruning fpgm"], original, 0.05, sample(), 0)
    assert count_macs(network, example).macs <= 0.05 * count_macs(original, example).macs
    assert note.startswith("in ")


@needs_torch_pruning
def test_torch_pruning_says_what_it_cannot_reach() -> None:
    """Without normalisation layers its bn-scale has nothing to rank by."""
    with pytest.raises(BudgetError, match="does not reach 50% of the MACs"):
        pruned_by(CONTENDERS["torch-pruning bn-scale"], article(), 0.5, sample(), 0)


def test_medprune_leaves_one_channel_where_two_are_too_many() -> None:
    original, example = article(), torch.zeros(1, 1, 32, 32)
    roomy, nothing = pruned_by(CONTENDERS["medprune l1 uniform"], original, 0.5, sample(), 0)
    narrow, note = pruned_by(CONTENDERS["medprune l1"], original, 0.06, sample(), 0)
    assert (nothing, note) == ("", "min_channels 1")
    assert min(layer.out_channels for layer in roomy.modules() if isinstance(layer, nn.Conv2d)) >= 2
    assert min(layer.out_channels for layer in narrow.modules() if isinstance(layer, nn.Conv2d)) == 1
    assert count_macs(narrow, example).macs <= 0.06 * count_macs(original, example).macs


def row(contender, seed, val, test, **others):
    values = {"problem": "pictures, AUC", "removed": 0.9, "ending": "done", "reason": "", "versions": {"torch": "2"}}
    return {**values, "contender": contender, "seed": seed, "val": val, "test": test, "tool": contender, **others}


def rows_of(contender, vals, tests):
    return [row(contender, seed, *values) for seed, values in enumerate(zip(vals, tests, strict=True))]


SOME_ROWS = [
    *(row("original", seed, 0.9, 0.9, removed=0.0) for seed in range(2)),
    *rows_of("medprune l1", [0.8, 0.8], [0.6, 0.8]),
    *rows_of("medprune taylor", [0.7, 0.7], [0.9, 0.9]),
    *rows_of("torch-pruning l1", [0.6, 0.8], [0.5, 0.5]),
    *rows_of("random", [0.99, 0.99], [0.4, 0.4]),
    row("torch-pruning lamp", 0, 1.0, 1.0),
    {**row("torch-pruning lamp", 1, 0, 0), "ending": "failed", "reason": "ValueError: no"},
]


def test_the_best_is_chosen_on_validation_and_by_test_only_as_a_bound() -> None:
    original, point = points(SOME_ROWS)
    assert original.score("original") == Spread(0.9, 0.0, 2)
    assert point.best("medprune") == "medprune l1"
    assert point.best("medprune", by="test") == "medprune taylor"
    assert point.best("torch-pruning") == "torch-pruning l1"  # lamp did better, but not on all seeds.
    assert point.failed == {"torch-pruning lamp": "ValueError: no"}
    difference = point.difference("medprune l1", "torch-pruning l1")
    assert difference.mean == pytest.approx(0.2)
    assert difference.standard_error == pytest.approx(0.1)
    assert math.isnan(Spread.of([0.5]).standard_error)


def test_the_tables_say_who_won_by_how_much_and_how_that_was_chosen() -> None:
    table = best_table(SOME_ROWS)
    (line,) = table.rows
    assert line[:6] == (
        "pictures, AUC", "90%", "0.900 ± 0.000", "0.700 ± 0.141 (l1)", "0.500 ± 0.000 (l1)", "+0.200 ± 0.100"
    )  # fmt: skip
    assert line[-2] == "0.900 ± 0.000 (taylor)"
    assert any("the test split has no say" in note for note in table.notes)
    assert "pictures, AUC, 90%: torch-pruning lamp fails: ValueError: no." in table.notes
    everyone = contender_table(SOME_ROWS)
    assert ("torch-pruning lamp", "fails") in everyone.rows
    assert ("random", "0.400 ± 0.000") in everyone.rows


def test_pages_are_written(carried_out, tmp_path) -> None:
    tables = write_pages(tmp_path, carried_out[1])
    page = (tmp_path / "table.md").read_text()
    assert all(table.markdown() in page for table in tables)
    assert (tmp_path / "accuracy.png").read_bytes().startswith(b"\x89PNG")


def test_wrong_usage_is_one_line(data, tmp_path, monkeypatch, capfd) -> None:
    words = ["bench", "accuracy", "--out", str(tmp_path), "--data", str(data), "--only", "no-such-problem"]
    assert run_command(words) == 2
    assert "there is no problem called 'no-such-problem'" in capfd.readouterr().err
    monkeypatch.delenv("MEDPRUNE_DATA", raising=False)
    assert run_command(words[:4]) == 2
    assert "it is not said where the images are" in capfd.readouterr().err
    assert run_command([*words[:6], "--quick"]) == 2
    assert str(data / "cxr_pneumonia_224") in capfd.readouterr().err


def test_a_problem_is_another_when_its_settings_are_but_not_when_its_folder_is(tmp_path) -> None:
    problem = known_problems()["pneumonia"]
    assert problem.shortened().digest != problem.digest
    moved = problem.__class__(problem.name, problem.title, problem.config, problem.most_cases, tmp_path)
    assert moved.digest == problem.digest
    assert moved.data.path == tmp_path / "cxr_pneumonia_224" / "labels.csv"
