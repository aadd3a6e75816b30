"""Small networks that were really trained, on bright squares in noise."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


def squares(cases: int, seed: int, channels: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    """Return noisy pictures (case, channel, 32, 32), half of them with a bright square, and which these are."""
    draw = torch.Generator().manual_seed(seed)
    pictures = 0.4 + 0.2 * torch.randn(cases, channels, 32, 32, generator=draw)
    labels = torch.arange(cases) % 2
    for index in labels.nonzero()[:, 0].tolist():
        row, column = torch.randint(0, 22, (2,), generator=draw).tolist()
        pictures[index, :, row : row + 10, column : column + 10] += 0.25
    return pictures.clamp(0, 1), labels


def plain_classifier() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 64, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 2),
    )  # fmt: skip


def normalised_classifier() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.PReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, groups=2), nn.BatchNorm2d(16), nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 2, stride=2), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(4),
        nn.Flatten(), nn.Linear(128, 2),
    )  # fmt: skip


def trained(network: nn.Module, steps: int = 120) -> nn.Module:
    pictures, labels = squares(256, 0)
    draw = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for module in network.modules():
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
                module.reset_parameters()
        optimiser = torch.optim.Adam(network.parameters(), 3e-3)
        for _ in range(steps):
            chosen = torch.randint(0, 256, (32,), generator=draw)
            optimiser.zero_grad()
            functional.cross_entropy(network(pictures[chosen]), labels[chosen]).backward()
            optimiser.step()
    return network.eval()
