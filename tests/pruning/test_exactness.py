"""On whole networks: removed equals zeroed, the network is left as found, and the manifest rebuilds it."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from monai.networks import nets
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.pruning import apply_mask, rebuild, shrink, trace_channels
from medprune_gui.engine.pruning.planning import PruningPlan
from medprune_gui.engine.pruning.shrinking import Cut, cut_

picture, volume = (1, 1, 64, 64), (1, 1, 32, 32, 32)
unet = {"in_channels": 1, "out_channels": 3, "channels": (6, 8, 12), "strides": (2, 2)}
needs_einops = pytest.mark.skipif(find_spec("einops") is None, reason="MONAI's attention blocks need einops")

# name: (network, input shape, groups that must stay whole besides the output)
NETWORKS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], int]] = {
    "article": (lambda: ArticleNetwork(1, 2, (64, 64)), picture, 0),
    "unet": (lambda: nets.UNet(spatial_dims=2, **unet), picture, 0),
    "unet-residual": (lambda: nets.UNet(spatial_dims=2, num_res_units=2, **unet), picture, 0),
    "unet-batch": (lambda: nets.UNet(spatial_dims=2, num_res_units=2, norm="batch", **unet), picture, 0),
    "unet-3d": (lambda: nets.UNet(spatial_dims=3, **unet), volume, 0),
    "unet-3d-residual-batch": (lambda: nets.UNet(spatial_dims=3, num_res_units=2, norm="batch", **unet), volume, 0),
    "densenet121": (lambda: nets.DenseNet121(spatial_dims=2, in_channels=1, out_channels=2), picture, 0),
    "resnet18": (lambda: nets.resnet18(spatial_dims=2, n_input_channels=1, num_classes=2), picture, 0),
    "resnet18-shortcut-a": (
        lambda: nets.resnet18(spatial_dims=2, n_input_channels=1, num_classes=2, shortcut_type="A"), picture, 0,
    ),
    "basicunet": (lambda: nets.BasicUNet(2, 1, 2, features=(8, 8, 12, 16, 16, 8)), picture, 0),
    "segresnet": (lambda: nets.SegResNet(2, 8, 1, 2), picture, 0),
    "attentionunet": (lambda: nets.AttentionUnet(2, 1, 2, (6, 8, 12), (2, 2)), picture, 0),
    "vnet": (lambda: nets.VNet(2, 1, 2), picture, 0),
    "dynunet-deep-supervision": (
        lambda: nets.DynUNet(
            2, 1, 2, [3] * 4, [1, 2, 2, 2], [2] * 3, filters=[6, 8, 12, 12], res_block=True, deep_supervision=True
        ), picture, 0,
    ),
    "vit": (
        lambda: nets.ViT(1, (32, 32), (16, 16), 32, 64, 2, 4, classification=True, spatial_dims=2), (1, 1, 32, 32), 1,
    ),
    "unetr": (
        lambda: nets.UNETR(
            1, 2, (32, 32), feature_size=4, hidden_size=32, mlp_dim=64, num_heads=4, spatial_dims=2
        ), (1, 1, 32, 32), 1,
    ),
}  # fmt: skip
CASES = [
    pytest.param(*case, id=name, marks=needs_einops if name in ("vit", "unetr") else ())
    for name, case in NETWORKS.items()
]


def randomise_running_statistics(model: nn.Module) -> None:
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        if tensor.is_floating_point() and tensor.ndim == 1:
            tensor.data += 0.5 * torch.rand_like(tensor) if "var" in name else 0.2 * torch.randn_like(tensor)


@pytest.mark.parametrize(("build", "shape", "whole"), CASES)
def test_removed_equals_zeroed(build, shape, whole, make_random_plan, prove_exact) -> None:
    torch.manual_seed(3)
    model = build().eval()
    randomise_running_statistics(model)
    x = torch.rand(shape)

    graph = trace_channels(model, x)
    frozen = [group for group in graph.groups if not group.prunable]
    outputs = [group for group in frozen if group.reason == "its channels are the network's output"]
    assert outputs
    assert len(frozen) - 1 == whole, [(group.name, group.reason) for group in frozen]
    assert graph.exact
    assert graph.max_error < 1e-10

    plan = make_random_plan(graph, seed=5)
    assert plan.kept[outputs[0].name] == list(range(outputs[0].size))
    small = prove_exact(model, plan, x, 1e-4)
    prove_exact(copy.deepcopy(model).double(), plan, x.double(), 1e-10)

    torch.manual_seed(9)
    again = rebuild(build(), json.loads(json.dumps(plan.manifest()))).eval()
    again.load_state_dict(small.state_dict())
    with torch.no_grad():
        assert torch.equal(_first(again(x)), _first(small(x)))


def _first(out: torch.Tensor | tuple[torch.Tensor, ...] | list[torch.Tensor]) -> torch.Tensor:
    return out if isinstance(out, torch.Tensor) else out[0]


def test_last_convolution_takes_its_columns_of_the_dense_layer_along() -> None:
    model = ArticleNetwork(1, 3, (64, 96))
    graph = trace_channels(model, torch.rand(1, 1, 64, 96))
    group = next(group for group in graph.groups if group.name == "features.conv5")
    columns = next(slot for slot in group.slots if slot.parameter == "classifier.dense.weight")
    assert (group.size, columns.dim) == (512, 1)
    assert columns.indices.tolist() == [list(range(c * 6, c * 6 + 6)) for c in range(512)]


def test_tracing_leaves_everything_as_found() -> None:
    model = nets.UNet(spatial_dims=2, num_res_units=1, dropout=0.3, norm="batch", **unet)
    model.train()
    next(iter(model.children())).eval()
    next(model.parameters()).requires_grad_(False)
    state = copy.deepcopy(model.state_dict())
    modes = [module.training for module in model.modules()]
    gradients = [p.requires_grad for p in model.parameters()]
    torch.manual_seed(1), random.seed(1), np.random.seed(1)  # noqa: NPY002
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002

    trace_channels(model, torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(0)))

    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1:] == (random.getstate(), np.random.get_state()[1].tolist())  # noqa: NPY002
    assert modes == [module.training for module in model.modules()]
    assert gradients == [p.requires_grad for p in model.parameters()]
    assert all(torch.equal(value, model.state_dict()[name]) for name, value in state.items())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_cutting_one_layer_computes_nothing_in_another() -> None:
    """In training, reading a weight under spectral normalisation moves the estimate of its largest singular value."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 6, 3), nn.ReLU(), spectral_norm(nn.Conv2d(6, 6, 3)), nn.ReLU(),
        nn.Conv2d(6, 2, 3),
    ).train()  # fmt: skip
    x = torch.rand(2, 1, 16, 16)
    graph = trace_channels(model, x)
    kept = {group.name: list(range(group.size)) for group in graph.groups} | {"0": [0, 2, 5]}
    plan = PruningPlan(graph, kept, 0.0)
    masked, small = apply_mask(model, plan), shrink(model, plan)
    assert all(torch.equal(a, b) for a, b in zip(masked.buffers(), small.buffers(), strict=True))
    with torch.no_grad():
        assert torch.allclose(masked.double()(x.double()), small.double()(x.double()), rtol=0, atol=1e-12)


def test_layers_of_a_computed_weight_know_their_widths() -> None:
    model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), weight_norm(nn.Conv2d(8, 8, 3, groups=4)), nn.Conv2d(8, 2, 1))
    cuts = {
        "0.weight": Cut((8, 1, 3, 3), False, {0: np.arange(4)}),
        "0.bias": Cut((8,), False, {0: np.arange(4)}),
        "2.bias": Cut((8,), False, {0: np.arange(4)}),
        "2.parametrizations.weight.original0": Cut((8, 1, 1, 1), False, {0: np.arange(4)}),
        "2.parametrizations.weight.original1": Cut((8, 2, 3, 3), False, {0: np.arange(4)}),
        "3.weight": Cut((2, 8, 1, 1), False, {1: np.arange(4)}),
    }
    cut_(model, cuts)
    assert (model[2].in_channels, model[2].out_channels, model[2].groups) == (4, 4, 2)
    assert model(torch.rand(1, 1, 8, 8)).shape == (1, 2, 4, 4)


def test_a_shrunk_network_keeps_memory_format_and_what_is_attached_to_parameters() -> None:
    model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.Conv2d(8, 6, 1), nn.Conv2d(6, 6, 3), nn.Conv2d(6, 2, 3))
    volumes = nn.Sequential(nn.Conv3d(1, 8, 3), nn.Conv3d(8, 2, 3))
    for network, x, layout in (
        (model, torch.rand(1, 1, 16, 16), torch.channels_last),
        (volumes, torch.rand(1, 1, 8, 8, 8), torch.channels_last_3d),
    ):
        network[0].weight.decay = 0.0
        network[-1].bias.slow = True
        graph = trace_channels(network, x, certify=False)
        for memory_format in (torch.contiguous_format, layout):
            network = network.to(memory_format=memory_format)
            kept = {g.name: list(range(g.size - g.prunable)) for g in graph.groups}
            small = shrink(network, PruningPlan(graph, kept, 0.0))
            assert (small[0].weight.decay, small[-1].bias.slow) == (0.0, True)
            assert small[0].weight.shape[0] == 7
            for weight in (p for p in small.parameters() if p.ndim > 1):
                assert weight.stride() == torch.empty(weight.shape).to(memory_format=memory_format).stride()


def test_a_shrunk_network_can_be_trained(make_random_plan) -> None:
    model = nets.UNet(spatial_dims=2, num_res_units=2, norm="batch", **unet)
    small = shrink(model, make_random_plan(trace_channels(model, torch.rand(1, 1, 32, 32)))).train()
    optimiser = torch.optim.AdamW(small.parameters(), lr=1e-3)
    before = [p.detach().clone() for p in small.parameters()]
    loss = small(torch.rand(2, 1, 32, 32)).square().mean()
    loss.backward()
    optimiser.step()
    assert all(p.grad is not None and p.grad.shape == p.shape for p in small.parameters())
    assert all(not torch.equal(old, new) for old, new in zip(before, small.parameters(), strict=True))


def test_certificate_names_layers_and_shares() -> None:
    certificate = trace_channels(ArticleNetwork(1, 2, (64, 64)), torch.rand(1, 1, 64, 64)).certificate()
    names = [group.name for group in certificate.groups]
    assert names == [*(f"features.conv{n}" for n in range(1, 6)), "classifier.dense", "classifier.output"]
    assert certificate.exact
    assert certificate.groups[-1].reason == "its channels are the network's output"
    assert certificate.groups[0].parameters == 32 * 10 + 64 * 32 * 9
    assert 0.99 < certificate.parameters_prunable < 1
    assert 0.99 < certificate.macs_prunable < 1


def test_a_network_of_which_nothing_can_go_is_not_called_exact() -> None:
    graph = trace_channels(nn.Sequential(nn.Flatten(), nn.Linear(64, 3)), torch.rand(1, 1, 8, 8))
    assert graph.prunable_units == 0
    assert not graph.certificate().exact
    assert np.isnan(graph.certificate().max_error)
