"""Every tensor in what a network hands out, however it is wrapped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import torch
from torch import nn


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """Yield the tensors in nested sequences, mappings, dataclasses and plain objects, in a fixed order."""
    if isinstance(value, torch.Tensor):
        yield value
        return
    if isinstance(value, Mapping):
        parts = list(value.values())
    elif isinstance(value, list | tuple):
        parts = list(value)
    elif is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, field.name, None) for field in fields(value)]
    elif hasattr(value, "__dict__") and not isinstance(value, nn.Module | type) and not callable(value):
        parts = list(vars(value).values())
    else:
        return
    for part in parts:
        yield from tensors_in(part)
