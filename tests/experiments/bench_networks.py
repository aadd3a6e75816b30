"""Networks for the benches' tests, in a module of their own so that child processes can import them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import torch
from torch import nn

from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.monai_networks import ReferenceNetwork


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(1, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(inplace=True))
        self.second = nn.Sequential(nn.Conv2d(6, 6, 3, padding=1), nn.BatchNorm2d(6))
        self.last = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        return self.last(torch.relu(x + self.second(x)).mean((2, 3)))


def plain() -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 1))


def hang() -> nn.Module:
    time.sleep(3600)
    raise AssertionError


def meet(mine: Path, other: Path) -> dict[str, str]:
    """Say that this process is here, and wait for another to say so."""
    mine.touch()
    while not other.exists():
        time.sleep(0.02)
    return {"met": other.name}


def stay(folder: Path) -> dict[str, str]:
    """Say which process this is, and never end."""
    write_whole(folder / "pid", str(os.getpid()).encode())
    time.sleep(3600)
    return {}


def crash() -> nn.Module:
    os._exit(7)


def _named(**builders) -> dict[str, ReferenceNetwork]:
    example = (torch.randn(1, 1, 16, 16, generator=torch.Generator().manual_seed(0)),)
    return {name: ReferenceNetwork(name, build, lambda: example) for name, build in builders.items()}


def sound() -> dict[str, ReferenceNetwork]:
    return _named(plain=plain, residual=Residual)


def crashing() -> dict[str, ReferenceNetwork]:
    return _named(crashing=crash)


def hanging() -> dict[str, ReferenceNetwork]:
    return _named(hanging=hang)


def wide_stack() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 48, 3, padding=1), nn.ReLU(), nn.Conv2d(48, 48, 3, padding=1), nn.ReLU(), nn.Conv2d(48, 2, 1)
    )  # fmt: skip


def wide() -> dict[str, ReferenceNetwork]:
    return {"wide": ReferenceNetwork("wide", wide_stack, lambda: (torch.rand(1, 1, 96, 96),))}
