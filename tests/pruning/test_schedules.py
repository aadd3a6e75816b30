"""Schedules rise to exactly their target, and what follows a training does what it says."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from medprune_gui.engine.config import Budget
from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.pruning import PruningConfig, plan_pruning, shrink, step_configs, trace_channels
from medprune_gui.engine.pruning.growing_penalty import GrowingPenalty, pruned_places
from medprune_gui.engine.pruning.running_sensitivity import RunningSensitivity
from medprune_gui.engine.pruning.schedule import cumulative_fractions, fraction
from medprune_gui.engine.pruning.soft_rule import SoftRule
from medprune_gui.engine.settings.schedules import Schedule

SCHEDULES = get_args(Schedule)
X, Y = torch.rand(8, 1, 16, 16), torch.arange(8) % 2


@pytest.fixture
def model() -> ArticleNetwork:
    torch.manual_seed(0)
    return ArticleNetwork(1, 2, (16, 16), filters=(4, 6, 8), dense=12, dropout=0.0)


@given(
    schedule=st.sampled_from(SCHEDULES),
    steps=st.integers(1, 40),
    amount=st.floats(0.01, 0.999),
    weights=st.integers(1, 10**7),
)
@settings(deadline=None)
def test_amounts_never_fall_and_end_at_the_target(schedule, steps, amount, weights):
    found = [step.amount for step in step_configs(PruningConfig(schedule=schedule, steps=steps, amount=amount))]
    assert found[-1] == amount
    assert all(0.0 < one <= other for one, other in pairwise([*found, amount]))
    assert len(found) == (1 if schedule in ("one-shot", "growing", "soft") else steps)
    counts = [round(one * weights) for one in found]
    assert counts == sorted(counts)
    assert counts[-1] == round(amount * weights)


@given(schedule=st.sampled_from(SCHEDULES), steps=st.integers(1, 20), share=st.floats(0.01, 0.99))
@settings(deadline=None)
def test_budgets_never_rise_and_end_at_the_target(schedule, steps, share):
    found = [
        step.budget.share
        for step in step_configs(PruningConfig(schedule=schedule, steps=steps, budget=Budget(share=share)))
    ]
    assert found[-1] == share
    assert all(one >= other for one, other in pairwise([1.0, *found]))


@given(schedule=st.sampled_from(SCHEDULES), left=st.floats(0.001, 1.0))
def test_the_way_starts_at_nothing_and_ends_at_all(schedule, left):
    assert fraction(schedule, 0.0, left) == pytest.approx(0.0, abs=0.01)  # the logistic curve starts just above
    assert fraction(schedule, 1.0, left) == pytest.approx(1.0, abs=1e-9)


def test_exponential_takes_the_same_share_of_what_is_left():
    left = [1 - 0.9 * done for done in (0.0, *cumulative_fractions("exponential", 4, 0.1))]
    shares = [after / before for before, after in pairwise(left)]
    assert shares == pytest.approx([0.1**0.25] * 4)


def test_one_cycle_prunes_most_before_the_middle():
    done = cumulative_fractions("one-cycle", 10)
    gains = [after - before for before, after in pairwise((0.0, *done))]
    assert gains.index(max(gains)) == 3
    assert max(gains[0], gains[-1]) < 0.03


@pytest.mark.parametrize("schedule", ["linear", "cubic", "exponential", "one-cycle", "lottery"])
@pytest.mark.parametrize("granularity", ["channel", "weight", "n:m", "block", "kernel", "filter"])
def test_sparsity_of_each_step_is_exact_and_never_falls(model, schedule, granularity):
    graph = trace_channels(model.eval(), X, certify=False)
    config = PruningConfig(
        granularity=granularity,
        amount=0.5,
        schedule=schedule,
        steps=4,
        allocation="global",
        min_channels=1,
        block=(2, 3),
    )
    before, gone = None, 0
    for step in step_configs(config):
        plan = plan_pruning(model, graph, step, before=before)
        if granularity == "channel":
            now = graph.prunable_units - graph.shrunk(plan.kept).prunable_units
            assert now == round(step.amount * graph.prunable_units)
        else:
            now, before = plan.masks.zeroed, plan.masks
            if granularity == "weight":
                assert now == round(step.amount * sum(keep.numel() for keep in plan.masks.keep.values()))
        assert now >= gone
        gone = now
    assert gone > 0


def train(model: nn.Module, companion, steps: int, *, start: int = 0, total: int | None = None, rate: float = 0.02):
    """A bare training of a companion, an epoch of four steps at a time."""
    optimiser = torch.optim.SGD(model.parameters(), lr=rate)
    companion.begin(model, total or steps)
    model.train()
    for number in range(start, start + steps):
        optimiser.zero_grad()
        nn.functional.cross_entropy(model(X), Y).backward()
        companion.before_step(model)
        optimiser.step()
        companion.after_step(model)
        if (number + 1) % 4 == 0:
            companion.after_epoch(model, (number + 1) // 4)
    companion.end(model)


@pytest.mark.parametrize("granularity", ["channel", "weight"])
def test_a_growing_penalty_empties_what_will_go_and_nothing_else(model, granularity):
    graph = trace_channels(model.eval(), X, certify=False)
    plan = plan_pruning(model, graph, PruningConfig(granularity=granularity, amount=0.4))
    places = pruned_places(model, plan)
    size = lambda: sum(float(model.get_parameter(n).detach()[gone].square().sum()) for n, gone in places.items())  # noqa: E731
    kept = lambda: sum(float(p.detach().square().sum()) for _, p in model.named_parameters()) - size()  # noqa: E731
    removed = sum(p.numel() for p in model.parameters()) - sum(p.numel() for p in shrink(model, plan).parameters())
    if granularity == "channel":
        assert sum(int(gone.sum()) for gone in places.values()) == removed
    else:
        assert sum(int(gone.sum()) for gone in places.values()) == plan.masks.zeroed
    companion, before, rest = GrowingPenalty(places, 20.0), size(), kept()
    companion.begin(model, 100)
    strengths = []
    for _ in range(100):
        strengths.append(companion.penalty)
        companion.after_step(model)
    assert strengths == sorted(strengths)
    assert strengths[0] < 1.0
    assert strengths[-1] == 20.0
    train(model, companion, 60)
    assert size() < 1e-4 * before
    assert kept() > 0.8 * rest


@pytest.mark.parametrize("granularity", ["channel", "weight", "kernel"])
@pytest.mark.parametrize("sensitivity", ["fisher", "taylor", "wanda", "magnitude"])
def test_the_soft_rule_ends_at_the_amount_and_has_shrunk_what_goes(model, granularity, sensitivity):
    graph = trace_channels(model.eval(), X, certify=False)
    config = PruningConfig.model_validate(
        {"granularity": granularity, "amount": 0.5, "schedule": "soft", "min_channels": 1}
        | {"soft": {"sensitivity": sensitivity, "shrink": 0.5}}
    )
    rule = SoftRule(config, graph)
    train(model, rule, 20)
    plan = rule.plan(model)
    places = pruned_places(model, plan)
    if granularity == "channel":
        assert graph.prunable_units - graph.shrunk(plan.kept).prunable_units == round(0.5 * graph.prunable_units)
    if granularity == "weight":
        assert plan.masks.zeroed == round(0.5 * sum(keep.numel() for keep in plan.masks.keep.values()))
    means = [
        torch.cat([model.get_parameter(n).detach()[gone ^ flip].abs() for n, gone in places.items()]).mean()
        for flip in (False, True)
    ]
    assert means[0] < 0.1 * means[1]


def test_a_share_of_one_zeroes_at_once_and_a_budget_is_met(model):
    graph = trace_channels(model.eval(), X, certify=False)
    rule = SoftRule(
        PruningConfig(
            budget=Budget(share=0.5), schedule="soft", soft={"shrink": 1.0, "sensitivity": "magnitude"}, min_channels=1
        ),
        graph,
    )
    train(model, rule, 20)
    plan = rule.plan(model)
    places = pruned_places(model, plan)
    assert all(torch.count_nonzero(model.get_parameter(name)[gone]) == 0 for name, gone in places.items())
    assert graph.shrunk(plan.kept).macs <= 0.5 * graph.macs


@pytest.mark.parametrize("sensitivity", ["fisher", "wanda"])
def test_a_rule_that_is_resumed_goes_on_exactly(model, sensitivity):
    graph = trace_channels(model.eval(), X, certify=False)
    config = PruningConfig(granularity="weight", amount=0.6, schedule="soft", soft={"sensitivity": sensitivity})
    start = {name: value.clone() for name, value in model.state_dict().items()}
    train(model, whole := SoftRule(config, graph), 16)
    expected = {name: value.clone() for name, value in model.state_dict().items()}

    model.load_state_dict(start)
    train(model, broken := SoftRule(config, graph), 8, total=16)
    resumed = SoftRule(config, graph)
    begin = resumed.begin
    resumed.begin = lambda network, steps: (begin(network, steps), resumed.restore(broken.state()))
    train(model, resumed, 8, start=8, total=16)
    assert all(torch.equal(expected[name], value) for name, value in model.state_dict().items())
    one, other = whole.plan(model).masks.keep, resumed.plan(model).masks.keep
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_wanda_multiplies_each_weight_by_its_own_input():
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(4, 6, 3, groups=2), nn.ConvTranspose2d(6, 4, 2, groups=2), nn.Flatten(), nn.Linear(4 * 49, 3)
    )
    x = torch.rand(5, 4, 8, 8)
    sensitivity = RunningSensitivity("wanda", 0.9)
    sensitivity.watch(model)
    model(x)
    sensitivity.update(model)
    sensitivity.ignore()
    norms = x.square().mean((0, 2, 3)).sqrt()
    expected = torch.cat([norms[:2].expand(3, 2), norms[2:].expand(3, 2)])[:, :, None, None] * model[0].weight.abs()
    torch.testing.assert_close(sensitivity.values["0.weight"], expected.detach())
    norms = model[0](x).square().mean((0, 2, 3)).sqrt()
    torch.testing.assert_close(
        sensitivity.values["1.weight"], (norms[:, None, None, None] * model[1].weight.abs()).detach()
    )
    norms = model[:3](x).square().mean(0).sqrt()
    torch.testing.assert_close(sensitivity.values["3.weight"], (norms * model[3].weight.abs()).detach())
    model.eval()(100 * x)
    sensitivity.update(model)
    torch.testing.assert_close(sensitivity.values["0.weight"], expected.detach())


def test_the_mean_runs():
    model = nn.Linear(2, 2)
    sensitivity = RunningSensitivity("magnitude", 0.75)
    sensitivity.watch(model)
    for value in (1.0, 2.0, 2.0):
        nn.init.constant_(model.weight, value)
        sensitivity.update(model)
    assert torch.allclose(sensitivity.values["weight"], torch.tensor(0.75 * 1.25 + 0.25 * 2))
