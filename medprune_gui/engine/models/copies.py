"""A copy of a network to try things on, which its owner does not notice."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.failures import NETWORK_FAILURES, failure_in_words


def private_copy(model: nn.Module, *, own_parameters: bool = False) -> nn.Module:
    """Return a copy that may be run without a trace in the network: what its code counts or keeps stays in the copy.

    The copy has the network's own parameters, so that it costs little, but for those that come to be in the first run
    (as in ``nn.LazyLinear``). Buffers and all else are copied.

    Parameters
    ----------
    own_parameters
        Copy the parameters as well.

    Raises
    ------
    ArchitectureError
        The network holds something that cannot be copied.
    """
    shared: dict[int, Any] = {}
    if not own_parameters:
        shared |= {id(parameter): parameter for parameter in model.parameters() if not is_lazy(parameter)}
    for module in model.modules():
        if isinstance(module, torch.jit.ScriptModule):
            continue
        for value in tree_leaves(vars(module)):
            # What an operation made (a weight derived from parameters, a map kept for display) refuses to be copied.
            if isinstance(value, torch.Tensor) and not value.is_leaf:
                shared.setdefault(id(value), value.detach().clone())
    try:
        copied: nn.Module = copy.deepcopy(model, shared)
    except NETWORK_FAILURES as error:  # A network may copy itself by code of its own.
        raise ArchitectureError(
            f"the network cannot be copied: {failure_in_words(error)}",
            where=type(model).__name__,
            remedy="Let it hold nothing that Python cannot copy, such as locks or open files",
        ) from error
    return copied
