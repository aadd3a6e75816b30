"""What surrounds a training: the network's device comes back, and too little memory is said in words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from medprune_gui.engine.errors import OutOfMemoryError
from medprune_gui.engine.models.failures import is_out_of_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from medprune_gui.engine.config import TrainingConfig


@contextmanager
def device_restored(model: nn.Module) -> Iterator[None]:
    """Bring a network back to its device and its usual layout in memory."""
    device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
    try:
        yield
    finally:
        model.to(device=device)
        if any(not parameter.is_contiguous() for parameter in model.parameters()):
            model.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]


@contextmanager
def memory_errors_in_words(config: TrainingConfig) -> Iterator[None]:
    """Say in words that a batch does not fit.

    Raises
    ------
    OutOfMemoryError
        In place of torch's or Python's error.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemoryError(
            f"training in batches of {config.batch_size} needs more memory than there is",
            remedy="Choose a smaller batch, smaller images or a smaller network.",
        ) from error
