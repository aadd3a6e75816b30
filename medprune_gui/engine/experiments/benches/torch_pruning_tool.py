"""Torch-Pruning as a bench uses it: as it comes, and with all the help that makes it run on more networks."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd
from torch.nn.modules.instancenorm import _InstanceNorm
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.experiments.benches.contenders import Example, Tool

_FROZEN = (_ConvNd, nn.Linear, nn.PReLU, _BatchNorm, _InstanceNorm, nn.GroupNorm, nn.LayerNorm)

#: Enough to leave one of any number of channels.
HALVINGS = 16

#: Seconds after which no further halving is begun.
MOST_S = 60.0

#: Operations in which a weight makes new channels: the walk back from the outputs ends there.
_MAKERS = ("Convolution", "Addmm", "Mm", "Bmm", "Baddbmm", "Slow", "Embedding")


class TorchPruning(Tool):
    """Torch-Pruning (Fang et al., CVPR 2023, arXiv:2301.12900) as it comes; it is told which layers are the outputs."""

    title = "Torch-Pruning"
    packages = ("torch-pruning", "torch", "monai")

    #: Whether all layers are ranked together, or the same share of each goes.
    ranks_globally = False

    def prepare(self) -> None:
        """Find the output layers, which it would otherwise prune like all others."""
        self.outputs = output_layers(self.model, self.example)

    def importance(self) -> Any:
        """Return how it ranks channels: one of its importance objects."""
        import torch_pruning

        return torch_pruning.importance.GroupMagnitudeImportance(p=1)

    def analyse(self) -> None:
        """Build the dependency graph; it needs gradients."""
        import torch_pruning

        with torch.enable_grad():
            self.pruner: Any = torch_pruning.pruner.BasePruner(
                self.model,
                self.example,
                importance=self.importance(),
                global_pruning=self.ranks_globally,
                ignored_layers=self.outputs,
                # Its defaults are shared between calls.
                in_channel_groups={}, out_channel_groups={}, num_heads={},
            )  # fmt: skip

    def prune(self, amount: float, steps: int = 1) -> nn.Module:
        """Prune in place, at once or in even steps."""
        self.pruner.iterative_steps = steps
        self.pruner.per_step_pruning_ratio = [amount * step / steps for step in range(steps + 1)]
        for _ in range(steps):
            self.pruner.step()
        return self.model

    def prune_most(self) -> nn.Module:
        """Halve, again and again: it leaves a layer alone that would lose all its channels at once."""
        started, before = time.perf_counter(), 0
        self.pruner.iterative_steps = HALVINGS
        self.pruner.per_step_pruning_ratio = [1 - 0.5**step for step in range(HALVINGS + 1)]
        while self.pruner.current_step < HALVINGS and time.perf_counter() - started < MOST_S:
            self.pruner.step()
            size = sum(p.numel() for p in self.model.parameters())
            if size == before:
                break
            before = size
        return self.model


class AssistedTorchPruning(TorchPruning):
    """Torch-Pruning with all the help that was found to make it run on more networks.

    In-place activations are off, parameters of layers that it knows are frozen, inputs require gradients, and the
    outputs of instance norms are copied while it traces.
    """

    title = "Torch-Pruning, assisted"

    def prepare(self) -> None:
        """Change the network and the example for it."""
        super().prepare()
        for module in self.model.modules():
            if getattr(module, "inplace", False):
                module.inplace = False  # type: ignore[assignment]
            if isinstance(module, _FROZEN):
                module.requires_grad_(False)
        self.example = tuple(
            x.detach().clone().requires_grad_() if x.is_floating_point() else x for x in self.example
        )  # fmt: skip

    def analyse(self) -> None:
        """Build the dependency graph with copies behind instance norms."""
        norms = [module for module in self.model.modules() if isinstance(module, _InstanceNorm)]
        handles = [norm.register_forward_hook(lambda _module, _inputs, out: out.clone()) for norm in norms]
        super().analyse()
        for handle in handles:
            handle.remove()


def output_layers(model: nn.Module, example: Example) -> list[nn.Module]:
    """Return the layers whose channels are the network's outputs, found by walking back from them."""
    owner = {id(p): module for module in model.modules() for p in module.parameters(recurse=False)}
    trial = copy.deepcopy(model).requires_grad_(True)
    names = {id(p): id(q) for p, q in zip(trial.parameters(), model.parameters(), strict=True)}
    with torch.enable_grad():
        out = trial(*example)
    stack = [y.grad_fn for y in tree_leaves(out) if isinstance(y, torch.Tensor) and y.grad_fn is not None]
    seen, found = set(stack), {}
    while stack:
        node = stack.pop()
        making = type(node).__name__.startswith(_MAKERS)
        following = [following for following, _ in node.next_functions if following is not None]
        if making:
            for variable in _weights(following):
                layer = owner.get(names.get(id(variable), 0))
                if layer is not None and variable.ndim >= 2:
                    found[id(layer)] = layer
            continue
        fresh = [f for f in following if f not in seen]
        seen.update(fresh)
        stack += fresh
    return list(found.values())


def _weights(nodes: list[torch.autograd.graph.Node]) -> Iterator[torch.Tensor]:
    """Yield the parameters that enter an operation, straight or turned."""
    for node in nodes:
        if hasattr(node, "variable"):
            yield node.variable
        elif type(node).__name__.startswith(("TBackward", "Transpose", "Permute")):
            yield from _weights([n for n, _ in node.next_functions if n is not None])
