"""Run a network so that two runs can be compared: without chance, and in double precision at a bearable speed."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from medprune_gui.engine.pruning.absent_channels import normalised_without
from medprune_gui.engine.pruning.double_convolution import convolved_in_double

aten = torch.ops.aten
_BATCH_NORMS = {
    getattr(aten, name)
    for name in ("native_batch_norm", "_native_batch_norm_legit", "_batch_norm_with_update", "cudnn_batch_norm")
    if hasattr(aten, name)
}


class StillMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Replaces random numbers by constants: dropout drops nothing, and both networks of a trial see the same.

    Parameters
    ----------
    without_absent
        Whether layer normalisation leaves out channels that are zero.

    Attributes
    ----------
    fewest
        Least number of values per channel that a batch normalisation has averaged over in training.
    """

    def __init__(self, without_absent: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.fewest = math.inf
        self._without_absent = without_absent

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        packet = func._overloadpacket
        if packet is aten.native_dropout:
            return args[0].clone(), torch.ones_like(args[0], dtype=torch.bool)
        if packet is aten.bernoulli_:
            return args[0].fill_(1.0)
        if packet in (aten.normal_, aten.uniform_):
            return args[0].fill_(0.5)
        if self._without_absent and (normalised := normalised_without(packet, args)) is not None:
            return normalised
        if (convolved := convolved_in_double(packet, args)) is not None:
            return convolved
        out = func(*args, **kwargs)
        if packet is aten.bernoulli:
            return torch.ones_like(out)
        if packet in (aten.rand, aten.randn, aten.rand_like, aten.randn_like):
            return torch.full_like(out, 0.5)
        # Instance normalisation comes along as a batch of one, which more cases would not help.
        if packet in _BATCH_NORMS and args[0].shape[0] > 1 and True in args[5:6]:
            self.fewest = min(self.fewest, args[0].numel() / args[0].shape[1])
        return out
