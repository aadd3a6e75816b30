"""Amounts shared out by the best-scoring proposal of each round."""

import json
import re

import numpy as np
import pytest
import torch
from draining import drained

from medprune_gui.engine.config import Budget
from medprune_gui.engine.errors import BudgetError, ConfigError
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.pruning import PruningConfig, plan_pruning, shrink, trace_channels
from medprune_gui.engine.pruning.allocation.by_sensitivity import evenly
from medprune_gui.engine.pruning.allocation.greedy import GreedyDecision, plan_greedily, share_greedily
from medprune_gui.engine.pruning.criteria import importance_table
from medprune_gui.engine.pruning.unit_choice import UnitChooser
from medprune_gui.engine.settings.allocations import GroupSettings

EXAMPLE = torch.zeros(1, 1, 16, 16)


def settings(**changes):
    return PruningConfig(**{"min_channels": 1, "allocation": "greedy", **changes})


def left_of_the_second(network):
    return float(network[2].out_channels)


def plan_of(pair, score=left_of_the_second, **changes):
    return drained(plan_greedily(*pair, settings(**changes), score))[1]


def counts_of(plan):
    return {name: len(units) for name, units in plan.kept.items()}


def macs_left(pair, plan):
    return count_macs(shrink(pair[0], plan), EXAMPLE).macs / count_macs(pair[0], EXAMPLE).macs


@pytest.mark.parametrize(
    "target", [{"amount": 0.4}, {"budget": Budget(share=0.5)}, {"budget": Budget(quantity="bytes", share=0.5)}]
)
def test_what_the_score_hangs_on_is_left_to_the_last(pair, target):
    before = {name: value.clone() for name, value in pair[0].state_dict().items()}
    plan = plan_of(pair, **target)
    counts = counts_of(plan)
    assert counts["4"] < 24
    assert counts["2"] == 20
    if "amount" in target:
        assert 0.4 <= plan.amount <= 0.45
    elif target["budget"].quantity == "macs":
        assert 0.45 < macs_left(pair, plan) <= 0.5
    assert all(torch.equal(value, before[name]) for name, value in pair[0].state_dict().items())


def test_each_round_takes_the_best_of_all_proposals(pair):
    model, graph = pair
    config = settings(amount=0.5)
    table = importance_table(model, graph, "l1")
    chooser = UnitChooser(graph, config, table, None)
    seen = []

    def score(network):
        seen.append(float(sum(p.detach().abs().sum() for p in network.parameters())))
        return seen[-1]

    def cost(counts):
        return 1.0 - chooser.amount(counts)

    events, decisions = drained(share_greedily(model, graph, chooser, cost, 0.7, score))
    assert [done for done, _ in events] == list(range(1, len(seen) + 1))
    assert events[-1][0] == events[-1][1]
    rounds = np.array(seen).reshape(len(decisions), 3)  # No group is used up on the way.
    assert [decision.score for decision in decisions] == rounds.max(axis=1).tolist()
    costs = [1.0, *(decision.cost for decision in decisions)]
    steps = -np.diff(costs)
    assert (steps > 0).all()
    assert costs[-1] <= 0.7 < costs[-2]
    assert steps[0] >= 0.06  # A fifth of what is to go,
    assert steps[0] > steps[-2]  # and ever less.


def test_a_round_that_no_single_group_can_carry_goes_as_far_as_one_can(pair):
    plan = plan_of(pair, amount=0.9)
    assert plan.amount >= 0.9


def test_decisions_that_were_kept_are_not_scored_again(pair):
    model, graph = pair
    config, kept, scored = settings(amount=0.5), [], []

    def score(network):
        scored.append(1)
        return left_of_the_second(network)

    whole = drained(plan_greedily(model, graph, config, score, keep=kept.append))[1]
    assert [len(decisions) for decisions in kept] == list(range(1, len(kept) + 1))
    all_of_them = len(scored)
    stored = [GreedyDecision.from_dict(json.loads(json.dumps(one.to_dict()))) for one in kept[2]]
    assert tuple(stored) == kept[2]
    scored.clear()
    resumed = drained(plan_greedily(model, graph, config, score, taken=stored))[1]
    assert resumed.kept == whole.kept
    assert len(scored) == all_of_them - 9
    scored.clear()
    assert drained(plan_greedily(model, graph, config, score, taken=kept[-1]))[1].kept == whole.kept
    assert not scored


def test_locks_own_amounts_least_widths_and_rounding_hold(pair):
    groups = {"0": GroupSettings(amount=0.5), "2": GroupSettings(locked=True), "4": GroupSettings(min_channels=9)}
    assert counts_of(plan_of(pair, amount=0.6, groups=groups)) == {"0": 8, "2": 20, "4": 9, "6": 2}
    counts = counts_of(plan_of(pair, budget=Budget(share=0.3), round_to=4))
    assert all(counts[name] % 4 == 0 for name in ("0", "2", "4"))


def test_a_network_whose_score_is_not_a_number_is_taken_last(pair):
    def score(network):
        return float("nan") if network[0].out_channels < 16 else 0.5

    assert counts_of(plan_of(pair, score, amount=0.3))["0"] == 16


def test_equal_scores_take_alike_from_all(pair):
    counts = counts_of(plan_of(pair, lambda network: 1.0, amount=0.5))
    shares = [counts["0"] / 16, counts["2"] / 20, counts["4"] / 24]
    assert max(shares) - min(shares) < 0.3


def test_any_cost_that_falls_will_do(pair):
    model, graph = pair
    config = settings(amount=0.0)
    chooser = UnitChooser(graph, config, importance_table(model, graph, "l1"), None)

    def cost(counts):  # Steps, as a measured time has them: only every fourth channel counts.
        return float(sum(-(-count // 4) for count in counts.tolist()))

    start = cost(np.array([group.size for group in graph.groups]))
    _, decisions = drained(share_greedily(model, graph, chooser, cost, start / 2, left_of_the_second))
    assert decisions[-1].cost <= start / 2


def test_a_later_step_refers_to_the_original(pair):
    model, graph = pair
    first = plan_of(pair, amount=0.3)
    small = shrink(model, first)
    later = plan_greedily(small, graph.shrunk(first.kept), settings(amount=0.5), left_of_the_second, reference=graph)
    second = drained(later)[1]
    assert 0.5 <= second.amount <= 0.55
    assert all(len(second.kept[name]) <= len(first.kept[name]) for name in first.kept)


def test_what_cannot_be_is_refused(pair):
    with pytest.raises(BudgetError, match="cannot be reached"):
        plan_of(pair, budget=Budget(share=1e-6))
    with pytest.raises(ConfigError, match="greedy"):
        plan_pruning(*pair, settings(amount=0.5))
    assert evenly(settings(amount=0.5)).allocation == "uniform"
    with pytest.raises(ConfigError, match="another network"):
        drained(plan_greedily(*pair, settings(amount=0.5), left_of_the_second, taken=[GreedyDecision("9", 3, 1, 1)]))
    with pytest.raises(ValueError, match="greedy"):
        PruningConfig(amount=0.5, allocation="greedy", granularity="weight")
    with pytest.raises(ValueError, match="greedy"):
        PruningConfig(amount=0.5, allocation="greedy", schedule="soft")


def test_milliseconds_are_measured_on_the_way_that_the_decisions_go():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        torch.manual_seed(0)
        model = torch.nn.Sequential(
            torch.nn.Conv2d(1, 32, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(32, 32, 3, padding=1),
            torch.nn.ReLU(), torch.nn.Conv2d(32, 2, 1),
        ).eval()  # fmt: skip
        graph = trace_channels(model, torch.zeros(1, 1, 96, 96))
        # No more than the first layer can give beside other work on this machine.
        config = settings(budget=Budget(quantity="latency", share=0.75))
        _, plan = drained(plan_greedily(model, graph, config, left_of_the_second))
        # The second layer's score decides, so that the first one gives.
        assert len(plan.kept["0"]) < 32
        assert float(re.search(r"([\d.]+)% of the original", plan.notes[-1])[1]) <= 75.0
    finally:
        torch.set_num_threads(threads)


def test_peak_memory_is_refused_in_words():
    with pytest.raises(ValueError, match="memory does not go with the allocation greedy"):
        settings(budget=Budget(quantity="memory", share=0.5))
