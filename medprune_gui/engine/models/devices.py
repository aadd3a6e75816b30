"""Where a network runs."""

from __future__ import annotations

import torch

from medprune_gui.engine.errors import ConfigError


def choose_device(name: str = "auto") -> torch.device:
    """Return the device of that name; ``auto``: a GPU where there is one, else the CPU.

    Raises
    ------
    ConfigError
        The device is unknown or this machine does not have it.
    """
    usable = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, there in usable.items() if there))
    if not usable.get(name, False):
        raise ConfigError(
            f"there is no device {name!r} on this machine",
            where="device",
            remedy=f"Choose auto or {' or '.join(kind for kind, there in usable.items() if there)}",
        )
    return torch.device(name)
