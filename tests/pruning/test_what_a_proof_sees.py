"""Code of networks that a careless proof would let pass: what depends on places, sizes or modes is found or frozen."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional

from medprune_gui.engine.pruning import PruningPlan, apply_mask, shrink, trace_channels
from medprune_gui.engine.pruning.certification import UNSEEN, trial_choices
from medprune_gui.engine.pruning.graph import ChannelGroup


class Between(nn.Module):
    """Two convolutions, and code between them."""

    def __init__(self, code: Callable[[nn.Module, torch.Tensor], torch.Tensor], channels: int = 16) -> None:
        super().__init__()
        self.code = code
        self.first, self.last = nn.Conv2d(3, channels, 3, padding=1), nn.Conv2d(channels, 4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.code(self, self.first(x)))


class Branch(nn.Module):
    """A residual block whose branch divides by its width, behind a gate that may be shut."""

    def __init__(self, gate: float) -> None:
        super().__init__()
        self.first, self.inner = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 6, 1)
        self.back, self.last = nn.Conv2d(6, 8, 1), nn.Conv2d(8, 2, 1)
        self.gate = nn.Parameter(torch.full((1,), gate))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        inner = functional.relu(self.inner(x))
        return self.last(x + self.passes() * self.back(inner / inner.shape[1]))

    def passes(self) -> torch.Tensor:
        return self.gate


class Saturated(Branch):
    def passes(self) -> torch.Tensor:
        return torch.sigmoid(self.gate)


class Labels(nn.Module):
    """Hands out a picture, and labels of another branch that divides by its width."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 2, 1)
        self.inner, self.scores = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 2, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        inner = self.inner(x)
        return self.last(self.first(x)), (self.scores(inner / inner.shape[1]) > 0.02).long()


def picture() -> torch.Tensor:
    return torch.rand(1, 3, 12, 12, generator=torch.Generator().manual_seed(0))


def doubled(h: torch.Tensor, places: object) -> torch.Tensor:
    h[:, places].mul_(2.0)
    return h


def divided(h: torch.Tensor, by: float) -> torch.Tensor:
    return h / torch.tensor(by)


@pytest.mark.parametrize("channels", [8, 16, 64])
@pytest.mark.parametrize("places", [slice(2), 2, slice(-3, None), slice(3, 5)], ids=str)
def test_channels_that_code_knows_by_their_place_are_kept(places, channels) -> None:
    torch.manual_seed(0)
    graph = trace_channels(Between(lambda _, h: doubled(h, places), channels), picture())
    proven = [group for group in graph.groups if group.prunable]
    # Code that picks one channel leaves the others to themselves.
    assert not proven or (isinstance(places, int) and certain(graph, channels, places))


def certain(graph, channels: int, place: int) -> bool:
    model = Between(lambda _, h: doubled(h, place), channels).double()
    for group in graph.groups:
        for gone in range(group.size if group.prunable else 0):
            kept = {g.name: [u for u in range(g.size) if g is not group or u != gone] for g in graph.groups}
            plan = PruningPlan(graph, kept, 0.1)
            x = picture().double()
            with torch.no_grad():
                torch.testing.assert_close(shrink(model, plan)(x), apply_mask(model, plan)(x))
    return True


def test_what_only_training_scales_is_found() -> None:
    torch.manual_seed(0)
    code = Between(lambda m, h: divided(h, float(h.shape[1]) if m.training else 1.0))
    assert not any(group.prunable for group in trace_channels(code, picture()).groups)
    harmless = Between(lambda m, h: divided(h, 3.0 if m.training else 1.0))
    assert sum(group.prunable for group in trace_channels(harmless, picture()).groups) == 1


def test_what_only_large_pictures_meet_is_found() -> None:
    torch.manual_seed(0)
    code = Between(lambda _, h: h / h.shape[1] if h.shape[-1] >= 128 else h)
    assert sum(group.prunable for group in trace_channels(code, picture()).groups) == 1
    assert not any(group.prunable for group in trace_channels(code, torch.rand(1, 3, 130, 130)).groups)


def test_nothing_is_found_or_lost_by_an_outer_mode() -> None:
    torch.manual_seed(0)
    model = Between(lambda _, h: h)
    with torch.inference_mode():
        graph = trace_channels(model, picture())
    assert [group.prunable for group in graph.groups] == [True, False]


@pytest.mark.parametrize("gate", [0.0, 0.5])
def test_a_branch_behind_a_shut_gate_is_tried_open(gate) -> None:
    torch.manual_seed(0)
    graph = trace_channels(Branch(gate), picture())
    assert [group.name for group in graph.groups if group.prunable] == ["first"]
    assert "changes the result" in reason_of(graph, "inner")


def test_what_nothing_depends_on_is_not_proven() -> None:
    torch.manual_seed(0)
    assert reason_of(trace_channels(Saturated(-80.0), picture()), "inner") == UNSEEN


def test_whole_numbers_that_come_out_are_compared() -> None:
    torch.manual_seed(0)
    graph = trace_channels(Labels(), picture())
    assert [group.name for group in graph.groups if group.prunable] == ["first"]


def test_outputs_in_mappings_and_objects_are_seen() -> None:
    class Wrapped(Between):
        def forward(self, x: torch.Tensor) -> dict[str, list[torch.Tensor]]:  # type: ignore[override]
            return {"maps": [super().forward(x)]}

    torch.manual_seed(0)
    graph = trace_channels(Wrapped(lambda _, h: h), picture())
    assert [group.prunable for group in graph.groups] == [True, False]
    assert graph.exact


def test_infinite_values_that_come_out_do_no_harm() -> None:
    class Masked(Between):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = super().forward(x)
            return y.masked_fill(torch.ones_like(y, dtype=torch.bool).tril(-3), float("-inf"))

    torch.manual_seed(0)
    assert trace_channels(Masked(lambda _, h: h), picture()).exact


def test_the_network_is_left_as_it_was() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Dropout(), nn.Conv2d(8, 2, 1)).train()
    before = copy.deepcopy(model.state_dict())
    trace_channels(model, picture())
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.requires_grad and parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("size", [1, 2, 3, 4, 16, 500])
def test_each_group_keeps_few_all_but_the_first_and_all(size) -> None:
    groups = [ChannelGroup(name, size, True, None) for name in ("a", "b", "c", "d")]
    choices = trial_choices(groups, seed=0)
    for group in groups:
        few, many, whole = sorted((kept[group.name] for kept in choices), key=len)
        assert 1 <= len(few) <= max(size // 4, 1)
        assert size < 3 or not {0, size - 1} & set(few)
        assert size < 3 or many == list(range(1, size))
        assert whole == list(range(size))
    for kept in choices:
        assert size < 3 or len({tuple(kept[name]) for name in "abc"}) == 3


def reason_of(graph, name: str) -> str:
    return next(str(group.reason) for group in graph.groups if group.name == name)
