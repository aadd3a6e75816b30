"""Peak memory against figures worked out by hand."""

import pytest
import torch
from torch import nn

from medprune_gui.engine.models.memory import peak_memory

PIXELS = 16 * 16 * 4


class Branches(nn.Module):
    """Holds three equal tensors at once: the input, and both branches until they are added."""

    def forward(self, x):
        return (x * 2) + (x * 3)


def test_a_chain_holds_its_weights_its_input_and_two_neighbours():
    network = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.ReLU(), nn.Conv2d(8, 4, 3, bias=False))
    weights = 4 * (8 * 9 + 4 * 8 * 9)
    assert peak_memory(network, torch.rand(1, 1, 16, 16)) == weights + PIXELS * (1 + 8 + 8)
    assert peak_memory(network, torch.rand(3, 1, 16, 16)) == weights + 3 * PIXELS * (1 + 8 + 8)


def test_what_is_shared_or_only_seen_otherwise_counts_once():
    class Views(nn.Module):
        def forward(self, x):
            return x.reshape(-1).view(4, -1).transpose(0, 1).relu_()

    assert peak_memory(Views(), torch.rand(1, 1, 16, 16)) == PIXELS
    assert peak_memory(nn.Sequential(nn.Identity(), nn.Identity()), torch.rand(1, 1, 16, 16)) == PIXELS


def test_branches_count_together():
    # Input, two branches, and their sum.
    assert peak_memory(Branches(), torch.rand(1, 1, 16, 16)) == 4 * PIXELS


def test_the_network_is_left_as_found():
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    peak_memory(network, torch.rand(1, 1, 8, 8))
    assert network[1].training
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])


@pytest.mark.parametrize("width", [4, 16])
def test_fewer_channels_hold_less(width):
    wide = nn.Sequential(nn.Conv2d(1, 2 * width, 3), nn.Conv2d(2 * width, 2, 3))
    narrow = nn.Sequential(nn.Conv2d(1, width, 3), nn.Conv2d(width, 2, 3))
    images = torch.rand(1, 1, 32, 32)
    assert peak_memory(narrow, images) < peak_memory(wide, images)
