"""Whole layers: which can go, what they matter, and that what is left runs, adds up and comes back from its file."""

import copy
import json

import pytest
import torch
from monai.networks import nets
from torch import nn

from medprune_gui.engine.config import Budget
from medprune_gui.engine.errors import BudgetError, CheckpointError, ConfigError
from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.models.complexity import compare_layers, count_macs
from medprune_gui.engine.pruning import (
    CriterionData,
    PruningConfig,
    apply_mask,
    compose_manifests,
    estimate_plan,
    plan_pruning,
    rebuild,
    shrink,
    trace_channels,
)
from medprune_gui.engine.pruning.depth.finding import removable_layers
from medprune_gui.engine.pruning.depth.removing import RemovedLayer

X = torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))


def build(seed=0):
    torch.manual_seed(seed)
    return nets.ResNet("basic", [2, 2, 2, 2], [4, 6, 8, 10], spatial_dims=2, n_input_channels=1, num_classes=2).eval()


@pytest.fixture(scope="module")
def resnet():
    model = build()
    return model, trace_channels(model, X[:1], certify=False)


def layers(**changes):
    return PruningConfig(granularity="layer", **changes)


def names(units):
    return [unit.name for unit in units if unit.removable]


def test_blocks_with_equal_shapes_can_go_and_the_others_say_why(resnet):
    model, _ = resnet
    units = {unit.name: unit for unit in removable_layers(model, X)}
    assert names(units.values()) == [
        "layer1.0", "layer1.1", "layer2.0.conv2", "layer2.1",
        "layer3.0.conv2", "layer3.1", "layer4.0.conv2", "layer4.1",
    ]  # fmt: skip
    assert units["layer2.0"].reason == "it turns the shape 4 x 16 x 16 into 6 x 8 x 8"
    assert units["layer1"].reason == "what it holds goes one by one: layer1.0, layer1.1"
    assert units["layer1.0.conv1"].reason == "it goes with layer1.0 as a whole"
    assert not any("bn" in name or "act" in name for name in units)
    block = model.layer1[0]
    assert units["layer1.0"].parameters == sum(p.numel() for p in block.parameters())
    assert units["layer1.0"].macs == sum(m for n, m in count_macs(model, X).layer_macs.items() if "layer1.0." in n)


def test_zeroing_the_branch_of_a_residual_block_is_taking_it_out(resnet):
    model = copy.deepcopy(resnet[0]).double()
    for unit in removable_layers(model, X.double()):
        if not unit.removable:
            continue
        assert unit.exact == (unit.kind == "ResNetBlock")  # Not the second convolution of a block with a projection.
        if not unit.exact:
            continue
        assert unit.max_error <= 1e-10
        assert set(unit.zeroed) == {f"{unit.name}.bn2.weight", f"{unit.name}.bn2.bias"}
        silent, without = copy.deepcopy(model), copy.deepcopy(model)
        for name in unit.zeroed:
            nn.init.zeros_(silent.get_parameter(name))
        parent, _, last = unit.name.rpartition(".")
        setattr(without.get_submodule(parent), last, nn.Identity())
        with torch.no_grad():
            expected, found = without(X.double()), silent(X.double())
        assert (found - expected).abs().max() <= 1e-10 * expected.abs().max()


def test_plain_layers_levels_and_transformer_blocks():
    class Plain(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.same, self.last = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 3, padding=1), nn.Linear(4, 4)
            self.twice, self.norm = nn.Linear(4, 4), nn.BatchNorm2d(4)

        def forward(self, x):
            x = self.norm(self.same(self.first(x))).mean((2, 3))
            return self.last(self.twice(self.twice(x)))

    units = {unit.name: unit for unit in removable_layers(Plain(), X)}
    assert names(units.values()) == ["same"]
    assert not units["same"].exact
    assert units["twice"].reason == "it runs more than once"
    assert units["last"].reason == "it puts out what the network puts out"

    unet = nets.UNet(2, 1, 2, (4, 8, 16), (2, 2)).eval()
    assert names(removable_layers(unet, X)) == ["model.1.submodule"]

    vit = nets.ViT(1, (32, 32), (16, 16), 16, 32, 3, 2, spatial_dims=2, classification=True, num_classes=2).eval()
    found = [unit for unit in removable_layers(vit, X) if unit.removable]
    assert [unit.name for unit in found] == ["blocks.0", "blocks.1", "blocks.2"]
    assert all(unit.exact for unit in found)


class Branches(nn.Module):
    """Branches added to what they were given: outside any block, in place, and within one."""

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.branch = nn.Conv2d(4, 4, 3, padding=1)

        def forward(self, x):
            return x + self.branch(x)

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 2, 1)
        self.added = nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4))
        self.taken, self.gate, self.block = nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 1), self.Block()

    def forward(self, x):
        x = self.first(x)
        out = self.added(x)
        out += x
        out = out - nn.functional.dropout(self.taken(out), 0.1, self.training)
        out = out * self.gate(out)
        return self.last(self.block(out))


def test_a_branch_that_is_joined_with_its_own_input_stays_but_its_block_can_go():
    units = {unit.name: unit for unit in removable_layers(Branches(), X)}
    # A part of a branch can go like any layer that feeds the next one.
    assert names(units.values()) == ["added.0", "block"]
    assert [units["added.0"].exact, units["block"].exact] == [False, True]
    assert {units[name].reason for name in ("added", "taken", "gate")} == {
        "what it puts out is joined with its own input, which would be counted twice without it"
    }


def test_blocks_of_networks_that_take_whole_numbers_can_go():
    torch.manual_seed(0)
    tokens = torch.arange(16).reshape(1, 16)
    model = nets.DecoderOnlyTransformer(32, 16, 32, 3, 4).eval()
    graph = trace_channels(model, tokens, certify=False)
    assert (graph.input_shapes, graph.input_dtypes) == (((1, 16),), ("int64",))
    plan = plan_pruning(model, graph, layers(amount=0.34))
    assert [name.rpartition(".")[0] for name in plan.layers] == ["blocks"]
    small = shrink(model, plan)
    with torch.no_grad():
        assert torch.equal(small(tokens), apply_mask(model, plan)(tokens))

    options = {"num_res_blocks": 2, "channels": (8, 16), "attention_levels": (False, False), "norm_num_groups": 4}
    diffusion = nets.DiffusionModelUNet(2, 1, 1, **options).eval()
    graph = trace_channels(diffusion, (X[:1], torch.tensor([7])), certify=False)
    assert plan_pruning(diffusion, graph, layers(amount=0.5)).layers


class InPlace(nn.Module):
    """Blocks that begin by writing into what they were given."""

    class Block(nn.Module):
        def __init__(self, residual):
            super().__init__()
            self.residual = residual
            self.act, self.conv = nn.ReLU(inplace=True), nn.Conv2d(4, 4, 3, padding=1)

        def forward(self, x):
            out = self.conv(self.act(x))
            return x + out if self.residual else out

    def __init__(self, residual):
        super().__init__()
        self.first, self.last = nn.Conv2d(1, 4, 3), nn.Conv2d(8, 2, 1)
        self.blocks = nn.Sequential(*(self.Block(residual) for _ in range(3)))

    def forward(self, x):
        x = self.first(x)
        return self.last(torch.cat([x, self.blocks(x)], dim=1))


@pytest.mark.parametrize("residual", [False, True])
def test_a_block_that_writes_into_its_input_is_masked_as_it_is_removed(residual):
    torch.manual_seed(0)
    model = InPlace(residual).eval()
    plan = plan_pruning(model, trace_channels(model, X[:1], certify=False), layers(amount=0.9))
    assert len(plan.layers) == 3
    with torch.no_grad():
        assert torch.equal(apply_mask(model, plan)(X), shrink(model, plan)(X))


def test_a_layer_without_which_the_network_breaks_stays_and_nothing_of_the_users_changes():
    class Fragile(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.same, self.last = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 1), nn.Conv2d(4, 2, 1)

        def forward(self, x):
            return self.last(self.same(self.first(x)) * self.same.weight.mean())

    model = Fragile()
    model.same.eval()
    before, modes, random = (
        copy.deepcopy(model.state_dict()),
        [m.training for m in model.modules()],
        torch.get_rng_state(),
    )
    (_, same, _) = removable_layers(model, X)
    assert not same.removable
    assert same.reason.startswith("the network does not run without it: ")
    assert "weight" in same.reason
    assert [m.training for m in model.modules()] == modes
    assert torch.equal(torch.get_rng_state(), random)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())


@pytest.mark.parametrize(("amount", "count"), [(0.0, 0), (0.4, 3), (0.95, 8)])
def test_an_amount_is_a_share_of_the_removable_layers(resnet, amount, count):
    model, graph = resnet
    plan = plan_pruning(model, graph, layers(amount=amount))
    assert len(plan.layers) == count
    assert plan.amount == count / 8
    assert plan.kept == {group.name: list(range(group.size)) for group in graph.groups}
    small = shrink(model, plan)
    assert all(isinstance(small.get_submodule(name), RemovedLayer) for name in plan.layers)
    with torch.no_grad():
        assert torch.equal(small(X), apply_mask(model, plan)(X))
        assert torch.equal(small(X), model(X)) == (count == 0)
    estimate = estimate_plan(model, graph, plan)
    complexity = count_macs(small, X)
    assert (estimate.macs_after, estimate.parameters_after) == (complexity.macs, complexity.parameters)
    assert estimate.layers == compare_layers(model, small, X)


@pytest.mark.parametrize("outright", [False, True])
@pytest.mark.parametrize("quantity", ["macs", "parameters", "bytes"])
def test_a_budget_is_met_and_nothing_goes_that_need_not(resnet, quantity, outright):
    model, graph = resnet

    def come_to(what):
        return {"macs": what.macs, "parameters": what.parameters, "bytes": 4 * what.parameters}[quantity]

    most = 0.8 * come_to(count_macs(model, X))
    budget = Budget(quantity=quantity, most=most) if outright else Budget(quantity=quantity, share=0.8)
    plan = plan_pruning(model, graph, layers(budget=budget))
    units = {unit.name: unit for unit in removable_layers(model, X)}
    left = come_to(count_macs(shrink(model, plan), X))
    assert plan.layers
    assert left <= most
    assert all(left + come_to(units[name]) > most for name in plan.layers)
    with pytest.raises(BudgetError, match="is the least"):
        plan_pruning(model, graph, layers(budget=Budget(quantity=quantity, share=0.01)))


def test_the_layer_with_the_smallest_weights_goes_first(resnet):
    model, graph = copy.deepcopy(resnet[0]), resnet[1]
    assert plan_pruning(model, graph, layers(amount=0.125)).layers != ("layer3.1",)
    with torch.no_grad():
        for parameter in model.layer3[1].parameters():
            parameter.mul_(1e-3)
    assert plan_pruning(model, graph, layers(amount=0.125)).layers == ("layer3.1",)


def test_with_cases_the_layer_goes_without_which_the_loss_rises_least(resnet):
    model, graph = resnet
    data = CriterionData(((X, torch.tensor([0, 1])),), nn.functional.cross_entropy)
    losses = {}
    for name in names(removable_layers(model, X)):
        without = copy.deepcopy(model)
        parent, _, last = name.rpartition(".")
        setattr(without.get_submodule(parent), last, nn.Identity())
        with torch.no_grad():
            losses[name] = float(nn.functional.cross_entropy(without(X), torch.tensor([0, 1])))
    plan = plan_pruning(model, graph, layers(amount=0.125, criterion="taylor"), data)
    assert plan.layers == (min(losses, key=losses.__getitem__),)


def test_the_manifest_brings_the_same_network_back_and_steps_add_up(resnet):
    model, graph = resnet
    first = plan_pruning(model, graph, layers(amount=0.4))
    small = shrink(model, first)
    second = plan_pruning(small, graph, layers(amount=0.8), reference=graph)
    assert len(second.layers) == 3
    assert second.amount == 0.75
    assert not set(second.layers) & set(first.layers)
    small = shrink(small, second).eval()
    manifest = json.loads(json.dumps(compose_manifests(first.manifest(), second.manifest())))
    again = rebuild(build(seed=1), manifest).eval()
    again.load_state_dict(small.state_dict())
    with torch.no_grad():
        assert torch.equal(again(X), small(X))
    assert "layers" not in plan_pruning(model, graph, PruningConfig(amount=0.2)).manifest()
    with pytest.raises(CheckpointError, match="no such layer"):
        rebuild(ArticleNetwork(1, 2, (32, 32), (4,)), manifest)
    for damaged in ("layer1.0", [3], [""], ["layer1", "layer1.0"], ["layer1.0", "layer1.0"]):
        with pytest.raises(CheckpointError):
            rebuild(model, {**manifest, "layers": damaged})


def test_a_network_without_such_layers_says_so():
    model = ArticleNetwork(1, 2, (32, 32), filters=(4, 6), dense=8).eval()
    graph = trace_channels(model, X[:1], certify=False)
    with pytest.raises(ConfigError, match="no layer of this network can be taken out"):
        plan_pruning(model, graph, layers(amount=0.5))
