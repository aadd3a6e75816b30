"""On every convolutional network of MONAI: nearly all channels can go, and removed equals zeroed."""

from __future__ import annotations

import copy
import json
from fnmatch import fnmatchcase

import pytest
import torch
from full_size_networks import FULL
from monai_networks import SMALL
from network_case import Network
from torch import nn
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.pruning import ChannelGraph, apply_mask, rebuild, shrink, trace_channels
from medprune_gui.engine.pruning.still_mode import StillMode

OUTPUT = "its channels are the network's output"
SHARE = 0.9

# MONAI's own code warns of what torch is going to change.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")


def run(model: nn.Module, inputs: tuple[torch.Tensor, ...], training: bool = False) -> list[torch.Tensor]:
    """Return all outputs of a copy; random numbers are held still, for networks that draw a latent vector."""
    with torch.no_grad(), StillMode():
        out = copy.deepcopy(model).train(training)(*inputs)
    return [y for y in tree_leaves(out) if isinstance(y, torch.Tensor)]


def difference(found: list[torch.Tensor], expected: list[torch.Tensor]) -> float:
    assert [y.shape for y in found] == [y.shape for y in expected]
    return max(
        float((f - e).abs().max() / e.abs().max().clamp_min(1e-30)) for f, e in zip(found, expected, strict=True)
    )


def vary(model: nn.Module) -> None:
    """Give fresh norms, biases and layers of zeros values of their own, without which a wrong cut would not show."""
    generator = torch.Generator().manual_seed(4)
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        if tensor.is_floating_point() and (tensor.ndim == 1 or not tensor.any()):
            noise = torch.rand(tensor.shape, generator=generator)
            tensor.data += 0.5 * noise if name.endswith("running_var") else 0.4 * noise - 0.2


def check_groups(graph: ChannelGraph, network: Network) -> None:
    inner = [group for group in graph.groups if group.reason != OUTPUT]
    for group in inner:
        if not group.prunable:
            reasons = [reason for name, reason in network.whole.items() if fnmatchcase(group.name, name)]
            assert reasons, (group.name, group.reason)
            assert reasons[0] in group.reason
            assert "size of tensor" not in group.reason
            assert "shape '" not in group.reason
    if not network.whole:
        assert sum(group.prunable for group in inner) >= SHARE * len(inner)
    assert graph.unknown_ops == ()


def check(network: Network, make_random_plan) -> None:
    torch.manual_seed(3)
    model, inputs = network.build().eval(), network.inputs()
    vary(model)
    state = {name: value.clone() for name, value in model.state_dict().items()}

    graph = trace_channels(model, inputs)
    check_groups(graph, network)
    if not graph.prunable_units:
        assert all(group.reason == OUTPUT for group in graph.groups)
        return
    assert graph.exact
    assert graph.max_error < (1e-10 if network.double else 1e-4)

    plan = make_random_plan(graph, seed=5)
    masked, small = apply_mask(model, plan), shrink(model, plan)
    assert sum(p.numel() for p in small.parameters()) < sum(p.numel() for p in model.parameters())
    expected, found = run(masked, inputs), run(small, inputs)
    if network.single:
        assert difference(found, expected) < 1e-4
    assert difference(expected, run(model, inputs)) > 1e-6
    if network.double:
        exact = tuple(x.double() for x in inputs)
        assert difference(run(small.double(), exact), run(masked.double(), exact)) < 1e-10

    assert not any(module.training for module in model.modules())
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())

    torch.manual_seed(9)
    again = rebuild(network.build(), json.loads(json.dumps(plan.manifest()))).eval()
    again.load_state_dict(small.float().state_dict())
    assert difference(run(again, inputs), found) == 0.0


@pytest.mark.parametrize("name", SMALL)
def test_removed_equals_zeroed(name, make_random_plan) -> None:
    check(SMALL[name], make_random_plan)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", FULL)
def test_removed_equals_zeroed_at_real_size(name, make_random_plan) -> None:
    check(FULL[name], make_random_plan)
