"""MACs and parameters: equal to the library's count, and given to the right layer."""

from __future__ import annotations

import pytest
import torch
from monai.networks import nets
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.complexity import ModuleStack, compare_layers, count_macs


@pytest.mark.parametrize(
    ("model", "x"),
    [
        (nets.UNet(2, 1, 2, (4, 8, 8), (2, 2), num_res_units=1), torch.rand(3, 1, 32, 32)),
        (nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), torch.rand(2, 5, 16)),
    ],
    ids=["unet", "transformer"],
)
def test_total_is_the_librarys(model: nn.Module, x: torch.Tensor) -> None:
    counter = FlopCounterMode(display=False)
    model.train()
    found = count_macs(model, x)
    assert model.training
    with counter, torch.no_grad():
        model(x[:1])
    assert 2 * found.macs == counter.get_total_flops()
    assert found.parameters == sum(p.numel() for p in model.parameters())


def test_layers_have_their_own_macs() -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 64, 2))
    with torch.no_grad():
        model[3].weight[0] = 0
    first, dense = compare_layers(model, model, torch.rand(1, 1, 8, 8))
    assert (first.name, first.kind, first.channels_before, first.macs_after) == ("0", "Conv2d", 4, 64 * 4 * 9)
    assert (dense.name, dense.parameters_before, dense.macs_before) == ("3", 514, 512)
    assert (dense.zeroed, dense.removed) == (256, 0)


def test_wrong_input_is_named() -> None:
    with pytest.raises(ArchitectureError, match="1, 2, 8, 8"):
        count_macs(nn.Conv2d(1, 4, 3), torch.rand(1, 2, 8, 8))


@pytest.mark.filterwarnings("ignore:.torch.jit.script.*:DeprecationWarning")
def test_compiled_torchscript_counts_for_what_holds_it() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 1), torch.jit.script(nn.Sequential(nn.Conv2d(4, 5, 1))), nn.Conv2d(5, 2, 1))
    found = count_macs(model, torch.rand(1, 3, 8, 8))
    assert found.layer_macs == {"0": 64 * 12, "": 64 * 20, "2": 64 * 10}


class Hookless(nn.Conv2d):
    def register_forward_pre_hook(self, *_, **__):
        raise RuntimeError("no hooks here")


def test_hooks_are_taken_back_where_one_is_refused() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 1), Hookless(2, 2, 1))
    with pytest.raises(RuntimeError, match="no hooks here"), ModuleStack(model):
        pass
    assert not any(module._forward_pre_hooks or module._forward_hooks for module in model.modules())
