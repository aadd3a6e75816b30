"""Whole networks in int8: exact emulation, folding that is proven, the original untouched, the bytes."""

from __future__ import annotations

import copy

import pytest
import torch
from monai.networks.nets import UNet
from torch import nn
from trained_networks import normalised_classifier, plain_classifier, squares, trained

from medprune_gui.engine.errors import ArchitectureError, ComputeError, InputError
from medprune_gui.engine.models.int8 import float_layers, float_notes, int8_layers, quantise_int8, stored_bytes
from medprune_gui.engine.models.int8.folding import fold_batch_norm
from medprune_gui.engine.models.int8.layers import Int8Layer

BUILDERS = {"plain": plain_classifier, "normalised": normalised_classifier}


@pytest.fixture(scope="module", params=BUILDERS)
def network(request):
    return trained(BUILDERS[request.param]())


def accuracy(network: nn.Module) -> float:
    pictures, labels = squares(200, 1)
    with torch.inference_mode():
        return float((network(pictures).argmax(dim=1) == labels).float().mean())


def test_a_trained_network_keeps_its_quality_and_the_given_one_its_weights(network):
    before = copy.deepcopy(network.state_dict())
    network.train()
    quantised = quantise_int8(network, squares(64, 2)[0].split(16))
    assert network.training
    network.eval()
    assert not any(isinstance(module, Int8Layer) for module in network.modules())
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, before[name])
    assert not quantised.training
    assert accuracy(network) > 0.85
    assert accuracy(quantised) >= accuracy(network) - 0.02
    pictures = squares(64, 1)[0]
    with torch.inference_mode():
        found, expected = quantised(pictures), network(pictures)
    assert not torch.equal(found, expected)
    assert float((found - expected).abs().max()) < 0.05 * float(expected.max() - expected.min())


def test_every_layer_computes_with_integers_and_the_rest_is_float(network):
    quantised = quantise_int8(network, [squares(32, 2)[0]])
    kinds = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
    assert int8_layers(quantised) == tuple(
        name for name, module in network.named_modules() if isinstance(module, kinds)
    )
    assert all(isinstance(quantised.get_submodule(name), nn.PReLU) for name in float_layers(quantised))
    # By hand: a byte a weight, four a scale and a bias, five for the range of a layer's input, four a slope of PReLU.
    expected = 0
    for name in int8_layers(quantised):
        layer = quantised.get_submodule(name)
        expected += layer.weight_values.numel() + 4 * layer.weight_scales.numel() + 5 + 4 * len(layer.bias)
    expected += 4 * sum(quantised.get_submodule(name).weight.numel() for name in float_layers(quantised))
    assert stored_bytes(quantised) == expected
    assert expected < 0.5 * stored_bytes(network)


def test_a_layer_is_emulated_exactly_as_integers_compute_it():
    layer = nn.Linear(40, 7)
    inputs = torch.randn(50, 40, generator=torch.Generator().manual_seed(0))
    (quantised,) = [quantise_int8(nn.Sequential(layer), [inputs])[0]]
    scale, zero_point = float(quantised.input_scale), int(quantised.input_zero_point)
    stored = ((inputs / scale).round() + zero_point).clamp(0, 255).long() - zero_point
    sums = stored @ quantised.weight_values.long().T
    expected = sums.double() * scale * quantised.weight_scales.double() + layer.bias.double()
    torch.testing.assert_close(quantised(inputs).double(), expected, rtol=1e-5, atol=1e-6)


def test_the_input_range_is_that_of_all_calibration_cases_whatever_their_batches():
    network = trained(plain_classifier(), 5)
    pictures = squares(48, 2)[0]
    one, many = (quantise_int8(network, pictures.split(size)) for size in (48, 7))
    for name in int8_layers(one):
        scales = [float(found.get_submodule(name).input_scale) for found in (one, many)]
        assert scales[0] == pytest.approx(scales[1], rel=1e-4)


class Shared(nn.Module):
    """A convolution before two readers, one that runs twice, and a normalisation that stands alone."""

    def __init__(self) -> None:
        super().__init__()
        self.read_twice, self.first = nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4)
        self.run_twice, self.second = nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4)
        self.third, self.foldable = nn.BatchNorm2d(4), nn.Conv2d(4, 4, 1)
        self.gone = nn.BatchNorm2d(4)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = self.read_twice(images)
        x = self.first(x) + x
        x = self.second(self.run_twice(self.run_twice(x)))
        return self.gone(self.foldable(torch.relu(self.third(x))))


def with_statistics(network: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    for _ in range(3):
        network.train()(torch.rand(4, 1, 32, 32))
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 2.0)
            nn.init.normal_(module.bias)
    return network.eval()


def test_only_what_is_proven_is_folded_and_nothing_computes_otherwise():
    network = with_statistics(Shared())
    folded = copy.deepcopy(network)
    assert fold_batch_norm(folded) == ("gone",)
    pictures = torch.rand(2, 1, 32, 32)
    torch.testing.assert_close(folded(pictures), network(pictures), rtol=1e-4, atol=1e-5)


def test_a_u_net_is_folded_transposed_convolutions_as_well():
    unet = UNet(2, 1, 2, (4, 8, 8), (2, 2), num_res_units=0, norm="batch")
    network = with_statistics(unet)
    folded = copy.deepcopy(network)
    names = fold_batch_norm(folded)
    assert any(isinstance(module, nn.ConvTranspose2d) for module in network.modules())
    assert len(names) == sum(isinstance(module, nn.BatchNorm2d) for module in network.modules()) > 3
    pictures = torch.rand(2, 1, 32, 32)
    torch.testing.assert_close(folded(pictures), network(pictures), rtol=1e-4, atol=1e-5)


class Branching(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.norm(self.conv(images)) if images.mean() > 0 else self.conv(images)


def test_a_network_that_cannot_be_traced_keeps_its_normalisation():
    network = with_statistics(Branching())
    assert fold_batch_norm(network) == ()
    quantised = quantise_int8(network, [torch.rand(4, 1, 32, 32)])
    assert int8_layers(quantised) == ("conv",)
    assert float_layers(quantised) == ("norm",)


def test_a_layer_in_two_places_is_quantised_in_both():
    layer = nn.Conv2d(1, 1, 3, padding=1)
    quantised = quantise_int8(nn.Sequential(layer, nn.ReLU(), layer), [torch.rand(4, 1, 8, 8)])
    assert quantised[0] is quantised[2]
    assert isinstance(quantised[2], Int8Layer)


def difference(network: nn.Module, quantised: nn.Module, inputs: torch.Tensor) -> float:
    with torch.no_grad():
        expected, found = network(inputs), quantised(inputs)
    return float((found - expected).norm() / expected.norm())


class ReadOutside(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.plain, self.functional, self.asked = nn.Linear(6, 8), nn.Linear(8, 8), nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = nn.functional.linear(self.plain(x).relu(), self.functional.weight, self.functional.bias)
        return self.asked(x.to(self.asked.weight.dtype))


def test_layers_whose_weights_are_read_outside_stay_in_float():
    network, inputs = ReadOutside().eval(), torch.randn(4, 6)
    quantised = quantise_int8(network, [inputs])
    assert int8_layers(quantised) == ("plain",)
    assert float_notes(quantised) == ("Kept in float32: functional, asked (weights read outside the layer)",)
    assert difference(network, quantised, inputs) < 0.05


def test_a_fused_transformer_keeps_the_layers_that_its_kernel_reads():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(6, 16), nn.TransformerEncoderLayer(16, 4, 24, batch_first=True)).eval()
    inputs = torch.randn(2, 5, 6)
    quantised = quantise_int8(network, [inputs])
    assert int8_layers(quantised) == ("0",)
    assert difference(network, quantised, inputs) < 0.05
    notes = " ".join(float_notes(quantised))
    assert all(name in notes for name in ("1.linear1", "1.linear2", "1.self_attn.out_proj"))
    with pytest.raises(ArchitectureError, match=r"could be quantised.*linear1"):
        quantise_int8(network[1], [torch.randn(2, 5, 16)])


def test_a_layer_with_a_hook_stays_and_keeps_it():
    torch.manual_seed(0)
    network, inputs = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4)).eval(), torch.randn(4, 6)
    network[0].register_forward_hook(lambda _, __, output: output * 2)
    quantised = quantise_int8(network, [inputs])
    assert int8_layers(quantised) == ("2",)
    assert "0 (hooks" in float_notes(quantised)[0]
    assert difference(network, quantised, inputs) < 0.05


def test_weights_of_two_layers_stay_one():
    network = nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 6), nn.Linear(6, 2)).eval()
    network[2].weight = network[0].weight
    quantised = quantise_int8(network, [torch.randn(4, 6)])
    assert int8_layers(quantised) == ("3",)
    assert quantised[0].weight is quantised[2].weight
    assert quantised[0].weight is not network[0].weight


class Keeping(nn.Module):
    """Keeps a tensor of its first run, counts its runs, and calls a layer by keyword, another with more."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.up, self.out = nn.ConvTranspose2d(4, 4, 2, 2), nn.Conv2d(4, 2, 1)
        self.kept: torch.Tensor | None = None
        self.runs = 0

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        self.runs += 1
        x = self.norm(self.conv(images))
        if self.kept is None:
            self.kept = x.mean((0, 2, 3), keepdim=True) * 0 + 0.5
        return self.out(input=self.up(x * self.kept, output_size=(64, 64)))


def test_what_code_keeps_is_its_own_and_calls_by_keyword_are_calls():
    network, pictures = with_statistics(Keeping()), torch.rand(4, 1, 32, 32)
    network.kept, network.runs = None, 0
    quantised = quantise_int8(network, [pictures])
    assert (network.kept, network.runs, quantised.kept, quantised.runs) == (None, 0, None, 0)
    assert isinstance(quantised.norm, nn.Identity)
    assert int8_layers(quantised) == ("conv", "out")
    assert "up (called with more than its input)" in float_notes(quantised)[0]
    assert difference(network, quantised, pictures) < 0.05
    assert not hasattr(network.up, "float_reason")


class Reaching(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.used, self.never = nn.Linear(6, 2), nn.Linear(6, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.used(x)


def test_layers_that_no_case_reaches_are_named():
    quantised = quantise_int8(Reaching(), [torch.randn(4, 6)])
    assert int8_layers(quantised) == ("used",)
    assert float_notes(quantised) == ("Kept in float32: never (not reached by the calibration cases)",)


def test_what_cannot_be_quantised_is_refused():
    with pytest.raises(ArchitectureError, match="no convolution"):
        quantise_int8(nn.Sequential(nn.ReLU()), [torch.rand(2, 1, 8, 8)])
    with pytest.raises(InputError, match="calibration"):
        quantise_int8(plain_classifier(), [])
    with pytest.raises(ComputeError, match="0"):
        quantise_int8(plain_classifier(), [torch.full((2, 1, 32, 32), torch.nan)])
