"""A network whose code counts its calls, keeps a running mean and a tensor, whatever mode it is in."""

from __future__ import annotations

import torch
from torch import nn


class LeavingTraces(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 8)
        self.register_buffer("runs", torch.zeros(()))
        self.register_buffer("mean", torch.zeros(8))
        self.calls = 0
        self.scale: torch.Tensor | None = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.scale is None:
            self.scale = torch.arange(8.0, device=x.device)
        self.calls += 1
        self.runs += 1
        x = self.layer(x)
        self.mean.mul_(0.9).add_(0.1 * x.mean(0))
        return x * self.scale

    @property
    def untouched(self) -> bool:
        """Whether it never ran."""
        return self.calls == 0 and self.scale is None and float(self.runs) == 0 and not self.mean.any()
