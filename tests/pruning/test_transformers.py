"""Attention-bearing networks: whole heads go, norms that mix channels freeze or mark them."""

from __future__ import annotations

import copy
import io
import json
import pickle
from collections.abc import Callable

import pytest
import torch
from monai.networks import nets
from monai.networks.nets.restormer import Restormer
from torch import nn

from medprune_gui.engine.pruning import ChannelGraph, apply_mask, rebuild, shrink, trace_channels
from medprune_gui.engine.pruning.double_convolution import convolved_in_double
from medprune_gui.engine.pruning.module_patches.multihead_attention import HeadsOfOwnWidth
from medprune_gui.engine.pruning.module_patches.replaced_code import replace_code
from medprune_gui.engine.pruning.module_patches.window_attention import WindowHeadsOfOwnWidth
from medprune_gui.engine.pruning.planning import PruningPlan

picture, volume = (1, 1, 32, 32), (1, 1, 16, 16, 16)
tokens = {"hidden_size": 32, "mlp_dim": 40, "num_heads": 4}
diffusion = {
    "in_channels": 1, "out_channels": 1, "num_res_blocks": (1, 1), "channels": (8, 16), "norm_num_groups": 2,
    "attention_levels": (False, True), "num_head_channels": 4,
}  # fmt: skip
coder = {
    "in_channels": 1, "out_channels": 1, "num_res_blocks": (1, 1), "channels": (8, 16), "latent_channels": 4,
    "norm_num_groups": 4, "attention_levels": (False, True),
}  # fmt: skip


class Attending(nn.Module):
    """Convolution, torch's attention over its places, and a layer that reads what it puts out."""

    def __init__(self, **options: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 3, 2, 1)
        self.attention = nn.MultiheadAttention(16, 4, **options)
        self.out = nn.Linear(16, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        places = self.conv(x).flatten(2).permute(*((0, 2, 1) if self.attention.batch_first else (2, 0, 1)))
        mixed, _ = self.attention(places, places, places)
        return self.out(mixed.mean(1 if self.attention.batch_first else 0))


def step(n: int = 1) -> torch.Tensor:
    return torch.full((n,), 7)


# name: (network, further inputs besides the picture, its shape, groups: prunable of all, with a norm that mixes them)
CASES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], Callable[[], tuple[torch.Tensor, ...]], str]] = {
    "vit": (lambda: nets.ViT(1, (32, 32), (16, 16), **tokens, num_layers=1, classification=True, spatial_dims=2),
            picture, tuple, ""),
    "vit-3d": (lambda: nets.ViT(1, (16, 16, 16), (8, 8, 8), **tokens, num_layers=1, classification=True), volume,
               tuple, ""),
    "vitautoenc-3d": (lambda: nets.ViTAutoEnc(1, (16, 16, 16), (4, 4, 4), **tokens, num_layers=1), volume, tuple, ""),
    "vitautoenc": (lambda: nets.ViTAutoEnc(1, (32, 32), (16, 16), **tokens, num_layers=1, spatial_dims=2), picture,
                   tuple, ""),
    "unetr": (lambda: nets.UNETR(1, 2, (32, 32), feature_size=4, **tokens, spatial_dims=2), picture, tuple,
              "vit.patch_embedding.patch_embeddings"),
    "unetr-3d": (lambda: nets.UNETR(1, 2, (32, 32, 16), feature_size=2, **tokens), (1, 1, 32, 32, 16), tuple,
                 "vit.patch_embedding.patch_embeddings"),
    "swinunetr": (lambda: nets.SwinUNETR(1, 2, feature_size=12, spatial_dims=2, window_size=4), (1, 1, 64, 64), tuple,
                  "swinViT.layers1.0.downsample.reduction"),
    "swinunetr-v2": (
        lambda: nets.SwinUNETR(1, 2, feature_size=12, spatial_dims=2, use_v2=True, downsample="mergingv2"),
        (1, 1, 64, 64), tuple, "swinViT.layers1.0.downsample.reduction",
    ),
    "swinunetr-3d": (lambda: nets.SwinUNETR(1, 2, feature_size=12, window_size=2), (1, 1, 64, 32, 32), tuple,
                     "swinViT.layers1.0.downsample.reduction"),
    "swinunetr-3d-v2": (
        lambda: nets.SwinUNETR(1, 2, feature_size=12, window_size=2, use_v2=True, downsample="mergingv2"),
        (1, 1, 64, 32, 32), tuple, "swinViT.layers1.0.downsample.reduction",
    ),
    "autoencoderkl": (lambda: nets.AutoencoderKL(2, **coder), picture, tuple, ""),
    "autoencoderkl-joint-projection": (
        lambda: nets.AutoencoderKL(2, **coder, use_combined_linear=True, include_fc=True), picture, tuple, "",
    ),
    "autoencoderkl-3d": (lambda: nets.AutoencoderKL(3, **coder), volume, tuple, ""),
    "diffusion": (lambda: nets.DiffusionModelUNet(2, **diffusion), picture, lambda: (step(),), ""),
    "diffusion-cross-attention": (
        lambda: nets.DiffusionModelUNet(2, **diffusion, with_conditioning=True, cross_attention_dim=6), picture,
        lambda: (step(), torch.rand(1, 5, 6)), "middle_block.attention.proj_in.conv",
    ),
    "restormer": (lambda: Restormer(2, 1, 1, 8, (1, 1), (2, 4), 1), picture, tuple, ""),
    "diffusion-3d": (lambda: nets.DiffusionModelUNet(3, **diffusion), (1, 1, 8, 8, 8), lambda: (step(),), ""),
    "diffusion-3d-cross-attention": (
        lambda: nets.DiffusionModelUNet(3, **diffusion, with_conditioning=True, cross_attention_dim=6), (1, 1, 8, 8, 8),
        lambda: (step(), torch.rand(1, 5, 6)), "middle_block.attention.proj_in.conv",
    ),
    "restormer-3d": (lambda: Restormer(3, 1, 1, 8, (1, 1), (2, 4), 1), volume, tuple, ""),
    "torch": (lambda: Attending(batch_first=True), picture, tuple, ""),
    "torch-sequence-first": (lambda: Attending(add_bias_kv=True, add_zero_attn=True), picture, tuple, ""),
}  # fmt: skip
#: Volumes of these take seconds.
LONG = ("swinunetr-3d", "swinunetr-3d-v2")


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in CASES])
def case(request):
    build, shape, more, mixed = CASES[request.param]
    torch.manual_seed(3)
    model = build().eval()
    for name, p in model.named_parameters():
        # Zero initialisation and fresh norms would hide a wrong cut.
        if p.ndim < 2 or not p.detach().any():
            p.data += 0.1 * torch.randn_like(p) if "weight" in name or "bias" in name else 0.0
    return build, model, (torch.rand(shape), *more()), mixed


def run(model: nn.Module, inputs: tuple[torch.Tensor, ...]) -> torch.Tensor:
    doubles = tuple(x.double() if x.is_floating_point() else x for x in inputs)
    torch.manual_seed(4)  # Autoencoders draw their latent values.
    with torch.no_grad():
        out = copy.deepcopy(model).double()(*doubles)
    while not isinstance(out, torch.Tensor):
        out = out[0]
    return out


def accounted_for(graph: ChannelGraph) -> float:
    """Share of the groups that can go, or that stay for a reason that lies in the network."""
    whole = ("output", "normalisation mixes", "belong together", "softmax", "a mean or an extreme")
    return sum(g.prunable or any(why in str(g.reason) for why in whole) for g in graph.groups) / len(graph.groups)


def test_heads_are_removed_exactly(case, make_random_plan) -> None:
    build, model, inputs, mixed = case
    graph = trace_channels(model, inputs)
    assert graph.exact
    assert graph.max_error < 1e-10
    assert all(group.exact for group in graph.groups)
    assert accounted_for(graph) == 1
    assert sum(group.prunable for group in graph.groups) >= 0.5 * len(graph.groups)
    if mixed:
        assert {g.name: g.reason for g in graph.groups}[mixed] == "layer normalisation mixes all its channels"

    plan = make_random_plan(graph, seed=5)
    small = shrink(model, plan)
    expected, found, original = (run(network, inputs) for network in (apply_mask(model, plan), small, model))
    assert (expected - found).abs().max() <= 1e-10 * expected.abs().max()
    assert (expected - original).abs().max() > 1e-6 * original.abs().max()

    again = rebuild(build(), json.loads(json.dumps(plan.manifest()))).eval()
    again.load_state_dict(small.state_dict())
    assert torch.equal(run(again, inputs), found)


def test_attention_loses_whole_heads(make_random_plan) -> None:
    model = Attending(batch_first=True)
    graph = trace_channels(model, torch.rand(picture))
    group = next(group for group in graph.groups if group.name == "attention")
    assert (group.size, {slot.indices.shape[1] for slot in group.slots}) == (4, {12, 4})
    small = shrink(model, make_random_plan(graph))
    assert isinstance(small.attention, HeadsOfOwnWidth)
    assert small.attention.out_proj.weight.shape[1] == 4 * small.attention.num_heads < 16
    small(torch.rand(picture)).sum().backward()
    assert small.attention.in_proj_weight.grad is not None


class Crossing(nn.Module):
    """Attention of one embedding to another, without a residual connection that would tie its widths together."""

    def __init__(self, **options: int) -> None:
        super().__init__()
        self.queries, self.keys = nn.Linear(6, 16), nn.Linear(6, options.get("kdim", 16))
        self.attention = nn.MultiheadAttention(16, 4, batch_first=True, **options)
        self.out = nn.Linear(16, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        keys = self.keys(x)
        return self.out(self.attention(self.queries(x), keys, keys)[0])


@pytest.mark.parametrize("options", [{}, {"kdim": 20, "vdim": 20}], ids=["one width", "two widths"])
def test_each_width_of_attention_can_be_pruned_alone(options) -> None:
    torch.manual_seed(0)
    model, x = Crossing(**options).eval(), torch.rand(2, 5, 6)
    graph = trace_channels(model, x)
    prunable = [group.name for group in graph.groups if group.prunable]
    assert len(prunable) == (4 if options else 3), "one matrix takes queries and keys: their channels go together"
    for name in prunable:
        kept = {group.name: list(range(group.size - (group.name == name))) for group in graph.groups}
        plan = PruningPlan(graph, kept, 0.0)
        expected, found = run(apply_mask(model, plan), (x,)), run(shrink(model, plan), (x,))
        assert (expected - found).abs().max() <= 1e-12, name


@pytest.mark.parametrize("need_weights", [True, False])
def test_shrunk_attention_understands_masks_as_torch_does(need_weights) -> None:
    torch.manual_seed(0)
    whole = nn.MultiheadAttention(8, 2, batch_first=True).eval()
    free = copy.deepcopy(whole)
    replace_code(free, HeadsOfOwnWidth)
    free.scale = free.head_dim**-0.5
    query, key = torch.rand(3, 4, 8), torch.rand(3, 5, 8)
    padding = torch.zeros(3, 5, dtype=torch.bool)
    padding[1, 3:] = True
    masks = (None, torch.rand(4, 5) > 0.8, torch.randn(4, 5), torch.rand(6, 4, 5) > 0.8)
    for mask in masks:
        hidden = padding if mask is None or mask.dtype == torch.bool else padding.float().masked_fill(padding, -1e9)
        for average in (True, False):
            options = {"attn_mask": mask, "key_padding_mask": hidden, "need_weights": need_weights}
            a, b = (m(query, key, key, **options, average_attn_weights=average) for m in (whole, free))
            assert torch.allclose(a[0], b[0], atol=1e-6)
            assert (a[1] is None and b[1] is None) or torch.allclose(a[1], b[1], atol=1e-6)
    a, b = (m(query[0], key[0], key[0])[0] for m in (whole, free))
    assert torch.allclose(a, b, atol=1e-6)


class Deep(nn.Module):
    """Attention upon attention."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.MultiheadAttention(16, 4) for _ in range(2))
        self.first, self.last = nn.Linear(32, 16), nn.Linear(16, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x[:, 0])
        for layer in self.layers:
            x = x + layer(x, x, x)[0]
        return self.last(x)


@pytest.mark.parametrize("build", [Deep, CASES["swinunetr"][0]], ids=["torch", "swinunetr"])
def test_shrunk_attention_has_one_class_and_can_be_pickled_and_copied(build, make_random_plan) -> None:
    torch.manual_seed(0)
    model, x = build().eval(), torch.rand(1, 1, 64, 64 if build is not Deep else 32)
    small = shrink(model, make_random_plan(trace_channels(model, x, certify=False), seed=5))
    replaced = [module for module in small.modules() if isinstance(module, HeadsOfOwnWidth | WindowHeadsOfOwnWidth)]
    assert len(replaced) > 1
    assert len({type(module) for module in replaced}) == 1
    file = io.BytesIO()
    torch.save(small, file)
    file.seek(0)
    for again in (torch.load(file, weights_only=False), pickle.loads(pickle.dumps(small)), copy.deepcopy(small)):
        assert [type(module) for module in again.modules()] == [type(module) for module in small.modules()]
        assert torch.equal(run(again, (x,)), run(small, (x,)))


@pytest.mark.parametrize("name", ["unetr", "swinunetr", "diffusion-cross-attention"])
def test_width_of_tokens_is_offered_as_approximate(name, make_random_plan) -> None:
    build, shape, more, mixed = CASES[name]
    torch.manual_seed(3)
    model = build().eval()
    inputs = (torch.rand(shape), *more())
    graph = trace_channels(model, inputs, approximate=True)
    group = next(group for group in graph.groups if group.name == mixed)
    assert group.prunable
    assert not group.exact
    assert not graph.exact
    assert graph.max_error < 1e-10
    assert [r.exact for r in graph.certificate().groups] == [g.exact for g in graph.groups]
    exact = [g.name for g in trace_channels(model, inputs).groups if g.prunable]
    assert {g.name for g in graph.groups if g.prunable and g.exact} == set(exact)

    plan = make_random_plan(graph, seed=5)
    small = shrink(model, plan)
    assert run(small, inputs).shape == run(model, inputs).shape
    again = rebuild(build(), plan.manifest()).eval()
    again.load_state_dict(small.state_dict())
    assert torch.equal(run(again, inputs), run(small, inputs))


@pytest.mark.parametrize(("stride", "padding", "size"), [((1, 1, 1), (1, 1, 1), 3), ((2, 1, 2), (0, 2, 1), 2)])
def test_convolution_in_double_precision_is_that_of_torch(stride, padding, size) -> None:
    x, weight = torch.rand(2, 8, 33, 32, 34).double(), torch.rand(5, 8, size, size, size).double()
    args = (x, weight, torch.rand(5).double(), list(stride), list(padding), [1] * 3, False, [0] * 3, 1)
    found = convolved_in_double(torch.ops.aten.convolution, args)
    assert found is not None
    assert torch.allclose(found, torch.ops.aten.convolution(*args), rtol=1e-12, atol=0)


FULL_SIZE: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "vit": (lambda: nets.ViT(1, (96, 96, 96), (16, 16, 16), num_layers=2, classification=True), (1, 1, 96, 96, 96)),
    "restormer": (lambda: Restormer(2, 1, 1, heads=(1, 2, 4, 8)), (1, 1, 64, 64)),
    "vqvae": (lambda: nets.VQVAE(2, 1, 1), (1, 1, 64, 64)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FULL_SIZE)
def test_usual_sizes_are_certified(name) -> None:
    build, shape = FULL_SIZE[name]
    graph = trace_channels(build(), torch.rand(shape))
    assert graph.exact
    assert accounted_for(graph) == 1
