"""Batch normalisation folded into the convolution before it, where the network's graph proves that it may be."""

from __future__ import annotations

from collections import Counter

import torch
from torch import fx, nn
from torch.nn.utils import parametrize
from torch.nn.utils.fusion import fuse_conv_bn_eval

from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.failures import NETWORK_FAILURES
from medprune_gui.engine.models.int8.plain_layers import is_plain

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_NORMALISATIONS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def fold_batch_norm(network: nn.Module) -> tuple[str, ...]:
    """Fold each batch normalisation whose input is a convolution's output into that convolution, in place.

    The network must be in evaluation mode. Folded is a pair only where a symbolic trace shows that either is called
    once, that nobody else uses the convolution's output or weights, and that neither has hooks. The normalisation
    becomes an identity. A network that cannot be traced keeps all of them.

    Returns
    -------
    tuple of str
        Names of the normalisations that are gone.

    Raises
    ------
    ArchitectureError
        The network cannot be copied.
    """
    # What the code keeps for its next run is a symbol in a trace.
    private = private_copy(network)
    try:
        graph = fx.Tracer().trace(private)
    except (*NETWORK_FAILURES, MemoryError):
        # Whatever a network's Python code makes of a symbol in place of a tensor.
        return ()
    modules = dict(network.named_modules(remove_duplicate=False))
    registered = Counter(id(module) for module in modules.values())
    calls = Counter(id(modules[str(node.target)]) for node in graph.nodes if node.op == "call_module")
    used_alone = {str(node.target).rpartition(".")[0] for node in graph.nodes if node.op == "get_attr"}
    folded = []
    for node in graph.nodes:
        source = node.args[0] if node.op == "call_module" and node.args else None
        if not isinstance(source, fx.Node) or source.op != "call_module" or len(source.users) != 1:
            continue
        names = str(source.target), str(node.target)
        convolution, normalisation = pair = modules[names[0]], modules[names[1]]
        if type(convolution) not in (*_CONVOLUTIONS, *_TRANSPOSED) or type(normalisation) not in _NORMALISATIONS:
            continue
        if any(calls[id(one)] != 1 or registered[id(one)] != 1 or not _is_plain(one) for one in pair):
            continue
        if normalisation.running_mean is None or used_alone & set(names):
            continue
        if isinstance(convolution, _TRANSPOSED) and convolution.groups != 1:
            continue
        with torch.no_grad():
            whole = fuse_conv_bn_eval(convolution, normalisation, transpose=isinstance(convolution, _TRANSPOSED))
        network.set_submodule(names[0], whole)
        network.set_submodule(names[1], nn.Identity())
        folded.append(names[1])
    return tuple(folded)


def _is_plain(module: nn.Module) -> bool:
    """Whether calling the module is its ``forward`` with its own parameters and no more."""
    return is_plain(module) and not parametrize.is_parametrized(module) and not module.training
