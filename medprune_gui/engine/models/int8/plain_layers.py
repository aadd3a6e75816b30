"""Which layers may be replaced by ones with integers: those that do no more than their kind says, and alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.failures import failures_in_words
from medprune_gui.engine.models.int8.layers import QUANTISABLE, Quantisable

#: Why a layer stays in float.
ODD = "not plainly a layer of its kind"
HOOKED = "hooks or a forward of its own"
SHARED = "weights shared with another layer"
READ = "weights read outside the layer"
ASKED = "called with more than its input"
NOT_REACHED = "not reached by the calibration cases"


def is_plain(layer: nn.Module) -> bool:
    """Whether calling a layer runs the ``forward`` of its class and no more."""
    return not (layer._forward_hooks or layer._forward_pre_hooks or "forward" in vars(layer))


def plain_layers(network: nn.Module, batches: Sequence[Tensor]) -> tuple[dict[str, Quantisable], dict[str, str]]:
    """Return the layers that a layer of the same kind could stand for, and why others could not be replaced.

    A private copy of the network runs over the calibration cases, in which reading ``layer.weight`` outside the layer
    is noticed: by ``functional.linear(x, layer.weight)``, or by the fused kernel of ``nn.TransformerEncoderLayer``.

    Parameters
    ----------
    network
        In evaluation mode; left as found.
    batches
        (case, channel, ...) each, on the network's device.

    Returns
    -------
    found, left
        Name -> layer, in the order of the network; and name -> reason of every other convolution or linear layer.

    Raises
    ------
    ArchitectureError
        The network cannot be copied, or does not run on the cases.
    """
    holders = Counter(id(p) for module in network.modules() for p in module._parameters.values() if p is not None)
    found: dict[str, Quantisable] = {}
    left: dict[str, str] = {}
    for name, module in network.named_modules():
        if not isinstance(module, QUANTISABLE):
            continue
        if type(module) not in QUANTISABLE:
            left[name] = ODD
        elif not is_plain(module):
            left[name] = HOOKED
        elif any(holders[id(p)] > 1 for p in module.parameters()):
            left[name] = SHARED
        else:
            found[name] = cast(Quantisable, module)
    watch = _Watch()
    private = private_copy(network)
    for name in found:
        watch.over(name, private.get_submodule(name))
    for batch in batches:
        with torch.no_grad(), failures_in_words(private, (batch,)):
            private(batch)
    for name in tuple(found):
        if reason := watch.reason(name):
            left[name] = reason
            del found[name]
    return found, left


class _Watch:
    """Notices how layers are used, without hooks: fused kernels are not used where there are any."""

    def __init__(self) -> None:
        self._read: set[str] = set()
        self._asked: set[str] = set()
        self._called: set[str] = set()
        self._running: set[str] = set()

    def over(self, name: str, layer: nn.Module) -> None:
        """Watch a layer from now on, by making it one of a class of its own."""
        kind = type(layer)
        call: Callable[..., Any] = kind.__call__
        look_up: Callable[[nn.Module, str], Any] = kind.__getattr__

        def watched_call(layer: nn.Module, *args: Any, **kwargs: Any) -> Any:
            self._called.add(name)
            if len(args) + len(kwargs) != 1:
                self._asked.add(name)
            self._running.add(name)
            try:
                return call(layer, *args, **kwargs)
            finally:
                self._running.discard(name)

        def watched_look_up(layer: nn.Module, attribute: str) -> Any:
            if attribute in ("weight", "bias") and name not in self._running:
                self._read.add(name)
            return look_up(layer, attribute)

        # A subclass, so that code which asks for the kind of a layer finds it.
        layer.__class__ = type(kind.__name__, (kind,), {"__call__": watched_call, "__getattr__": watched_look_up})

    def reason(self, name: str) -> str | None:
        """Return why a layer has to stay, if it has."""
        if name in self._read:
            return READ
        if name in self._asked:
            return ASKED
        return None if name in self._called else NOT_REACHED
