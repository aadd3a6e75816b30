"""What each channel group costs, and the amounts that follow."""

import json
from itertools import pairwise

import pytest
import torch

from medprune_gui.engine.config import Budget
from medprune_gui.engine.errors import BudgetError, ConfigError
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.pruning import PruningConfig, plan_pruning, shrink
from medprune_gui.engine.pruning.criteria import importance_table
from medprune_gui.engine.pruning.sensitivity import sensitivity_curves
from medprune_gui.engine.records import SensitivityCurves
from medprune_gui.engine.settings.allocations import GroupSettings

EXAMPLE = torch.zeros(1, 1, 16, 16)
CURVES = SensitivityCurves(
    "auc", 0.9, (0.25, 0.5, 0.75), {"0": (0.8, 0.6, 0.3), "2": (0.9, 0.9, 0.88), "4": (0.89, 0.92, 0.7)}
)


def plan_of(pair, curves=CURVES, **settings):
    config = PruningConfig(min_channels=1, allocation="sensitivity", **settings)
    return plan_pruning(*pair, config, sensitivity=curves)


def counts_of(plan):
    return {name: len(units) for name, units in plan.kept.items()}


def drained(generator):
    events = []
    while True:
        try:
            events.append(next(generator))
        except StopIteration as stop:
            return events, stop.value


def test_curves_follow_a_network_whose_groups_matter_differently(pair):
    model, graph = pair
    before = {name: value.clone() for name, value in model.state_dict().items()}

    def score(network):  # Only what is left of the second convolution counts.
        return float(network[2].weight.detach().abs().sum())

    table = importance_table(model, graph, "l1")
    events, curves = drained(sensitivity_curves(model, graph, table, score, (0.25, 0.5, 0.75), "weight"))
    assert events[-1] == (10, 10)
    assert [done for done, _ in events] == list(range(1, 11))
    assert curves.metric == "weight"
    assert curves.baseline == pytest.approx(score(model))
    assert set(curves.scores) == {"0", "2", "4"}
    assert curves.baseline > curves.scores["2"][0] > curves.scores["2"][1] > curves.scores["2"][2]
    # Half of the group's filters are gone: what is left is that of the ten with the largest weights.
    left = model[2].weight.detach().abs().sum((1, 2, 3)).sort(descending=True).values[:10].sum()
    assert curves.scores["2"][1] == pytest.approx(float(left), rel=0.1)
    assert curves.scores["4"] == pytest.approx((curves.baseline,) * 3)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_curves_survive_json():
    assert SensitivityCurves.from_dict(json.loads(json.dumps(CURVES.to_dict()))) == CURVES
    with pytest.raises(ValueError, match="longer"):
        SensitivityCurves.from_dict({**CURVES.to_dict(), "scores": {"0": [0.1]}})


@pytest.mark.parametrize("amount", [0.1, 0.3, 0.5, 0.7])
def test_the_amount_is_met_and_groups_that_cost_less_give_more(pair, amount):
    plan = plan_of(pair, amount=amount)
    counts = counts_of(plan)
    assert amount <= plan.amount <= amount + 0.06
    assert counts["0"] / 16 >= counts["4"] / 24 >= counts["2"] / 20
    assert counts["0"] / 16 > counts["2"] / 20


def test_more_never_keeps_more_and_the_ends_are_whole_and_least(pair):
    rows = [counts_of(plan_of(pair, amount=step / 20)) for step in range(20)]
    for less, more in pairwise(rows):
        assert all(more[name] <= less[name] for name in less)
    assert [rows[0][name] for name in ("0", "2", "4")] == [16, 20, 24]


def test_groups_that_cost_nothing_give_alike(pair):
    flat = SensitivityCurves("auc", 0.9, (0.5,), dict.fromkeys(("0", "2", "4"), (0.9,)))
    counts = counts_of(plan_of(pair, flat, amount=0.25))
    assert [counts[name] for name in ("0", "2", "4")] == [12, 15, 18]


def test_the_drop_is_the_same_in_all_groups(pair):
    curves = SensitivityCurves("auc", 1.0, (0.5,), {"0": (0.9,), "2": (0.8,), "4": (0.6,)})
    counts = counts_of(plan_of(pair, curves, budget=Budget(share=0.6)))
    drops = [(1 - counts["0"] / 16) * 0.2, (1 - counts["2"] / 20) * 0.4, (1 - counts["4"] / 24) * 0.8]
    assert max(drops) - min(drops) <= 0.04


def test_a_budget_is_met_and_own_settings_hold(pair):
    plan = plan_of(pair, budget=Budget(share=0.4), groups={"2": GroupSettings(locked=True)})
    assert counts_of(plan)["2"] == 20
    left = count_macs(shrink(pair[0], plan), EXAMPLE).macs / count_macs(pair[0], EXAMPLE).macs
    assert 0.3 < left <= 0.4
    with pytest.raises(BudgetError):
        plan_of(pair, budget=Budget(share=1e-6))


def test_amounts_of_a_later_step_refer_to_the_original(pair):
    model, graph = pair
    first = plan_of(pair, amount=0.3)
    config = PruningConfig(min_channels=1, allocation="sensitivity", amount=0.5)
    small = shrink(model, first)
    second = plan_pruning(small, graph.shrunk(first.kept), config, reference=graph, sensitivity=CURVES)
    assert counts_of(second) == counts_of(plan_of(pair, amount=0.5))


def test_missing_curves_and_those_of_another_network_are_refused(pair):
    with pytest.raises(ConfigError, match="needs the sensitivity curves"):
        plan_of(pair, None, amount=0.5)
    with pytest.raises(ConfigError, match="another network"):
        plan_of(pair, SensitivityCurves("auc", 0.9, (0.5,), {"0": (0.9,)}), amount=0.5)
