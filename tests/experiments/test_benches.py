"""The benches on tiny networks, for real: rows, resuming, crashes and hangs; and the judge that all tools face."""

from __future__ import annotations

import copy
import json
import time
from importlib.util import find_spec

import bench_networks
import psutil
import pytest
import torch
from draining import drained
from torch import nn

from medprune_gui.cli import run_command
from medprune_gui.engine.errors import InputError
from medprune_gui.engine.experiments.benches import coverage, pruning, results
from medprune_gui.engine.experiments.benches.children import run_in_children
from medprune_gui.engine.experiments.benches.judging import judge, make_distinct_
from medprune_gui.engine.experiments.benches.torch_pruning_tool import output_layers
from medprune_gui.engine.models.monai_networks import reference_networks
from medprune_gui.engine.pruning import PruningPlan, shrink, trace_channels

needs_torch_pruning = pytest.mark.skipif(
    find_spec("torch_pruning") is None, reason="Torch-Pruning is not installed: pip install '.[bench]'"
)


def finished(events):
    """Carry a bench out; return its rows and its events."""
    seen, rows = drained(events)
    return rows, seen


@pytest.fixture(scope="module")
def covered(tmp_path_factory):
    out = tmp_path_factory.mktemp("bench") / "results.jsonl"
    rows, events = finished(coverage.run(out, catalogue=bench_networks.sound))
    return out, rows, events


def of_tool(rows, tool):
    return {row["network"]: row for row in rows if row["tool"] == tool}


def test_our_rows_are_exact_and_written_at_once(covered) -> None:
    out, rows, events = covered
    ours = of_tool(rows, "medprune")
    assert list(ours) == ["plain", "residual"]
    for row in ours.values():
        assert (row["ending"], row["finding"]) == ("done", "exact")
        assert row["error"] < 1e-10
        assert row["analysis_s"] > 0
        assert row["step_s"] > 0
        assert 0.5 < row["macs_share"] < 1
        assert row["peak_mb"] > 50
        assert row["versions"]["torch"]
        assert row["machine"]
    assert [json.loads(line) for line in out.read_text().splitlines()] == rows
    assert events[-1].fraction == 1
    assert sum(bool(event.message) for event in events if event.level == "info") == len(rows)


@needs_torch_pruning
def test_torch_pruning_is_exact_on_what_it_knows_and_removes_as_much(covered) -> None:
    ours = of_tool(covered[1], "medprune")
    for tool in ("torch-pruning", "torch-pruning-assisted"):
        for name, row in of_tool(covered[1], tool).items():
            assert row["finding"] == "exact", row
            assert row["macs_share"] == pytest.approx(ours[name]["macs_share"])


@needs_torch_pruning
def test_pruning_times_both_tools_and_gives_a_ratio(covered) -> None:
    rows, _ = finished(
        pruning.run(covered[0], ["plain"], catalogue=bench_networks.sound, usual=bench_networks.sound)
    )  # fmt: skip
    assert [row["network"] for row in rows] == ["plain"]
    times = rows[0]["times"]
    assert pruning.ratio(rows[0]) == times["medprune"]["total_s"] / times["torch-pruning"]["total_s"]
    text = pruning.table(rows).markdown()
    assert f"{pruning.ratio(rows[0]):.2f}" in text
    assert "Median ratio over 1 networks" in text


def test_rows_that_are_there_are_not_measured_again(covered) -> None:
    out, rows, _ = covered
    before = out.read_bytes()
    again, events = finished(coverage.run(out, catalogue=bench_networks.sound))
    assert again == rows
    assert out.read_bytes() == before
    assert not any(event.message for event in events if event.level == "info")


def test_rows_measured_in_another_way_are_measured_again(covered, tmp_path, monkeypatch) -> None:
    out = tmp_path / "results.jsonl"
    out.write_bytes(covered[0].read_bytes())
    monkeypatch.setattr(results, "METHOD", results.METHOD + "b")
    rows, _ = finished(coverage.run(out, ["plain"], catalogue=bench_networks.sound))
    old = [row["key"] for row in covered[1]]
    assert rows
    assert not any(row["key"] in old for row in rows)


def test_half_a_line_and_rows_of_another_machine_are_passed_over(covered, tmp_path) -> None:
    lines = covered[0].read_text().splitlines()
    kept, foreign = json.loads(lines[0]), json.loads(lines[-1]) | {"machine": "another"}
    out = tmp_path / "results.jsonl"
    out.write_text(json.dumps(kept) + "\n" + json.dumps(foreign) + "\n" + lines[-1][:40])
    rows, events = finished(coverage.run(out, [foreign["network"]], catalogue=bench_networks.sound))
    measured = [event for event in events if event.message and event.level == "info"]
    assert len(measured) == len([row for row in rows if row["key"] != kept["key"]])
    assert all(isinstance(json.loads(line), dict) for line in out.read_text().splitlines()[3:])


@pytest.mark.parametrize(
    ("catalogue", "limit_s", "ending"),
    [(bench_networks.crashing, 120.0, "crashed"), (bench_networks.hanging, 3.0, "timed out")],
)
def test_a_crash_and_a_hang_become_rows(catalogue, limit_s, ending, tmp_path) -> None:
    rows, _ = finished(coverage.run(tmp_path / "results.jsonl", catalogue=catalogue, limit_s=limit_s))
    assert {row["ending"] for row in rows} == {ending}
    assert {row["reason"] for row in rows} == {
        "the process ended with code 7" if ending == "crashed" else "stopped after 3 s"
    }
    text = coverage.table(rows).markdown()
    assert ("crashes" if ending == "crashed" else "hangs") in text


def test_children_work_side_by_side_and_are_killed_when_nobody_waits_for_them(tmp_path) -> None:
    files = [tmp_path / str(number) for number in range(3)]
    works = [(bench_networks.meet, (files[number], files[1 - number])) for number in range(2)]
    outcomes = dict(run_in_children(works, jobs=2, limit_s=120.0))  # Each waits for the other.
    assert {number: outcome.values for number, outcome in outcomes.items()} == {0: {"met": "1"}, 1: {"met": "0"}}
    stopped = run_in_children([(bench_networks.meet, (files[2], files[0])), (bench_networks.stay, (tmp_path,))],
                              jobs=2, limit_s=120.0)  # fmt: skip
    assert next(stopped)[0] == 0
    while not (tmp_path / "pid").exists():
        time.sleep(0.05)
    pid = int((tmp_path / "pid").read_text())
    stopped.close()
    assert not psutil.pid_exists(pid)


def test_an_unknown_network_is_refused_in_one_line(tmp_path, capfd) -> None:
    words = ["bench", "coverage", "--only", "no-such-net", "--out", str(tmp_path / "results.jsonl")]
    assert run_command(words) == 2
    assert "there is no network called 'no-such-net'" in capfd.readouterr().err
    with pytest.raises(InputError):
        next(coverage.run(tmp_path / "results.jsonl", ["x"], catalogue=bench_networks.sound))


def without(model: nn.Sequential, first: int, second: int) -> nn.Sequential:
    """Take one output channel of the first convolution, and one input channel of the second."""
    small = copy.deepcopy(model)
    rows = [i for i in range(8) if i != first]
    columns = [i for i in range(8) if i != second]
    small[0].weight, small[0].bias = nn.Parameter(small[0].weight[rows]), nn.Parameter(small[0].bias[rows])
    small[2].weight = nn.Parameter(small[2].weight[:, columns])
    return small


def test_the_judge_knows_right_from_wrong() -> None:
    model = bench_networks.plain().double().eval()
    make_distinct_(model)
    x = (torch.randn(1, 1, 16, 16, dtype=torch.float64, generator=torch.Generator().manual_seed(1)),)
    right = without(model, 3, 3).train()
    assert judge(model, right, x).finding == "exact"
    assert (model.training, right.training) == (False, True)
    wrong = judge(model, without(model, 3, 4), x)
    assert (wrong.finding, wrong.error > 1e-6) == ("inexact", True)
    assert judge(model, copy.deepcopy(model), x).finding == "nothing removed"
    changed = without(model, 3, 3)
    with torch.no_grad():
        changed[4].bias += 0.1
    assert judge(model, changed, x).reason == "4.bias has other values than before"
    fewer_classes = copy.deepcopy(model)
    fewer_classes[4].weight = nn.Parameter(fewer_classes[4].weight[:1])
    fewer_classes[4].bias = nn.Parameter(fewer_classes[4].bias[:1])
    assert judge(model, fewer_classes, x).reason == "the outputs have other shapes"


class Shuffled(nn.Module):
    """Puts its places into a random order, as masked autoencoders do."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(1, 6, 3), nn.Conv2d(6, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.last(torch.relu(self.first(x)))
        return x.flatten(2)[:, :, torch.randperm(x[0, 0].numel())]


def test_the_judge_lets_both_networks_shuffle_alike() -> None:
    model, x = Shuffled().double().eval(), torch.rand(1, 1, 8, 8, dtype=torch.float64)
    make_distinct_(model)
    graph = trace_channels(model, x)
    kept = {group.name: list(range(group.size // 2 if group.prunable else group.size)) for group in graph.groups}
    assert judge(model, shrink(model, PruningPlan(graph, kept, 0.5)), (x,)).finding == "exact"


def test_values_are_distinct_and_keep_their_scale() -> None:
    model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16))
    spread = float(model[0].weight.detach().std())
    make_distinct_(model)
    for tensor in (*model.parameters(), model[1].running_mean, model[1].running_var):
        assert tensor.unique().numel() == tensor.numel()
    assert float(model[0].weight.detach().std()) == pytest.approx(spread, rel=0.01)
    assert model[1].running_var.min() > 0.5


def test_output_layers_are_found_behind_sums_norms_and_several_heads() -> None:
    network = bench_networks.Residual()
    assert output_layers(network, (torch.randn(1, 1, 8, 8),)) == [network.last]
    both = network.first, network.second
    summed = type("Summed", (nn.Module,), {"forward": lambda self, x: self.b(h := self.a(x)) + h})()
    summed.a, summed.b = both
    assert set(output_layers(summed, (torch.randn(1, 1, 8, 8),))) == {both[0][0], both[1][0]}


def test_reference_networks_come_in_any_size() -> None:
    small, usual = reference_networks(), reference_networks(224, 64)
    assert list(small) == list(usual)
    assert small["unet"].example()[0].shape == (1, 1, 64, 64)
    assert usual["unet-3d"].example()[0].shape == (1, 1, 64, 64, 64)
