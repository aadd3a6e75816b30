"""Amounts, budgets, rounding and steps mean exactly what they say."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
import torch
from monai.networks import nets
from torch import nn

from medprune_gui.engine.config import Budget
from medprune_gui.engine.errors import BudgetError
from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.models.complexity import compare_layers, count_macs
from medprune_gui.engine.pruning import (
    ChannelGraph,
    PruningConfig,
    compose_manifests,
    estimate_plan,
    importance_table,
    plan_pruning,
    rebuild,
    shrink,
    step_configs,
    trace_channels,
)
from medprune_gui.engine.pruning.schedule import cumulative_fractions

X = torch.rand(1, 1, 64, 64)
Pair = tuple[nn.Module, ChannelGraph]


@pytest.fixture(scope="module")
def article() -> Pair:
    torch.manual_seed(0)
    model = ArticleNetwork(1, 2, (64, 64), filters=(8, 12, 16, 20, 24), dense=32).eval()
    return model, trace_channels(model, X)


@pytest.fixture(scope="module")
def unet() -> Pair:
    torch.manual_seed(0)
    model = nets.UNet(2, 1, 3, (8, 12, 16), (2, 2), num_res_units=2).eval()
    return model, trace_channels(model, X)


def removed(graph: ChannelGraph, kept: dict[str, list[int]]) -> int:
    return sum(group.size - len(kept[group.name]) for group in graph.groups)


@pytest.mark.parametrize("amount", [0.0, 0.25, 0.5, 0.77])
def test_global_amount_is_exact_in_units(article: Pair, amount: float) -> None:
    model, graph = article
    plan = plan_pruning(model, graph, PruningConfig(amount=amount))
    assert removed(graph, plan.kept) == round(amount * 112)
    assert plan.amount == round(amount * 112) / 112


def test_least_important_units_go_first(article: Pair) -> None:
    model, graph = article
    table = importance_table(model, graph, "l1")
    plan = plan_pruning(model, graph, PruningConfig(amount=0.4, min_channels=1))
    keep = graph.keep_units(plan.kept)[1:]
    prunable = graph.prunable_units
    assert table.units[1:][:prunable][keep[:prunable]].min() >= table.units[1:][:prunable][~keep[:prunable]].max()


def test_importance_is_the_sum_over_the_coupled_weights() -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 3)).eval()
    graph = trace_channels(model, torch.rand(1, 1, 9, 9))
    expected = model[0].weight.abs().sum((1, 2, 3)) + model[2].weight.abs().sum((0, 2, 3))
    found = torch.from_numpy(importance_table(model, graph, "l1").units[1:5])
    torch.testing.assert_close(found, (expected / expected.mean()).double().detach(), rtol=1e-6, atol=0)


def test_layer_scope_removes_the_same_share_everywhere(article: Pair) -> None:
    model, graph = article
    plan = plan_pruning(model, graph, PruningConfig(amount=0.5, allocation="uniform"))
    assert [len(plan.kept[g.name]) for g in graph.groups if g.prunable] == [4, 6, 8, 10, 12, 16]


@pytest.mark.parametrize("allocation", ["global", "uniform"])
def test_rounding_keeps_multiples_and_skips_nothing_silently(article: Pair, allocation: str) -> None:
    model, graph = article
    plan = plan_pruning(model, graph, PruningConfig(amount=0.6, allocation=allocation, round_to=8))  # type: ignore[arg-type]
    for group in graph.groups:
        count = len(plan.kept[group.name])
        if group.prunable and group.size > 8:
            assert count % 8 == 0
            assert 0 < count < group.size or any(group.name in note for note in plan.notes)
        elif group.prunable:
            assert 2 <= count <= group.size
            assert any(group.name in note for note in plan.notes)


def test_minimum_of_channels_holds(article: Pair) -> None:
    model, graph = article
    plan = plan_pruning(model, graph, PruningConfig(amount=0.99, min_channels=3))
    assert {len(plan.kept[g.name]) for g in graph.groups if g.prunable} == {3}


def test_random_choice_follows_its_seed(article: Pair) -> None:
    model, graph = article
    plans = [plan_pruning(model, graph, PruningConfig(criterion="random", amount=0.5, seed=s)) for s in (1, 1, 2)]
    assert plans[0].kept == plans[1].kept != plans[2].kept


@pytest.mark.parametrize("quantity", ["macs", "parameters"])
@pytest.mark.parametrize("round_to", [1, 4])
def test_budget_is_met_and_not_missed_by_much(unet: Pair, quantity: str, round_to: int) -> None:
    model, graph = unet
    config = PruningConfig(budget=Budget(quantity=quantity, share=0.4), round_to=round_to)  # type: ignore[arg-type]
    small = shrink(model, plan_pruning(model, graph, config))
    before, after = count_macs(model, X), count_macs(small, X)
    share = getattr(after, quantity) / getattr(before, quantity)
    # Multiples of 4 leave narrow layers few choices.
    assert (0.25 if round_to == 4 else 0.34) < share <= 0.4


def test_impossible_budget_says_what_is_possible(unet: Pair) -> None:
    model, graph = unet
    with pytest.raises(BudgetError, match=r"\d+\.\d% is the least"):
        plan_pruning(model, graph, PruningConfig(budget=Budget(share=0.001)))
    with pytest.raises(
        BudgetError, match=r"no more than 10 MACs cannot be reached: [\d,]+ MACs is the least"
    ) as caught:
        plan_pruning(model, graph, PruningConfig(budget=Budget(most=10)))
    allowed = int(re.search(r"Allow ([\d,]+) MACs", str(caught.value))[1].replace(",", ""))  # type: ignore[index]
    plan = plan_pruning(model, graph, PruningConfig(budget=Budget(most=allowed)))
    assert count_macs(shrink(model, plan), X).macs <= allowed


@pytest.mark.parametrize("pair", ["article", "unet"])
def test_estimate_equals_the_real_count(pair: str, request: pytest.FixtureRequest) -> None:
    model, graph = request.getfixturevalue(pair)
    plan = plan_pruning(model, graph, PruningConfig(amount=0.5))
    estimate = estimate_plan(model, graph, plan)
    small = shrink(model, plan)
    after = count_macs(small, X)
    assert estimate.layers == compare_layers(model, small, X)
    assert (estimate.parameters_after, estimate.nonzero_after, estimate.macs_after) == (
        after.parameters, after.nonzero_parameters, after.macs,
    )  # fmt: skip
    assert (estimate.parameters_before, estimate.macs_before) == (graph.parameters, count_macs(model, X).macs)


def test_estimate_counts_zeroed_weights_as_stored(article: Pair) -> None:
    model, graph = article
    plan = plan_pruning(model, graph, PruningConfig(granularity="weight", amount=0.6))
    estimate = estimate_plan(model, graph, plan)
    assert estimate.layers == compare_layers(model, shrink(model, plan), X)
    assert estimate.parameters_after == estimate.parameters_before
    assert plan.masks is not None
    assert estimate.parameters_after - estimate.nonzero_after == plan.masks.zeroed


@pytest.mark.parametrize("schedule", ["one-shot", "linear", "cubic"])
@pytest.mark.parametrize("steps", [1, 3, 7])
def test_schedules_rise_to_exactly_the_target(schedule: str, steps: int) -> None:
    config = PruningConfig(schedule=schedule, steps=steps, amount=0.73)  # type: ignore[arg-type]
    amounts = [step.amount or 0.0 for step in step_configs(config)]
    assert len(amounts) == (1 if schedule == "one-shot" else steps)
    assert amounts[-1] == 0.73
    assert all(0 < a < b for a, b in pairwise(amounts))


def test_cubic_prunes_most_at_first() -> None:
    assert cumulative_fractions("cubic", 2) == (0.875, 1.0)


@pytest.mark.parametrize("retrace", [True, False])
@pytest.mark.parametrize("allocation", ["global", "uniform"])
@pytest.mark.parametrize("target", [{"amount": 0.6}, {"budget": Budget(share=0.3)}], ids=["amount", "budget"])
def test_steps_compose_to_one_manifest_and_reach_the_target(
    unet: Pair, retrace: bool, allocation: str, target: dict[str, object]
) -> None:
    model, original = unet
    config = PruningConfig(schedule="cubic", steps=2, allocation=allocation, **target)  # type: ignore[arg-type]
    small, graph, manifest = model, original, None
    for step in step_configs(config):
        plan = plan_pruning(small, graph, step, reference=original)
        manifest = plan.manifest() if manifest is None else compose_manifests(manifest, plan.manifest())
        small = shrink(small, plan)
        graph = trace_channels(small, X, certify=False) if retrace else graph.shrunk(plan.kept)
    assert graph.parameters == sum(p.numel() for p in small.parameters())
    assert graph.macs == count_macs(small, X).macs
    if "budget" in target:
        assert 0.2 < graph.macs / original.macs <= 0.3
    elif allocation == "global":
        assert original.prunable_units - graph.prunable_units == round(0.6 * original.prunable_units)
    again = rebuild(nets.UNet(2, 1, 3, (8, 12, 16), (2, 2), num_res_units=2).eval(), manifest or {})
    again.load_state_dict(small.state_dict())
    with torch.no_grad():
        assert torch.equal(again(X), small(X))


def test_plans_follow_a_slider() -> None:
    model = nets.DenseNet121(spatial_dims=2, in_channels=1, out_channels=2)
    graph = trace_channels(model, torch.rand(1, 1, 32, 32), certify=False)
    table = importance_table(model, graph, "l1")
    config = PruningConfig(budget=Budget(share=0.5))
    estimate_plan(model, graph, plan_pruning(model, graph, config, importance=table))
    started = time.process_time()
    estimate_plan(model, graph, plan_pruning(model, graph, config, importance=table))
    assert time.process_time() - started < 0.4  # aim: 0.2 s; twice that for a slow machine
