"""What holds for single channel groups: locked, with an amount or a least width of their own."""

import pytest
import torch

from medprune_gui.engine.config import Budget
from medprune_gui.engine.errors import BudgetError, ConfigError
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.pruning import PruningConfig, plan_pruning, shrink
from medprune_gui.engine.pruning.schedule import step_configs
from medprune_gui.engine.settings.allocations import GroupSettings

EXAMPLE = torch.zeros(1, 1, 16, 16)


def kept(pair, **settings):
    plan = plan_pruning(*pair, PruningConfig(min_channels=1, **settings))
    return {name: len(units) for name, units in plan.kept.items()}


@pytest.mark.parametrize("allocation", ["global", "uniform"])
@pytest.mark.parametrize("target", [{"amount": 0.6}, {"budget": Budget(share=0.4)}])
def test_a_locked_group_stays_whole_and_the_target_is_met_by_the_others(pair, allocation, target):
    counts = kept(pair, allocation=allocation, groups={"2": GroupSettings(locked=True)}, **target)
    assert counts["2"] == 20
    assert counts["0"] < 16
    assert counts["4"] < 24
    if "budget" in target:
        plan = plan_pruning(*pair, PruningConfig(groups={"2": GroupSettings(locked=True)}, min_channels=1, **target))
        left = count_macs(shrink(pair[0], plan), EXAMPLE).macs
        assert left <= 0.4 * count_macs(pair[0], EXAMPLE).macs


@pytest.mark.parametrize("allocation", ["global", "uniform"])
@pytest.mark.parametrize("amount", [0.0, 0.25, 0.75])
def test_an_own_amount_holds_whatever_the_others_give(pair, allocation, amount):
    for others in (0.1, 0.5, 0.9):
        counts = kept(pair, amount=others, allocation=allocation, groups={"2": GroupSettings(amount=amount)})
        assert counts["2"] == round((1 - amount) * 20)


def test_an_own_amount_counts_towards_the_whole(pair):
    counts = kept(pair, amount=0.5, groups={"2": GroupSettings(amount=0.75)})
    assert sum(counts[name] for name in ("0", "2", "4")) == 30


@pytest.mark.parametrize("allocation", ["global", "uniform"])
def test_an_own_minimum_is_kept(pair, allocation):
    counts = kept(pair, amount=0.95, allocation=allocation, groups={"4": GroupSettings(min_channels=9)})
    assert counts["4"] >= 9
    assert counts["0"] < 9


def test_own_amounts_grow_with_the_steps_and_refer_to_the_original(pair):
    model, graph = pair
    config = PruningConfig(
        amount=0.5, schedule="linear", steps=2, min_channels=1, groups={"2": GroupSettings(amount=0.5)}
    )
    first, last = step_configs(config)
    plan = plan_pruning(model, graph, first)
    assert len(plan.kept["2"]) == 15
    again = plan_pruning(shrink(model, plan), graph.shrunk(plan.kept), last, reference=graph)
    assert len(again.kept["2"]) == 10


def test_a_budget_that_locks_make_unreachable_is_refused_with_what_can_be_reached(pair):
    locks = {name: GroupSettings(locked=True) for name in ("0", "2")}
    with pytest.raises(BudgetError, match="cannot be reached"):
        kept(pair, budget=Budget(share=0.05), groups=locks)


def test_an_unknown_group_is_named_with_those_that_there_are(pair):
    with pytest.raises(ConfigError, match=r"pruning\.groups\.22.*no such channel group.*2"):
        kept(pair, amount=0.5, groups={"22": GroupSettings(locked=True)})


def test_a_frozen_group_has_no_amount(pair):
    with pytest.raises(ConfigError, match="nothing can be removed"):
        kept(pair, amount=0.5, groups={"6": GroupSettings(amount=0.5)})


def test_bytes_and_outright_budgets_are_met(pair):
    whole = sum(p.numel() for p in pair[0].parameters())
    for budget in (
        Budget(quantity="bytes", share=0.3),
        Budget(quantity="bytes", most=0.3 * 4 * whole),
        Budget(quantity="parameters", most=0.3 * whole),
    ):
        plan = plan_pruning(*pair, PruningConfig(budget=budget, min_channels=1))
        left = sum(p.numel() for p in shrink(pair[0], plan).parameters())
        assert 0.25 * whole < left <= 0.3 * whole


def test_an_outright_budget_is_followed_in_steps(pair):
    whole = sum(p.numel() for p in pair[0].parameters())
    config = PruningConfig(budget=Budget(quantity="parameters", most=0.4 * whole), schedule="linear", steps=2)
    first, last = step_configs(config, whole)
    assert first.budget.share == pytest.approx(0.7)
    assert last.budget == config.budget


def test_an_outright_budget_that_is_met_already_prunes_nothing(pair):
    steps = step_configs(PruningConfig(budget=Budget(quantity="macs", most=1e12)), pair[1].macs)
    assert plan_pruning(*pair, steps[-1]).amount == 0.0
