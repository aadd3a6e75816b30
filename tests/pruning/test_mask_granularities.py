"""Weights, N:M patterns, blocks, kernels and filters: exactly as many as asked for, and nothing is removed."""

from __future__ import annotations

import copy

import pytest
import torch
from pydantic import ValidationError
from torch import nn
from torch.nn.utils.parametrizations import orthogonal, spectral_norm, weight_norm

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.models.complexity import compare_layers, count_macs
from medprune_gui.engine.pruning import PruningConfig, apply_mask, estimate_plan, plan_pruning, shrink, trace_channels
from medprune_gui.engine.pruning.masks.layouts import Layout, layouts
from medprune_gui.engine.pruning.sparse_probe import probe

X = torch.rand(2, 1, 16, 16)
GRANULARITIES = ("weight", "n:m", "block", "kernel", "filter")


class Mixed(nn.Module):
    """Convolutions of all kinds and matrices."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.grouped = nn.Conv2d(8, 16, 3, padding=1, groups=2)
        self.up = nn.ConvTranspose2d(16, 12, 2, stride=2, groups=2)
        self.mix = nn.Conv2d(12, 12, 1)
        self.hidden = nn.Linear(12, 10)
        self.head = nn.Linear(10, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.grouped(torch.relu(self.depthwise(torch.relu(self.norm(self.stem(x))))))
        x = torch.relu(self.mix(torch.relu(self.up(torch.relu(x)))))
        return self.head(torch.relu(self.hidden(x.mean(dim=(2, 3)))))


@pytest.fixture(scope="module")
def pair():
    torch.manual_seed(0)
    model = Mixed().eval()
    nn.init.normal_(model.norm.bias)  # no zeros but those of the masks
    return model, trace_channels(model, X, certify=False)


def plan_of(pair, granularity, amount, **further):
    config = PruningConfig(granularity=granularity, amount=amount, min_channels=1, **further)
    return plan_pruning(*pair, config)


def units(name: str, keep: torch.Tensor, layout: Layout, granularity: str, block=(4, 4)) -> torch.Tensor:
    """Return the masks of each unit as rows, whose elements must agree; edges of blocks are filled up."""
    rows = layout.rows(keep)
    if granularity == "kernel":
        return rows.flatten(0, 1)
    if granularity == "filter":
        return rows.flatten(1)
    matrix = rows.flatten(1).float()
    patches = []
    for top in range(0, matrix.shape[0], block[0]):
        for left in range(0, matrix.shape[1], block[1]):
            patch = matrix[top : top + block[0], left : left + block[1]].flatten()
            patches.append(torch.cat([patch, patch[:1].expand(block[0] * block[1] - patch.numel())]))
    return torch.stack(patches).bool()


@pytest.mark.parametrize("amount", [0.0, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("allocation", ["global", "uniform"])
@pytest.mark.parametrize("granularity", ["block", "kernel", "filter"])
def test_amount_is_exact_in_units(pair, granularity, allocation, amount):
    plan = plan_of(pair, granularity, amount, allocation=allocation)
    found = {name: units(name, keep, layouts(pair[0])[name], granularity) for name, keep in plan.masks.keep.items()}
    for masks in found.values():
        assert (masks.all(1) | ~masks.any(1)).all(), "a unit goes as a whole or not at all"
    gone = {name: int((~masks.any(1)).sum()) for name, masks in found.items()}
    least = 1 if granularity == "filter" else 0
    assert plan.amount == sum(gone.values()) / sum(len(masks) for masks in found.values()), "in the unit of the request"
    if allocation == "global":
        assert sum(gone.values()) == round(amount * sum(len(masks) for masks in found.values()))
    else:
        assert gone == {name: min(round(amount * len(masks)), len(masks) - least) for name, masks in found.items()}


@pytest.mark.parametrize("pattern", ["2:4", "4:8", "1:2", "3:4"])
def test_a_pattern_holds_along_the_inputs_of_every_layer_that_it_fits(pair, pattern):
    kept, group = map(int, pattern.split(":"))
    model, graph = pair
    plan = plan_pruning(model, graph, PruningConfig(granularity="n:m", pattern=pattern))
    for name, keep in plan.masks.keep.items():
        rows = layouts(model)[name].rows(keep)
        assert rows.shape[1] % group == 0
        along_inputs = rows.transpose(1, 2).reshape(-1, group)
        assert (along_inputs.sum(1) == kept).all()
        weights = layouts(model)[name].rows(model.get_parameter(name).detach().abs())
        groups = weights.transpose(1, 2).reshape(-1, group)
        stay = groups.masked_fill(~along_inputs, torch.inf).min(1).values
        go = groups.masked_fill(along_inputs, 0).max(1).values
        assert (stay >= go).all(), "the most important stay"
    assert plan.amount == 1 - kept / group
    assert "stem.weight" in plan.notes[0]


@pytest.mark.parametrize("amount", [0.1, 0.25, 0.4])
@pytest.mark.parametrize("allocation", ["global", "uniform"])
def test_a_smaller_amount_brings_fewer_groups_to_the_pattern(pair, amount, allocation):
    plan = plan_of(pair, "n:m", amount, allocation=allocation)
    groups = {name: keep.numel() // 4 for name, keep in plan.masks.keep.items()}
    if allocation == "global":
        assert plan.masks.zeroed == 2 * round(amount / 0.5 * sum(groups.values()))
    else:
        assert plan.masks.zeroed == sum(2 * round(amount / 0.5 * count) for count in groups.values())


def test_layouts_are_those_of_the_layers(pair):
    """The rows of a weight times the columns of the input, group by group, are the layer's output."""
    model, _ = pair
    for module, name in ((model.up, "up.weight"), (model.grouped, "grouped.weight"), (model.hidden, "hidden.weight")):
        layout, weight = layouts(model)[name], module.weight.detach()
        assert torch.equal(layout.stored(layout.rows(weight)), weight)
        inputs = layout.groups * layout.rows(weight).shape[1]
        one = layout.stored(layout.rows(weight) * (torch.arange(len(layout.rows(weight))) == 5)[:, None, None])
        changed = copy.deepcopy(module)
        changed.weight.data, changed.bias.data = one, torch.zeros_like(changed.bias)
        x = torch.rand((3, inputs, 4, 4) if layout.convolution else (3, inputs))
        y = changed(x)
        channels = y.abs().sum(dim=[axis for axis in range(y.ndim) if axis != 1])
        assert channels.nonzero().flatten().tolist() == [5], "row 5 makes output 5 alone"


@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_zeroed_is_never_removed(pair, granularity):
    model, graph = pair
    plan = plan_of(pair, granularity, 0.5)
    masked, small, estimate = apply_mask(model, plan), shrink(model, plan), estimate_plan(model, graph, plan)
    assert list(masked.state_dict()) == list(model.state_dict()), "folded: a plain network"
    for name, keep in plan.masks.keep.items():
        assert torch.equal(masked.get_parameter(name), model.get_parameter(name) * keep)
    assert count_macs(small, X).macs == count_macs(model, X).macs
    assert estimate.parameters_after == estimate.parameters_before
    assert estimate.parameters_before - estimate.nonzero_after == plan.masks.zeroed > 0
    assert estimate.layers == compare_layers(model, masked, X)
    assert all(layer.removed == 0 for layer in estimate.layers)
    assert plan.cuts() == {}


@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_what_is_zero_stays_zero_whatever_is_important_later(pair, granularity):
    model, graph = pair
    before, zeroed = None, 0
    for number, amount in enumerate((0.1, 0.2, 0.35, 0.5)):
        config = PruningConfig(granularity=granularity, amount=amount, criterion="random", seed=number)
        masks = plan_pruning(model, graph, config, before=before).masks
        if before is not None:
            assert all(not (masks.keep[name] & ~keep).any() for name, keep in before.keep.items())
        assert masks.zeroed >= zeroed
        before, zeroed = masks, masks.zeroed
    fresh = plan_pruning(model, graph, config).masks
    if granularity in ("weight", "n:m"):
        assert before.zeroed == fresh.zeroed, "as many as in one step"


def test_filters_of_the_output_stay(pair):
    model, graph = pair
    assert [group.name for group in graph.groups if group.output] == ["head"]
    reworded = graph.frozen({group.name: "for another reason" for group in graph.groups})
    for known in (graph, reworded):
        plan = plan_of((model, known), "filter", 0.9)
        assert "head.weight" not in plan.masks.keep
        assert any("head.weight" in note for note in plan.notes)


def test_layers_without_any_weight_left_are_named(pair):
    plan = plan_of(pair, "weight", 0.9, criterion="l1")
    empty = [name for name, keep in plan.masks.keep.items() if not keep.any()]
    assert bool(empty) == any("all weights" in note for note in plan.notes)


def test_a_granularity_that_fits_nothing_says_so():
    model = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 3)).eval()
    graph = trace_channels(model, torch.rand(2, 5), certify=False)
    for granularity in ("n:m", "kernel"):
        with pytest.raises(ConfigError, match="no layer"):
            plan_pruning(model, graph, PruningConfig(granularity=granularity, amount=0.3))


def normalised() -> nn.Module:
    """Weights under weight normalisation by outputs, by inputs and of all, and under spectral normalisation."""
    torch.manual_seed(0)
    return nn.Sequential(
        weight_norm(nn.Conv2d(1, 8, 3)), nn.ReLU(), weight_norm(nn.Conv2d(8, 8, 3)), nn.ReLU(),
        weight_norm(nn.ConvTranspose2d(8, 8, 2), dim=1), nn.ReLU(), weight_norm(nn.Conv2d(8, 8, 1), dim=None),
        nn.ReLU(), weight_norm(nn.Conv2d(8, 8, 1), dim=1), nn.ReLU(), spectral_norm(nn.Conv2d(8, 8, 3)), nn.ReLU(),
        nn.Conv2d(8, 3, 1),
    ).eval()  # fmt: skip


@pytest.mark.parametrize("amount", [0.3, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("allocation", ["global", "uniform"])
@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_normalised_weights_keep_a_length(granularity, allocation, amount):
    model = normalised()
    if granularity == "n:m":
        amount = min(amount, 0.5)
    plan = plan_of((model, trace_channels(model, X, certify=False)), granularity, amount, allocation=allocation)
    masked = apply_mask(model, plan)
    assert not any(name.endswith("original0") for name in plan.masks.keep), "lengths are no weights"
    assert torch.isfinite(masked(X)).all()
    for name, keep in plan.masks.keep.items():
        weight = masked.get_submodule(name.partition(".")[0]).weight
        assert torch.equal(weight != 0, keep), "what is zero in the mask is zero in the weight"
    if granularity == "weight":
        assert len(plan.masks.keep) == 7
        if amount <= 0.9 and allocation == "global":
            assert plan.masks.zeroed == round(amount * sum(keep.numel() for keep in plan.masks.keep.values()))
    else:
        there = {name.partition(".")[0] for name in plan.masks.keep}
        named = {name.partition(".")[0] for name in plan.notes[0].rpartition(": ")[2].split(", ")}
        assert there | named == {"0", "2", "4", "6", "8", "10", "12"}, "what is left out is named"
        assert "10" in there


def test_weights_computed_in_unknown_ways_are_left_whole_and_named():
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), orthogonal(nn.Linear(6, 6)), nn.ReLU(), nn.Linear(6, 2)).eval()
    graph = trace_channels(model, torch.rand(2, 4), certify=False)
    for granularity in ("weight", "block"):
        plan = plan_of((model, graph), granularity, 0.5)
        assert set(plan.masks.keep) == {"0.weight", "4.weight"}
        assert plan.notes[0].startswith("left whole")
        assert "2.weight" in plan.notes[0]


def test_choosing_masks_computes_no_weight():
    """In training, reading a weight under spectral normalisation moves the estimate of its largest singular value."""
    model = normalised().train()
    graph, before = trace_channels(model, X, certify=False), copy.deepcopy(model.state_dict())
    for granularity in GRANULARITIES:
        plan_of((model, graph), granularity, 0.3)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"granularity": "n:m", "pattern": "4:2"}, "2:4"),
        ({"granularity": "n:m", "pattern": "2:x"}, "2:4"),
        ({"granularity": "n:m", "pattern": "2:4", "amount": 0.6}, "no more than 0.5"),
        ({"granularity": "block", "amount": 0.5, "block": (0, 4)}, "greater than"),
        ({"granularity": "filter", "budget": {"share": 0.5}}, "amount instead of budget"),
        ({"amount": 0.5, "schedule": "soft", "epochs_per_step": 0}, "at least 1"),
        ({"amount": 0.5, "soft": {"shrink": 0.0}}, "greater than 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(values, words):
    with pytest.raises(ValidationError, match=words):
        PruningConfig.model_validate(values)


def test_a_pattern_says_its_amount():
    assert PruningConfig(granularity="n:m", pattern="1:4").amount == 0.75


def test_two_of_four_is_not_faster_on_a_cpu():
    found = probe(torch.device("cpu"))
    assert not found.faster
    assert found.gain is None
    assert "CPU" in found.words
