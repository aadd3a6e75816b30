"""Budgets in milliseconds and peak memory: what is predicted, searched and measured."""

import json
import re

import numpy as np
import pytest
import torch
from draining import drained
from torch import nn

from medprune_gui.engine.config import Budget, PruningConfig
from medprune_gui.engine.errors import BudgetError, ConfigError
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.models.memory import peak_memory
from medprune_gui.engine.pruning import plan_pruning, shrink, trace_channels
from medprune_gui.engine.pruning.latency import Candidates, LatencyModel, latency_model
from medprune_gui.engine.pruning.latency.comparing import Pair
from medprune_gui.engine.pruning.latency.layers import layer_calls
from medprune_gui.engine.pruning.latency.meeting import _Search, predicted_counts
from medprune_gui.engine.pruning.latency.model import modelling
from medprune_gui.engine.pruning.latency.table import LayerTimes
from medprune_gui.engine.pruning.planning import planning
from medprune_gui.engine.pruning.schedule import step_configs
from medprune_gui.engine.steps import Seldom, carried_out


class Mixed(nn.Module):
    """Plain, depthwise, grouped and transposed convolutions, tokens, and a layer that is called twice."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 12, 3, padding=1)
        self.depthwise = nn.Conv2d(12, 12, 3, padding=1, groups=12, bias=False)
        self.grouped = nn.Conv2d(12, 16, 3, padding=1, groups=4)
        self.up = nn.ConvTranspose2d(16, 10, 2, 2)
        self.twice = nn.Conv2d(10, 10, 1)
        self.tokens = nn.Linear(10, 14, bias=False)
        self.head = nn.Linear(14, 3)

    def forward(self, x):
        x = self.grouped(self.depthwise(self.first(x)).relu()).relu()
        x = self.twice(self.twice(self.up(x)).relu())
        return self.head(self.tokens(x.flatten(2).transpose(1, 2)).relu().mean(1))


@pytest.fixture(scope="module")
def mixed():
    torch.manual_seed(0)
    model = Mixed().eval()
    return model, trace_channels(model, torch.rand(1, 1, 16, 16))


@pytest.fixture(scope="module")
def chain():
    """A network of which MACs, and so a pretended time, fall evenly."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(),
        nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 2),
    ).eval()  # fmt: skip
    return model, trace_channels(model, torch.rand(1, 1, 16, 16))


@pytest.fixture
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Counting(nn.Module):
    """Counts its runs in any mode, and names the input of a layer."""

    def __init__(self):
        super().__init__()
        self.first, self.out = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 2, 1)
        self.register_buffer("runs", torch.zeros(()))

    def forward(self, x):
        self.runs += 1
        return self.out(input=self.first(x).relu())


def test_looking_for_layers_leaves_no_trace():
    model, images = Counting().train(), torch.rand(2, 1, 16, 16)
    calls = layer_calls(model, trace_channels(model, images, certify=False), images)
    assert [(call.name, call.input_shape) for call in calls] == [("first", (2, 1, 16, 16)), ("out", (2, 4, 16, 16))]
    assert calls[0].layer is model.first
    assert float(model.runs) == 0
    assert model.training
    assert not any(module._forward_hooks for module in model.modules())


def halved(graph):
    return np.array([max(group.size // 2, 1) if group.prunable else group.size for group in graph.groups])


def test_the_layers_that_are_foreseen_are_those_of_the_shrunk_network(mixed):
    model, graph = mixed
    counts = halved(graph)
    kept = {group.name: list(range(count)) for group, count in zip(graph.groups, counts.tolist(), strict=True)}
    plan = plan_pruning(model, graph, PruningConfig(amount=0.0))
    plan.kept.update(kept)
    small = shrink(model, plan)
    images = torch.rand(2, 1, 16, 16)
    keep, everything = graph.costs.first_units(counts), np.ones(graph.units + 1, dtype=bool)
    foreseen = layer_calls(model, graph, images)
    real = layer_calls(small, graph.shrunk(kept), images)
    assert len(foreseen) == 8
    all_of_it = np.ones(graph.shrunk(kept).units + 1, dtype=bool)
    for call, other in zip(foreseen, real, strict=True):
        shape = call.weight_shape(keep)
        assert shape == tuple(other.layer.weight.shape)
        assert call.key(shape) == other.key(other.weight_shape(all_of_it))
        assert call.outputs_left(keep) == other.outputs
        layer, given = call.small(shape)
        assert tuple(given.shape) == other.input_shape
        assert layer(given).numel() == other.outputs
        assert call.weight_shape(everything) == tuple(call.layer.weight.shape)


def test_times_are_measured_once_and_kept(mixed, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDPRUNE_CACHE", str(tmp_path))
    model, graph = mixed
    predicted = latency_model(model, graph, "eager")
    whole = np.array([group.size for group in graph.groups])
    assert predicted.after(whole) == pytest.approx(predicted.milliseconds)
    (file,) = (tmp_path / "latency").iterdir()
    kept = json.loads(file.read_text())["milliseconds"]
    assert len(kept) == 7  # Of eight calls two are of the same layer.
    assert all(value > 0 for value in kept.values())
    again = LayerTimes("eager")
    key = next(iter(kept))
    assert again.of(key, lambda: pytest.fail("it is known")) == kept[key]
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(threads + 1)
        assert len(LayerTimes("eager")) == 0
    finally:
        torch.set_num_threads(threads)
    for damage in (b"", b"[]", b"\xff", file.read_bytes()[:-40]):
        file.write_bytes(damage)
        assert len(LayerTimes("eager")) == 0


class PretendedTimes:
    """Stands in for the table: a layer takes as long as its weight has elements."""

    runtime_in_words = "pretended"

    def __len__(self):
        return 0

    def of(self, key, build):
        layer, _ = build()
        return layer.weight.numel() / 1e3

    def keep(self):
        pass


def pretended_model(pair, milliseconds):
    model, graph = pair
    return LatencyModel(graph, layer_calls(model, graph, torch.rand(1, 1, 16, 16)), PretendedTimes(), milliseconds)


class Pretended:
    """Stands in for the clock: a network takes as long as its MACs, in steps if asked for."""

    def __init__(self, original, images, step=0.0):
        self.images, self.step, self.measured = images, step, 0
        self.whole = count_macs(original, images).macs

    def measure(self, candidate, once_more=None):
        self.measured += 1
        share = count_macs(candidate, self.images).macs / self.whole
        if self.step:
            share = np.ceil(share / self.step) * self.step
        return Pair(10.0, 10.0 * share, share)


def search(pair, budget, step=0.0, **settings):
    model, graph = pair
    images = torch.rand(1, 1, 16, 16)
    config = PruningConfig(amount=0.5, **settings)
    ways, steps, worth, network = {}, {}, None, None
    from medprune_gui.engine.pruning.criteria import importance_table
    from medprune_gui.engine.pruning.planning import PruningPlan
    from medprune_gui.engine.pruning.unit_choice import UnitChooser

    table = importance_table(model, graph, "l1")
    for multiple in (1, 8):
        chooser = UnitChooser(graph, config.model_copy(update={"round_to": multiple}), table, None)
        ways[multiple], steps[multiple] = chooser.counts, chooser.steps
        worth = worth or chooser.importance_left
        network = network or (lambda counts, c=chooser: shrink(model, PruningPlan(graph, c.kept(counts), 0.0)))
    beside = Pretended(model, images, step)
    candidates = Candidates(ways, steps, worth, network)
    words, choice = drained(_Search(budget, candidates, pretended_model(pair, 30.0), beside).found())
    assert len(words) == beside.measured
    return choice, beside, words


@pytest.mark.parametrize("budget", [Budget(quantity="latency", share=0.5), Budget(quantity="latency", most=5.0)])
def test_the_search_ends_just_below_what_was_asked_for(chain, budget):
    choice, beside, words = search(chain, budget)
    assert 0.46 <= choice.pair.share <= 0.5
    assert beside.measured <= 14
    assert words[0] == "Measuring in PyTorch: 1 network so far, the last at 100% of the original's time"
    assert words[1].startswith("Measuring in PyTorch: 2 networks so far, the last at ")
    assert "50.0%" in choice.notes[0] or f"{choice.pair.share:.1%}" in choice.notes[0]


def test_layers_that_are_measured_are_counted_now_and_then(mixed, chain, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDPRUNE_CACHE", str(tmp_path))
    model, graph = mixed
    assert drained(modelling(model, graph, "eager"))[0] == [], "it takes less than the time between two words"
    monkeypatch.setattr(Seldom, "due", lambda _: True)
    words, _ = drained(modelling(model, graph, "eager"))
    assert words[-1] == "Measuring layers in PyTorch: 8 of 8 so far"
    config = PruningConfig(budget=Budget(quantity="latency", share=0.5))
    words, _ = drained(planning(*chain, config, latency=pretended_model(chain, 30.0)))
    assert "in other widths" in words[-1]


def test_where_no_network_takes_just_that_the_slowest_fast_enough_is_taken(chain):
    choice, _, _ = search(chain, Budget(quantity="latency", share=0.5), step=0.15)
    assert choice.pair.share == pytest.approx(0.45)


def test_what_cannot_be_reached_is_said_with_what_can(chain):
    with pytest.raises(BudgetError, match=r"0\.1% of its time.*is the least"):
        search(chain, Budget(quantity="latency", share=0.001), min_channels=4)


def test_a_budget_that_is_met_prunes_nothing_that_it_need_not(chain):
    choice, _, _ = search(chain, Budget(quantity="latency", most=1000.0))
    assert choice.pair.share == 1.0


def test_real_milliseconds_are_met_in_the_network_that_was_measured(one_thread):
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 2, 1)
    ).eval()  # fmt: skip
    graph = trace_channels(model, torch.rand(1, 1, 96, 96))
    plan = plan_pruning(model, graph, PruningConfig(budget=Budget(quantity="latency", share=0.6)))
    (note,) = plan.notes
    assert plan.measured == plan.notes
    assert "with 1 thread, " in note
    assert float(re.search(r"([\d.]+)% of the original", note)[1]) <= 60.0
    assert 0.0 < plan.amount < 1.0


def test_a_prediction_is_followed_without_measuring(chain):
    model, graph = chain
    predicted = pretended_model(chain, 30.0)
    plan = plan_pruning(model, graph, PruningConfig(budget=Budget(quantity="latency", share=0.5)), latency=predicted)
    keep = graph.keep_units(plan.kept)
    assert 10.0 < predicted.after_keeping(keep) <= 15.0
    assert predicted.after_keeping(np.ones_like(keep), ["2"]) < 30.0


def test_a_prediction_far_from_the_target_refuses_it_without_measuring(chain):
    config = PruningConfig(budget=Budget(quantity="latency", most=0.1), min_channels=4)
    with pytest.raises(BudgetError, match=r"pruned to 0\.1 ms.*is the least that was predicted in PyTorch"):
        plan_pruning(*chain, config, latency=pretended_model(chain, 30.0))


def test_of_equally_fast_counts_the_worthier_are_taken(chain):
    model, graph = chain
    predicted = pretended_model(chain, 30.0)
    many, few = np.array([g.size for g in graph.groups]), halved(graph)
    ways = {1: lambda level: few, 8: lambda level: many}
    candidates = Candidates(ways, {}, lambda counts: float(counts.sum()), lambda counts: model)
    assert carried_out(predicted_counts(candidates, predicted, 1e9))[0] == 8
    assert carried_out(predicted_counts(candidates, predicted, 0.0))[0] in ways


def test_peak_memory_is_met_and_said(chain):
    model, graph = chain
    images = torch.rand(4, 1, 16, 16)
    whole = peak_memory(model, images)
    for budget in (
        Budget(quantity="memory", share=0.6, batch=4),
        Budget(quantity="memory", most=0.6 * whole, batch=4),
    ):
        plan = plan_pruning(model, graph, PruningConfig(budget=budget))
        left = peak_memory(shrink(model, plan), images)
        assert 0.5 * whole < left <= 0.6 * whole
        assert f"{left:,} bytes" in plan.notes[-1]
    with pytest.raises(BudgetError, match=r"peak memory cannot be reached"):
        plan_pruning(model, graph, PruningConfig(budget=Budget(quantity="memory", share=0.001)))


def test_networks_with_several_inputs_are_refused_in_words():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 3)

        def forward(self, a, b):
            return self.conv(a) + self.conv(b)

    model = Two().eval()
    graph = trace_channels(model, (torch.rand(1, 1, 8, 8), torch.rand(1, 1, 8, 8)), certify=False)
    with pytest.raises(ConfigError, match="with one input; this one has 2"):
        plan_pruning(model, graph, PruningConfig(budget=Budget(quantity="latency", share=0.5)))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"granularity": "layer"}, "is for channels"),
        ({"schedule": "growing"}, "does not go with the schedule growing"),
    ],
)
def test_what_does_not_go_with_measured_budgets_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        PruningConfig(budget=Budget(quantity="latency", share=0.5), **settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"runtime": "openvino"}, "runtime: only milliseconds"), ({"batch": 2}, "batch: only latency and memory")],
)
def test_settings_without_effect_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        Budget(quantity="macs", **settings)


def test_steps_approach_outright_milliseconds_and_end_at_them():
    budget = Budget(quantity="latency", most=4.0)
    first, last = step_configs(PruningConfig(budget=budget, schedule="linear", steps=2), 10.0)
    assert first.budget.share == pytest.approx(0.7)
    assert first.budget.quantity == "latency"
    assert last.budget == budget
