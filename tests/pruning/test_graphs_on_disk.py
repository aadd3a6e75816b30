"""A channel graph is kept for its architecture, found again the same, and never taken for that of another network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from monai.networks import nets
from monai_networks import SMALL
from torch import nn

from medprune_gui.engine.cache import cache_folder
from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.pruning import ChannelGraph, trace_channels

picture = (1, 1, 32, 32)

# MONAI's own code warns of what torch is going to change.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDPRUNE_CACHE", str(tmp_path))
    return cache_folder("graphs")


def traced(model: nn.Module, *inputs: torch.Tensor) -> tuple[ChannelGraph, bool]:
    """Return the graph, and whether it had to be proven."""
    told: list[int] = []
    graph = trace_channels(model, inputs, progress=lambda done, _: told.append(done), cache=True)
    return graph, bool(told)


def coder(norm_num_groups: int = 4) -> nn.Module:
    torch.manual_seed(1)
    return nets.AutoencoderKL(
        2, in_channels=1, out_channels=1, num_res_blocks=(1, 1), channels=(8, 16), latent_channels=4,
        norm_num_groups=norm_num_groups, attention_levels=(False, True),
    )  # fmt: skip


def assert_same(found: ChannelGraph, expected: ChannelGraph) -> None:
    for name in ("exact", "unknown_ops", "input_shapes", "input_dtypes", "macs", "parameters"):
        assert getattr(found, name) == getattr(expected, name)
    np.testing.assert_equal(found.max_error, expected.max_error)
    for group, other in zip(found.groups, expected.groups, strict=True):
        for name in ("name", "size", "prunable", "reason", "width", "exact", "output"):
            assert getattr(group, name) == getattr(other, name)
        for slot, same in zip(group.slots, other.slots, strict=True):
            assert (slot.parameter, slot.dim) == (same.parameter, same.dim)
            np.testing.assert_array_equal(slot.indices, same.indices)
    assert list(found.tensors) == list(expected.tensors)
    generator = np.random.default_rng(0)
    for _ in range(3):
        keep = np.concatenate([[True], generator.random(expected.units) < 0.6])
        assert found.costs.after(keep) == expected.costs.after(keep)


@pytest.mark.parametrize(
    "name", ["unet-group", "densenet", "dynunet-residual-deep", "generator", "spadenet", "milmodel-attention", "vqvae"]
)
def test_a_graph_is_found_again_the_same(name) -> None:
    network = SMALL[name]
    torch.manual_seed(0)
    first, proven = traced(network.build().eval(), *network.inputs())
    again, proven_again = traced(network.build().train(), *network.inputs())
    assert (proven, proven_again) == (True, False)
    assert_same(again, first)


def test_damage_is_survived(folder) -> None:
    first, _ = traced(coder(), torch.rand(picture))
    (file,) = folder.iterdir()
    sound = file.read_bytes()
    middle = len(sound) // 2
    bits = sound[:middle] + bytes([sound[middle] ^ 1]) + sound[middle + 1 :]
    damaged = (
        b"",
        b"[]",
        b"\xff\xfe",
        sound[:-40],
        sound.replace(b"true", b"1   "),
        sound.replace(b"conv", b"cone"),
        bits,
    )
    for content in (sound, *damaged):
        file.write_bytes(content)
        again, proven = traced(coder(), torch.rand(picture))
        assert_same(again, first)
        assert proven == (content != sound)
        assert file.read_bytes() == sound


def test_another_architecture_or_input_has_a_graph_of_its_own(folder) -> None:
    traced(coder(), torch.rand(picture))
    assert traced(coder(2), torch.rand(picture))[1]
    assert traced(coder(), torch.rand(1, 1, 64, 64))[1]
    assert trace_channels(coder(), torch.rand(picture), cache=True, approximate=True).units
    assert len(list(folder.iterdir())) == 4
    assert not traced(coder(), torch.rand(3, *picture[1:]))[1]


class Picked(nn.Module):
    """A buffer of whole numbers says in which order channels are taken."""

    def __init__(self, order: list[int]) -> None:
        super().__init__()
        self.conv, self.out = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 2, 1)
        self.register_buffer("order", torch.tensor(order))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.conv(x)[:, self.order])


def test_places_in_buffers_and_shared_weights_belong_to_the_architecture() -> None:
    traced(Picked([0, 1, 2, 3]), torch.rand(picture))
    assert not traced(Picked([0, 1, 2, 3]), torch.rand(picture))[1]
    assert traced(Picked([3, 1, 2, 0]), torch.rand(picture))[1]
    shared = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    apart, _ = traced(shared, torch.rand(1, 4))
    shared[2].weight = shared[0].weight
    tied, _ = traced(shared, torch.rand(1, 4))
    assert len(apart.groups) != len(tied.groups) or apart.parameters != tied.parameters


def test_layers_without_weights_are_refused_as_ever() -> None:
    with pytest.raises(ArchitectureError, match="no weights before"):
        traced(nn.Sequential(nn.LazyConv2d(4, 3), nn.ReLU(), nn.LazyConv2d(2, 3)), torch.rand(picture))


class Plain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 2, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def test_code_that_is_in_no_file_is_proven_each_time(folder) -> None:
    typed = type("Typed", (Plain,), {"__module__": "nowhere"})
    traced(typed(), torch.rand(picture))
    assert not folder.exists()


class Switched(nn.Module):
    """What its private attribute and its function say decides what may go."""

    def __init__(self, scaled: bool, function: Callable[[torch.Tensor], torch.Tensor] = torch.relu) -> None:
        super().__init__()
        self.conv, self.out = nn.Conv2d(1, 8, 3), nn.Conv2d(8, 2, 1)
        self._scaled, self.function = scaled, function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.function(self.conv(x))
        return self.out(x / x.shape[1] if self._scaled else x)


def test_a_certificate_is_for_what_private_attributes_say() -> None:
    for scaled in (False, True, False, True):
        graph = trace_channels(Switched(scaled), torch.rand(picture), cache=True)
        assert graph.groups[0].prunable == (not scaled)


def test_no_certificate_is_kept_where_code_cannot_be_known_by_its_name(folder) -> None:
    for function, prunable in ((lambda x: x + 1.0, True), (lambda x: x / x.shape[1], False)):
        assert trace_channels(Switched(False, function), torch.rand(picture), cache=True).groups[0].prunable == prunable
    hooked = Switched(False)
    hooked.conv.register_forward_hook(lambda module, args, out: out / out.shape[1])
    assert not trace_channels(hooked, torch.rand(picture), cache=True).groups[0].prunable
    assert not folder.exists()
