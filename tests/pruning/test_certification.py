"""The proof: few trials where all is well, a bounded number where not, stable where batch normalisation is not."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

from medprune_gui.engine.pruning import certification, rebuild, trace_channels
from medprune_gui.engine.pruning.certification import NOT_TRIED, certify_graph


class Stubborn(nn.Module):
    """Convolutions of which every second one must keep all its channels, by the code."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        widths = [1, *([6] * depth)]
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in pairwise(widths))
        self.out = nn.Conv2d(6, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for number, layer in enumerate(self.layers):
            x = layer(x)
            if number % 2 and x.shape[1] != 6:
                raise RuntimeError("The size of tensor a (5) must match the size of tensor b (6)")
        return self.out(x)


def test_reasons_name_the_layer_in_plain_words() -> None:
    graph = trace_channels(Stubborn(4), torch.rand(1, 1, 4, 4))
    assert [group.prunable for group in graph.groups] == [True, False, True, False, False]
    assert graph.groups[1].reason == "the network does not run without some of its channels: its code needs them all"


def test_trials_are_bounded_and_the_rest_says_so(monkeypatch) -> None:
    model, x = Stubborn(24), torch.rand(2, 1, 4, 4)
    graph = trace_channels(model, x, certify=False)
    monkeypatch.setattr(certification, "MOST_TRIALS", 9)
    asked: list[tuple[int, int]] = []
    certified = certify_graph(model, graph, [x], lambda *step: asked.append(step))
    reasons = {group.reason for group in certified.groups if not group.prunable}
    assert NOT_TRIED in reasons
    assert len(asked) == 1 + 9 + 1


def test_progress_rises_to_the_number_of_groups() -> None:
    asked: list[tuple[int, int]] = []
    trace_channels(Stubborn(6), torch.rand(1, 1, 4, 4), progress=lambda *step: asked.append(step))
    done, totals = zip(*asked, strict=True)
    assert list(done) == sorted(done)
    assert (done[0], done[-1]) == (0, 6)
    assert set(totals) == {6}


def test_batch_normalisation_over_two_values_is_given_more() -> None:
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for width in (1, *[16] * 11):
        layers += [nn.Conv2d(width, 16, 3, 2, 1) if width == 1 else nn.Conv2d(16, 16, 1), nn.BatchNorm2d(16), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Conv2d(16, 2, 1))
    asked: list[tuple[int, int]] = []
    graph = trace_channels(model, torch.rand(1, 1, 1, 1), progress=lambda *step: asked.append(step))
    assert sum(group.prunable for group in graph.groups) == 12
    assert graph.max_error < 1e-11
    assert len(asked) == 3  # start, one trial, end


def test_unflattened_channels_can_go(make_random_plan, prove_exact) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(5, 8 * 9), nn.Unflatten(1, (8, 3, 3)), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 2, 3)
    ).eval()  # fmt: skip
    graph = trace_channels(model, torch.rand(1, 5))
    assert [group.size for group in graph.groups if group.prunable] == [8]
    plan = make_random_plan(graph)
    small = prove_exact(model.double(), plan, torch.rand(2, 5).double(), 1e-10)
    assert small[1].unflattened_size == (len(plan.kept["0"]), 3, 3)
    assert model[1].unflattened_size == (8, 3, 3)
    again = rebuild(model, plan.manifest())
    again.load_state_dict(small.state_dict())
